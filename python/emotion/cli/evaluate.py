"""emotion evaluate: what models are worth on labelled pictures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import emotion
from emotion import evaluation, plots

from .common import Raw, add_calibration, add_device, progress_bar, say, say_beside
from .report import Table, add_output, add_plots, plots_folder, save_plot, show

# Boxes looked at in one picture: a curve of precision needs the unlikely ones too.
_MOST = 5000
_AXES = ("valence", "arousal")


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="measure a model on labelled pictures",
        description="Measures a model on labelled pictures. docs/evaluation.md defines the figures.",
        epilog="example:\n  emotion evaluate emotion ferplus-valid",
        formatter_class=Raw,
    )
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    _add_emotion(tasks)
    _add_va(tasks)
    _add_faces(tasks)
    _add_chain(tasks)


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


# ------------------------------------------------------------------------------------------------------------ emotions


def _emotion_parser(tasks: Any, name: str, drawn: str, **texts: Any) -> argparse.ArgumentParser:
    """What the tasks with a classifier share."""
    parser: argparse.ArgumentParser = tasks.add_parser(name, formatter_class=Raw, **texts)
    parser.add_argument("--model", default="emotion", help="name or folder (default: emotion)")
    _add_data(parser, "PATH[,part=A-B/N]", "labelled faces, all together")
    parser.add_argument("--flip-average", action="store_true", help="average over each face and its mirror image")
    add_device(parser, precision="f32")
    add_output(parser)
    add_plots(parser, drawn)
    return parser


def _add_emotion(tasks: Any) -> None:
    parser = _emotion_parser(
        tasks,
        "emotion",
        "confusion.png and reliability.png",
        help="accuracy, calibration, valence and arousal of crops",
        description="Accuracy, macro F1 and calibration of the classes (on FER+ by the majority protocol), agreement\n"
        "of valence and arousal. Each picture is taken whole, as a crop.",
        epilog="example:\n  emotion evaluate emotion ferplus-valid,part=1/2 --model my-emotion --flip-average",
    )
    add_calibration(parser)
    parser.add_argument("--batch-size", type=int, default=128, metavar="N", help="pictures in one pass (default: 128)")
    parser.set_defaults(run=run_emotion)


def run_emotion(arguments: argparse.Namespace) -> int:
    folder = plots_folder(arguments)
    classifier, said = _predict_crops(arguments)
    figures = evaluation.class_figures(said.faces, said.emotions)
    if classifier.has_valence_arousal:
        figures.update(evaluation.va_figures(said.faces, said.emotions))
    show(arguments, emotion_tables(figures), figures)
    if folder:
        draw_classes(folder, said)
    return 1 if said.skipped else 0


def _add_va(tasks: Any) -> None:
    parser = _emotion_parser(
        tasks,
        "va",
        "valence.png and arousal.png",
        help="agreement of valence and arousal of crops",
        description="Concordance, root mean square error and sign agreement of valence and arousal. Each picture is\n"
        "taken whole, as a crop. A label of 0 has no sign and does not count for the sign agreement.",
        epilog="example:\n  emotion evaluate va affectnet,part=8-9/10 --plots pictures",
    )
    parser.add_argument("--batch-size", type=int, default=128, metavar="N", help="pictures in one pass (default: 128)")
    parser.set_defaults(run=run_va, calibration="")  # of the classes alone


def run_va(arguments: argparse.Namespace) -> int:
    folder = plots_folder(arguments)
    _, said = _predict_crops(arguments, needs_va=True)
    figures = evaluation.va_figures(said.faces, said.emotions)
    show(arguments, va_tables(figures), figures)
    if folder:
        draw_va(folder, said)
    return 1 if said.skipped else 0


def _add_chain(tasks: Any) -> None:
    parser = _emotion_parser(
        tasks,
        "chain",
        "confusion.png, reliability.png, valence.png and arousal.png of the found faces",
        help="find the face, cut it out, classify",
        description="The whole chain on uncropped portraits: the largest face found in each picture is cut out and\n"
        "classified. Figures of the pictures with a found face, and of all, where a face not found is a wrong class\n"
        "and a valence and arousal of 0.",
        epilog="example:\n  emotion evaluate chain portraits --crop box",
    )
    add_calibration(parser)
    parser.add_argument("--detector", default="faces", metavar="MODEL", help="name or folder (default: faces)")
    parser.add_argument("--crop", choices=("aligned", "box"), default="aligned", help="by landmarks, or by the box")
    parser.add_argument("--min-score", type=float, metavar="S", help="faces below do not count (default: the model's)")
    parser.add_argument("--min-face-px", type=float, metavar="PX", help="smallest face to find (default: the model's)")
    parser.set_defaults(run=run_chain)


def run_chain(arguments: argparse.Namespace) -> int:
    folder = plots_folder(arguments)
    _set_threads(arguments)
    labels = _labelled(arguments)
    where = {"device": arguments.device, "precision": arguments.precision}
    classifier = emotion.EmotionClassifier(
        arguments.model, calibration=arguments.calibration, flip_average=arguments.flip_average, **where
    )
    detector = emotion.FaceDetector(
        arguments.detector, min_score=arguments.min_score, min_face_px=arguments.min_face_px, **where
    )
    with progress_bar(len(labels), "picture") as bar:
        said = evaluation.evaluate_portraits(detector, classifier, labels, arguments.crop, bar.update)
    _check_read(said, arguments)
    found = [(face, one) for face, one in zip(said.faces, said.emotions) if one is not None]
    seen = evaluation.Predictions([face for face, _ in found], [one for _, one in found], [])
    head = {"pictures": len(said.faces), "not_found": len(said.faces) - len(found), "crop": arguments.crop}
    parts: dict[str, dict[str, Any]] = {}
    for name, part in (("found", seen), ("all", said)):
        parts[name] = evaluation.class_figures(part.faces, part.emotions)
        if classifier.has_valence_arousal:
            parts[name].update(evaluation.va_figures(part.faces, part.emotions))
    show(arguments, chain_tables(head, parts), {**head, **parts})
    if folder:
        draw_classes(folder, seen)
        if classifier.has_valence_arousal:
            draw_va(folder, seen)
    return 1 if said.skipped else 0


def _set_threads(arguments: argparse.Namespace) -> None:
    if arguments.threads is not None:
        emotion.set_num_threads(arguments.threads)


def _labelled(arguments: argparse.Namespace, needs_va: bool = False) -> list[emotion.LabelledFace]:
    data = _given_data(arguments)
    faces = [face for face in emotion.read_emotion_labels(data) if face.valence is not None or not needs_va]
    if not faces:
        what = "valence and arousal" if needs_va else "classes, valence or arousal"
        raise emotion.EmotionValueError(f"evaluate: no labels of {what} in {', '.join(data)}")
    return faces


def _check_read(said: evaluation.Predictions, arguments: argparse.Namespace) -> None:
    for reason in said.skipped:
        say(f"left out: {reason}")
    if not said.faces:
        raise emotion.EmotionOSError(f"evaluate: no picture of {', '.join(_given_data(arguments))} can be read")


def _predict_crops(
    arguments: argparse.Namespace, needs_va: bool = False
) -> tuple[emotion.EmotionClassifier, evaluation.Predictions]:
    _set_threads(arguments)
    labels = _labelled(arguments, needs_va)
    classifier = emotion.EmotionClassifier(
        arguments.model,
        calibration=arguments.calibration,
        flip_average=arguments.flip_average,
        batch_size=arguments.batch_size,
        device=arguments.device,
        precision=arguments.precision,
    )
    if needs_va and not classifier.has_valence_arousal:
        raise emotion.EmotionValueError(f"evaluate va: the model {arguments.model} gives no valence and arousal")
    with progress_bar(len(labels), "picture") as bar:
        said = evaluation.evaluate_crops(classifier, labels, bar.update)
    _check_read(said, arguments)
    return classifier, said


_NAMES = {
    "pictures": "pictures",
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "ece": "calibration error",
    "clear_pictures": "clear pictures",
    "clear_accuracy": "accuracy on these",
}


def emotion_tables(figures: dict[str, Any]) -> list[Table]:
    """The tables of class_figures and va_figures together."""
    tables = []
    if figures["pictures"]:
        rows = [[text, _number(figures[key])] for key, text in _NAMES.items() if key in figures]
        confusion, missing = figures["confusion"], figures.get("not_found", {})
        per_class = [
            [label, sum(row) + missing.get(label, 0), *(_number(figures[key][label], 3) for key in _PER_CLASS)]
            for label, row in confusion.items()
        ]
        counts = [[label, *row, *([missing[label]] if missing else [])] for label, row in confusion.items()]
        columns = ["label", *confusion, *(["not found"] if missing else [])]
        tables += [
            Table(["figure", "value"], rows),
            Table(["class", "pictures", "recall", "precision", "F1"], per_class),
            Table(columns, counts, "confusion (rows: labels, columns: what the model said)"),
        ]
    return tables + (va_tables(figures) if figures.get("va_pictures") else [])


_PER_CLASS = ("recall", "precision", "f1")


def va_tables(figures: dict[str, Any]) -> list[Table]:
    header = ["axis", "pictures", "CCC", "RMSE", "sign agreement", "with a sign"]
    keys = ("ccc", "rmse", "sign_agreement", "signed_pictures")
    rows = [[axis, figures["va_pictures"], *(_number(figures[axis][key]) for key in keys)] for axis in _AXES]
    return [Table(header, rows)]


def chain_tables(head: dict[str, Any], parts: dict[str, dict[str, Any]]) -> list[Table]:
    rows: list[list[object]] = [
        [text, *(_number(part.get(key)) for part in parts.values())] for key, text in _NAMES.items()
    ]
    for axis in _AXES:
        for key, text in (("ccc", "CCC"), ("rmse", "RMSE"), ("sign_agreement", "sign agreement")):
            rows.append([f"{axis} {text}", *(_number(part.get(axis, {}).get(key)) for part in parts.values())])
    title = f"{head['pictures']} pictures, in {head['not_found']} no face found; crop: {head['crop']}"
    shown = [row for row in rows if any(cell != "-" for cell in row[1:])]
    return [Table(["figure", "found", "all, not found is wrong"], shown, title)]


def _number(value: Any, digits: int = 4) -> str:
    if value is None:
        return "-"
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)


def draw_classes(folder: Path, said: evaluation.Predictions) -> None:
    """confusion.png and reliability.png of the pictures with a class label; nothing without any."""
    pairs = [(face, one) for face, one in zip(said.faces, said.emotions) if face.label is not None]
    if not pairs:
        return
    truth = [evaluation.LABELS.index(face.label or "") for face, _ in pairs]
    probabilities = evaluation.class_probabilities([one for _, one in pairs])
    counts = evaluation.confusion_matrix(truth, probabilities.argmax(1))
    save_plot(folder / "confusion.png", plots.confusion_matrix(plots.new_axes(6, 6), counts, evaluation.LABELS))
    save_plot(folder / "reliability.png", plots.reliability(plots.new_axes(), probabilities, truth))


def draw_va(folder: Path, said: evaluation.Predictions) -> None:
    """valence.png and arousal.png of the pictures with these labels; nothing without any."""
    for axis in _AXES:
        labels, answers = evaluation.va_pairs(said.faces, said.emotions, axis)
        if len(labels):
            axes = plots.valence_arousal_scatter(plots.new_axes(), labels, answers, axis)
            save_plot(folder / f"{axis}.png", axes)


# --------------------------------------------------------------------------------------------------------------- faces


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
    add_output(parser)
    add_plots(parser, "precision_recall.png")
    parser.set_defaults(run=run_faces)


def run_faces(arguments: argparse.Namespace) -> int:
    folder = plots_folder(arguments)
    _set_threads(arguments)
    axes = plots.new_axes(6) if folder else None
    failed = False
    results = []
    for data in _given_data(arguments):
        pictures = emotion.read_face_labels(data, arguments.split)
        for scale in arguments.scale:
            found, unread = detect_all(arguments, pictures, scale)
            failed = failed or unread
            rule = (arguments.iou, arguments.use_ignore_regions)
            figures = emotion.evaluate_faces(found, pictures, *rule)
            results.append({"data": data, "split": arguments.split, "scale": scale, **figures})
            if axes:
                recall, precision, _ = emotion.precision_recall(found, pictures, *rule)
                area = figures["accuracy"][0]["average_precision"]
                name = f"{Path(data).name}, scale {scale:g}: AP {area:.3f}"
                plots.precision_recall(axes, recall, precision, name)
    show(arguments, [faces_table(results)], results)
    if folder and axes:
        save_plot(folder / "precision_recall.png", axes)
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


def faces_table(results: list[dict[str, Any]]) -> Table:
    header = ["data", "split", "scale", "faces from", "faces", "AP", "recall", "best F1", "at score"]
    rows = []
    for result in results:
        for part in result["accuracy"]:
            heights = f"{part['min_height_px']:g} px" if part["min_height_px"] else "any height"
            row = [Path(result["data"]).name, result["split"], f"{result['scale']:g}", heights, part["faces"]]
            row += [f"{part[key]:.3f}" for key in ("average_precision", "recall", "best_f1", "best_f1_score")]
            rows.append(row)
    return Table(header, rows)
