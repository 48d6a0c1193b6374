"""Live video in a Jupyter or Colab notebook: frames as they come, a click stops, the timeline stays.

>>> from emotion import notebook, plots
>>> live = notebook.watch("lecture.mp4")

and in a later cell

>>> plots.emotion_timeline(plots.new_axes(8, 3.4), live.timeline()).figure
"""

from __future__ import annotations

from ._live import Live, watch

__all__ = ["Live", "watch"]
