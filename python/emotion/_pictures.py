"""Pictures of a folder, read ahead, and the face that counts in them."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import _core


def numeric_key(name: str) -> list[tuple[int, int, str]]:
    """For sorted(): '9.jpg' before '10.jpg'."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]


def picture_files(folder: str | os.PathLike[str]) -> list[Path]:
    """The pictures in a folder and its folders, hidden ones left out, in numeric order.

    Raises EmotionOSError where it is no folder.
    """
    root = Path(folder)
    if not root.is_dir():
        raise _core.EmotionOSError(f"no such folder: {root}")
    found = []
    for path in root.rglob("*"):
        place = path.relative_to(root)
        if _core.is_image_path(path) and not any(part.startswith(".") for part in place.parts) and path.is_file():
            found.append(path)
    return sorted(found, key=lambda path: numeric_key(path.relative_to(root).as_posix()))


def read_ahead(
    paths: Iterable[Path], order: str = "rgb", ahead: int = 16
) -> Iterator[tuple[Path, NDArray[np.uint8] | None, str]]:
    """Path, picture and "", or path, None and what is wrong, in the order given; the next ones are read meanwhile."""
    waiting: deque[tuple[Path, Future[tuple[NDArray[np.uint8] | None, str]]]] = deque()
    with ThreadPoolExecutor(2) as readers:
        for path in paths:
            waiting.append((path, readers.submit(_read, path, order)))
            if len(waiting) > ahead:
                first, reading = waiting.popleft()
                yield (first, *reading.result())
        for first, reading in waiting:
            yield (first, *reading.result())


def _read(path: Path, order: str) -> tuple[NDArray[np.uint8] | None, str]:
    try:
        return _core.read_image(path, order), ""
    except (_core.EmotionError, MemoryError) as error:
        return None, str(error) or f"{path}: not enough memory"


def largest_face(faces: Sequence[_core.Face]) -> _core.Face | None:
    """The one with the largest box; None of none."""
    return max(faces, key=_area, default=None)


def _area(face: _core.Face) -> float:
    x1, y1, x2, y2 = face.box
    return (x2 - x1) * (y2 - y1)
