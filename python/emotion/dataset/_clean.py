"""Pictures that do not show one face."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from emotion import _core
from emotion._files import make_folder
from emotion._pictures import picture_files, read_ahead


@dataclass(frozen=True)
class CleanReport:
    """What was found: paths in numeric order."""

    good: list[Path] = field(default_factory=list)
    no_face: list[Path] = field(default_factory=list)
    several_faces: list[Path] = field(default_factory=list)
    broken: list[Path] = field(default_factory=list)

    def bad(self, keep_several: bool = False) -> list[Path]:
        """All that are not good."""
        return [*self.no_face, *([] if keep_several else self.several_faces), *self.broken]


def clean(
    folder: str | os.PathLike[str],
    detector: _core.FaceDetector | None = None,
    *,
    keep_several: bool = False,
    move_to: str | os.PathLike[str] | None = None,
    drop: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> CleanReport:
    """Looks for a face in every picture of a folder and its folders.

    Pictures without a face, with several (unless keep_several) and broken ones are only listed by default; move_to
    moves them to the same place below another folder, drop deletes them. detector: by default the shipped one.
    progress: called with pictures done and their total. Files are touched when all pictures were looked at. Raises
    EmotionValueError for both of move_to and drop; EmotionOSError for a folder that is not there and for a file that is
    in the way.
    """
    if drop and move_to is not None:
        raise _core.EmotionValueError("clean: pictures can be moved or dropped, not both")
    root = Path(folder)
    paths = picture_files(root)
    finder = detector or _core.FaceDetector()
    report = CleanReport()
    for done, (path, image, _) in enumerate(read_ahead(paths), 1):
        faces = 0 if image is None else len(finder.detect(image))
        if image is None:
            report.broken.append(path)
        elif faces == 1:
            report.good.append(path)
        else:
            (report.several_faces if faces else report.no_face).append(path)
        if progress:
            progress(done, len(paths))
    if drop:
        for path in report.bad(keep_several):
            path.unlink()
    if move_to is not None:
        _move(report.bad(keep_several), root, Path(move_to))
    return report


def _move(paths: list[Path], root: Path, out: Path) -> None:
    places = [(path, out / path.relative_to(root)) for path in paths]
    for _, place in places:
        if place.exists():
            raise _core.EmotionOSError(f"clean: {place} is in the way, nothing was moved")
    for path, place in places:
        make_folder(place.parent)
        shutil.move(path, place)
