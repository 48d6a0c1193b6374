"""Pictures of figures. Each function draws on matplotlib's Axes and gives it back; the package matplotlib is needed.

>>> axes = confusion_matrix(new_axes(), counts, labels)
>>> axes.figure.savefig("confusion.png")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from . import _core
from .evaluation import calibration_bins, calibration_error, concordance

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "confusion_matrix",
    "curves",
    "new_axes",
    "new_panels",
    "precision_recall",
    "reliability",
    "valence_arousal_scatter",
]

_BLUE = "#2a6fbb"
_GREY = "#c9cdd2"
_LINE = "#6b7178"


def new_axes(width: float = 5.0, height: float = 5.0) -> Axes:
    """An empty figure's Axes; nothing of pyplot's is touched. width, height: inches.

    Raises UnsupportedError where matplotlib is missing.
    """
    return new_panels(1, width, height)[0]


def new_panels(count: int, width: float = 6.0, height: float = 7.0) -> list[Axes]:
    """The same with `count` Axes, one below the other."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise _core.UnsupportedError("plots need the package matplotlib: pip install 'emotion[plots]'") from None
    figure = Figure(figsize=(width, height), layout="constrained")
    panels = [figure.add_subplot(count, 1, place + 1) for place in range(count)]
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
    return panels


def confusion_matrix(axes: Axes, counts: ArrayLike, labels: Sequence[str]) -> Axes:
    """Counts in words, their share of the row in colour. counts: (n, n), rows are the labels. labels: n names."""
    values = np.asarray(counts)
    shares = values / np.maximum(values.sum(1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(values.shape):
        colour = "white" if shares[row, column] > 0.5 else "black" if values[row, column] else _GREY
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
    axes.bar(edges, share, width=0.9 / bins, align="edge", color=_GREY, label="share of the pictures")
    axes.plot([0, 1], [0, 1], "--", color=_LINE, linewidth=1, label="calibrated")
    filled = count > 0
    axes.plot(confidence[filled], right[filled], "o-", color=_BLUE, markersize=4, label="accuracy")
    error = calibration_error(probabilities, truth, bins)
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="best probability", title=f"calibration error {error:.3f}")
    axes.legend(frameon=False, loc="upper left")
    return axes


def valence_arousal_scatter(axes: Axes, labels: ArrayLike, said: ArrayLike, name: str) -> Axes:
    """A point for each picture, the label across and the model's answer up. labels, said: (n,). name: of the axis."""
    axes.axhline(0, color=_GREY, linewidth=0.8)
    axes.axvline(0, color=_GREY, linewidth=0.8)
    axes.plot([-1, 1], [-1, 1], "--", color=_LINE, linewidth=1)
    axes.scatter(np.asarray(labels), np.asarray(said), s=10, alpha=0.5, color=_BLUE, linewidths=0)
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


def curves(axes: Axes, epochs: ArrayLike, columns: Mapping[str, ArrayLike], title: str) -> Axes:
    """A line for each column over the epochs. epochs: (n,). columns: label to (n,), NaN where there is no value."""
    for label, values in columns.items():
        axes.plot(np.asarray(epochs), np.asarray(values), "o-", markersize=2.5, linewidth=1.2, label=label)
    axes.locator_params(axis="x", integer=True)
    axes.set(xlabel="epoch", title=title)
    axes.grid(axis="y", color=_GREY, linewidth=0.5)
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    return axes
