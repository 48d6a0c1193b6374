"""Which pictures a command line means, and where their annotated copies go."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import emotion

from .source import EXPECTED_VIDEO, looks_like_host

_WRITABLE = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


@dataclass(frozen=True)
class Picture:
    path: Path
    name: str  # in tables: the path as the user would write it
    place: Path  # below the output folder: the name, with its folders below the folder given


def find_pictures(paths: Iterable[str], leave_out: Path | None = None) -> list[Picture]:
    """The pictures of files and folders (with their folders), each once, in the order given, folders by name.

    A file that was named is taken whatever its ending. `leave_out`: a folder of results that is not looked into.
    Raises EmotionValueError for a path that is not there.
    """
    found: dict[Path, Picture] = {}
    hidden = leave_out.resolve() if leave_out else None
    for text in paths:
        path = Path(text)
        if path.is_dir():
            for file in _walk(path, None if hidden == path.resolve() else hidden):
                found.setdefault(file.resolve(), Picture(file, str(file), file.relative_to(path)))
        elif path.exists():
            found.setdefault(path.resolve(), Picture(path, text, Path(path.name)))
        else:
            camera = "; of a camera give rtsp://HOST/..., or --ip-camera" if looks_like_host(text) else ""
            raise emotion.EmotionValueError(f"no such file or folder: {text}{camera}")
    return list(found.values())


def read_picture(path: Path) -> NDArray[np.uint8]:
    """Its pixels. Of a file without a picture's ending the error says what could be named instead."""
    try:
        return emotion.read_image(path)
    except emotion.EmotionOSError as error:
        if emotion.is_image_path(path):
            raise
        raise emotion.EmotionOSError(f"{error}; expected a picture, a folder, {EXPECTED_VIDEO}") from None


def _walk(folder: Path, hidden: Path | None) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (Path(where) / f).resolve() != hidden)
        for file in sorted(files):
            if not file.startswith(".") and emotion.is_image_path(file):
                yield Path(where) / file


def output_paths(pictures: Iterable[Picture], folder: Path) -> list[Path]:
    """A path below `folder` for each picture's annotated copy: its own name where that is free.

    No two are the same and none is one of the pictures; formats that cannot be written become PNG.
    """
    pictures = list(pictures)
    taken = {picture.path.resolve() for picture in pictures}
    result = []
    for picture in pictures:
        place = picture.place
        if place.suffix.lower() not in _WRITABLE:
            place = place.with_name(place.name + ".png")
        path = folder / place
        number = 1
        while path.resolve() in taken:
            tail = "-faces" if number == 1 else f"-faces-{number}"
            path = folder / place.with_name(place.stem + tail + place.suffix)
            number += 1
        taken.add(path.resolve())
        result.append(path)
    return result
