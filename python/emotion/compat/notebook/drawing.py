"""Pictures and plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from emotion import _core, notebook, plots

from .faces import crop_region
from .model import ModelFer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_EXPAND_PX = 30


def annotate_facial_expressions(
    image: NDArray[np.uint8], rects: Sequence[Sequence[Sequence[int]]], model: Any = None
) -> NDArray[np.uint8]:
    """A copy in colour with a box and the class name of each face; without faces it says "No faces detected."

    image: uint8 (h, w) or (h, w, 3), red first. rects: of FaceDetector; each is cut out with 30 px around it and given
    to `model` (by default ModelFer()), an object with predict(image) to name.
    """
    drawn = _core.convert(image, "rgb", "rgb") if image.ndim == 2 else image.copy()
    if not len(rects):
        return draw_text(drawn, "No faces detected.", (5, 25))
    reader = model or ModelFer()
    names = []
    for rect in rects:
        crop = crop_region(image, rect, expand=_EXPAND_PX)
        names.append(reader.predict(crop if crop.ndim == 3 else crop[:, :, None]))
    faces = [_core.Face((x1, y1, x2, y2)) for (x1, y1), (x2, y2) in rects]
    return _core.draw_faces(drawn, faces, names, [_core.label_color(name) for name in names])


def draw_text(
    image: NDArray[np.uint8],
    text: str,
    position: tuple[float, float] = (0, 20),
    color: tuple[int, int, int] = (255, 255, 255),
    text_height: float = 16.0,
) -> NDArray[np.uint8]:
    """A copy with letters on a strip whose lower left corner is `position`, moved so that it stays in the picture.

    color: of the strip, red first; the letters are dark or white, whichever reads better on it. text_height: px.
    """
    x, y = position
    return _core.draw_label(image, (x, y, x + 1, y + 1), text, color, text_height)


def imshow_valence_arousal(img: NDArray[np.uint8], valence: float, arousal: float, title: str | None = None) -> Axes:
    """Shows the picture with a bar of valence below and one of arousal beside it; see plots.valence_arousal_picture."""
    return plots.valence_arousal_picture(_shown_axes(5, 5), img, valence, arousal, title)


def plot_emotion_timeline(timeline: _core.Timeline | notebook.Live) -> Axes:
    """Shows a row for each emotion, up while most faces show it; see plots.emotion_timeline.

    timeline: of run_demo (what was seen until now), or an emotion.Timeline.
    """
    seen = timeline.timeline() if isinstance(timeline, notebook.Live) else timeline
    return plots.emotion_timeline(_shown_axes(9, 3.5), seen)


def _shown_axes(width: float, height: float) -> Axes:
    """Of a figure that a notebook shows below its cell, and plt.show() in a window."""
    plots.new_axes()  # says what to install where matplotlib is missing
    from matplotlib import pyplot

    _, axes = pyplot.subplots(figsize=(width, height), layout="constrained")
    axes.spines[["top", "right"]].set_visible(False)
    return axes
