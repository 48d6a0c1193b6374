"""Valence and arousal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emotion import _core

from ._axes import BLUE, GREY, LINE, label_rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def valence_arousal_plane(
    axes: Axes, valence: Sequence[float | None] = (), arousal: Sequence[float | None] = ()
) -> Axes:
    """The circumplex (emotion.circumplex_emotions) and a path over it, early points light, the last one large.

    valence, arousal: (n,) in [-1, 1], in the order of time; None where nothing is known breaks the path.
    """
    from matplotlib.patches import Circle

    if len(valence) != len(arousal):
        raise _core.EmotionValueError(f"plots: got {len(valence)} valences and {len(arousal)} arousals")
    axes.add_patch(Circle((0, 0), 1, fill=False, color=GREY))
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.axvline(0, color=GREY, linewidth=0.8)
    for name, (v, a) in _core.circumplex_emotions().items():
        axes.plot([0, v], [0, a], color=GREY, linewidth=0.5, zorder=1)
        axes.plot(v, a, "o", color=label_rgb(name), markeredgecolor=LINE, markersize=9)
        axes.annotate(name, (v * 1.1, a * 1.1), ha="left" if v > 0 else "right", va="center", fontsize=8)
    _draw_path(axes, np.array([valence, arousal], np.float64))
    axes.set(xlim=(-1.45, 1.45), ylim=(-1.2, 1.2), xlabel="valence", ylabel="arousal")
    axes.set_aspect("equal")
    return axes


def _draw_path(axes: Axes, path: NDArray[np.float64]) -> None:
    known = np.flatnonzero(np.isfinite(path).all(0))
    if not len(known):
        return
    x, y = path
    axes.plot(x, y, color=BLUE, linewidth=1, alpha=0.6, zorder=3)
    axes.scatter(x[known], y[known], c=known, cmap="Blues", vmin=-len(x) / 2, s=14, zorder=4, label="path")
    last = known[-1]
    axes.plot(x[last], y[last], "o", color=BLUE, markersize=9, markeredgecolor="white", zorder=5)


def valence_arousal_picture(
    axes: Axes, image: NDArray[np.uint8], valence: float, arousal: float, title: str | None = None
) -> Axes:
    """The picture, below it a bar of valence (-unpleasant / +pleasant), at its left one of arousal (-calm / +tense).

    image: uint8 (h, w), or (h, w, 3) with red first. valence, arousal: in [-1, 1]; values outside fill the bar.
    """
    axes.imshow(image, cmap="gray", vmin=0, vmax=255)
    axes.set_axis_off()
    if title is not None:
        axes.set_title(title)
    across = axes.inset_axes((0.0, -0.09, 1.0, 0.05))
    across.barh(0, np.clip(valence, -1, 1), height=2, color=_sign_colour(valence))
    across.axvline(0, color=LINE, linewidth=1)
    across.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[-1, 0, 1], yticks=[])
    across.set_xlabel(f"valence {valence:+.2f}  (-unpleasant / +pleasant)")
    upright = axes.inset_axes((-0.09, 0.0, 0.05, 1.0))
    upright.bar(0, np.clip(arousal, -1, 1), width=2, color=_sign_colour(arousal))
    upright.axhline(0, color=LINE, linewidth=1)
    upright.set(xlim=(-1, 1), ylim=(-1, 1), xticks=[], yticks=[-1, 0, 1])
    upright.set_ylabel(f"arousal {arousal:+.2f}  (-calm / +tense)")
    return axes


def _sign_colour(value: float) -> str:
    return "#2e9f5b" if value >= 0 else "#c0392b"
