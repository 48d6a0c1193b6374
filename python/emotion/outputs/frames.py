"""Results of a run as pandas DataFrames, with the columns of Recording's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from .._core import FrameResult
from .._needs import needs
from .rows import Cell, Rows, face_rows, frame_rows

if TYPE_CHECKING:
    import pandas

__all__ = ["data_frame", "faces_table", "frames_table"]


def faces_table(frames: Iterable[FrameResult], labels: Sequence[str] | None = None) -> pandas.DataFrame:
    """A row for each face of each frame: faces_table(emotion.Emanalysis("lecture.mp4")).

    frames: a run, or results. labels: of the classifier; by default those of the run, or of the first face that has
    been classified. Pictures are not kept. Raises UnsupportedError where the package pandas is missing.
    """
    return _table(frames, labels, face_rows)


def frames_table(frames: Iterable[FrameResult], labels: Sequence[str] | None = None) -> pandas.DataFrame:
    """The same with a row for each frame."""
    return _table(frames, labels, frame_rows)


def data_frame(types: Rows, rows: Sequence[Sequence[Cell]]) -> pandas.DataFrame:
    """Rows of this kind; not known is NaN, in whole numbers and texts <NA>."""
    with needs("tables need the package pandas", "tables"):
        import pandas
    kinds = {str: "string", int: "Int64", float: "float64"}
    table: pandas.DataFrame = pandas.DataFrame(rows, columns=types.columns)
    return table.astype({column: kinds[kind] for column, kind in types.types.items()})


def _table(
    frames: Iterable[FrameResult], labels: Sequence[str] | None, kind: Callable[[Sequence[str]], Rows]
) -> pandas.DataFrame:
    if labels is None:
        labels = getattr(frames, "labels", None)
    if labels is None:
        frames = list(frames)
        read = (face.emotion.labels for frame in frames for face in frame.faces if face.emotion is not None)
        labels = next(read, ())
    rows = kind(labels)
    return data_frame(rows, [row for frame in frames for row in rows.of(frame)])
