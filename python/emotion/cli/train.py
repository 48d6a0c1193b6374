"""emotion train: trains the networks that the library ships."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import emotion

from .common import Raw, progress_bar, say
from .curves import CurvePicture
from .options import add_notes, add_options, given_options, parse_face_data, parse_notes

_RUN = {
    "out": "the model folder to write",
    "work": "folder of checkpoint and curves (default: the model folder with -training behind)",
    "resume": "go on from the checkpoint, if there is one",
    "export_only": "write the model from the checkpoint as it is and train no step",
    "name": "name of the model, in its card",
    "revision": "revision of the model, in its card",
    "license": "licence of the weights, in the card",
    "seed": "of all random numbers",
    "device": "auto, cpu, cuda or cuda:N",
    "precision": "of the network's forward pass: f32, or bf16 where processor or CUDA device compute it",
    "threads": "threads to compute with; 0: as they are",
}

_EMOTION = {
    "initial": "a model to begin with, name or folder: of the same shape, or narrower",
    "teacher_share": "of the teachers in a target that has a label too, in [0, 1]",
    "color": "of the pictures that the network takes, gray or rgb",
    "size": "their side, px: 48 or 64",
    "widths": "channels of the three or four stages, multiples of 8",
    "blocks": "residual blocks of each stage",
    "stem_stride": "1 or 2",
    "dropout": "in [0, 0.9]",
    "epochs": "passes over the pictures",
    "batch_size": "pictures of a step",
    "va_batch_size": "pictures with valence and arousal added to a step",
    "learning_rate": "the peak",
    "weight_decay": "decoupled from the loss",
    "warmup_steps": "until the peak is reached",
    "average_decay": "of the moving average of the weights, in [0, 1)",
    "patience": "epochs without a better validation figure until the run stops; 0: all epochs",
    "class_balance": "rare classes count more, (1 / frequency) to this power, in [0, 1]; 0: all the same",
    "label_smoothing": "in [0, 1)",
    "mixup": "alpha of the Beta distribution; 0: none",
    "va_share": "of valence and arousal in the loss",
    "weak_va_share": "of the votes' mean place on the circumplex",
}

_FACES = {
    "validation_pictures": "of each validation folder, evenly spaced; 0: all",
    "widths": "channels of the two stem convolutions and at strides 8, 16, 32",
    "blocks": "residual blocks at strides 8, 16, 32",
    "neck": "channels of the levels that the heads read",
    "initial": "a detector to begin with, name or folder: of the same widths, narrower or wider",
    "teacher": "a detector (yunet, face_resnet), name or folder, whose scores and boxes are learned beside the labels",
    "teacher_weight": "its part in the loss",
    "crop": "side of the training crops, px, a multiple of 32",
    "min_face_px": "crops are scaled so that one of their faces has at least this height",
    "max_face_px": "and at most this",
    "mosaic": "share of crops put together from four, in [0, 1]",
    "native_scale": "share of crops at about the picture's own scale or twice it, in [0, 1]",
    "background": "share of crops placed anywhere in their picture, in [0, 1]",
    "max_turn_deg": "40 %% of the crops are turned by up to this, degrees in [0, 45]",
    "batch_size": "crops of a step",
    "steps": "of the whole run",
    "epoch_steps": "between two checkpoints with validation",
    "learning_rate": "the peak",
    "warmup_steps": "until the peak is reached",
    "weight_decay": "decoupled from the loss",
    "average": "decay of the moving average of the weights, in [0, 1)",
    "loader_threads": "threads that make crops; the result does not depend on it",
    "cache_mb": "decoded pictures kept in memory, MB",
    "min_score": "default of the model's card, in [0, 1]",
    "smallest_face_px": "default of the model's card: faces from this height are found",
}

_EMOTION_DATA = "PATH[,part=A-B/N][,classes=WEIGHT][,va=WEIGHT]"


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="train a network",
        description="Trains a network on labelled pictures and writes it as a model folder. Ctrl+C stops the run; the\n"
        "same command with --resume goes on.",
        epilog="example:\n  emotion train emotion --train ferplus-train --validation ferplus-valid --out my-emotion",
        formatter_class=Raw,
    )
    tasks = parser.add_subparsers(title="tasks", metavar="TASK", required=True)
    _add_emotion(tasks)
    _add_faces(tasks)


def _add_emotion(tasks: Any) -> None:
    parser = tasks.add_parser(
        "emotion",
        help="classes, valence and arousal of faces",
        description="Trains classes, valence and arousal from one backbone. Data sets are folders in FER+ layout\n"
        "(label.csv), with a labels.csv or with a folder for each class, or tables (*.csv), written\n"
        + _EMOTION_DATA
        + ".",
        epilog="example:\n  emotion train emotion --train ferplus-train --train affectnet,classes=0.2 \\\n"
        "    --validation ferplus-valid,part=0/2 --report ferplus-valid,part=1/2 --out my-emotion --epochs 24",
        formatter_class=Raw,
    )
    data = {"metavar": _EMOTION_DATA, "action": "append", "default": []}
    text = "pictures to train on (may be repeated); --extra: the same, for data beside the main set"
    parser.add_argument("--train", "--extra", **data, required=True, help=text)
    parser.add_argument("--validation", **data, help="figures of each epoch; calibration (may be repeated)")
    parser.add_argument("--report", **data, help="looked at once, for the figures of the card (may be repeated)")
    text = "an emotion model, name or folder, that is learned from beside the labels (may be repeated)"
    parser.add_argument("--teacher", action="append", default=[], metavar="MODEL", dest="teachers", help=text)
    add_options(parser, emotion.train_emotion, {**_RUN, **_EMOTION})
    add_notes(parser)
    parser.set_defaults(run=run_emotion)


def _add_faces(tasks: Any) -> None:
    parser = tasks.add_parser(
        "faces",
        help="a face detector",
        description="Trains a face detector. Data sets are folders in the layout of WIDER FACE: images/ and\n"
        "wider_face_SPLIT_bbx_gt.txt, written FOLDER or FOLDER:WEIGHT.",
        epilog="example:\n  emotion train faces --train crowd --train portraits:0.5 \\\n"
        "    --validation crowd --out my-faces",
        formatter_class=Raw,
    )
    text = "folder to train on (may be repeated); its weight: how often crops are drawn from it"
    metavar = "FOLDER[:WEIGHT]"
    parser.add_argument("--train", action="append", required=True, default=[], metavar=metavar, help=text)
    text = "folder whose split 'val' is measured after each epoch (may be repeated)"
    parser.add_argument("--validation", action="append", default=[], metavar="FOLDER", help=text)
    add_options(parser, emotion.train_faces, {**_RUN, **_FACES})
    add_notes(parser)
    parser.set_defaults(run=run_faces)


def run_emotion(arguments: argparse.Namespace) -> int:
    options = given_options(arguments, {**_RUN, **_EMOTION})
    data = {name: getattr(arguments, name) for name in ("train", "validation", "report", "teachers")}
    return _train(emotion.train_emotion, {**options, **data, "notes": parse_notes(arguments.notes)})


def run_faces(arguments: argparse.Namespace) -> int:
    options = given_options(arguments, {**_RUN, **_FACES})
    train = [parse_face_data(text) for text in arguments.train]
    notes = parse_notes(arguments.notes)
    return _train(emotion.train_faces, {**options, "train": train, "validation": arguments.validation, "notes": notes})


def _train(trainer: Any, options: dict[str, Any]) -> int:
    if not options.get("out"):
        raise emotion.EmotionValueError("--out is missing: where shall the model go?")
    picture = CurvePicture(Path(options.get("work") or f"{Path(options['out'])}-training"))
    with ProgressLine() as line:

        def update(progress: emotion.TrainProgress) -> None:
            line.update(progress)
            if progress.note:
                picture.draw()

        try:
            report = trainer(**options, callback=update)
        except KeyboardInterrupt:
            line.close()
            say("stopped; the same command with --resume goes on from the last checkpoint")
            return 130
    picture.draw()  # of a run that was over already
    for text in report.skipped:
        say(f"left out: {text}")
    print(f"model in {report.model}, curves in {report.curves}")
    return 0


class ProgressLine:
    """A bar with loss, rate and time left on a terminal; elsewhere a line now and then, so that logs stay short."""

    _QUIET_S = 60.0

    def __init__(self) -> None:
        self._bar: Any = None
        self._said_at = 0.0

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def update(self, progress: emotion.TrainProgress) -> None:
        if self._bar is None:
            self._bar = progress_bar(progress.steps, "step")
            self._bar.update(progress.step - 1)
        self._bar.update(progress.step - self._bar.n)
        if self._bar.disable:
            if progress.note or progress.seconds - self._said_at >= self._QUIET_S:
                self._said_at = progress.seconds
                print(self._line(progress), file=sys.stderr, flush=True)
            return
        self._bar.set_postfix_str(f"epoch {progress.epoch}/{progress.epochs}, loss {progress.loss:.4f}", refresh=False)
        if progress.note:
            self._bar.write(f"epoch {progress.epoch}: {progress.note}", file=sys.stderr)

    @staticmethod
    def _line(p: emotion.TrainProgress) -> str:
        left = f"{p.seconds_left / 60:.0f} min left"
        text = f"epoch {p.epoch}/{p.epochs}, step {p.step}/{p.steps}, loss {p.loss:.4f}, rate {p.learning_rate:.2e}"
        return f"{text}, {p.images_per_s:.0f} pictures/s, {left}" + (f": {p.note}" if p.note else "")
