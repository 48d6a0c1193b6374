"""The four graphs of the page, as plotly's figures."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._core import circumplex_emotions, label_color
from ._summary import Summary

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BLUE, GREY, RIM = "#2a6fbb", "#c9cdd2", "#3a3f45"
_MOST_LEFT_OUT = 3  # stretches without a frame that a line bridges; a longer pause breaks it


def emotion_timeline(summary: Summary) -> Figure:
    """A line for each emotion: the faces that show it."""
    figure = _figure("emotions over time", "faces", from_zero=True)
    for place, label in enumerate(summary.labels):
        times, values = with_breaks(summary, summary.faces[:, place])
        common: dict[str, Any] = {"x": times, "y": values, "legendgroup": label}
        rim = {"color": RIM, "width": 3.2}  # white and yellow are colours of labels too
        figure.add_scatter(**common, mode="lines", line=rim, hoverinfo="skip", showlegend=False)
        colour = color_text(label)
        marker = {"color": colour, "size": 4, "line": {"color": RIM, "width": 0.5}}
        line = {"color": colour, "width": 2}
        figure.add_scatter(**common, mode="lines+markers", line=line, marker=marker, name=label)
    return figure


def shares(summary: Summary) -> Figure:
    """A bar for each emotion: its share of all faces, in per cent."""
    figure = _figure("shares", "")
    percent = 100 * summary.shares
    figure.add_bar(
        x=percent,
        y=list(summary.labels),
        orientation="h",
        marker={"color": [color_text(label) for label in summary.labels], "line": {"color": RIM, "width": 1}},
        text=[f"{value:.1f} %" for value in percent],
        textposition="outside",
        cliponaxis=False,
    )
    figure.update_xaxes(title="% of all faces", range=[0, 1.15 * max(percent.max(initial=0), 1)])
    figure.update_yaxes(autorange="reversed")
    return figure


def head_count(summary: Summary) -> Figure:
    """Mean and maximum of the heads."""
    figure = _figure("heads", "heads", from_zero=True)
    for name, values, colour in (("most", summary.most_heads, GREY), ("mean", summary.heads, BLUE)):
        times, broken = with_breaks(summary, values)
        line, marker = {"color": colour, "width": 2}, {"size": 4}
        figure.add_scatter(x=times, y=broken, name=name, mode="lines+markers", line=line, marker=marker)
    return figure


def valence_arousal(summary: Summary) -> Figure:
    """The circumplex, and a point for each stretch, early ones light."""
    figure = _figure("valence and arousal", "arousal")
    count = len(summary.times)
    figure.add_shape(type="circle", x0=-1, y0=-1, x1=1, y1=1, line={"color": GREY})
    for name, (valence, arousal) in circumplex_emotions().items():
        marker = {"color": color_text(name), "size": 11, "line": {"color": RIM, "width": 1}}
        side = "middle right" if valence > 0 else "middle left"
        point: dict[str, Any] = {"x": [valence], "y": [arousal], "text": [name], "textposition": side}
        figure.add_scatter(**point, mode="markers+text", marker=marker, hoverinfo="skip", showlegend=False)
    figure.add_scatter(
        x=known(summary.valence),
        y=known(summary.arousal),
        text=[f"{time:%Y-%m-%d %H:%M:%S}" for time in summary.times],
        mode="lines+markers",
        line={"color": BLUE, "width": 1},
        marker={"color": list(range(count)), "colorscale": "Blues", "cmin": -count / 2, "cmax": count},
        name="stretches",
        showlegend=False,
    )
    figure.update_xaxes(title="valence", range=[-1.5, 1.5], zeroline=True, zerolinecolor=GREY)
    figure.update_yaxes(range=[-1.2, 1.2], scaleanchor="x", zeroline=True, zerolinecolor=GREY)
    return figure


def with_breaks(summary: Summary, values: NDArray[np.float64]) -> tuple[list[datetime.datetime], list[float | None]]:
    """Times and values, with a None in every long pause, where plotly breaks the line."""
    times: list[datetime.datetime] = []
    broken: list[float | None] = []
    longest = datetime.timedelta(seconds=summary.step_s * (_MOST_LEFT_OUT + 1))
    for time, value in zip(summary.times, known(values)):
        if times and time - times[-1] > longest:
            times.append(times[-1] + (time - times[-1]) / 2)
            broken.append(None)
        times.append(time)
        broken.append(value)
    return times, broken


def known(values: NDArray[np.float64]) -> list[float | None]:
    """None for NaN, which JSON does not have."""
    return [float(value) if np.isfinite(value) else None for value in values]


def color_text(label: str) -> str:
    """The library's colour of a label, as plotly takes it."""
    red, green, blue = label_color(label)
    return f"rgb({red},{green},{blue})"


def empty() -> Sequence[Figure]:
    """Four graphs without anything in them."""
    return [_figure("", "") for _ in range(4)]


def _figure(title: str, y_title: str, from_zero: bool = False) -> Figure:
    from plotly.graph_objects import Figure

    figure = Figure(layout={"template": "plotly_white", "title": title, "margin": {"l": 60, "r": 20, "t": 50, "b": 45}})
    figure.update_yaxes(title=y_title, automargin=True, rangemode="tozero" if from_zero else "normal")
    return figure
