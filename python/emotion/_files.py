"""Folders for results, and files that appear whole."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from . import _core


def make_folder(folder: Path) -> None:
    """Makes a folder for results where it is not there. Raises EmotionOSError where nothing can be put into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        code = errno.ENOTDIR if isinstance(error, FileExistsError) else error.errno or 0
        raise _core.EmotionOSError(f"cannot make the folder {folder}: {os.strerror(code)}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _core.EmotionOSError(f"cannot write into the folder {folder}: {os.strerror(errno.EACCES)}")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A text file that appears under its name when it is complete; Ctrl+C completes it with what is there.

    Raises EmotionOSError at once where there can be no such file.
    """
    make_folder(path.parent)
    if path.is_dir():
        raise _core.EmotionOSError(f"cannot write {path}: {os.strerror(errno.EISDIR)}")
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", newline="", encoding="utf-8") as file:
            try:
                yield file
            except KeyboardInterrupt:
                _move(file, temporary, path)
                raise
            _move(file, temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _move(file: TextIO, temporary: str, path: Path) -> None:
    file.flush()
    os.fsync(file.fileno())
    umask = os.umask(0)
    os.umask(umask)
    os.chmod(temporary, 0o666 & ~umask)  # mkstemp's file is for the user alone
    os.replace(temporary, path)
