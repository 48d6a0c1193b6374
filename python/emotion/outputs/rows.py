"""Results of a run as rows of a table: the same columns and digits as Recording's tables, see docs/video.md.

>>> rows = face_rows(run.labels)
>>> for frame in run:
...     print([dict(zip(rows.columns, row)) for row in rows.of(frame)])
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Union

from .._core import EmotionValueError, FrameResult

__all__ = ["Cell", "Rows", "face_rows", "frame_rows", "raw_rows"]

Cell = Union[str, int, float, None]

# Digits behind the point, as libemotion/include/emotion/table_writer.hpp has them.
_TIME_DIGITS, _BOX_DIGITS, _SCORE_DIGITS, _PROBABILITY_DIGITS = 3, 2, 4, 5
_VALENCE_AROUSAL_DIGITS, _ANGLE_DIGITS, _LOGIT_DIGITS = 4, 1, 4
_SMALLEST_PROBABILITY = 1e-9  # its logarithm is still a number


@dataclass(frozen=True)
class Rows:
    """A kind of table.

    types: for each column, in order, the type of its cells (str, int or float); a cell may also be None, not known.
    of: the rows of one frame, none or more, each with a cell for every column. Those of face_rows, frame_rows and
    raw_rows raise EmotionValueError for a result with another number of labels.
    """

    types: Mapping[str, type]
    of: Callable[[FrameResult], list[list[Cell]]]

    @property
    def columns(self) -> list[str]:
        return list(self.types)


def face_rows(labels: Sequence[str]) -> Rows:
    """A row for each face of each frame, smoothed values. labels: of the classifier; none: heads only."""
    types: dict[str, type] = {"time_s": float, "frame": int, "track": int, "seen": int}
    types.update(dict.fromkeys(("x1", "y1", "x2", "y2", "score"), float))
    if labels:
        types["label"] = str
        types.update(dict.fromkeys((*labels, "valence", "arousal"), float))
    types.update(dict.fromkeys(("yaw_deg", "pitch_deg", "roll_deg"), float))

    def of(frame: FrameResult) -> list[list[Cell]]:
        _check_labels(frame, labels)
        rows = []
        for face in frame.faces:
            track, said, pose = face.track, face.emotion, face.pose
            row: list[Cell] = [_rounded(frame.time_s, _TIME_DIGITS), frame.number, track.id, int(track.seen_now)]
            row += _all_rounded(track.face.box, _BOX_DIGITS)
            row.append(_rounded(track.face.score, _SCORE_DIGITS))
            if labels and said is None:
                row += [None] * (len(labels) + 3)
            elif labels and said is not None:
                row.append(said.label)
                row += _all_rounded(said.probabilities, _PROBABILITY_DIGITS)
                row += _all_rounded((said.valence, said.arousal), _VALENCE_AROUSAL_DIGITS)
            angles = (None, None, None) if pose is None else (pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
            row += _all_rounded(angles, _ANGLE_DIGITS)
            rows.append(row)
        return rows

    return Rows(types, of)


def frame_rows(labels: Sequence[str]) -> Rows:
    """A row for each frame. labels: of the classifier; none: heads only."""
    types: dict[str, type] = {"time_s": float, "frame": int, "after_gap": int, "head_count": int, "front_share": float}
    if labels:
        types.update(dict.fromkeys(labels, int))
        types.update(dict.fromkeys(("attention_coef", "valence", "arousal"), float))

    def of(frame: FrameResult) -> list[list[Cell]]:
        _check_labels(frame, labels)
        known = frame.statistics
        row: list[Cell] = [_rounded(frame.time_s, _TIME_DIGITS), frame.number, int(frame.after_gap), known.head_count]
        row.append(_rounded(known.front_share, _PROBABILITY_DIGITS))
        if labels:
            row += known.emotion_counts or [0] * len(labels)
            row.append(_rounded(known.attention_coef, _PROBABILITY_DIGITS))
            row += _all_rounded((known.valence, known.arousal), _VALENCE_AROUSAL_DIGITS)
        return [row]

    return Rows(types, of)


def raw_rows(labels: Sequence[str]) -> Rows:
    """A row for each classified face: the frame's number and a logit for each label, not smoothed."""

    def of(frame: FrameResult) -> list[list[Cell]]:
        _check_labels(frame, labels)
        if not labels:
            return []
        read = (face.now.probabilities for face in frame.faces if face.now is not None)
        return [[frame.number, *_all_rounded(map(_logit, values), _LOGIT_DIGITS)] for values in read]

    return Rows({"frame": int, **dict.fromkeys(labels, float)}, of)


def _check_labels(frame: FrameResult, labels: Sequence[str]) -> None:
    count = len(frame.statistics.emotion_counts)
    if labels and count and count != len(labels):
        raise EmotionValueError(f"rows: the result has {count} labels, expected {len(labels)}")


def _logit(probability: float) -> float:
    return math.log(max(float(probability), _SMALLEST_PROBABILITY))


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None or not math.isfinite(value) else round(float(value), digits)


def _all_rounded(values: Iterable[float | None], digits: int) -> list[float | None]:
    return [_rounded(value, digits) for value in values]
