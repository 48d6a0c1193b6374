"""Runs back out of a database, as pandas DataFrames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._core import EmotionOSError, EmotionValueError
from .._needs import needs
from .frames import data_frame
from .rows import Cell, Rows, face_rows, frame_rows
from .sql_tables import Database, error_text

if TYPE_CHECKING:
    import pandas
    import sqlalchemy

__all__ = ["RunTables", "list_runs", "read_run"]

_RUN_COLUMNS = ("id", "name", "source", "started", "labels", "model", "exhibit")


@dataclass(frozen=True)
class RunTables:
    """A run: about has id, name, source, started (UTC), labels, model and exhibit; frames and faces are as frames_table
    and faces_table give them."""

    about: Mapping[str, Any]
    frames: pandas.DataFrame
    faces: pandas.DataFrame


def list_runs(url: str) -> pandas.DataFrame:
    """The runs of a database, the oldest first: id, name, source, started (UTC), labels, model, exhibit ('' for none)
    and count of frames.

    Raises EmotionOSError where the database is away or has no runs' table.
    """
    with needs("tables need the package pandas", "tables"):
        import pandas
    runs = [{**run, "frames": count} for run, count in _find_runs(Database(url, for_reading=True))]
    table: pandas.DataFrame = pandas.DataFrame(runs, columns=[*_RUN_COLUMNS, "frames"])
    table["started"] = pandas.to_datetime(table["started"], utc=True)
    return table


def read_run(url: str, run: str) -> RunTables:
    """A run by its name, or by its id where several have the name; the latest of these otherwise.

    Raises EmotionValueError for a run that is not there, EmotionOSError where the database is away.
    """
    database = Database(url, for_reading=True)
    found = [about for about, _ in _find_runs(database) if run in (about["name"], about["id"])]
    if not found:
        raise EmotionValueError(f"{database.name} has no run '{run}'")
    about = found[-1]
    labels = about["labels"]
    frames = _rows(database, database.frames, about, frame_rows(labels), "emotion_counts")
    faces = _rows(database, database.faces, about, face_rows(labels), "probabilities")
    return RunTables(about, data_frame(frame_rows(labels), frames), data_frame(face_rows(labels), faces))


def _query(database: Database, query: sqlalchemy.Select[Any]) -> Sequence[sqlalchemy.RowMapping]:
    import sqlalchemy as sa

    try:
        with database.engine.connect() as connection:
            found: Sequence[sqlalchemy.RowMapping] = connection.execute(query).mappings().all()
    except sa.exc.SQLAlchemyError as error:
        raise EmotionOSError(f"{database.name}: {error_text(error)}") from None
    return found


def _find_runs(database: Database) -> list[tuple[dict[str, Any], int]]:
    import sqlalchemy as sa

    runs, frames = database.runs, database.frames
    try:
        missing = database.missing_run_columns()
    except sa.exc.SQLAlchemyError as error:
        raise EmotionOSError(f"{database.name}: {error_text(error)}") from None
    there = [column for column in runs.columns if column.name not in missing]
    count = sa.select(sa.func.count()).where(frames.c.run_id == runs.c.id).scalar_subquery().label("frames")
    query = sa.select(*there, count).order_by(runs.c.started, runs.c.id)
    found = [{**row, "exhibit": row.get("exhibit") or ""} for row in _query(database, query)]
    return [({name: row[name] for name in _RUN_COLUMNS}, row["frames"]) for row in found]


def _rows(
    database: Database, table: sqlalchemy.Table, about: Mapping[str, Any], rows: Rows, folded: str
) -> list[list[Cell]]:
    import sqlalchemy as sa

    query = sa.select(table).where(table.c.run_id == about["id"]).order_by(*table.primary_key.columns)
    found = []
    for record in _query(database, query):
        values = {**record, **(record[folded] or dict.fromkeys(about["labels"]))}
        found.append([values[column] for column in rows.columns])
    return found
