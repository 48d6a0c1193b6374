"""A run into a database."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from .._closing import Closing
from .._core import EmotionValueError, FrameResult, without_password
from .courier import Undelivered
from .mailbox import Mailbox, MailboxOptions
from .rows import Cell, Rows, face_rows, frame_rows
from .spool import Spool, spool_folder
from .sql_tables import Database, error_text

__all__ = ["SqlTable"]


class SqlTable(Closing):
    """Writes a run's frames and faces into the tables runs, frames and faces of a database, which are made if missing.

    >>> with SqlTable("sqlite:///lectures.db", run="monday", labels=run.labels) as table:
    ...     for frame in run:
    ...         table.add(frame)

    A batch goes at least every second, whole frames in one transaction. While the database is away the rows wait on the
    disk, also after a kill, and are tried again with growing pauses; those of an earlier run go with the next SqlTable
    of the same address. No frame is there twice.
    """

    def __init__(
        self,
        url: str,
        run: str,
        *,
        labels: Sequence[str],
        source: str = "",
        model: str = "",
        exhibit: str = "",
        options: MailboxOptions | None = None,
    ) -> None:
        """url: SQLAlchemy's, such as sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME; the password is not shown.
        run: a name for this run, which need not be the only one of its name. labels: of the classifier; none: heads
        only. source, model, exhibit: kept with the run; a password in the source is replaced. exhibit: what the faces
        look at, such as a picture of a museum or a course, by which the dashboard sums several runs.

        Raises EmotionValueError for an address that is none, UnsupportedError where a package is missing. A database
        that is away raises nothing, see failure.
        """
        if not run:
            raise EmotionValueError("SqlTable: run must be a name")
        self._database = Database(url)
        self._options = options or MailboxOptions()
        self._face_rows, self._frame_rows = face_rows(labels), frame_rows(labels)
        self.run_id = uuid.uuid4().hex
        about = {
            "id": self.run_id,
            "name": run,
            "source": without_password(source),
            "started": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            "labels": list(labels),
            "model": model,
            "exhibit": exhibit,
        }
        path = spool_folder("sql", self._database.place) / self.run_id
        self._mailbox = Mailbox(path, {"run": about}, self._deliver, self._options)

    def __repr__(self) -> str:
        return f"SqlTable({self._database.name!r})"

    def add(self, frame: FrameResult) -> None:
        """Takes the results of one frame. Does not wait for the database and raises nothing but what Rows do."""
        (row,) = self._frame_rows.of(frame)
        self._mailbox.put([row, self._face_rows.of(frame)])

    @property
    def failure(self) -> str | None:
        """What is wrong now, or None; after close() also that rows still wait."""
        failure = self._mailbox.failure
        return f"{self._database.name}: {failure}" if failure else None

    def close(self) -> None:
        """Sends what waits, for at most options.close_s; the rest is kept for the next start."""
        self._mailbox.close()
        self._database.engine.dispose()

    def _deliver(self, spool: Spool) -> bool:
        """One batch in one transaction; frames that an earlier try has brought are left out."""
        import sqlalchemy as sa

        waiting = spool.first(self._options.batch)
        if not waiting and spool.noted("written"):
            return False
        run = spool.noted("run")
        types = frame_rows(run["labels"]), face_rows(run["labels"])
        database = self._database
        try:
            if not spool.noted("written"):
                database.make_tables()
            with database.engine.begin() as connection:
                known = sa.select(database.runs.c.id).where(database.runs.c.id == run["id"])
                if connection.execute(known).first() is None:
                    started = datetime.datetime.fromisoformat(run["started"])
                    connection.execute(sa.insert(database.runs), {**run, "started": started})
                last = sa.select(sa.func.max(database.frames.c.frame)).where(database.frames.c.run_id == run["id"])
                last_frame = connection.execute(last).scalar()
                frames, faces = _records(run, types, [value for _, value in waiting], last_frame)
                if frames:
                    connection.execute(sa.insert(database.frames), frames)
                if faces:
                    connection.execute(sa.insert(database.faces), faces)
        except sa.exc.SQLAlchemyError as error:
            raise Undelivered(error_text(error)) from None
        spool.drop(waiting[-1][0] if waiting else 0, written=True)
        return len(spool) > 0


def _records(
    run: Mapping[str, Any], types: tuple[Rows, Rows], waiting: Sequence[Any], last_frame: int | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The new frames and their faces as columns of the two tables."""
    frames, faces = [], []
    for frame_row, face_rows_ in waiting:
        frame = _record(types[0], frame_row, run, "emotion_counts")
        if last_frame is not None and frame["frame"] <= last_frame:
            continue
        frames.append(frame)
        for number, face_row in enumerate(face_rows_):
            faces.append({**_record(types[1], face_row, run, "probabilities"), "face": number})
    return frames, faces


def _record(rows: Rows, row: Sequence[Cell], run: Mapping[str, Any], folded: str) -> dict[str, Any]:
    """A row by its columns; those of the labels go into one, as JSON."""
    record: dict[str, Any] = dict(zip(rows.columns, row))
    values = {label: record.pop(label) for label in run["labels"]}
    if values:
        record[folded] = None if None in values.values() else values
    return {**record, "run_id": run["id"]}
