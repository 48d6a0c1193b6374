"""What is wrong with a submission, and what it is worth."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion import _core, evaluation
from emotion._pictures import picture_files

from ._classes import CLASSES, UNCERTAIN, Classes
from ._submit import HEADER


def check(
    submission: str | os.PathLike[str],
    images: str | os.PathLike[str] | Sequence[str],
    classes: Sequence[str] = CLASSES,
    uncertain: str = UNCERTAIN,
) -> list[str]:
    """What is wrong with a submission, a sentence each; none where it is complete.

    images: the folder of the pictures, a table whose first column names them under a header (a sample submission), or
    the names. Looked for: the header, lines that are not two fields, unknown classes, pictures that are missing, twice
    or unknown. Raises EmotionOSError for files that cannot be read.
    """
    known = Classes(classes, uncertain)
    header, *rows = list(_rows(Path(submission))) or [[]]
    problems = []
    if tuple(header) != HEADER:
        problems.append(f"line 1 must be {','.join(HEADER)}, got {','.join(header) or 'nothing'}")
    count: Counter[str] = Counter()
    for number, row in enumerate(rows, 2):
        if len(row) != 2:
            problems.append(f"line {number} must be a picture and a class, got {','.join(row) or 'nothing'}")
            continue
        count[row[0]] += 1
        if row[1] not in known:
            problems.append(f"line {number}: '{row[1]}' is none of {', '.join(known.names)}")
    wanted = _names(images)
    problems += [f"{name} is missing" for name in wanted if name not in count]
    problems += [f"{name} stands there {times} times" for name, times in count.items() if times > 1]
    problems += [f"{name} is none of the pictures" for name in count.keys() - set(wanted)]
    return problems


def _names(images: str | os.PathLike[str] | Sequence[str]) -> list[str]:
    if not isinstance(images, (str, os.PathLike)):
        return list(images)
    path = Path(images)
    if path.is_dir():
        return [picture.relative_to(path).as_posix() for picture in picture_files(path)]
    return [row[0] for row in list(_rows(path))[1:] if row]


def _rows(path: Path) -> Iterator[list[str]]:
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            yield from csv.reader(file)
    except OSError as error:
        raise _core.EmotionOSError(f"{path}: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise _core.EmotionOSError(f"{path} is no table: {error}") from None


def read_answers(table: str | os.PathLike[str]) -> dict[str, str]:
    """Picture to class.

    Raises EmotionValueError for a line that is not two fields and for a picture that is there twice.
    """
    answers: dict[str, str] = {}
    for number, row in enumerate(_rows(Path(table)), 1):
        if len(row) != 2:
            raise _core.EmotionValueError(f"{table}: line {number} must be a picture and a class, got {','.join(row)}")
        if row[0] in answers:
            raise _core.EmotionValueError(f"{table}: line {number}: {row[0]} is there twice")
        answers[row[0]] = row[1]
    answers.pop(HEADER[0], None)
    return answers


@dataclass(frozen=True)
class Score:
    """How good a submission is."""

    classes: tuple[str, ...]
    confusion: NDArray[np.int64]  # (n, n + 1): rows are the truth, columns what was answered, the last: nothing
    pictures: int
    accuracy: float
    macro_f1: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        rows = {name: row[:-1].tolist() for name, row in zip(self.classes, self.confusion)}
        return {
            "pictures": self.pictures,
            "accuracy": self.accuracy,
            "macro_f1": self.macro_f1,
            "not_answered": int(self.confusion[:, -1].sum()),
            "confusion": rows,
        }


def score(
    submission: str | os.PathLike[str],
    truth: str | os.PathLike[str],
    classes: Sequence[str] = CLASSES,
    uncertain: str = UNCERTAIN,
) -> Score:
    """Compares a submission with a table of the right answers in the same form; a picture not answered is wrong.

    Pictures that the truth does not have are left out. Raises EmotionValueError for a class that is none of `classes`
    and for a truth without pictures.
    """
    names = Classes(classes, uncertain).names
    right, said = read_answers(truth), read_answers(submission)
    if not right:
        raise _core.EmotionValueError(f"{truth} has no pictures")
    confusion = np.zeros((len(names), len(names) + 1), np.int64)
    for picture, label in right.items():
        column = _place(names, said[picture], submission) if picture in said else len(names)
        confusion[_place(names, label, truth), column] += 1
    return Score(names, confusion, len(right), evaluation.accuracy(confusion), evaluation.macro_f1(confusion))


def _place(names: tuple[str, ...], label: str, table: str | os.PathLike[str]) -> int:
    if label not in names:
        raise _core.EmotionValueError(f"{table}: '{label}' is none of {', '.join(names)}")
    return names.index(label)
