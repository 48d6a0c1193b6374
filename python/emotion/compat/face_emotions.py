"""The scripts' classifier: one face in, a list of its emotion out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Union

import numpy as np
from numpy.typing import NDArray

from .._core import (
    Emotion,
    EmotionClassifier,
    EmotionValueError,
    Face,
    circumplex_emotions,
    match_circumplex,
)
from .labels import SCRIPT_LABELS, script_label

__all__ = ["FaceEmotionsModel", "Prediction"]

Prediction = list[Union[str, float]]
"""[name, probability], or with 'va' [name, valence, arousal, probability], 'no data' for that of 'uncertain'."""


class FaceEmotionsModel:
    """The emotion of a face, by class or, with va='va', by its place in the plane of valence and arousal.

    >>> FaceEmotionsModel()(face)                     # ['happy', 0.93]
    >>> FaceEmotionsModel("va")(face)                 # ['happy', 0.91, 0.2, 0.93]

    model: a classifier's name or folder. uncertain_below: a class whose probability is lower is called 'uncertain';
    only without va. device: as EmotionClassifier's. Two threads may share one.
    """

    def __init__(
        self,
        va: str = "",
        *,
        model: str | os.PathLike[str] = "emotion",
        uncertain_below: float = 0.0,
        device: str = "auto",
    ) -> None:
        if va not in ("", "va"):
            raise EmotionValueError(f"FaceEmotionsModel: va must be '' or 'va', got '{va}'")
        self.va = va
        self.names = dict(enumerate(SCRIPT_LABELS))
        self.coords = {"neutral": [0.0, 0.0]}
        self.coords.update((name, list(place)) for name, place in circumplex_emotions().items())
        self._uncertain_below = uncertain_below
        self._classifier = EmotionClassifier(model, device=device)
        if va and not self._classifier.has_valence_arousal:
            raise EmotionValueError(f"FaceEmotionsModel: the model '{model}' gives no valence and arousal")

    def __call__(self, img: NDArray[np.uint8]) -> Prediction:
        """As predict."""
        return self.predict(img)

    def predict(self, img: NDArray[np.uint8]) -> Prediction:
        """The emotion of a picture of one face: uint8 (h, w, 3), blue first as OpenCV's, or (h, w)."""
        height, width = img.shape[:2]
        return self.predict_faces(img, [Face((0, 0, width, height))])[0]

    def predict_faces(self, img: NDArray[np.uint8], faces: Sequence[Face]) -> list[Prediction]:
        """The same for the faces in a picture, in one pass. Faces with landmarks are read better than boxes."""
        found = self._classifier.classify(img, faces, order="bgr")
        return [self._by_place(emotion) if self.va else self._by_class(emotion) for emotion in found]

    def _by_class(self, emotion: Emotion) -> Prediction:
        probability = float(emotion.probabilities[emotion.label_index])
        certain = probability >= self._uncertain_below
        return [script_label(emotion.label) if certain else "uncertain", probability]

    def _by_place(self, emotion: Emotion) -> Prediction:
        if emotion.valence is None or emotion.arousal is None:
            return ["uncertain", float("nan"), float("nan"), "no data"]
        match = match_circumplex(emotion.valence, emotion.arousal)
        probability: str | float = "no data" if match.name == "uncertain" else match.probability
        return [match.name, emotion.valence, emotion.arousal, probability]
