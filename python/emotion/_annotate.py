"""Pictures with what was found drawn on them."""

from __future__ import annotations

import colorsys
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from . import _core

_PLAIN = (0, 200, 255)

# Warm for what people would rather not feel, green and yellow for what they like, grey for neutral.
_COLORS = {
    "neutral": (150, 150, 150),
    "happiness": (60, 200, 60),
    "surprise": (240, 200, 40),
    "sadness": (80, 120, 230),
    "anger": (225, 50, 45),
    "disgust": (150, 100, 40),
    "fear": (160, 80, 200),
    "contempt": (230, 120, 60),
}
_SAME = {"happy": "happiness", "sad": "sadness", "angry": "anger", "uncertain": "neutral"}


def label_color(label: str) -> tuple[int, int, int]:
    """The colour (r, g, b) that stands for a class; the same for a name every time, whatever the model's labels are."""
    name = label.lower()
    name = _SAME.get(name, name)
    if name in _COLORS:
        return _COLORS[name]
    red, green, blue = colorsys.hsv_to_rgb(zlib.crc32(name.encode()) / 2**32, 0.65, 0.85)
    return round(red * 255), round(green * 255), round(blue * 255)


def annotate(
    image: NDArray[np.uint8],
    faces: Sequence[_core.Face],
    emotions: Sequence[_core.Emotion] | None = None,
    order: str = "rgb",
) -> NDArray[np.uint8]:
    """A copy of the picture, in colour, with boxes, landmarks and, where `emotions` are given, what each face shows.

    image: uint8 (h, w) or (h, w, 3) in `order`. emotions: one for each face. Gives (h, w, 3) in `order`.
    """
    if emotions is None:
        return _core.draw_faces(image, faces, [""] * len(faces), [_PLAIN] * len(faces), order)
    if len(emotions) != len(faces):
        raise _core.EmotionValueError(f"annotate: got {len(faces)} faces and {len(emotions)} emotions")
    texts = [f"{e.label} {e.probabilities[e.label_index] * 100:.0f}%" for e in emotions]
    return _core.draw_faces(image, faces, texts, [label_color(e.label) for e in emotions], order)
