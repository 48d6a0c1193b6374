"""The window of `emotion analyze --display`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import emotion


class Screen:
    """A window with what an Overlay draws."""

    def __init__(self, title: str, labels: Sequence[str], drawing: Mapping[str, Any]) -> None:
        self.window = emotion.Window(title=title)
        self.overlay = emotion.Overlay(labels, **drawing)

    def show(self, frame: emotion.FrameResult) -> bool:
        """Whether the user wants to see more."""
        return self.window.show(self.overlay.draw(frame))
