"""Outputs of a run for tables, databases, sheets and uploads, see docs/outputs.md.

Each takes the results of a run and never ends it: what goes wrong is said by its `failure`. The packages they need are
extras: emotion[tables], emotion[sql], emotion[sheets], emotion[upload].
"""

from .frames import faces_table, frames_table
from .mailbox import MailboxOptions
from .outbox import Outbox
from .output import Output
from .parquet_table import ParquetTable
from .rows import Rows, face_rows, frame_rows, raw_rows
from .sheet_table import SheetTable
from .sql_read import RunTables, list_runs, read_run
from .sql_table import SqlTable

__all__ = [
    "MailboxOptions",
    "Outbox",
    "Output",
    "ParquetTable",
    "Rows",
    "RunTables",
    "SheetTable",
    "SqlTable",
    "face_rows",
    "faces_table",
    "frame_rows",
    "frames_table",
    "list_runs",
    "raw_rows",
    "read_run",
]
