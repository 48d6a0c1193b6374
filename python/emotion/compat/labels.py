"""The predecessors' names of emotions, and which of a model's labels they are."""

from __future__ import annotations

from collections.abc import Sequence

from .._core import EmotionValueError, FrameResult, find_emotion_label
from ..outputs.rows import Cell, Rows, raw_rows

__all__ = ["LECTURE_LABELS", "SCRIPT_LABELS", "lecture_rows", "script_label"]

LECTURE_LABELS = ("ANGRY", "DISGUST", "FEAR", "HAPPY", "SAD", "SURPRISE", "NEUTRAL")
"""The lecture room's classes, in the order of its table."""

SCRIPT_LABELS = ("anger", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise", "uncertain")
"""The scripts' classes, in the order of their model."""

_SCRIPT_NAMES = {find_emotion_label(name): name for name in SCRIPT_LABELS if name != "uncertain"}


def script_label(label: str) -> str:
    """'happy' for 'happiness' or 'HAPPY', and so on; a label that is none of theirs stays as it is."""
    known = find_emotion_label(label)
    return label if known is None else _SCRIPT_NAMES[known]


def lecture_rows(labels: Sequence[str]) -> Rows:
    """The lecture room's table: a row for each face, the frame and a logit for each of LECTURE_LABELS.

    labels: of the classifier. Labels that the lecture room has not, such as contempt, are left out; the others keep
    their logits, so that a softmax over a row gives the probabilities among the seven. Raises EmotionValueError where
    one of the seven is missing.
    """
    known = [find_emotion_label(label) for label in labels]
    for name in LECTURE_LABELS:
        if find_emotion_label(name) not in known:
            raise EmotionValueError(f"the lecture room's table has {name}, the model only {', '.join(labels)}")
    columns = [1 + known.index(find_emotion_label(name)) for name in LECTURE_LABELS]
    all_labels = raw_rows(labels)

    def of(frame: FrameResult) -> list[list[Cell]]:
        return [[row[0], *(row[column] for column in columns)] for row in all_labels.of(frame)]

    return Rows({"frame": int, **dict.fromkeys(LECTURE_LABELS, float)}, of)
