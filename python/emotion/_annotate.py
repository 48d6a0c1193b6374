"""Pictures with what was found drawn on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from . import _core

_PLAIN = (0, 200, 255)


def annotate(
    image: NDArray[np.uint8],
    faces: Sequence[_core.Face],
    emotions: Sequence[_core.Emotion] | None = None,
    order: str = "rgb",
) -> NDArray[np.uint8]:
    """A copy of the picture, in colour, with boxes, landmarks and, where `emotions` are given, what each face shows.

    image: uint8 (h, w) or (h, w, 3) in `order`, 'rgb' or 'bgr'. emotions: one for each face. Gives (h, w, 3) in
    `order`. Raises TypeError for faces or emotions that are none, EmotionValueError where their numbers differ.
    """
    _check("faces", faces, _core.Face)
    if emotions is None:
        return _core.draw_faces(image, faces, [""] * len(faces), [_PLAIN] * len(faces), order)
    _check("emotions", emotions, _core.Emotion)
    if len(emotions) != len(faces):
        raise _core.EmotionValueError(f"annotate: got {len(faces)} faces and {len(emotions)} emotions")
    texts = [f"{e.label} {e.probabilities[e.label_index] * 100:.0f}%" for e in emotions]
    return _core.draw_faces(image, faces, texts, [_core.label_color(e.label) for e in emotions], order)


def _check(name: str, given: object, kind: type) -> None:
    if not isinstance(given, Sequence):
        raise TypeError(f"annotate: {name} is a {type(given).__name__}, expected a list of emotion.{kind.__name__}")
    for place, one in enumerate(given):
        if not isinstance(one, kind):
            named = f"{name}[{place}] is a {type(one).__name__}"
            raise TypeError(f"annotate: {named}, expected an emotion.{kind.__name__}")
