"""emotion kaggle: a submission for a competition, its check and its score."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

import emotion
from emotion import kaggle

from .common import Raw, add_calibration, add_device, counted, progress_bar, say, whole_file
from .report import Table, add_output, show

_EXAMPLE = """examples:
  emotion kaggle test_kaggle --out submission.csv
  emotion kaggle test_kaggle --out submission.csv --classes happy,sad,joy=happiness,bored= --report left.csv
  emotion kaggle test_kaggle --check submission.csv
  emotion kaggle sample_submission.csv --check submission.csv --truth truth.csv"""


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="answer, check and score the pictures of a competition",
        description="Writes a line for every picture of a folder, image_path,emotion, or checks such a file.",
        epilog=_EXAMPLE,
        formatter_class=Raw,
    )
    parser.add_argument("images", metavar="IMAGES", help="the folder of pictures; for --check also a list of them")
    tasks = parser.add_mutually_exclusive_group(required=True)
    tasks.add_argument("--out", type=Path, metavar="FILE", help="write the submission")
    tasks.add_argument("--check", type=Path, metavar="FILE", help="say what is wrong with a submission")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="the right answers: gives the score")
    parser.add_argument(
        "--classes",
        type=lambda text: text.split(","),
        default=kaggle.CLASSES,
        metavar="A,B,...",
        help=f"names in their order; NAME=LABEL renames (default: {','.join(kaggle.CLASSES)})",
    )
    parser.add_argument("--uncertain", default=kaggle.UNCERTAIN, metavar="NAME", help="the class of doubtful answers")
    parser.add_argument(
        "--uncertain-below",
        type=float,
        default=kaggle.UNCERTAIN_BELOW,
        metavar="P",
        help=f"where the best probability is lower, 0 to 1 (default: {kaggle.UNCERTAIN_BELOW:g})",
    )
    parser.add_argument(
        "--fallback", metavar="NAME", help="where no face is found (default: uncertain, else neutral, else the first)"
    )
    parser.add_argument("--report", type=Path, metavar="FILE", help="write a table of the pictures with the fallback")
    parser.add_argument("--whole", action="store_true", help="the pictures are faces already: look for none")
    parser.add_argument("--model-faces", default="faces", metavar="MODEL", help="name or folder (default: faces)")
    parser.add_argument("--model-emotion", default="emotion", metavar="MODEL", help="name or folder (default: emotion)")
    add_calibration(parser)
    parser.add_argument("--flip-average", action="store_true", help="average over each face and its mirror image")
    add_device(parser)
    add_output(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    tables: list[Table] = []
    figures: dict[str, Any] = {}
    problems: list[str] = []
    if arguments.out:
        report = _submit(arguments)
        tables.append(Table(["class", "pictures"], list(report.counts.items())))
        figures.update(counts=report.counts, no_face=report.no_face, broken=report.broken)
    else:
        problems = kaggle.check(arguments.check, arguments.images, arguments.classes, arguments.uncertain)
        figures["problems"] = problems
    if arguments.truth:
        file = arguments.out or arguments.check
        result = kaggle.score(file, arguments.truth, arguments.classes, arguments.uncertain)
        figures["score"] = result.as_dict()
        tables += _score_tables(result)
    for problem in problems:
        say(problem)
    if tables or arguments.json:
        show(arguments, tables, figures)
    elif not problems:
        print(f"{arguments.check}: every picture is answered")
    return 1 if problems else 0


def _submit(arguments: argparse.Namespace) -> kaggle.SubmissionReport:
    if arguments.threads is not None:
        emotion.set_num_threads(arguments.threads)
    where = {"device": arguments.device, "precision": arguments.precision}
    classifier = emotion.EmotionClassifier(
        arguments.model_emotion, calibration=arguments.calibration, flip_average=arguments.flip_average, **where
    )
    detector = None if arguments.whole else emotion.FaceDetector(arguments.model_faces, **where)
    with progress_bar(None, "picture") as bar:

        def step(_: int, total: int) -> None:
            bar.total = total
            bar.update()

        report = kaggle.submit(
            arguments.images,
            arguments.out,
            classes=arguments.classes,
            uncertain=arguments.uncertain,
            uncertain_below=arguments.uncertain_below,
            fallback=arguments.fallback,
            whole=arguments.whole,
            detector=detector,
            classifier=classifier,
            progress=step,
        )
    for text in report.broken.values():
        say(text)
    fallbacks = len(report.no_face) + len(report.broken)
    say(
        f"{counted(len(report.answers), 'picture')} answered in {arguments.out}; {fallbacks} with the fallback class: "
        f"{len(report.no_face)} without a face, {len(report.broken)} broken"
    )
    if arguments.report:
        with whole_file(arguments.report) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["image_path", "reason"])
            writer.writerows((name, "no face found") for name in report.no_face)
            writer.writerows(report.broken.items())
    return report


def _score_tables(score: kaggle.Score) -> list[Table]:
    rows: list[list[object]] = [["pictures", score.pictures]]
    rows += [["accuracy", f"{score.accuracy:.4f}"], ["macro F1", f"{score.macro_f1:.4f}"]]
    counts = [[name, *row] for name, row in zip(score.classes, score.confusion.tolist())]
    title = "confusion (rows: truth, columns: what was answered)"
    return [Table(["figure", "value"], rows), Table(["class", *score.classes, "nothing"], counts, title)]
