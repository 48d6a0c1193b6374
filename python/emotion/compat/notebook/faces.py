"""Faces as rectangles of whole pixels, and what lies in them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion import _core

_DEVICES = {"auto": "auto", "cpu": "cpu", "gpu": "cuda"}

# The numbers of cv2.BORDER_*, so that cv2 is not needed.
BORDER_CONSTANT, BORDER_REPLICATE, BORDER_REFLECT, BORDER_WRAP, BORDER_REFLECT_101 = range(5)


class FaceDetector:
    """Faces of a picture as [[x1, y1], [x2, y2]], ints, right and bottom exclusive, the surest first.

    mode: 'cpu', 'gpu' (an error where there is none) or 'auto'. cnn_model_path: name or folder of a model.
    upsample_num: how often the picture is doubled before the search, 0 to 4: each time faces half as high are found.
    Other keywords are those of emotion.FaceDetector.
    """

    def __init__(
        self,
        mode: str = "auto",
        cnn_model_path: str | os.PathLike[str] = "faces",
        upsample_num: int = 0,
        **keywords: Any,
    ) -> None:
        if mode not in _DEVICES:
            raise _core.EmotionValueError(f"FaceDetector: mode must be one of {', '.join(_DEVICES)}, got '{mode}'")
        if not 0 <= upsample_num <= 4:
            raise _core.EmotionValueError(f"FaceDetector: upsample_num must be in [0, 4], got {upsample_num}")
        self._factor = 2**upsample_num
        self.detector = _core.FaceDetector(cnn_model_path, device=_DEVICES[mode], **keywords)

    def detect(self, image: NDArray[np.uint8]) -> list[list[list[int]]]:
        """image: uint8, (h, w) grey or (h, w, 3) with red first."""
        height, width = image.shape[:2]
        if self._factor > 1:
            image = _core.resize(image, height * self._factor, width * self._factor)
        rects = []
        for face in self.detector.detect(image):
            x1, y1, x2, y2 = (round(value / self._factor) for value in face.box)
            rects.append([[x1, y1], [max(x2, x1 + 1), max(y2, y1 + 1)]])
        return rects

    __call__ = detect


def crop_region(
    image: NDArray[Any], rect: Sequence[Sequence[int]], expand: int = 0, border_type: int = BORDER_REPLICATE
) -> NDArray[Any]:
    """What lies in [[x1, y1], [x2, y2]], grown by `expand` px on each side, always of the rect's size.

    image: (h, w) or (h, w, c). border_type: what stands outside the picture, a cv2.BORDER_* of constant (zeros),
    replicate, reflect, wrap or reflect_101. Raises EmotionValueError for an empty picture or region and for another
    border.
    """
    (x1, y1), (x2, y2) = rect
    columns = np.arange(int(x1) - expand, int(x2) + expand)
    rows = np.arange(int(y1) - expand, int(y2) + expand)
    if not columns.size or not rows.size:
        raise _core.EmotionValueError(f"crop_region: the rect {rect} with expand {expand} holds no pixel")
    if 0 in image.shape[:2]:
        raise _core.EmotionValueError(f"crop_region: the picture is empty, its shape is {image.shape}")
    height, width = image.shape[:2]
    crop = image[_inside(rows, height, border_type)][:, _inside(columns, width, border_type)]
    if border_type == BORDER_CONSTANT:
        crop[(rows < 0) | (rows >= height)] = 0
        crop[:, (columns < 0) | (columns >= width)] = 0
    return crop


def _inside(places: NDArray[np.int64], length: int, border_type: int) -> NDArray[np.int64]:
    """The place in [0, length) whose pixel stands at each place."""
    if border_type in (BORDER_CONSTANT, BORDER_REPLICATE):
        return np.clip(places, 0, length - 1)
    if border_type == BORDER_WRAP:
        return places % length
    if border_type == BORDER_REFLECT:
        there = places % (2 * length)
        return np.minimum(there, 2 * length - 1 - there)
    if border_type == BORDER_REFLECT_101:
        period = max(2 * length - 2, 1)
        there = places % period
        return np.minimum(there, period - there) if length > 1 else np.zeros_like(places)
    raise _core.EmotionValueError(f"crop_region: border_type must be cv2.BORDER_* from 0 to 4, got {border_type}")
