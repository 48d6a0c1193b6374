"""A classifier of faces that are cut out."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emotion import _core
from emotion.kaggle import CLASSES, UNCERTAIN_BELOW, Classes


class ModelFer:
    """Class names of faces: one of emotion.kaggle.CLASSES.

    path: name or folder of a model. uncertain_below: a best probability below is 'uncertain'. Other keywords are those
    of EmotionClassifier. Two threads may share it.
    """

    def __init__(
        self, path: str | os.PathLike[str] = "emotion", uncertain_below: float = UNCERTAIN_BELOW, **keywords: Any
    ) -> None:
        self.classifier = _core.EmotionClassifier(path, **keywords)
        self._classes = Classes(CLASSES)
        self._uncertain_below = uncertain_below

    def predict(self, image: ArrayLike) -> str:
        """The class of one face. image: (h, w, c), c of 1 (grey) or 3 (red first), uint8 or floats in [0, 255].

        Raises EmotionValueError for another shape or type, and for values outside.
        """
        given = np.asarray(image)
        if given.ndim != 3:
            raise _core.EmotionValueError(f"ModelFer.predict: expected (h, w, c), c of 1 or 3, got shape {given.shape}")
        return self._predict(given[None], "predict")[0]

    def predict_batch(self, images: ArrayLike) -> list[str]:
        """The classes of a batch (b, h, w, c); otherwise as predict."""
        given = np.asarray(images)
        if given.ndim != 4:
            raise _core.EmotionValueError(
                f"ModelFer.predict_batch: expected (b, h, w, c), c of 1 or 3, got shape {given.shape}"
            )
        return self._predict(given, "predict_batch")

    def _predict(self, batch: NDArray[Any], name: str) -> list[str]:
        if batch.shape[3] not in (1, 3) or 0 in batch.shape[1:]:
            shape = batch.shape if name == "predict_batch" else batch.shape[1:]
            raise _core.EmotionValueError(
                f"ModelFer.{name}: expected 1 or 3 channels of at least 1 px, got shape {shape}"
            )
        crops = _as_bytes(batch, name)
        if crops.shape[3] == 1:
            crops = crops[:, :, :, 0]
        said = self.classifier.classify_crops(list(crops)) if len(crops) else []
        return [self._classes.name(one, self._uncertain_below) for one in said]


def _as_bytes(batch: NDArray[Any], name: str) -> NDArray[np.uint8]:
    if batch.dtype == np.uint8:
        return np.ascontiguousarray(batch)
    if batch.dtype.kind != "f":
        raise _core.EmotionValueError(f"ModelFer.{name}: expected uint8 or floats, got {batch.dtype}")
    if not ((batch >= 0) & (batch <= 255)).all():
        raise _core.EmotionValueError(
            f"ModelFer.{name}: floats must be in [0, 255], got {batch.min()} to {batch.max()}"
        )
    rounded: NDArray[np.uint8] = np.rint(batch).astype(np.uint8)
    return rounded
