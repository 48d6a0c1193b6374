"""emotion dataset: care of a data set before and after training."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from emotion import dataset

from .common import Raw, counted, progress_bar, say
from .dataset_common import add_detector, given_detector, task_parser, task_progress
from .dataset_labels import add_apply, add_compare, add_review, add_thresholds
from .report import Table, add_output, show


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="clean, crop, compare and review labelled pictures",
        description="Care of a data set before and after training. docs/datasets.md tells the way.",
        epilog="example:\n  emotion dataset clean portraits --move-to left-out",
        formatter_class=Raw,
    )
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    for add in (_add_clean, _add_crop, _add_duplicates, add_review, add_apply, add_thresholds, add_compare):
        add(tasks)


def _add_clean(tasks: Any) -> None:
    text = "list, move or drop pictures without a face, with several, and broken ones"
    parser = task_parser(tasks, "clean", run_clean, text, "portraits --move-to left-out")
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--keep-several", action="store_true", help="pictures with several faces are good")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--move-to", type=Path, metavar="FOLDER", help="move them there (default: list them)")
    ways.add_argument("--drop", action="store_true", help="delete them")
    add_detector(parser)
    add_output(parser)


def run_clean(arguments: argparse.Namespace) -> int:
    with progress_bar(None, "picture") as bar:
        report = dataset.clean(
            arguments.folder,
            given_detector(arguments),
            keep_several=arguments.keep_several,
            move_to=arguments.move_to,
            drop=arguments.drop,
            progress=task_progress(bar),
        )
    groups = {"no face": report.no_face, "broken": report.broken}
    if not arguments.keep_several:
        groups["several faces"] = report.several_faces
    rows = [[str(path), why] for why, paths in groups.items() for path in paths]
    done = "deleted" if arguments.drop else f"moved to {arguments.move_to}" if arguments.move_to else "listed"
    show(
        arguments,
        [Table(["picture", "why"], rows)] if rows else [],
        {why: list(map(str, p)) for why, p in groups.items()},
    )
    say(f"{counted(len(rows), 'picture')} {done}, {len(report.good)} with one face")
    return 0


def _add_crop(tasks: Any) -> None:
    text = "cut the faces out of labelled portraits, upright, as a training set"
    parser = task_parser(tasks, "crop", run_crop, text, "portraits --out crops --size 64 --color rgb")
    parser.add_argument("data", nargs="+", metavar="PATH[,part=A-B/N]", help="labelled pictures, all together")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new folder")
    parser.add_argument("--size", type=int, default=48, metavar="PX", help="of the crops (default: 48)")
    parser.add_argument("--color", choices=("gray", "rgb"), default="gray", help="of the crops (default: gray)")
    add_detector(parser)


def run_crop(arguments: argparse.Namespace) -> int:
    with progress_bar(None, "picture") as bar:
        left_out = dataset.crop(
            arguments.data,
            arguments.out,
            size=arguments.size,
            color=arguments.color,
            detector=given_detector(arguments),
            progress=task_progress(bar),
        )
    for reason in left_out:
        say(f"left out: {reason}")
    print(f"training set in {arguments.out}, {counted(len(left_out), 'picture')} left out")
    return 0


def _add_duplicates(tasks: Any) -> None:
    text = "find pictures that are in two folders, also resized, lightened or mirrored"
    parser = task_parser(tasks, "duplicates", run_duplicates, text, "train test --threshold 0.9")
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--threshold", type=float, default=0.95, metavar="X", help="least correlation (default: 0.95)")
    parser.add_argument("--within", action="store_true", help="pictures of one folder too")
    add_output(parser)


def run_duplicates(arguments: argparse.Namespace) -> int:
    splits = {folder: folder for folder in arguments.folders}
    with progress_bar(None, "picture") as bar:
        pairs = dataset.near_duplicates(
            splits, threshold=arguments.threshold, within=arguments.within, progress=task_progress(bar)
        )
    rows = [
        [str(one.first), str(one.second), f"{one.similarity:.4f}", "mirrored" if one.mirrored else ""] for one in pairs
    ]
    figures = [{**asdict(one), "first": str(one.first), "second": str(one.second)} for one in pairs]
    show(arguments, [Table(["first", "second", "similarity", ""], rows)] if rows else [], figures)
    say(f"{counted(len(pairs), 'pair')} of near duplicates")
    return 1 if pairs else 0
