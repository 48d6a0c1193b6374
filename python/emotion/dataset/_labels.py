"""Tables of labels, as emotion.read_emotion_labels reads them."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

from emotion import _core
from emotion._files import whole_file


def write_labels(table: str | os.PathLike[str], faces: Sequence[_core.LabelledFace]) -> None:
    """Writes image, emotion, valence, arousal; pictures are named from the folder of the table."""
    folder = Path(table).resolve().parent
    with whole_file(Path(table)) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["image", "emotion", "valence", "arousal"])
        for face in faces:
            image = Path(os.path.relpath(face.path.resolve(), folder)).as_posix()
            writer.writerow([image, face.label or "", _number(face.valence), _number(face.arousal)])


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def free_place(folder: Path, name: str) -> Path:
    """A path in the folder where nothing stands: the name, or '2-name'. Its end stays, which tells persons apart."""
    place = folder / name
    number = 1
    while place.exists():
        number += 1
        place = folder / f"{number}-{name}"
    return place
