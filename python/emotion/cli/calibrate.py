"""emotion calibrate: fits a model's probabilities to another labelling of the classes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import emotion

from .common import Raw, counted, say
from .report import Table, add_output, show

_FIGURES = {"accuracy": "accuracy", "log_loss": "log loss", "ece": "calibration error"}


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="fit a model to another labelling",
        description="Fits a model's probabilities to pictures that are labelled in another way than those that it was\n"
        "trained on, and writes the model with this calibration as a new folder. The weights stay as they\n"
        "are. docs/evaluation.md says when to use it.",
        epilog="example:\n  emotion calibrate affectnet,part=0-7/10 --name affectnet --out my-emotion\n"
        "  emotion evaluate emotion affectnet,part=8-9/10 --model ./my-emotion --calibration affectnet",
        formatter_class=Raw,
    )
    parser.add_argument("data", nargs="+", metavar="PATH[,part=A-B/N]", help="labelled faces, all together")
    parser.add_argument("--model", default="emotion", help="name or folder (default: emotion)")
    parser.add_argument("--name", required=True, help="of the calibration, in the model's card")
    parser.add_argument("--description", default="", metavar="TEXT", help="in the card (default: how many pictures)")
    parser.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="the new model folder")
    parser.add_argument("--batch-size", type=int, default=128, metavar="N", help="pictures in one pass (default: 128)")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="for LibTorch (default: LibTorch's own)")
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    figures = emotion.calibrate_emotion(
        arguments.model,
        arguments.data,
        name=arguments.name,
        description=arguments.description,
        out=arguments.out,
        batch_size=arguments.batch_size,
        threads=arguments.threads,
    )
    for reason in figures["skipped"]:
        say(f"left out: {reason}")
    title = f"{counted(figures['pictures'], 'picture')}, {figures['left_out']} without a class left out"
    rows = [
        [text, f"{figures['as_it_is'][key]:.4f}", f"{figures['calibrated'][key]:.4f}"] for key, text in _FIGURES.items()
    ]
    header = ["figure", "as it is", "calibrated, each fifth by a fit on the others"]
    show(arguments, [Table(header, rows, title)], figures)
    say(f"calibration {arguments.name} written to {arguments.out}")
    return 1 if figures["skipped"] else 0
