"""Labels that a model doubts, for a person to look at."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from emotion import _core, evaluation
from emotion._files import make_folder, whole_file

from ._labels import free_place, write_labels

_HEADER = ("image", "label", "said", "probability", "label_probability", "verdict")
_DROP = "drop"


@dataclass(frozen=True)
class Disagreement:
    """A picture whose label is not what the model says."""

    path: Path
    label: str
    said: str
    probability: float  # of what is said
    label_probability: float


def disagreements(said: evaluation.Predictions) -> list[Disagreement]:
    """The pictures with a class label that the model answers otherwise, the surest contradiction first.

    said: of evaluation.evaluate_crops or evaluate_portraits. They are ranked by the probability of what is said less
    that of the label. Pictures without a found face have no answer and are not among them.
    """
    result = []
    for face, answer in zip(said.faces, said.emotions):
        if face.label is None or answer is None:
            continue
        (shares,) = evaluation.class_probabilities([answer])
        truth = evaluation.LABELS.index(face.label)
        best = int(shares.argmax())
        if best != truth:
            name = evaluation.LABELS[best]
            result.append(Disagreement(face.path, face.label, name, float(shares[best]), float(shares[truth])))
    return sorted(result, key=lambda one: one.label_probability - one.probability)


def write_review(table: str | os.PathLike[str], rows: Sequence[Disagreement]) -> None:
    """Writes image, label, said, probability, label_probability and an empty verdict.

    A person fills the last column: empty keeps the label, the name of a class replaces it, 'drop' takes the picture
    out.
    """
    with whole_file(Path(table)) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER)
        for row in rows:
            shares = (f"{row.probability:.4f}", f"{row.label_probability:.4f}")
            writer.writerow([row.path.resolve(), row.label, row.said, *shares, ""])


def apply_review(
    table: str | os.PathLike[str], faces: Sequence[_core.LabelledFace], out: str | os.PathLike[str]
) -> dict[str, int]:
    """Writes the data set with the verdicts of a reviewed table; the pictures given stay as they are.

    out: NAME.csv, a table of labels; or a folder, not there or empty, that gets a folder of copies for each class.
    Gives how many pictures were 'kept', 'changed' and 'dropped'. Raises EmotionValueError for a verdict that is no
    class and for a picture that is not among `faces`.
    """
    verdicts = _read_verdicts(Path(table))
    unknown = verdicts.keys() - {face.path.resolve() for face in faces}
    if unknown:
        raise _core.EmotionValueError(f"{table}: {min(unknown)} is none of the pictures")
    count = {"kept": 0, "changed": 0, "dropped": 0}
    result: list[_core.LabelledFace] = []
    for face in faces:
        verdict = verdicts.get(face.path.resolve(), "")
        label = verdict or face.label
        count["dropped" if verdict == _DROP else "kept" if label == face.label else "changed"] += 1
        if verdict != _DROP:
            result.append(_core.LabelledFace(face.path, label, False, face.valence, face.arousal))
    if Path(out).suffix == ".csv":
        write_labels(out, result)
    else:
        _copy_by_class(result, Path(out))
    return count


def _read_verdicts(table: Path) -> dict[Path, str]:
    """Picture to the class it gets, or 'drop'."""
    verdicts = {}
    with open(table, newline="", encoding="utf-8-sig") as file:
        reader = csv.DictReader(file)
        if not {"image", "verdict"} <= set(reader.fieldnames or ()):
            raise _core.EmotionValueError(f"{table}: expected the columns image and verdict")
        for number, row in enumerate(reader, 2):
            verdict = (row["verdict"] or "").strip()
            place = _core.find_emotion_label(verdict)
            if verdict and verdict != _DROP:
                if place is None:
                    raise _core.EmotionValueError(
                        f"{table}: line {number}: the verdict must be a class, {_DROP} or empty, got '{verdict}'"
                    )
                verdict = evaluation.LABELS[place]
            if verdict:
                verdicts[Path(row["image"]).resolve()] = verdict
    return verdicts


def _copy_by_class(faces: Sequence[_core.LabelledFace], out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise _core.EmotionValueError(f"apply_review: {out} has something in it already")
    for face in faces:
        if face.label is None:
            continue
        folder = out / face.label
        make_folder(folder)
        shutil.copyfile(face.path, free_place(folder, face.path.name))
