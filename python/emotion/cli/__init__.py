"""The command line, `emotion` or `python -m emotion`: one file for each command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import emotion

from . import analyze, bench, dataset, evaluate, kaggle, models, train
from .common import Raw, say

__all__ = ["main"]

_COMMANDS = {
    "analyze": analyze,
    "kaggle": kaggle,
    "models": models,
    "train": train,
    "evaluate": evaluate,
    "dataset": dataset,
    "bench": bench,
}

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


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
    try:
        return int(arguments.run(arguments))
    except KeyboardInterrupt:
        say("stopped")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output is gone: there is nobody to tell
        return EXIT_FAILED
    except emotion.EmotionError as error:
        say(str(error))
        return EXIT_USAGE if isinstance(error, ValueError) else EXIT_FAILED
    except OSError as error:
        say(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error))
        return EXIT_FAILED
