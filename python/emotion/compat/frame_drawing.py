"""The scripts' drawing: a box in the colour of the mood, and a white strip with the emotion's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._core import EmotionValueError, draw_box, draw_label

__all__ = ["FrameWithEmotion", "prediction_text"]

_BAD = ("anger", "contempt", "disgust", "fear", "sad")
_GOOD = ("happy", "surprise")
_RED, _GREEN, _GREY, _WHITE = (255, 0, 0), (0, 255, 0), (128, 128, 128), (255, 255, 255)


class FrameWithEmotion:
    """Draws faces with the emotions that `model` gives.

    model: a FaceEmotionsModel, or any function from a picture of a face to a list like its own.
    """

    def __init__(self, model: Callable[[NDArray[np.uint8]], Sequence[Any]]) -> None:
        self.model = model

    def draw_emotion_frame(self, img: NDArray[np.uint8], x: int, y: int, w: int, h: int) -> NDArray[np.uint8]:
        """Draws the emotion of the face in this box on the picture itself, and returns it.

        img: uint8 (height, width, 3), blue first as OpenCV's. The box may reach over the edge; what is in the picture
        is looked at. Raises EmotionValueError for a box outside of it.
        """
        face = img[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)]
        if face.size == 0:
            size = f"{img.shape[1]} x {img.shape[0]}"
            raise EmotionValueError(f"draw_emotion_frame: the box ({x}, {y}, {w}, {h}) is not in the picture of {size}")
        return self.draw_prediction(img, x, y, w, h, self.model(face))

    def draw_prediction(
        self, img: NDArray[np.uint8], x: int, y: int, w: int, h: int, prediction: Sequence[Any]
    ) -> NDArray[np.uint8]:
        """The same for an emotion that is known already."""
        name = prediction[0]
        color = _RED if name in _BAD else _GREEN if name in _GOOD else _GREY
        box = (x, y, x + w, y + h)
        drawn = draw_box(img, box, color, order="bgr")
        img[:] = draw_label(drawn, box, prediction_text(prediction), _WHITE, order="bgr")
        return img


def prediction_text(prediction: Sequence[Any]) -> str:
    """'happy (93%)', 'happy (93%) V = 0.91 A = 0.20' or 'uncertain (no data) V = ... A = ...'."""
    name, probability = prediction[0], prediction[-1]
    text = f"{name} (no data)" if probability == "no data" else f"{name} ({int(float(probability) * 100)}%)"
    return text if len(prediction) == 2 else f"{text} V = {prediction[1]:.2f} A = {prediction[2]:.2f}"
