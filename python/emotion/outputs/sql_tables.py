"""The tables runs, frames and faces of a database, and the way to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .._core import EmotionOSError, EmotionValueError, UnsupportedError, without_password
from .._files import make_folder
from .._needs import needs

if TYPE_CHECKING:
    import sqlalchemy

__all__ = ["Database", "error_text"]


class Database:
    """An engine for an address, and the three tables; see docs/outputs.md for their columns."""

    def __init__(self, url: str, for_reading: bool = False) -> None:
        """Connects nowhere yet. for_reading: SQLite's file must be there; else its folder is made.

        Raises EmotionValueError for an address that is none, UnsupportedError where SQLAlchemy or the database's own
        package is missing, EmotionOSError for SQLite's file or folder.
        """
        with needs("databases need the package sqlalchemy", "sql"):
            import sqlalchemy as sa
        try:
            parsed = sa.engine.make_url(url)
            if parsed.drivername in ("postgresql", "postgres"):
                parsed = parsed.set(drivername="postgresql+psycopg")
            # libpq's; without the second, a server whose power fails is noticed after a quarter of an hour
            times = {"connect_timeout": 10, "tcp_user_timeout": 30_000}
            options = times if parsed.get_backend_name() == "postgresql" else {}
            self.engine = sa.create_engine(parsed, hide_parameters=True, pool_pre_ping=True, connect_args=options)
        except ImportError as error:
            extra = ": pip install 'emotion[sql]'" if error.name == "psycopg" else ""  # the extra has this one alone
            raise UnsupportedError(f"{without_password(url)} needs the package {error.name}{extra}") from None
        except (sa.exc.ArgumentError, ValueError):
            expected = "an address such as sqlite:///runs.db or postgresql://user@host/name"
            raise EmotionValueError(f"expected {expected}, got '{without_password(url)}'") from None
        self.name = parsed.render_as_string(hide_password=True)
        self.place = parsed.set(password=None).render_as_string()
        if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
            path = Path(str(parsed.database)).resolve()
            self.place = f"sqlite:///{path}"
            _check_file(path) if for_reading else make_folder(path.parent)
        self._metadata = sa.MetaData()
        self.runs = _runs(self._metadata)
        self.frames = _frames(self._metadata)
        self.faces = _faces(self._metadata)

    def make_tables(self) -> None:
        """Those that are missing, and the columns that a database of an earlier version has not."""
        import sqlalchemy as sa

        try:
            self._metadata.create_all(self.engine)
        except (sa.exc.IntegrityError, sa.exc.ProgrammingError):  # another run has made them meanwhile
            self._metadata.create_all(self.engine)
        for name in self.missing_run_columns():
            column = sa.schema.CreateColumn(self.runs.c[name]).compile(self.engine)
            try:
                with self.engine.begin() as connection:
                    connection.execute(sa.text(f"ALTER TABLE runs ADD COLUMN {column}"))
            except sa.exc.SQLAlchemyError:
                if name in self.missing_run_columns():  # else another run has added it meanwhile
                    raise

    def missing_run_columns(self) -> list[str]:
        """Columns of runs that the database's own table has not; empty where there is no such table."""
        import sqlalchemy as sa

        inspector = sa.inspect(self.engine)
        if not inspector.has_table("runs"):
            return []
        there = {column["name"] for column in inspector.get_columns("runs")}
        return [column.name for column in self.runs.columns if column.name not in there]


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise EmotionOSError(f"{path} is not there")


def _runs(metadata: sqlalchemy.MetaData) -> sqlalchemy.Table:
    import sqlalchemy as sa

    return sa.Table(
        "runs",
        metadata,
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, index=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("labels", sa.JSON, nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("exhibit", sa.Text),  # null: a run of a version that did not have it
    )


def _frames(metadata: sqlalchemy.MetaData) -> sqlalchemy.Table:
    import sqlalchemy as sa

    return sa.Table(
        "frames",
        metadata,
        sa.Column("run_id", sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("frame", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("time_s", sa.Double, nullable=False),
        sa.Column("after_gap", sa.Integer, nullable=False),
        sa.Column("head_count", sa.Integer, nullable=False),
        sa.Column("front_share", sa.Double),
        sa.Column("emotion_counts", sa.JSON(none_as_null=True)),
        *(sa.Column(name, sa.Double) for name in ("attention_coef", "valence", "arousal")),
    )


def _faces(metadata: sqlalchemy.MetaData) -> sqlalchemy.Table:
    import sqlalchemy as sa

    return sa.Table(
        "faces",
        metadata,
        sa.Column("run_id", sa.String(32), primary_key=True),
        sa.Column("frame", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("face", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("time_s", sa.Double, nullable=False),
        sa.Column("track", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("x1", "y1", "x2", "y2", "score")),
        sa.Column("label", sa.Text),
        sa.Column("probabilities", sa.JSON(none_as_null=True)),
        *(sa.Column(name, sa.Double) for name in ("valence", "arousal", "yaw_deg", "pitch_deg", "roll_deg")),
        sa.ForeignKeyConstraint(["run_id", "frame"], ["frames.run_id", "frames.frame"]),
    )


def error_text(error: Exception) -> str:
    """The database's own words in one line, without statement, values and passwords."""
    said = str(getattr(error, "orig", None) or error).strip().splitlines()
    return without_password(said[0]) if said else type(error).__name__
