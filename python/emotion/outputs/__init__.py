"""Outputs of a run for tables, databases, sheets and uploads, see docs/outputs.md.

Each takes the results of a run and never ends it: what goes wrong is said by its `failure`. The packages they stand on are
extras: emotion[tables], emotion[sql], emotion[sheets], emotion[upload].
"""

from .output import Output
from .rows import Rows, face_rows, frame_rows, raw_rows

__all__ = ["Output", "Rows", "face_rows", "frame_rows", "raw_rows"]
