"""A queue in a file, for what a server has not taken yet."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .._core import EmotionOSError

__all__ = ["Spool", "SpoolBusy", "leftovers", "spool_folder", "spool_name"]

_PAGE_BYTES = 4096
_MEGABYTE = 1 << 20
_ENDING = ".spool"
_TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS queue (id INTEGER PRIMARY KEY AUTOINCREMENT, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
COMMIT;
"""


class SpoolBusy(EmotionOSError):
    """Another process, or another output of this one, has the file."""


def spool_folder(kind: str, place: str) -> Path:
    """Where what goes to one place waits: in EMOTION_SPOOL, else in the user's folder for state. Holds no secret."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(os.environ.get("EMOTION_SPOOL") or Path(state) / "emotion") / f"{kind}-{spool_name(place)}"


def spool_name(text: str) -> str:
    """A short file name for any text, always the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def leftovers(folder: Path) -> Iterator[Spool]:
    """The queues that earlier runs left in this folder and nobody has open."""
    for path in sorted(folder.glob("*" + _ENDING)):
        with contextlib.suppress(EmotionOSError):
            yield Spool(path)


class Spool:
    """Values (anything JSON) wait in order in a file of SQLite's. What was put is there after a kill.

    One at a time may have the file, others get SpoolBusy. Threads may share the object. A file that has become empty is
    deleted by close().
    """

    def __init__(self, path: Path, limit_mb: int = 512) -> None:
        """path: made with its folder, for this user alone, where it is missing. limit_mb: of the file, at most.

        Raises EmotionOSError where it cannot be written or is not a queue.
        """
        self.path = path.with_suffix(_ENDING)
        self._limit_mb = limit_mb
        self._lock = threading.RLock()
        self._closed = False
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._database = sqlite3.connect(self.path, timeout=0, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise EmotionOSError(f"{self.path}: {reason}") from None
        try:
            self._database.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = NORMAL")
            self._database.executescript(_TABLES)
            self._database.execute(f"PRAGMA max_page_count = {limit_mb * _MEGABYTE // _PAGE_BYTES}")
            self._count: int = self._one("SELECT COUNT(*) FROM queue")
        except sqlite3.Error as error:
            self._database.close()
            if "locked" in str(error):
                raise SpoolBusy(f"{self.path} is in use by another output") from None
            raise EmotionOSError(f"{self.path}: {error}") from None

    def __len__(self) -> int:
        return self._count

    def put(self, value: Any) -> None:
        """Raises EmotionOSError when the limit is reached or the disk is full; the value is then not in the queue."""
        with self._lock:
            try:
                self._database.execute("INSERT INTO queue (value) VALUES (?)", (_json(value),))
            except sqlite3.Error as error:
                full = f"it may have {self._limit_mb} MB, and the disk needs room" if "full" in str(error) else error
                raise EmotionOSError(f"{self.path}: {full}") from None
            self._count += 1

    def first(self, count: int) -> list[tuple[int, Any]]:
        """At most `count` of the oldest values with their ids, which grow; they stay in the queue."""
        with self._lock:
            found = self._database.execute("SELECT id, value FROM queue ORDER BY id LIMIT ?", (count,)).fetchall()
        return [(number, json.loads(value)) for number, value in found]

    def drop(self, last_id: int, **notes: Any) -> None:
        """Takes the values up to this id out, and sets notes in the same step."""
        with self._lock, self._database:
            self._database.execute("BEGIN")
            self._count -= self._database.execute("DELETE FROM queue WHERE id <= ?", (last_id,)).rowcount
            self._set(notes)

    def note(self, **notes: Any) -> None:
        """Keeps small values beside the queue, in one step."""
        with self._lock, self._database:
            self._database.execute("BEGIN")
            self._set(notes)

    def noted(self, name: str) -> Any:
        """What was noted under this name last, or None."""
        with self._lock:
            text = self._one("SELECT (SELECT value FROM notes WHERE name = ?)", name)
        return None if text is None else json.loads(text)

    def close(self) -> None:
        """Lets the file go; deletes it when nothing waits. Does nothing the second time."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if not self._count:  # deleted while nobody else can have it
                self.path.unlink(missing_ok=True)
            self._database.close()
            if not self._count:
                for ending in ("-wal", "-shm"):
                    Path(f"{self.path}{ending}").unlink(missing_ok=True)

    def _set(self, notes: dict[str, Any]) -> None:
        pairs = [(name, _json(value)) for name, value in notes.items()]
        self._database.executemany("INSERT OR REPLACE INTO notes VALUES (?, ?)", pairs)

    def _one(self, query: str, *values: object) -> Any:
        return self._database.execute(query, values).fetchone()[0]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
