"""A window on the screen, through OpenCV's Python package where it is installed and there is a display."""

from __future__ import annotations

import os
import subprocess
import sys
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from .._core import UnsupportedError

__all__ = ["CLOSED", "ENTER", "Window", "check_display"]

ENTER, CLOSED = 13, -1
_TRY = "import cv2; cv2.namedWindow('emotion'); cv2.waitKey(1); cv2.destroyAllWindows()"


def check_display() -> None:
    """Raises UnsupportedError where no window can be opened, with the reason.

    A display that does not answer ends the whole process in some of OpenCV's windows, so another process tries first.
    """
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise UnsupportedError("there is no display for a window: neither DISPLAY nor WAYLAND_DISPLAY is set")
    done = subprocess.run([sys.executable, "-c", _TRY], capture_output=True, text=True)
    if "No module named" in done.stderr or "not implemented" in done.stderr:
        raise UnsupportedError("a window needs OpenCV's package with windows: pip install 'emotion[window]'")
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise UnsupportedError(f"no window can be opened on the display: {reason}")


class Window:
    """with Window("Face Detector") as window: window.show(picture). One thread at a time. Raises as check_display."""

    def __init__(self, title: str) -> None:
        check_display()
        import cv2

        self._cv2 = cv2
        self._title = title
        self._shown = False

    def show(self, image: NDArray[np.uint8], wait_ms: int = 1) -> int | None:
        """Shows a picture, blue first, and waits for a key: 0 no end. Gives its code, CLOSED after that."""
        if self._shown and self._cv2.getWindowProperty(self._title, self._cv2.WND_PROP_VISIBLE) < 1:
            return CLOSED
        self._cv2.imshow(self._title, image)
        self._shown = True
        while True:
            key = self._cv2.waitKey(wait_ms or 50)
            if key != -1:
                return int(key) & 0xFF
            if self._cv2.getWindowProperty(self._title, self._cv2.WND_PROP_VISIBLE) < 1:
                return CLOSED
            if wait_ms:
                return None

    def __enter__(self) -> Window:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._cv2.destroyAllWindows()
            self._cv2.waitKey(1)
