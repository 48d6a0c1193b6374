"""A video below a cell, shown while the notebook stays free."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from emotion import _core
from emotion._browser_pictures import jpeg
from emotion._needs import needs

from . import _colab

_SHOWN_EVERY_S = 1 / 15


class Live:
    """A video that is being shown, made by watch(). All of it may be used from any thread."""

    def __init__(self, work: Callable[[], object], stop: Callable[[], object], timeline: Callable[[], _core.Timeline]):
        self._work = work
        self._stop = stop
        self._timeline = timeline
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="emotion.notebook", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except Exception as error:
            self._error = error

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """What a click on Stop does: no further frame is read."""
        self._stop()

    def wait(self, timeout_s: float | None = None) -> None:
        """Waits for the end, or for timeout_s; the clicks of a notebook are not heard meanwhile.

        Interrupting the cell stops the video. Raises what ended the video, if that was an error.
        """
        try:
            self._thread.join(timeout_s)
        except KeyboardInterrupt:
            self.stop()
            self._thread.join()
        if self._error is not None:
            raise self._error

    def timeline(self) -> _core.Timeline:
        """Of what was seen until now. Raises what ended the video, if that was an error."""
        if self._error is not None:
            raise self._error
        return self._timeline()

    def __repr__(self) -> str:
        return "Live(running)" if self.running else "Live(ended)"


def watch(source: Any = 0, *, mode: str = "picture", anonymize: bool = False, **options: Any) -> Live:
    """Shows a video with what is found in it below the cell until its end or a click on Stop.

    It gives a Live at once, whose timeline() has what was seen. source: as Emanalysis takes it; 0 is the camera, in
    Colab that of the browser, which is shown until a click on the picture; only then comes the Live. mode, anonymize:
    see Overlay. options: those of Emanalysis. The browser's camera takes none of these. Nothing is stored.

    At most 15 pictures a second are shown, all frames are analysed. Needs the packages ipywidgets and pillow;
    raises UnsupportedError where one is missing and outside of a notebook.
    """
    if isinstance(source, int) and source == 0 and _colab.in_colab():
        if options or anonymize or mode != "picture":
            raise _core.EmotionValueError("watch: the browser's camera takes no options")
        timeline = _colab.watch_browser()
        return Live(lambda: None, lambda: None, lambda: timeline)
    widgets, display = _parts_of_a_notebook()
    run = _core.Emanalysis(source, **options)
    overlay = _core.Overlay(run.labels, mode=mode, anonymize=anonymize)
    picture = widgets.Image(format="jpeg")
    stop = widgets.Button(description="Stop")
    stop.on_click(lambda _: run.stop())
    display(widgets.VBox([picture, stop], layout={"align_items": "flex-start"}))  # not enlarged to the cell
    return Live(lambda: _show(run, overlay, picture, stop), run.stop, run.timeline)


def _show(run: _core.Emanalysis, overlay: _core.Overlay, picture: Any, stop: Any) -> None:
    shown = -_SHOWN_EVERY_S
    try:
        with run:
            for frame in run:
                now = time.monotonic()
                if now - shown >= _SHOWN_EVERY_S:
                    shown = now
                    picture.value = jpeg(overlay.draw(frame), _colab.SHOWN_PX)
        stop.description = "Ended"
    except Exception as error:
        stop.description = str(error)
        raise
    finally:
        stop.disabled = True


def _parts_of_a_notebook() -> tuple[Any, Any]:
    with needs("live video in a notebook needs the packages ipywidgets and pillow", "notebook"):
        import ipywidgets
        import PIL.Image  # noqa: F401
        from IPython import get_ipython
        from IPython.display import display
    if not hasattr(get_ipython(), "kernel"):
        raise _core.UnsupportedError("watch: this is no notebook; emotion analyze shows videos elsewhere")
    return ipywidgets, display
