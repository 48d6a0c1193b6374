"""The live demo."""

from __future__ import annotations

import os

from emotion import notebook


def run_demo(video: str | os.PathLike[str] | int | None = None) -> notebook.Live:
    """Shows a video file, or the camera (in Colab the browser's), with what is found; a click on Stop ends it.

    The cell is done at once and the video goes on; what it gives goes to plot_emotion_timeline in a later cell. See
    emotion.notebook.watch, also for its errors.
    """
    return notebook.watch(0 if video is None else video)
