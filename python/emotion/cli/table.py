"""emotion table: runs out of a database, and Parquet files, on the screen."""

from __future__ import annotations

import argparse
import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import emotion

from .._needs import needs
from ..outputs import list_runs, read_run
from .common import Raw, text_table

if TYPE_CHECKING:
    import pandas

_EXAMPLE = """examples:
  emotion table sqlite:///lectures.db                               the runs
  emotion table sqlite:///lectures.db --run monday --csv            the faces of a run
  emotion table sqlite:///lectures.db --run monday --frames --json
  emotion table faces.parquet --csv"""


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="show what --sql and --parquet of analyze have written",
        description="Shows the runs of a database, one of them, or a Parquet file.",
        epilog=_EXAMPLE,
        formatter_class=Raw,
    )
    parser.add_argument("place", metavar="URL|FILE", help="a database's address, or a Parquet file")
    parser.add_argument("--run", dest="run_name", metavar="NAME", help="the faces of this run (or its id)")
    parser.add_argument("--frames", action="store_true", help="with --run: its frames")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as CSV")
    form.add_argument("--json", action="store_true", help="as JSON, an object for each row")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    table = _read(arguments)
    if arguments.csv:
        table.to_csv(sys.stdout, index=False)
    elif arguments.json:
        table.to_json(sys.stdout, orient="records", indent=1, date_format="iso", force_ascii=False)
        print()
    else:
        shown = table.astype(object).where(table.notna(), "").to_numpy().tolist()
        print(text_table(list(table.columns), [[_shown(cell) for cell in row] for row in shown]))
    return 0


def _shown(cell: object) -> object:
    """On the screen: names with commas, times to the second."""
    if isinstance(cell, list):
        return ", ".join(map(str, cell))
    return cell.isoformat(" ", "seconds") if isinstance(cell, datetime.datetime) else cell


def _read(arguments: argparse.Namespace) -> pandas.DataFrame:
    if arguments.frames and not arguments.run_name:
        raise emotion.EmotionValueError("--frames is for a run: give --run as well")
    if "://" in arguments.place:
        if not arguments.run_name:
            return list_runs(arguments.place)
        found = read_run(arguments.place, arguments.run_name)
        return found.frames if arguments.frames else found.faces
    if arguments.run_name:
        raise emotion.EmotionValueError(f"--run is for a database, and {arguments.place} is none")
    return _read_parquet(Path(arguments.place))


def _read_parquet(path: Path) -> pandas.DataFrame:
    if not path.exists():
        raise emotion.EmotionOSError(f"no such file: {path}")
    try:
        with needs("tables need pandas and pyarrow", "tables"):
            import pandas

            table: pandas.DataFrame = pandas.read_parquet(path, engine="pyarrow")
    except OSError as error:
        raise emotion.EmotionOSError(f"{path}: {error.strerror or 'is no Parquet file'}") from None
    except ValueError:
        text = f"{path} is no Parquet file; of a database give its address, such as sqlite:///{path}"
        raise emotion.EmotionOSError(text) from None
    return table
