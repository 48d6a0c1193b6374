"""The command line, `emotion` or `python -m emotion`: one file for each command."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import emotion

from . import analyze, bench, calibrate, dashboard, dataset, evaluate, kaggle, models, table, train, watch
from .common import Raw, exit_code

__all__ = ["main"]

_COMMANDS = {
    "analyze": analyze,
    "watch": watch,
    "table": table,
    "dashboard": dashboard,
    "kaggle": kaggle,
    "models": models,
    "train": train,
    "evaluate": evaluate,
    "calibrate": calibrate,
    "dataset": dataset,
    "bench": bench,
}


class _ShowCmakeFolder(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(Path(emotion.__file__).resolve().parent / "lib" / "cmake" / "emotion")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="emotion",
        description="Finds faces in pictures and reads their expressions.",
        epilog="example:\n  emotion analyze holiday.jpg --out annotated --csv faces.csv",
        formatter_class=Raw,
    )
    parser.add_argument("--version", action="version", version=f"emotion {emotion.__version__}")
    parser.add_argument(
        "--cmake-dir", nargs=0, action=_ShowCmakeFolder, help="print the folder for CMake's emotion_DIR and exit"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", required=True)
    for name, module in _COMMANDS.items():
        module.add_parser(commands, name)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code: 0 good, 1 something failed, 2 not understood, 130 Ctrl+C."""
    arguments = build_parser().parse_args(argv)
    return exit_code(lambda: arguments.run(arguments))
