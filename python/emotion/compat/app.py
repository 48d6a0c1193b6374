"""Training and the live dashboard: python -m emotion.compat.app train [--extra [FOLDER]], or start DEVICE."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .. import cli, dataset
from .._core import EmotionOSError, EmotionValueError, read_emotion_labels
from ..cli import analyze
from ..cli.analyze_video import run_video
from ..cli.common import Raw, counted, exit_code, make_folder, progress_bar, say
from ..cli.dashboard import add_server_options, serve
from ..cli.source import EXPECTED_VIDEO, is_video, source_of
from ..dashboard import need_dash
from ..dataset._labels import write_labels

__all__ = ["main"]

_LAYOUT = "train and test, each with a folder for each class: angry, disgust, fear, happy, neutral, sad, surprise"
_TRAIN_EXAMPLE = """examples:
  python -m emotion.compat.app train --data fer2013
  python -m emotion.compat.app train --data fer2013 --extra more --clean --epochs 40 --device cuda
All options of `emotion train emotion` are taken too. The layout of --data is that in which FER2013 is given away as
pictures; the folder of --extra has the folders of classes in it. Half of the test pictures choose the best epoch, the
other half are looked at once, for the figures in the model's card."""
_START_EXAMPLE = """examples:
  python -m emotion.compat.app start 0
  python -m emotion.compat.app start 0 --display --exhibit "The Kiss" --sql sqlite:///museum.db
The numbers of every frame are stored in emotions.db, here, or where --sql says; pictures are not."""


def main(argv: Sequence[str] | None = None) -> int:
    """The script; gives its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m emotion.compat.app",
        description="Trains on FER2013's folders, or watches a camera and shows what it saw.",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_train(commands)
    _add_start(commands)
    arguments, rest = parser.parse_known_args(argv)
    if rest and arguments.run is not _train:
        parser.error("unrecognized arguments: " + " ".join(rest))
    return exit_code(lambda: arguments.run(arguments, rest))


def _add_train(commands: Any) -> None:
    parser = commands.add_parser(
        "train",
        help="train a model of expressions",
        description="Trains a model of expressions on a folder with " + _LAYOUT + ".",
        epilog=_TRAIN_EXAMPLE,
        formatter_class=Raw,
        allow_abbrev=False,
    )
    parser.add_argument("--data", type=Path, default=Path("fer2013"), metavar="FOLDER", help="(default: fer2013)")
    text = "train on these pictures too (without a name: the folder extra)"
    parser.add_argument("--extra", type=Path, nargs="?", const=Path("extra"), metavar="FOLDER", help=text)
    text = "leave out training pictures in which no face is found; files stay as they are"
    parser.add_argument("--clean", action="store_true", help=text)
    text = "the model folder to write (default: my-emotion)"
    parser.add_argument("--out", type=Path, default=Path("my-emotion"), metavar="FOLDER", help=text)
    parser.set_defaults(run=_train)


def _train(arguments: argparse.Namespace, rest: Sequence[str]) -> int:
    folders = [arguments.data / "train", *([arguments.extra] if arguments.extra else [])]
    for folder in (*folders, arguments.data / "test"):
        if not folder.is_dir():
            raise EmotionOSError(f"{folder} is not there: {arguments.data} must have {_LAYOUT}")
    if arguments.clean:
        work = Path(f"{arguments.out}-training")
        make_folder(work)
        folders = [_clean(folder, work / f"clean-{place}.csv") for place, folder in enumerate(folders)]
    command = ["train", "emotion", "--out", str(arguments.out)]
    for folder in folders:
        command += ["--train", str(folder)]
    test = arguments.data / "test"
    command += ["--validation", f"{test},part=0/2", "--report", f"{test},part=1/2", *rest]
    say("emotion " + " ".join(command))
    return cli.main(command)


def _clean(folder: Path, table: Path) -> Path:
    """Writes a table of the pictures that have a face."""
    with progress_bar(None, "picture") as bar:

        def update(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        bad = dataset.clean(folder, keep_several=True, progress=update).bad(keep_several=True)
    left_out = {path.resolve() for path in bad}
    write_labels(table, [face for face in read_emotion_labels(folder) if face.path.resolve() not in left_out])
    say(f"{folder}: {counted(len(left_out), 'picture')} without a face left out")
    return table


def _add_start(commands: Any) -> None:
    parser = commands.add_parser(
        "start",
        help="watch a camera until Ctrl+C, then show all that was seen so far",
        description="Reads the expressions before a camera until Ctrl+C, and then shows everything that has been\n"
        "collected so far in the browser, until Ctrl+C again.",
        epilog=_START_EXAMPLE,
        formatter_class=Raw,
    )
    text = "a camera (0), an address or a video file, whose end is like Ctrl+C"
    parser.add_argument("camera", metavar="DEVICE", help=text)
    analyze.add_options(parser)
    add_server_options(parser)
    parser.set_defaults(run=_start, sql="sqlite:///emotions.db")


def _start(arguments: argparse.Namespace, _: Sequence[str]) -> int:
    arguments.paths = [source_of(arguments.camera, arguments)]
    if not is_video(arguments.paths[0]):
        raise EmotionValueError(f"{arguments.camera} is no video, camera or address: expected {EXPECTED_VIDEO}")
    need_dash()  # said now and not at the end
    run_video(arguments)  # what failed is said; all else is in the database
    return serve(arguments.sql, arguments)


if __name__ == "__main__":
    sys.exit(main())
