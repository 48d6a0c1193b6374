"""A table as a Parquet file."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Union

from .._closing import Closing
from .._core import EmotionOSError, FrameResult
from .._needs import needs
from .rows import Rows

if TYPE_CHECKING:
    import pyarrow

__all__ = ["ParquetTable"]

_Path = Union[str, "os.PathLike[str]"]


class ParquetTable(Closing):
    """Writes rows to PATH.jsonl while the run goes on, and close() makes the Parquet file of them.

    >>> with ParquetTable("faces.parquet", face_rows(run.labels)) as table:
    ...     for frame in run:
    ...         table.add(frame)

    The Parquet file appears under its name when it is whole. After a kill PATH.jsonl has all rows, one JSON object a
    line. Files that are there are replaced.
    """

    def __init__(self, path: _Path, rows: Rows, *, group_rows: int = 65536) -> None:
        """rows: what is written, such as face_rows(labels). group_rows: of a row group; so many are in memory at once.

        Raises EmotionOSError where the file cannot be written, UnsupportedError where the package pyarrow is missing.
        """
        self._path = Path(path)
        self._lines_path = self._path.with_name(self._path.name + ".jsonl")
        self._rows = rows
        self._group_rows = group_rows
        self._schema = _schema(rows)
        self._failure: str | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if self._path.is_dir():
                raise IsADirectoryError(None, "Is a directory")
            self._lines: IO[bytes] | None = open(self._lines_path, "wb", buffering=0)  # noqa: SIM115  until close()
        except OSError as error:
            raise EmotionOSError(f"{self._path}: {error.strerror}") from None

    def add(self, frame: FrameResult) -> None:
        """Writes the rows of one frame to the disk, nothing more after a failure. Raises nothing but what Rows do."""
        if self._lines is None or self._failure:
            return
        columns = self._rows.columns
        lines = [json.dumps(dict(zip(columns, row)), ensure_ascii=False) + "\n" for row in self._rows.of(frame)]
        content = "".join(lines).encode()
        good = self._lines.tell()
        try:
            while content:  # a disk that becomes full takes a part
                content = content[self._lines.write(content) :]
        except OSError as error:
            self._failure = f"{self._lines_path}: {error.strerror}"
            with contextlib.suppress(OSError):  # a row is there as a whole or not at all
                self._lines.truncate(good)

    @property
    def failure(self) -> str | None:
        """What went wrong, or None."""
        return self._failure

    def close(self) -> None:
        """Makes the Parquet file, of what was written where the table has failed."""
        if self._lines is None:
            return
        self._lines.close()
        self._lines = None
        temporary = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            self._convert(temporary)
            os.replace(temporary, self._path)
            self._lines_path.unlink()
        except (OSError, ValueError) as error:  # pyarrow's errors of content are ValueErrors
            self._failure = f"{self._path} cannot be made, the rows are in {self._lines_path}: {error}"
            temporary.unlink(missing_ok=True)

    def _convert(self, target: Path) -> None:
        import pyarrow
        import pyarrow.parquet

        with (
            open(self._lines_path, encoding="utf-8") as lines,
            pyarrow.parquet.ParquetWriter(target, self._schema) as writer,
        ):
            for group in _groups(lines, self._group_rows):
                writer.write_table(pyarrow.Table.from_pylist(group, self._schema))


def _groups(lines: IO[str], size: int) -> Iterator[list[dict[str, Any]]]:
    while group := [json.loads(line) for line in itertools.islice(lines, size)]:
        yield group


def _schema(rows: Rows) -> pyarrow.Schema:
    with needs("Parquet files need the package pyarrow", "tables"):
        import pyarrow
    kinds = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64()}
    return pyarrow.schema([(name, kinds[kind]) for name, kind in rows.types.items()])
