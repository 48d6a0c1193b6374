"""What a model is worth that may say "uncertain"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emotion import _core, evaluation

_STEPS = tuple(round(0.05 * step, 2) for step in range(20))


@dataclass(frozen=True)
class ThresholdFigures:
    """Of one threshold of the best probability."""

    threshold: float
    uncertain_share: float  # of the pictures, best probability below
    accuracy: float | None  # of the others; None where there is none
    macro_f1: float | None


def sweep_thresholds(said: evaluation.Predictions, thresholds: Sequence[float] = _STEPS) -> list[ThresholdFigures]:
    """Accuracy of the answers that are left where those below each threshold become 'uncertain'.

    said: of evaluation.evaluate_crops or evaluate_portraits; a face that was not found is a wrong and doubtful answer.
    Raises EmotionValueError where no picture has a class label.
    """
    pairs = [(face, answer) for face, answer in zip(said.faces, said.emotions) if face.label is not None]
    if not pairs:
        raise _core.EmotionValueError("sweep_thresholds: no picture has a class label")
    truth = np.array([evaluation.LABELS.index(face.label or "") for face, _ in pairs])
    shares = evaluation.class_probabilities([answer for _, answer in pairs])
    best = shares.max(1)
    result = []
    for threshold in thresholds:
        sure = best >= threshold
        confusion = evaluation.confusion_matrix(truth[sure], shares[sure].argmax(1))
        figures = (evaluation.accuracy(confusion), evaluation.macro_f1(confusion)) if sure.any() else (None, None)
        result.append(ThresholdFigures(float(threshold), float(1 - sure.mean()), *figures))
    return result
