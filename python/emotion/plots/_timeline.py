"""Emotions over time, from emotion.Timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emotion import _core

from ._axes import GREY, LINE, label_rgb, outlined

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_Floats = NDArray[np.float64]


def emotion_timeline(axes: Axes, timeline: _core.Timeline) -> Axes:
    """A row for each emotion, with a line that is up while most faces show this emotion.

    In a stretch without a face all lines are down; of emotions shown equally often the first is up. The time axis is
    m:ss. Raises EmotionValueError for a timeline without labels.
    """
    edges, shares = _steps(timeline)
    labels = timeline.labels
    seen = shares.max(1, initial=0) > 0
    for row, label in enumerate(labels):
        up = seen & (shares.argmax(1) == row)
        base = len(labels) - 1 - row
        heights = base + 0.7 * up
        (line,) = axes.step(edges, np.append(heights, heights[-1:]), where="post", linewidth=2.2, label=label)
        line.set(color=label_rgb(label), path_effects=outlined(2.2))
    axes.set_yticks(np.arange(len(labels)) + 0.35, labels[::-1])
    axes.set(ylim=(-0.2, len(labels)), title="dominant emotion")
    _time_axis(axes, edges)
    _legend(axes)
    return axes


def emotion_counts(axes: Axes, timeline: _core.Timeline) -> Axes:
    """How many faces show each emotion, one above the other, and the number of heads; means over each stretch.

    Raises EmotionValueError for a timeline without labels.
    """
    edges, counts = _steps(timeline)
    top = np.cumsum(counts, axis=1)
    for column, label in enumerate(timeline.labels):
        below = top[:, column - 1] if column else np.zeros(len(counts))
        axes.stairs(top[:, column], edges, baseline=below, fill=True, color=label_rgb(label), label=label)
        axes.patches[-1].set(edgecolor=LINE, linewidth=0.3)
    heads = [point.head_count for point in timeline.points()] or [0.0]
    axes.stairs(heads, edges, baseline=None, color="black", linewidth=1.2, label="heads")
    axes.set(ylim=(0, max([*heads, 1]) * 1.1), ylabel="faces", title="emotions over time")
    axes.grid(axis="y", color=GREY, linewidth=0.5)
    axes.set_axisbelow(True)
    _time_axis(axes, edges)
    _legend(axes)
    return axes


def _steps(timeline: _core.Timeline) -> tuple[_Floats, _Floats]:
    """Edges of the stretches (n + 1,), s, and the counts in them (n, labels)."""
    if not timeline.labels:
        raise _core.EmotionValueError("plots: the timeline has no labels, it counts heads only")
    points = timeline.points()
    start = points[0].start_s if points else 0.0
    edges = start + timeline.interval_s * np.arange(max(len(points), 1) + 1, dtype=np.float64)
    counts = np.zeros((len(edges) - 1, len(timeline.labels)))
    for row, point in zip(counts, points):
        row[:] = point.emotion_counts
    return edges, counts


def _time_axis(axes: Axes, edges: _Floats) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlim(edges[0], edges[-1])
    axes.xaxis.set_major_locator(MaxNLocator(9, steps=[1, 1.5, 2, 3, 5, 6, 10], integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda time_s, _: clock(time_s)))
    axes.set_xlabel("time, m:ss")


def clock(time_s: float) -> str:
    """75 as '1:15', 3675 as '61:15'."""
    whole = round(time_s)
    return f"{whole // 60}:{whole % 60:02}"


def _legend(axes: Axes) -> None:
    axes.legend(frameon=False, fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
