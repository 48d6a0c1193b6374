"""Empty Axes, and the colours that all plots share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emotion import _core

from .._needs import needs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE = "#2a6fbb"
GREY = "#c9cdd2"
LINE = "#6b7178"


def new_axes(width: float = 5.0, height: float = 5.0) -> Axes:
    """An empty figure's Axes; nothing of pyplot's is touched. width, height: inches.

    Raises UnsupportedError where matplotlib is missing.
    """
    return new_panels(1, width, height)[0]


def new_panels(count: int, width: float = 6.0, height: float = 7.0) -> list[Axes]:
    """The same with `count` Axes, one below the other."""
    with needs("plots need the package matplotlib", "plots"):
        from matplotlib.figure import Figure
    figure = Figure(figsize=(width, height), layout="constrained")
    panels = [figure.add_subplot(count, 1, place + 1) for place in range(count)]
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
    return panels


def label_rgb(label: str) -> tuple[float, float, float]:
    """The library's colour of a label, as matplotlib takes it."""
    red, green, blue = _core.label_color(label)
    return red / 255, green / 255, blue / 255


def outlined(width: float) -> list[Any]:
    """A dark rim for lines in the colours of labels: that of fear is white."""
    from matplotlib import patheffects

    return [patheffects.Stroke(linewidth=width + 1.4, foreground="#3a3f45"), patheffects.Normal()]
