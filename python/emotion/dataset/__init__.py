"""Care of a data set before and after training; `emotion dataset` on the command line.

>>> clean("portraits").no_face
>>> crop("portraits", "crops")
>>> near_duplicates({"train": "crops/train", "test": "crops/test"})
>>> disagreements(emotion.read_emotion_labels("crops"), emotion.EmotionClassifier())

docs/datasets.md tells the way from portraits to a training set.
"""

from __future__ import annotations

from ._clean import CleanReport, clean
from ._compare import FRAME_LIMIT_MS, ModelFigures, compare
from ._crop import crop
from ._duplicates import Duplicate, near_duplicates
from ._labels import write_labels
from ._review import Disagreement, apply_review, disagreements, write_review
from ._thresholds import ThresholdFigures, sweep_thresholds

__all__ = [
    "FRAME_LIMIT_MS",
    "CleanReport",
    "Disagreement",
    "Duplicate",
    "ModelFigures",
    "ThresholdFigures",
    "apply_review",
    "clean",
    "compare",
    "crop",
    "disagreements",
    "near_duplicates",
    "sweep_thresholds",
    "write_labels",
    "write_review",
]
