"""A database of runs that nobody filmed: two days, two cameras, two exhibits, and one run of heads only."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import sqlalchemy
from emotion.outputs import MailboxOptions, SqlTable
from emotion.outputs.sql_tables import Database
from made_results import made_frame
from small_models import LABELS

QUICK = MailboxOptions(every_s=0.05, batch=500, close_s=20, first_pause_s=0.02, longest_pause_s=0.2)
# name, source, exhibit, start (local), frames, faces, labels
RUNS = (
    ("a", "camera 0", "The Kiss", "2026-03-02T09:30:00", 120, 2, LABELS),
    ("b", "camera 1", "Water Lilies", "2026-03-02T09:30:00", 60, 3, LABELS),
    ("c", "camera 0", "Water Lilies", "2026-03-03T14:00:00", 50, 1, LABELS),
    ("d", "hall.mp4", "", "2026-03-03T15:00:00", 25, 4, []),
)


def write_museum(url: str) -> None:
    for name, source, exhibit, start, frames, faces, labels in RUNS:
        write_run(url, name, start, frames, faces, labels, source=source, exhibit=exhibit)


def write_run(url: str, name: str, start: str, frames: int, faces: int, labels: Sequence[str], **about: str) -> None:
    """Through SqlTable; the start is put into the past afterwards."""
    with SqlTable(url, name, labels=labels, options=QUICK, **about) as table:
        for number in range(frames):
            table.add(made_frame(number, faces, labels))
    assert table.failure is None
    database = Database(url)
    moment = datetime.datetime.fromisoformat(start).astimezone(datetime.timezone.utc)
    with database.engine.begin() as connection:
        change = sqlalchemy.update(database.runs).where(database.runs.c.id == table.run_id)
        connection.execute(change.values(started=moment))
    database.engine.dispose()
