"""emotion evaluate: what models are worth on labelled pictures."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import emotion

from .common import Raw, add_device, progress_bar, say, say_beside, text_table

# Boxes looked at in one picture: a curve of precision needs the unlikely ones too.
_MOST = 5000


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="measure a model on labelled pictures",
        description="Measures a model on labelled pictures.",
        epilog="example:\n  emotion evaluate emotion ferplus-valid",
        formatter_class=Raw,
    )
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    _add_emotion(tasks)
    _add_faces(tasks)


def _add_data(parser: argparse.ArgumentParser, metavar: str, text: str) -> None:
    parser.add_argument("data", nargs="*", metavar=metavar, help=text)
    parser.add_argument(
        "--data", action="append", default=[], dest="more", metavar="DATA", help="the same, as an option"
    )


def _given_data(arguments: argparse.Namespace) -> list[str]:
    data: list[str] = arguments.data + arguments.more
    if not data:
        raise emotion.EmotionValueError("evaluate: name the labelled pictures to measure on")
    return data


def _add_emotion(tasks: Any) -> None:
    parser = tasks.add_parser(
        "emotion",
        help="accuracy, calibration, valence and arousal",
        description="Accuracy, macro F1 and calibration of the classes (on FER+ by the majority protocol), agreement\n"
        "of valence and arousal.",
        epilog="example:\n  emotion evaluate emotion ferplus-valid,part=1/2 --model my-emotion --flip-average",
        formatter_class=Raw,
    )
    parser.add_argument("--model", default="emotion", help="name or folder (default: emotion)")
    _add_data(parser, "PATH[,part=A-B/N]", "labelled faces, all together")
    parser.add_argument("--flip-average", action="store_true", help="average over each picture and its mirror image")
    parser.add_argument("--batch-size", type=int, default=128, metavar="N", help="pictures in one pass (default: 128)")
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="threads to compute with (default: as they are)"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.set_defaults(run=run_emotion)


def run_emotion(arguments: argparse.Namespace) -> int:
    figures = emotion.evaluate_emotion(
        arguments.model,
        _given_data(arguments),
        flip_average=arguments.flip_average,
        batch_size=arguments.batch_size,
        threads=arguments.threads,
    )
    if arguments.json:
        print(json.dumps(figures, indent=1))
    else:
        print_figures(figures)
    return 0


def print_figures(figures: dict[str, Any]) -> None:
    """Plain figures a line each, tables as tables."""
    labels = figures.get("labels", [])
    for key, value in figures.items():
        if key == "labels":
            continue
        name = key.replace("_", " ")
        if key == "confusion" and value:
            print("confusion (rows: labels, columns: what the model said)")
            print(text_table(["", *labels], [[label, *row] for label, row in zip(labels, value)]))
        elif isinstance(value, list) and labels and len(value) == len(labels):
            shown = ("-" if v is None else f"{v:.3f}" for v in value)
            print(f"{name:<16} " + ", ".join(f"{label} {v}" for label, v in zip(labels, shown)))
        elif isinstance(value, dict):
            print(f"{name:<16} " + ", ".join(f"{k} {_number(v)}" for k, v in value.items()))
        elif isinstance(value, list):
            for item in value:
                say(f"left out: {item}")
        elif value is not None:
            print(f"{name:<16} {_number(value)}")


def _number(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _add_faces(tasks: Any) -> None:
    parser = tasks.add_parser(
        "faces",
        help="average precision of a face detector",
        description="Average precision at faces of any height, and from 12 and 24 px. Data sets are folders in the\n"
        "layout of WIDER FACE: images/ and wider_face_SPLIT_bbx_gt.txt.",
        epilog="example:\n  emotion evaluate faces crowd --split val --scale 1 2",
        formatter_class=Raw,
    )
    parser.add_argument("--model", default="faces", help="name or folder (default: faces)")
    _add_data(parser, "FOLDER", "labelled pictures, each folder by itself")
    parser.add_argument("--split", default="val", help="which label file (default: val)")
    parser.add_argument(
        "--scale", type=float, nargs="+", default=[1.0], metavar="X", help="working scales (default: 1)"
    )
    parser.add_argument("--iou", type=float, default=0.5, metavar="X", help="overlap of a right box (default: 0.5)")
    parser.add_argument(
        "--use-ignore-regions", action="store_true", help="what lies in an ignore region does not count"
    )
    parser.add_argument(
        "--min-score", type=float, default=0.02, metavar="S", help="boxes below are not looked at (default: 0.02)"
    )
    parser.add_argument(
        "--nms-iou", type=float, metavar="X", help="of two boxes that overlap more, one stays (default: the model's)"
    )
    add_device(parser)
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.set_defaults(run=run_faces)


def run_faces(arguments: argparse.Namespace) -> int:
    if arguments.threads is not None:
        emotion.set_num_threads(arguments.threads)
    failed = False
    results = []
    for folder in _given_data(arguments):
        pictures = emotion.read_face_labels(folder, arguments.split)
        for scale in arguments.scale:
            found, unread = detect_all(arguments, pictures, scale)
            failed = failed or unread
            figures = emotion.evaluate_faces(found, pictures, arguments.iou, arguments.use_ignore_regions)
            results.append({"data": str(folder), "split": arguments.split, "scale": scale, **figures})
    if arguments.json:
        print(json.dumps(results, indent=1))
    else:
        print_faces(results)
    return 1 if failed else 0


def detect_all(
    arguments: argparse.Namespace, pictures: list[emotion.LabelledPicture], scale: float
) -> tuple[list[list[emotion.Face]], bool]:
    """What the detector finds in each picture at a scale, and whether a picture could not be read."""
    if not scale > 0:
        raise emotion.EmotionValueError(f"--scale must be above 0, got {scale:g}")
    smallest = emotion.models.card(arguments.model).defaults.get("smallest_face_px", 1.0)
    detector = emotion.FaceDetector(
        arguments.model,
        min_score=arguments.min_score,
        nms_iou=arguments.nms_iou,
        top_k=_MOST,
        max_faces=_MOST,
        min_face_px=None if scale == 1 else smallest / scale,
        device=arguments.device,
        precision=arguments.precision,
    )
    found: list[list[emotion.Face]] = []
    unread = False
    with progress_bar(len(pictures), "picture") as bar:
        for picture in pictures:
            try:
                found.append(detector.detect(emotion.read_image(picture.path)))
            except emotion.EmotionOSError as error:
                say_beside(bar, str(error))
                found.append([])
                unread = True
            bar.update()
    return found, unread


def print_faces(results: list[dict[str, Any]]) -> None:
    header = ["data", "split", "scale", "faces from", "faces", "AP", "recall", "best F1", "at score"]
    rows = []
    for result in results:
        for part in result["accuracy"]:
            heights = f"{part['min_height_px']:g} px" if part["min_height_px"] else "any height"
            row = [Path(result["data"]).name, result["split"], f"{result['scale']:g}", heights, part["faces"]]
            row += [f"{part[key]:.3f}" for key in ("average_precision", "recall", "best_f1", "best_f1_score")]
            rows.append(row)
    print(text_table(header, rows))
