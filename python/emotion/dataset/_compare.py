"""Which of several models to take."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion import _core, evaluation

#: Of a frame at 25 frames a second.
FRAME_LIMIT_MS = 1000 / 25


@dataclass(frozen=True)
class ModelFigures:
    """Of one model, on the pictures and the machine at hand."""

    name: str
    accuracy: float
    macro_f1: float
    parameters: int
    size_mb: float  # of the weights, 10^6 bytes
    face_ms: float  # median time to classify one face

    @property
    def frames_per_s(self) -> float:
        """With one face in each frame, without the search for it."""
        return 1000 / self.face_ms

    @property
    def in_time(self) -> bool:
        """Whether a face takes less than 1/25 s."""
        return self.face_ms < FRAME_LIMIT_MS


def compare(
    models: Sequence[str | Path],
    faces: Sequence[_core.LabelledFace],
    *,
    device: str = "auto",
    precision: str = "fastest",
    repeats: int = 30,
    progress: Callable[[int], object] | None = None,
) -> list[ModelFigures]:
    """Measures classifiers on labelled crops, each picture taken whole.

    models: names or folders. repeats: calls with one face whose median is the time. progress: called with the number of
    pictures done since the last call, all models together. Raises EmotionValueError where no picture with a class label
    can be read.
    """
    result = []
    for model in models:
        classifier = _core.EmotionClassifier(model, device=device, precision=precision)
        said = evaluation.evaluate_crops(classifier, faces, progress)
        figures = evaluation.class_figures(said.faces, said.emotions)
        if not figures["pictures"]:
            raise _core.EmotionValueError("compare: no picture with a class label can be read")
        result.append(
            ModelFigures(
                name=str(model),
                accuracy=figures["accuracy"],
                macro_f1=figures["macro_f1"],
                parameters=_core.Network(model, form="module", device="cpu").parameter_count,
                size_mb=classifier.card.weights_bytes / 1e6,
                face_ms=_face_ms(classifier, _core.read_image(said.faces[0].path), repeats),
            )
        )
    return result


def _face_ms(classifier: _core.EmotionClassifier, crop: NDArray[np.uint8], repeats: int) -> float:
    times = []
    for _ in range(repeats + 3):
        begin = time.perf_counter()
        classifier.classify_crops([crop])
        times.append(1000 * (time.perf_counter() - begin))
    return float(np.median(times[3:]))
