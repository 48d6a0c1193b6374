"""The frames of several runs, summed over stretches of time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import EmotionOSError
from ..outputs.sql_tables import Database, error_text
from ._runs import Run

_Floats = NDArray[np.float64]
_DAY_S = 86400
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, _DAY_S)
_RUNS_A_QUERY = 500  # SQLite takes some thousand values


@dataclass(frozen=True)
class Summary:
    """What m stretches of time show of n emotions. Stretches without a frame are left out.

    labels: those of all runs (n). step_s: length of a stretch. times: when each begins, local time (m). faces: those
    that show each emotion, mean of a stretch's frames (m, n). heads, most_heads: mean and maximum (m). valence,
    arousal: mean of the frames that have a face, else NaN (m). shares: of each emotion among all faces, 0 to 1, or 0
    where there is no face (n). runs, frames: how many. mean_heads: of all frames.
    """

    labels: tuple[str, ...]
    step_s: int
    times: list[datetime.datetime]
    faces: _Floats
    heads: _Floats
    most_heads: _Floats
    valence: _Floats
    arousal: _Floats
    shares: _Floats
    runs: int
    frames: int
    mean_heads: float


@dataclass
class _Stretch:
    counts: list[float]
    frames: int = 0
    heads: int = 0
    most_heads: int = 0
    read: int = 0  # frames with valence and arousal
    valence: float = 0.0
    arousal: float = 0.0


class _Rows:
    """The frames of runs in a database."""

    def __init__(self, database: Database, runs: Sequence[Run]) -> None:
        self.database = database
        self.starts = {run.id: run.start.timestamp() for run in runs}

    def frames(self) -> Iterator[tuple[float, Any]]:
        """Each frame with its moment, s since 1970; the memory does not grow with their number."""
        table = self.database.frames.c
        for row in self._query(
            table.run_id, table.time_s, table.head_count, table.emotion_counts, table.valence, table.arousal
        ):
            yield self.starts[row.run_id] + row.time_s, row

    def ends(self) -> tuple[float, float]:
        """The moments of the first and of the last frame; 0, 0 without a frame."""
        import sqlalchemy as sa

        table = self.database.frames.c
        first, last = sa.func.min(table.time_s).label("first"), sa.func.max(table.time_s).label("last")
        found = list(self._query(table.run_id, first, last, group=True))
        return (
            min((self.starts[row.run_id] + row.first for row in found), default=0.0),
            max((self.starts[row.run_id] + row.last for row in found), default=0.0),
        )

    def _query(self, *columns: Any, group: bool = False) -> Iterator[Any]:
        import sqlalchemy as sa

        ids = list(self.starts)
        run_id = self.database.frames.c.run_id
        try:
            with self.database.engine.connect().execution_options(yield_per=5000) as connection:
                for place in range(0, len(ids), _RUNS_A_QUERY):
                    query = sa.select(*columns).where(run_id.in_(ids[place : place + _RUNS_A_QUERY]))
                    yield from connection.execute(query.group_by(run_id) if group else query)
        except sa.exc.SQLAlchemyError as error:
            raise EmotionOSError(f"{self.database.name}: {error_text(error)}") from None


def sum_up(url: str, runs: Sequence[Run], stretches: int = 100) -> Summary:
    """All frames of these runs, in at most about `stretches` stretches from the first frame to the last.

    Where runs are at the same time, a stretch has the mean over the frames of all of them. Every frame is read, some
    ten thousand a second. Raises EmotionOSError where the database is away.
    """
    database = Database(url, for_reading=True)
    try:
        rows = _Rows(database, runs)
        first, last = rows.ends()
        step_s = find_step((last - first) / stretches)
        labels = tuple(dict.fromkeys(label for run in runs for label in run.labels))
        places = {label: place for place, label in enumerate(labels)}
        found: dict[int, _Stretch] = {}
        for moment, row in rows.frames():
            number = int(moment // step_s)
            if number not in found:
                found[number] = _Stretch([0.0] * len(labels))
            _add(found[number], row, places)
    finally:
        database.engine.dispose()
    return _summary(found, labels, step_s, len(runs))


def find_step(least_s: float) -> int:
    """A round number of seconds, minutes, hours or days that is not shorter."""
    return next((step for step in _STEPS_S if step >= least_s), _DAY_S * int(np.ceil(least_s / _DAY_S)))


def _add(stretch: _Stretch, row: Any, places: dict[str, int]) -> None:
    stretch.frames += 1
    stretch.heads += row.head_count
    stretch.most_heads = max(stretch.most_heads, row.head_count)
    for label, count in (row.emotion_counts or {}).items():
        stretch.counts[places[label]] += count
    if row.valence is not None and row.arousal is not None:
        stretch.read += 1
        stretch.valence += row.valence
        stretch.arousal += row.arousal


def _summary(found: dict[int, _Stretch], labels: tuple[str, ...], step_s: int, runs: int) -> Summary:
    numbers = sorted(found)
    ordered = [found[number] for number in numbers]
    counts = np.array([one.counts for one in ordered], np.float64).reshape(len(ordered), len(labels))
    frames = np.array([one.frames for one in ordered], np.float64)
    heads = np.array([one.heads for one in ordered], np.float64)
    read = np.array([one.read or np.nan for one in ordered], np.float64)
    moments = [datetime.datetime.fromtimestamp(number * step_s).astimezone() for number in numbers]
    return Summary(
        labels=labels,
        step_s=step_s,
        times=moments,
        faces=counts / frames[:, None],
        heads=heads / frames,
        most_heads=np.array([one.most_heads for one in ordered], np.float64),
        valence=np.array([one.valence for one in ordered], np.float64) / read,
        arousal=np.array([one.arousal for one in ordered], np.float64) / read,
        shares=counts.sum(0) / max(counts.sum(), 1.0),
        runs=runs,
        frames=int(frames.sum()),
        mean_heads=float(heads.sum() / max(frames.sum(), 1.0)),
    )
