"""What the tasks of emotion dataset share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import emotion

from .common import Raw, add_device


def task_parser(tasks: Any, name: str, run: Callable[[argparse.Namespace], int], text: str, example: str) -> Any:
    epilog = f"example:\n  emotion dataset {name} {example}"
    parser = tasks.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", epilog=epilog, formatter_class=Raw
    )
    parser.set_defaults(run=run)
    return parser


def given_detector(arguments: argparse.Namespace) -> emotion.FaceDetector:
    if arguments.threads is not None:
        emotion.set_num_threads(arguments.threads)
    return emotion.FaceDetector(
        arguments.model_faces, min_score=arguments.min_score, device=arguments.device, precision=arguments.precision
    )


def add_detector(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model-faces", default="faces", metavar="MODEL", help="name or folder (default: faces)")
    parser.add_argument("--min-score", type=float, metavar="S", help="faces below do not count (default: the model's)")
    add_device(parser)


def task_progress(bar: Any) -> Callable[[int, int], None]:
    def step(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    return step
