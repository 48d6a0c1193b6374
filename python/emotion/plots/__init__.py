"""Pictures of figures. Each function draws on matplotlib's Axes and gives it back; the package matplotlib is needed.

>>> axes = confusion_matrix(new_axes(), counts, labels)
>>> axes.figure.savefig("confusion.png")

docs/plots.md shows them all.
"""

from __future__ import annotations

from ._affect import valence_arousal_picture, valence_arousal_plane
from ._axes import new_axes, new_panels
from ._dataset import model_comparison, threshold_sweep
from ._evaluation import confusion_matrix, precision_recall, reliability, valence_arousal_scatter
from ._faces import contact_sheet
from ._timeline import emotion_counts, emotion_timeline
from ._training import curves

__all__ = [
    "confusion_matrix",
    "contact_sheet",
    "curves",
    "emotion_counts",
    "emotion_timeline",
    "model_comparison",
    "new_axes",
    "new_panels",
    "precision_recall",
    "reliability",
    "threshold_sweep",
    "valence_arousal_picture",
    "valence_arousal_plane",
    "valence_arousal_scatter",
]
