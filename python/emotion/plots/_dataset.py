"""Thresholds and models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ._axes import BLUE, GREY, LINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from emotion.dataset import ModelFigures, ThresholdFigures


def threshold_sweep(axes: Axes, figures: Sequence[ThresholdFigures]) -> Axes:
    """Accuracy and macro F1 of the sure answers, and the share of uncertain ones, over the threshold."""
    at = [one.threshold for one in figures]
    axes.fill_between(at, [one.uncertain_share for one in figures], color=GREY, label="share that is uncertain")
    accuracy = [np.nan if one.accuracy is None else one.accuracy for one in figures]
    f1 = [np.nan if one.macro_f1 is None else one.macro_f1 for one in figures]
    axes.plot(at, accuracy, "o-", color=BLUE, markersize=4, label="accuracy of the others")
    axes.plot(at, f1, "o--", color=LINE, markersize=3, linewidth=1, label="their macro F1")
    axes.set(xlim=(min(at), max(at)), ylim=(0, 1.02), xlabel="uncertain below", title="doubtful answers left out")
    axes.legend(frameon=False, fontsize=8, loc="lower left")
    return axes


def model_comparison(axes: Axes, figures: Sequence[ModelFigures]) -> Axes:
    """Accuracy over the time for a face, discs by the size of the weights, and the line of 1/25 s."""
    from emotion.dataset import FRAME_LIMIT_MS

    times = [one.face_ms for one in figures]
    accuracies = [one.accuracy for one in figures]
    areas = [30 + 40 * one.size_mb for one in figures]
    axes.scatter(times, accuracies, s=areas, color=BLUE, alpha=0.6, linewidths=0)
    for one in figures:
        text = f"{one.name}, {one.size_mb:.1f} MB"
        axes.annotate(text, (one.face_ms, one.accuracy), (8, 6), textcoords="offset points", fontsize=8)
    axes.axvline(FRAME_LIMIT_MS, color="#c0392b", linewidth=1, linestyle="--", label="1/25 s")
    axes.set_xscale("log")
    axes.set_xlim(min([*times, FRAME_LIMIT_MS]) / 3, max([*times, FRAME_LIMIT_MS]) * 4)
    axes.set_ylim(0, 1)
    axes.set(xlabel="ms for a face", ylabel="accuracy", title="models")
    axes.legend(frameon=False, loc="lower right")
    return axes
