"""What a model is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from emotion.evaluation import calibration_bins, calibration_error, concordance

from ._axes import BLUE, GREY, LINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def confusion_matrix(axes: Axes, counts: ArrayLike, labels: Sequence[str]) -> Axes:
    """Counts in words, their share of the row in colour. counts: (n, n), rows are the labels. labels: n names."""
    values = np.asarray(counts)
    shares = values / np.maximum(values.sum(1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(values.shape):
        colour = "white" if shares[row, column] > 0.5 else "black" if values[row, column] else GREY
        axes.text(column, row, str(values[row, column]), ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right")
    axes.set_yticks(range(len(labels)), labels)
    axes.set(xlabel="what the model said", ylabel="label", title=f"{values.sum()} pictures")
    axes.spines[:].set_visible(False)
    return axes


def reliability(axes: Axes, probabilities: ArrayLike, truth: ArrayLike, bins: int = 15) -> Axes:
    """Accuracy against the best probability in equal bins, and each bin's share of the pictures.

    probabilities: (n, classes). truth: (n,) int.
    """
    count, confidence, right = calibration_bins(probabilities, truth, bins)
    edges = np.arange(bins) / bins
    share = count / max(count.sum(), 1)
    axes.bar(edges, share, width=0.9 / bins, align="edge", color=GREY, label="share of the pictures")
    axes.plot([0, 1], [0, 1], "--", color=LINE, linewidth=1, label="calibrated")
    filled = count > 0
    axes.plot(confidence[filled], right[filled], "o-", color=BLUE, markersize=4, label="accuracy")
    error = calibration_error(probabilities, truth, bins)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="best probability", title=f"calibration error {error:.3f}")
    axes.legend(frameon=False, loc="upper left")
    return axes


def valence_arousal_scatter(axes: Axes, labels: ArrayLike, said: ArrayLike, name: str) -> Axes:
    """A point for each picture, the label across and the model's answer up. labels, said: (n,). name: of the axis."""
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.plot([-1, 1], [-1, 1], "--", color=LINE, linewidth=1)
    axes.scatter(np.asarray(labels), np.asarray(said), s=10, alpha=0.5, color=BLUE, linewidths=0)
    title = f"{name}: CCC {concordance(labels, said):.3f}, {len(np.asarray(labels))} pictures"
    axes.set(xlim=(-1.02, 1.02), ylim=(-1.02, 1.02), xlabel="label", ylabel="what the model said", title=title)
    axes.set_aspect("equal")
    return axes


def precision_recall(axes: Axes, recall: ArrayLike, precision: ArrayLike, label: str | None = None) -> Axes:
    """A curve; several calls draw several. recall, precision: (n,), see emotion.precision_recall."""
    axes.plot(np.asarray(recall), np.asarray(precision), linewidth=1.5, label=label)
    axes.set(xlim=(0, 1.01), ylim=(0, 1.01), xlabel="recall", ylabel="precision")
    if label is not None:
        axes.legend(frameon=False, loc="lower left")
    return axes
