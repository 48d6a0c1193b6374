"""emotion dataset review, apply, thresholds, compare: labels and what models say of them."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import emotion
from emotion import dataset, evaluation, plots

from .common import add_device, progress_bar, say
from .dataset_common import add_detector, given_detector, task_parser
from .report import Table, add_output, add_plots, plots_folder, save_plot, show

_SHOWN = 48  # faces on a contact sheet
_COLUMNS = 8


def add_review(tasks: Any) -> None:
    text = "list the labels that a model contradicts, the surest contradiction first"
    parser = task_parser(tasks, "review", run_review, text, "crops --out review.csv --sheet review.png")
    _add_labelled(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the list, for a person to fill in")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help=f"a picture of the first {_SHOWN}; needs matplotlib")


def run_review(arguments: argparse.Namespace) -> int:
    if arguments.sheet:
        plots.new_axes()
    said = _predict(arguments)
    rows = dataset.disagreements(said)
    dataset.write_review(arguments.out, rows)
    if arguments.sheet:
        first = rows[:_SHOWN]
        pictures = [emotion.read_image(row.path) for row in first]
        captions = [f"{row.label} > {row.said}" for row in first]
        down = max(1, -(-len(first) // _COLUMNS))
        save_plot(arguments.sheet, plots.contact_sheet(plots.new_axes(12, 1.9 * down), pictures, captions, _COLUMNS))
    print(f"{len(rows)} of {len(said.faces)} labels are contradicted; fill in the verdicts in {arguments.out}")
    return 1 if said.skipped else 0


def add_apply(tasks: Any) -> None:
    text = "write a data set with the verdicts of a reviewed list"
    parser = task_parser(tasks, "apply", run_apply, text, "review.csv crops --out reviewed.csv")
    parser.add_argument("review", type=Path, metavar="REVIEW", help="the list, with a class or 'drop' as verdict")
    parser.add_argument("data", nargs="+", metavar="PATH[,part=A-B/N]", help="the labelled pictures")
    parser.add_argument("--out", type=Path, required=True, help="NAME.csv, or a new folder for copies by class")


def run_apply(arguments: argparse.Namespace) -> int:
    count = dataset.apply_review(arguments.review, emotion.read_emotion_labels(arguments.data), arguments.out)
    print(", ".join(f"{number} {what}" for what, number in count.items()) + f"; data set in {arguments.out}")
    return 0


def add_thresholds(tasks: Any) -> None:
    text = "measure answers of which those below a threshold become uncertain"
    parser = task_parser(tasks, "thresholds", run_thresholds, text, "crops --plots pictures")
    _add_labelled(parser)
    add_output(parser)
    add_plots(parser, "thresholds.png")


def run_thresholds(arguments: argparse.Namespace) -> int:
    folder = plots_folder(arguments)
    said = _predict(arguments)
    figures = dataset.sweep_thresholds(said)
    rows = [
        [f"{one.threshold:.2f}", f"{one.uncertain_share:.3f}", _share(one.accuracy), _share(one.macro_f1)]
        for one in figures
    ]
    table = Table(["uncertain below", "uncertain", "accuracy of the others", "their macro F1"], rows)
    show(arguments, [table], [asdict(one) for one in figures])
    if folder:
        save_plot(folder / "thresholds.png", plots.threshold_sweep(plots.new_axes(6, 4), figures))
    return 1 if said.skipped else 0


def add_compare(tasks: Any) -> None:
    text = "compare classifiers by accuracy, size and time"
    parser = task_parser(tasks, "compare", run_compare, text, "crops --models emotion my-emotion --plots pictures")
    parser.add_argument("data", nargs="+", metavar="PATH[,part=A-B/N]", help="labelled faces, cut out")
    parser.add_argument("--models", nargs="+", default=["emotion"], metavar="MODEL", help="names or folders")
    add_device(parser)
    add_output(parser)
    add_plots(parser, "models.png")


def run_compare(arguments: argparse.Namespace) -> int:
    folder = plots_folder(arguments)
    if arguments.threads is not None:
        emotion.set_num_threads(arguments.threads)
    faces = emotion.read_emotion_labels(arguments.data)
    with progress_bar(len(faces) * len(arguments.models), "picture") as bar:
        figures = dataset.compare(
            arguments.models, faces, device=arguments.device, precision=arguments.precision, progress=bar.update
        )
    header = ["model", "accuracy", "macro F1", "parameters", "MB", "ms a face", "frames/s", "within 1/25 s"]
    rows = [
        [
            one.name, f"{one.accuracy:.4f}", f"{one.macro_f1:.4f}", one.parameters, f"{one.size_mb:.1f}",
            f"{one.face_ms:.2f}", f"{one.frames_per_s:.0f}", "yes" if one.in_time else "no",
        ]
        for one in figures
    ]  # fmt: skip
    show(arguments, [Table(header, rows)], [{**asdict(one), "frames_per_s": one.frames_per_s} for one in figures])
    if folder:
        save_plot(folder / "models.png", plots.model_comparison(plots.new_axes(6, 4), figures))
    return 0


def _add_labelled(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("data", nargs="+", metavar="PATH[,part=A-B/N]", help="labelled pictures, all together")
    parser.add_argument("--model", default="emotion", help="name or folder (default: emotion)")
    parser.add_argument("--portraits", action="store_true", help="look for the face first (default: faces are cut out)")
    add_detector(parser)


def _predict(arguments: argparse.Namespace) -> evaluation.Predictions:
    """What the model says of the labelled pictures; those that cannot be read are named."""
    faces = emotion.read_emotion_labels(arguments.data)
    where = {"device": arguments.device, "precision": arguments.precision}
    detector = given_detector(arguments) if arguments.portraits else None
    classifier = emotion.EmotionClassifier(arguments.model, **where)
    with progress_bar(len(faces), "picture") as bar:
        if detector:
            said = evaluation.evaluate_portraits(detector, classifier, faces, progress=bar.update)
        else:
            said = evaluation.evaluate_crops(classifier, faces, bar.update)
    for reason in said.skipped:
        say(f"left out: {reason}")
    return said


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
