"""The runs of a database, and those that a visitor of the page has chosen."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..outputs import list_runs

NONE = "(none)"


@dataclass(frozen=True)
class Run:
    """start: local time, aware; the run is one of that day. source, exhibit: "(none)" where the run has none."""

    id: str
    name: str
    source: str
    exhibit: str
    start: datetime.datetime
    labels: tuple[str, ...]

    @property
    def day(self) -> str:
        """2026-03-02."""
        return self.start.date().isoformat()


def read_runs(url: str) -> list[Run]:
    """All runs of a database, the oldest first; raises as emotion.outputs.list_runs."""
    return [
        Run(
            row.id,
            row.name,
            row.source or NONE,
            row.exhibit or NONE,
            row.started.to_pydatetime().astimezone(),
            tuple(row.labels),
        )
        for row in list_runs(url).itertuples()
    ]


def choose(
    runs: Sequence[Run],
    days: Collection[str] = (),
    sources: Collection[str] = (),
    exhibits: Collection[str] = (),
) -> list[Run]:
    """Those of one of the days, one of the sources and one of the exhibits; none given: all of them."""
    return [
        run
        for run in runs
        if (not days or run.day in days)
        and (not sources or run.source in sources)
        and (not exhibits or run.exhibit in exhibits)
    ]
