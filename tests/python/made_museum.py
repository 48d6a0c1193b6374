"""A database of runs that nobody filmed: two days, two cameras, two exhibits, and one run of heads only."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from types import SimpleNamespace

import emotion
import numpy as np
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
    set_start(url, table.run_id, start)


def set_start(url: str, run_id: str, start: str) -> None:
    database = Database(url)
    moment = datetime.datetime.fromisoformat(start).astimezone(datetime.timezone.utc)
    with database.engine.begin() as connection:
        change = sqlalchemy.update(database.runs).where(database.runs.c.id == run_id)
        connection.execute(change.values(started=moment))
    database.engine.dispose()


def write_afternoon(url: str) -> None:
    """Twenty minutes before a picture that people come to, smile at and leave, a frame a second."""
    with SqlTable(url, "afternoon", labels=LABELS, source="camera 0", exhibit="The Kiss", options=QUICK) as table:
        for number in range(1200):
            table.add(afternoon_frame(number))
    assert table.failure is None
    set_start(url, table.run_id, "2026-03-02T14:00:00")


def afternoon_frame(second: int) -> SimpleNamespace:
    random = np.random.default_rng(second)
    warmth = np.sin(second / 1200 * 2 * np.pi)
    faces = []
    for place in range(round(3 + 2 * np.sin(second / 90) + random.uniform(-0.6, 0.6))):
        logits = random.normal(0, 1, len(LABELS)) + np.array([1.5, 2 * warmth, 0.6, -2 * warmth, -1, -1, -1, -1])
        valence, arousal = 0.6 * warmth + random.normal(0, 0.2), 0.4 * np.cos(second / 150) + random.normal(0, 0.2)
        said = emotion.Emotion(LABELS, np.exp(logits) / np.exp(logits).sum(), *np.clip([valence, arousal], -1, 1))
        track = emotion.Track(place + 1, emotion.Face((50 * place, 0, 50 * place + 40, 50), 0.9))
        faces.append(emotion.TrackedFace(track, said, said, None))
    statistics = emotion.frame_statistics(len(faces), [face.emotion for face in faces], [None] * len(faces))
    return SimpleNamespace(number=second, time_s=float(second), after_gap=False, faces=faces, statistics=statistics)
