"""Where the faces of a picture are: by our detector, or by one of OpenCV's Haar cascades."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import EmotionOSError, EmotionValueError, Face, FaceDetector, UnsupportedError

__all__ = ["CASCADES", "cascade_finder", "detector_finder"]

CASCADES = ("frontalface_default", "frontalface_alt", "frontalface_alt2", "frontalface_alt_tree")
"""The scripts' choice of cascades."""

_DEBIAN = "/usr/share/opencv4/haarcascades"  # of the package opencv-data

Finder = Callable[[NDArray[np.uint8]], list[Face]]
"""From a picture, uint8 (h, w, 3), blue first, to its faces."""


def detector_finder(model: str | os.PathLike[str] = "faces", device: str = "auto") -> Finder:
    """Our detector: faces have landmarks, by which they are turned upright before their emotion is read."""
    detector = FaceDetector(model, device=device)
    return lambda image: detector.detect(image, order="bgr")


def cascade_finder(name: str) -> Finder:
    """A Haar cascade: one of CASCADES, or a cascade's XML file. Faces are boxes without landmarks, of score 1.

    Raises EmotionValueError for another name, EmotionOSError where the file is missing or is none, UnsupportedError
    where OpenCV's Python package is missing or is one without cascades, as from version 5 on.
    """
    if name not in CASCADES and not name.endswith(".xml"):
        raise EmotionValueError(f"cascade must be one of {', '.join(CASCADES)} or an XML file, got '{name}'")
    try:
        import cv2

        classifier: Any = vars(cv2)["CascadeClassifier"]()
    except (ImportError, KeyError):
        needed = "Haar cascades need OpenCV's Python package below version 5: pip install 'emotion[cascades]'"
        raise UnsupportedError(needed) from None
    folder = Path(getattr(getattr(cv2, "data", None), "haarcascades", _DEBIAN))
    path = Path(name) if name.endswith(".xml") else folder / f"haarcascade_{name}.xml"
    if not path.is_file():
        raise EmotionOSError(f"there is no cascade {path}")
    try:
        loaded = classifier.load(str(path))
    except cv2.error:
        loaded = False
    if not loaded:
        raise EmotionOSError(f"{path} is not a cascade of OpenCV's")

    def find(image: NDArray[np.uint8]) -> list[Face]:
        boxes = classifier.detectMultiScale(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
        return [Face((x, y, x + w, y + h)) for x, y, w, h in boxes]

    return find
