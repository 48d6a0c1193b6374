"""What the three scripts share: their options, and what is done to each picture."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .._core import EmotionValueError, UnsupportedError, Window
from ..cli.common import Raw
from .face_emotions import FaceEmotionsModel
from .finders import CASCADES, cascade_finder, detector_finder
from .frame_drawing import FrameWithEmotion, prediction_text

__all__ = ["Script", "new_parser", "open_window"]


def new_parser(name: str, description: str, path_help: str | None) -> argparse.ArgumentParser:
    """Of `python -m emotion.compat.NAME [PATH] [va] [options]`; without path_help there is no PATH."""
    parser = argparse.ArgumentParser(
        prog=f"python -m emotion.compat.{name}", description=description, formatter_class=Raw
    )
    if path_help is not None:
        parser.add_argument("path", metavar="PATH", help=path_help)
    parser.add_argument(
        "va",
        nargs="?",
        default="",
        choices=["", "va"],
        metavar="va",
        help="valence and arousal instead of classes",
    )
    parser.add_argument(
        "--cascade",
        metavar="NAME",
        help=f"find faces by a Haar cascade: {', '.join(CASCADES)} or an XML file (default: our detector)",
    )
    parser.add_argument("--detector", default="faces", metavar="MODEL", help="name or folder (default: faces)")
    parser.add_argument("--model", default="emotion", metavar="MODEL", help="name or folder (default: emotion)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the result here instead of opening a window")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    return parser


def open_window(title: str) -> Window:
    """Raises UnsupportedError where there is no display."""
    try:
        return Window(title=title)
    except UnsupportedError as error:
        raise UnsupportedError(f"{error}; --out FILE writes the result instead") from None


def _check_out(arguments: argparse.Namespace) -> None:
    path = getattr(arguments, "path", None)  # a camera has none
    if path and arguments.out and arguments.out.resolve() == Path(path).resolve():
        raise EmotionValueError(f"--out {arguments.out} would overwrite {path}")


class Script:
    """Finds, reads and draws the faces of one picture after the other."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        """Raises EmotionValueError where --out would overwrite the input, and what finders and model raise."""
        _check_out(arguments)
        if arguments.cascade is None:
            self.find = detector_finder(arguments.detector, arguments.device)
        else:
            self.find = cascade_finder(arguments.cascade)
        self.model = FaceEmotionsModel(arguments.va, model=arguments.model, device=arguments.device)
        self.draftsman = FrameWithEmotion(self.model)

    def draw(self, image: NDArray[np.uint8]) -> list[str]:
        """Draws on the picture itself: uint8 (h, w, 3), blue first. Gives a text for each face."""
        faces = self.find(image)
        predictions: Sequence[list[str | float]] = self.model.predict_faces(image, faces)
        for face, prediction in zip(faces, predictions):
            x1, y1, x2, y2 = (round(value) for value in face.box)
            self.draftsman.draw_prediction(image, x1, y1, x2 - x1, y2 - y1, prediction)
        return [prediction_text(prediction) for prediction in predictions]
