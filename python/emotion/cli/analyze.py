"""emotion analyze: faces and expressions of pictures and folders of pictures; videos are in analyze_video."""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import emotion

from .analyze_video import add_video_options, given_video_option, run_video
from .common import (
    Raw,
    add_calibration,
    add_device,
    counted,
    make_folder,
    progress_bar,
    say,
    say_beside,
    text_table,
    whole_file,
)
from .pictures import Picture, find_pictures, output_paths, read_picture
from .source import EXPECTED_VIDEO, is_video, source_of

_EXAMPLE = """examples:
  emotion analyze class.jpg                             a table on the screen
  emotion analyze holiday/ --out annotated --csv faces.csv
  emotion analyze hall.jpg --min-face-px 12 --json      small faces too, as JSON
  emotion analyze lecture.mp4 --out drawn --csv faces.csv --frames frames.csv
  emotion analyze 0 --display                           the camera in a window
  emotion analyze 0 --out drawn --mode board --stop-after 60        the camera, a minute
  emotion analyze rtsp://LOGIN:PASSWORD@10.0.0.7/ --heads-only --frames heads.csv
  emotion analyze 10.0.0.7 --ip-camera --secrets secrets.toml --out drawn"""


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="find faces in pictures and videos and read their expressions",
        description="Finds the faces of pictures, or of a video, and reads their expressions.",
        epilog=_EXAMPLE,
        formatter_class=Raw,
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a picture, a folder that is searched for pictures, or one video: a file, a camera (0), an address",
    )
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: argparse.ArgumentParser) -> None:
    """All options; `emotion watch` has them too."""
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write annotated pictures, or the video, here (inputs stay as they are)"
    )
    parser.add_argument("--csv", metavar="FILE", help="write a table, a line for each face; - for the screen")
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--model-faces", default="faces", metavar="MODEL", help="name or folder (default: faces)")
    parser.add_argument("--model-emotion", default="emotion", metavar="MODEL", help="name or folder (default: emotion)")
    add_calibration(parser)
    parser.add_argument(
        "--min-face-px", type=float, metavar="PX", help="height of the smallest face worth finding (default: any)"
    )
    parser.add_argument(
        "--min-score", type=float, metavar="S", help="leave out faces below, 0 to 1 (default: the model's)"
    )
    add_device(parser)
    add_video_options(parser)


@dataclass
class Result:
    picture: Picture
    height: int
    width: int
    faces: list[emotion.Face]
    emotions: list[emotion.Emotion]


@dataclass
class Outcome:
    results: list[Result] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)  # picture, what is wrong with it
    interrupted: bool = False


def run(arguments: argparse.Namespace) -> int:
    arguments.paths = [source_of(path, arguments) for path in arguments.paths]
    if any(is_video(path) for path in arguments.paths):
        return run_video(arguments)
    if option := given_video_option(arguments):
        named = ", ".join(arguments.paths)
        raise emotion.EmotionValueError(f"{option} is for videos, and {named} is none: expected {EXPECTED_VIDEO}")
    pictures = find_pictures(arguments.paths, leave_out=arguments.out)
    if not pictures:
        raise emotion.EmotionValueError("no pictures found in " + ", ".join(arguments.paths))
    if arguments.csv and arguments.csv != "-" and Path(arguments.csv).resolve() in {p.path.resolve() for p in pictures}:
        raise emotion.EmotionValueError(f"--csv {arguments.csv} would overwrite a picture")
    if arguments.csv and arguments.csv != "-" and Path(arguments.csv).suffix != ".csv":
        raise emotion.EmotionValueError(f"--csv: the table of pictures must be a .csv file, got {arguments.csv}")
    if arguments.csv == "-" and arguments.json:
        raise emotion.EmotionValueError("--csv - and --json both print to the screen: give --csv a file name")
    if arguments.threads is not None:
        emotion.set_num_threads(arguments.threads)
    analyzer = Analyzer(arguments)
    if arguments.out:
        make_folder(arguments.out)
    with contextlib.ExitStack() as files:
        writer = None
        if arguments.csv:
            file = sys.stdout if arguments.csv == "-" else files.enter_context(whole_file(Path(arguments.csv)))
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(table_header(analyzer.classifier.labels))
        outcome = analyzer.analyze(pictures, writer)
    report(arguments, analyzer.classifier.labels, outcome, len(pictures))
    if outcome.interrupted:
        say(f"stopped: {len(outcome.results) + len(outcome.failed)} of {len(pictures)} pictures are done")
        return 130
    return 1 if outcome.failed else 0


class Analyzer:
    """The two models and what is done to each picture."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        common = {"device": arguments.device, "precision": arguments.precision}
        self.detector = emotion.FaceDetector(
            arguments.model_faces, min_score=arguments.min_score, min_face_px=arguments.min_face_px, **common
        )
        self.classifier = emotion.EmotionClassifier(
            arguments.model_emotion, calibration=arguments.calibration, **common
        )
        self.out: Path | None = arguments.out

    def analyze(self, pictures: Sequence[Picture], writer: Any) -> Outcome:
        """All pictures in turn; what is wrong with one is said, and the rest goes on."""
        outcome = Outcome()
        outputs = output_paths(pictures, self.out) if self.out else [None] * len(pictures)
        with progress_bar(len(pictures), "picture") as bar, ThreadPoolExecutor(1) as reader:
            try:
                # The next picture is read while this one is looked at.
                waiting = reader.submit(read_picture, pictures[0].path)
                for i, (picture, output) in enumerate(zip(pictures, outputs)):
                    reading = waiting
                    if i + 1 < len(pictures):
                        waiting = reader.submit(read_picture, pictures[i + 1].path)
                    try:
                        result = self.analyze_one(picture, reading.result(), output)
                        outcome.results.append(result)
                        if writer:
                            writer.writerows(table_rows(result))
                    except (emotion.EmotionError, OSError, MemoryError) as error:
                        text = str(error) or type(error).__name__
                        outcome.failed.append((picture.name, text))
                        say_beside(bar, text if picture.name in text else f"{picture.name}: {text}")
                    bar.update()
            except KeyboardInterrupt:
                outcome.interrupted = True
        return outcome

    def analyze_one(self, picture: Picture, image: NDArray[np.uint8], output: Path | None) -> Result:
        faces = self.detector.detect(image)
        emotions = self.classifier.classify(image, faces)
        if output is not None:
            make_folder(output.parent)
            emotion.write_image(output, emotion.annotate(image, faces, emotions))
        return Result(picture, image.shape[0], image.shape[1], faces, emotions)


def table_header(labels: Sequence[str]) -> list[str]:
    return ["picture", "face", "x1", "y1", "x2", "y2", "score", "label", *labels, "valence", "arousal"]


def table_rows(result: Result) -> list[list[object]]:
    """A row for each face, counted from 1; empty where the model says no valence and arousal."""
    rows: list[list[object]] = []
    for number, (face, said) in enumerate(zip(result.faces, result.emotions), start=1):
        row: list[object] = [result.picture.name, number]
        row += [f"{value:.2f}" for value in face.box]
        row += [f"{face.score:.4f}", said.label]
        row += [f"{value:.5f}" for value in said.probabilities]
        row += ["" if value is None else f"{value:.4f}" for value in (said.valence, said.arousal)]
        rows.append(row)
    return rows


def as_json(labels: Sequence[str], outcome: Outcome) -> dict[str, object]:
    return {
        "labels": list(labels),
        "pictures": [
            {
                "picture": result.picture.name,
                "height": result.height,
                "width": result.width,
                "faces": [_face_json(f, e) for f, e in zip(result.faces, result.emotions)],
            }
            for result in outcome.results
        ],
        "failed": [{"picture": name, "error": text} for name, text in outcome.failed],
    }


def _face_json(face: emotion.Face, said: emotion.Emotion) -> dict[str, object]:
    landmarks = face.landmarks
    return {
        "box": [round(value, 2) for value in face.box],
        "score": round(face.score, 4),
        "landmarks": None if landmarks is None else [[round(float(v), 2) for v in point] for point in landmarks],
        "label": said.label,
        "probabilities": [round(float(value), 5) for value in said.probabilities],
        "valence": None if said.valence is None else round(said.valence, 4),
        "arousal": None if said.arousal is None else round(said.arousal, 4),
    }


def report(arguments: argparse.Namespace, labels: Sequence[str], outcome: Outcome, count: int) -> None:
    """What goes to the screen: JSON, a table where nothing else was asked for, or one line."""
    if arguments.json:
        json.dump(as_json(labels, outcome), sys.stdout, indent=1, ensure_ascii=False)
        print()
        return
    if not arguments.out and not arguments.csv:
        print_table(outcome)
    if arguments.csv == "-":
        return
    faces = sum(len(result.faces) for result in outcome.results)
    parts = [f"{counted(len(outcome.results), 'picture')}, {counted(faces, 'face')}"]
    if outcome.failed:
        parts.append(f"{len(outcome.failed)} of {count} pictures could not be analysed")
    if arguments.out:
        parts.append(f"annotated pictures in {arguments.out}")
    if arguments.csv:
        parts.append(f"table in {arguments.csv}")
    print("; ".join(parts))


def print_table(outcome: Outcome) -> None:
    rows = []
    for result in outcome.results:
        for number, (face, said) in enumerate(zip(result.faces, result.emotions), start=1):
            x1, y1, x2, y2 = (round(value) for value in face.box)
            best = float(said.probabilities[said.label_index])
            va = ["" if value is None else f"{value:+.2f}" for value in (said.valence, said.arousal)]
            rows.append(
                [result.picture.name, number, x1, y1, x2, y2, f"{face.score:.2f}", said.label, f"{best:.2f}", *va]
            )
    if rows:
        header = ["picture", "face", "x1", "y1", "x2", "y2", "score", "label", "prob", "valence", "arousal"]
        print(text_table(header, rows) + "\n")
