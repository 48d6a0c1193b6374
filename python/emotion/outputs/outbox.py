"""Files on their way to a server, deleted when it has them."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import IO, TYPE_CHECKING, Union

from .._closing import Closing
from .._core import EmotionOSError, EmotionValueError, without_password
from .._needs import needs
from .courier import Courier, Undelivered

if TYPE_CHECKING:
    import httpx

__all__ = ["Outbox"]

_PARTIAL, _SENT = ".part", ".sent"
_FORGOTTEN_S = 3600.0  # a copy that has not grown for so long is nobody's
_Path = Union[str, "os.PathLike[str]"]


class Outbox(Closing):
    """A folder whose files are POSTed to a server, as multipart field `file` with the header `key`, and then deleted.

    >>> with Outbox("outbox", "https://nvr.example/upload", key=secrets.need("server_key")) as outbox:
    ...     outbox.add("lecture.mp4")

    The folder alone says what is to be sent: after a kill or a restart the next Outbox of this folder goes on. A file
    is deleted after an answer 2xx, never before, and is then not sent again. When the answer is lost on its way, the
    file is sent again: the header Idempotency-Key, the same for each try of a file, lets a server tell. Several
    processes may share a folder: one of them sends. Files are read piece by piece.
    """

    def __init__(
        self,
        folder: _Path,
        url: str,
        key: str,
        *,
        timeout_s: float = 60.0,
        close_s: float = 10.0,
        first_pause_s: float = 0.5,
        longest_pause_s: float = 300.0,
    ) -> None:
        """folder: made where it is missing. url: http or https, a login in it is used and not shown.

        timeout_s: for each piece sent and for the answer. close_s: close() tries so long, and waits for an upload that
        goes on. The pauses between tries grow from the first to the longest.

        Raises EmotionValueError for a url of another form, EmotionOSError where the folder cannot be made,
        UnsupportedError where the package httpx is missing.
        """
        self._folder = Path(folder)
        self._client, self._url = _client(url, key, timeout_s)
        self._shown_url = without_password(url)
        self._close_s = close_s
        self._closed = False
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock: IO[str] = open(self._folder / ".lock", "a")  # noqa: SIM115  closed at the end
        except OSError as error:
            raise EmotionOSError(f"outbox {self._folder}: {error.strerror}") from None
        self._courier = Courier(
            self._deliver, self._end, every_s=1.0, first_pause_s=first_pause_s, longest_pause_s=longest_pause_s
        )

    def __repr__(self) -> str:
        return f"Outbox({str(self._folder)!r}, {self._shown_url!r})"

    def add(self, path: _Path) -> None:
        """Moves a finished file into the folder and has it sent, under its name. Raises EmotionOSError if it cannot."""
        path = Path(path)
        entry = self._folder / uuid.uuid4().hex
        partial = entry.with_suffix(_PARTIAL)
        try:
            partial.mkdir()
            moved = path.stat().st_dev == partial.stat().st_dev
            if moved:
                os.rename(path, partial / path.name)
            else:
                shutil.copyfile(path, partial / _PARTIAL)
                os.rename(partial / _PARTIAL, partial / path.name)
            with contextlib.suppress(FileNotFoundError):  # the process that sends has done it
                os.rename(partial, entry)
            if not moved:
                path.unlink()
        except OSError as error:
            if not (partial / path.name).exists():
                shutil.rmtree(partial, ignore_errors=True)
            raise EmotionOSError(f"{path} cannot be put into the outbox {self._folder}: {error.strerror}") from None
        self._courier.wake()

    @property
    def waiting(self) -> list[str]:
        """The names of the files that the server does not have yet, the oldest first."""
        return [file.name for entry in self._entries() for file in _files(entry)]

    @property
    def failure(self) -> str | None:
        """What is wrong now, or None; after close() also that files still wait."""
        waiting = len(self.waiting) if self._courier.failure or self._closed else 0
        if not waiting:
            return None
        why = self._courier.failure or "not sent yet"
        counted = "1 file waits" if waiting == 1 else f"{waiting} files wait"
        return f"{self._shown_url}: {why}; {counted} in {self._folder}"

    def close(self) -> None:
        """Sends what waits; what is not taken within close_s of tries stays for the next Outbox of this folder."""
        if not self._closed:
            self._closed = True
            self._courier.close(self._close_s, wait_s=None)

    def _entries(self) -> list[Path]:
        found = []
        for path in self._folder.iterdir():
            if path.is_dir() and not path.suffix:
                try:
                    found.append((path.stat().st_mtime_ns, path))
                except FileNotFoundError:  # another process has just sent it
                    continue
        return [path for _, path in sorted(found)]

    def _deliver(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # another process sends, ours too
            return False
        self._tidy_up()
        problem = None
        for entry in self._entries():
            for file in _files(entry):
                problem = self._send(file, entry.name) or problem
        if problem:
            raise problem
        return False

    def _tidy_up(self) -> None:
        """Ends what a kill cut short."""
        for entry in self._folder.glob("*" + _SENT):
            shutil.rmtree(entry, ignore_errors=True)
        for entry in self._folder.glob("*" + _PARTIAL):
            with contextlib.suppress(FileNotFoundError):  # the process that adds has done it
                if _files(entry):
                    os.rename(entry, entry.with_suffix(""))
                elif max(path.stat().st_mtime for path in (entry, *entry.iterdir())) < time.time() - _FORGOTTEN_S:
                    shutil.rmtree(entry, ignore_errors=True)

    def _send(self, file: Path, number: str) -> Undelivered | None:
        """Sends and deletes. A server that is away raises, one that does not want this file gives the reason."""
        import httpx

        try:
            with open(file, "rb") as content:
                files = {"file": (file.name, content)}
                answer = self._client.post(self._url, files=files, headers={"Idempotency-Key": number})
        except httpx.HTTPError as error:
            raise Undelivered(f"{file.name} was not taken, {_reason(error)}") from None
        if not answer.is_success:
            wish = answer.headers.get("Retry-After", "")
            pause_s = min(float(wish), 3600.0) if wish.isdecimal() else 0.0
            return Undelivered(f"{file.name} was not taken, the answer is {answer.status_code}", pause_s)
        entry = file.parent
        sent = entry.with_suffix(_SENT)
        os.rename(entry, sent)
        shutil.rmtree(sent, ignore_errors=True)
        return None

    def _end(self) -> None:
        self._lock.close()
        self._client.close()


def _files(entry: Path) -> list[Path]:
    try:
        return [path for path in entry.iterdir() if path.name != _PARTIAL]
    except FileNotFoundError:
        return []


def _reason(error: Exception) -> str:
    return without_password(str(error)) or type(error).__name__


def _client(url: str, key: str, timeout_s: float) -> tuple[httpx.Client, httpx.URL]:
    with needs("uploads need the package httpx", "upload"):
        import httpx
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        parsed = httpx.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise EmotionValueError(f"Outbox: url must be of the form https://host/path, got '{without_password(url)}'")
    if not key or not key.isascii() or not key.isprintable():
        raise EmotionValueError("Outbox: key must be a text of printable ASCII characters")
    logging.getLogger("httpx").addFilter(_hide_passwords)
    login = (parsed.username, parsed.password) if parsed.userinfo else None
    client = httpx.Client(auth=login, headers={"key": key}, timeout=timeout_s)
    return client, parsed.copy_with(username=None, password=None)


def _hide_passwords(record: logging.LogRecord) -> bool:
    """httpx logs addresses."""
    record.msg, record.args = without_password(record.getMessage()), ()
    return True
