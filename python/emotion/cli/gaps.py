"""What happens to a live source is said while it happens, not at the end of the run."""

from __future__ import annotations

import threading
from collections.abc import Callable

import emotion

_EVERY_S = 1.0


class GapTeller:
    """A context in which a thread says when a live source goes away, why, and when it is back."""

    def __init__(self, health: Callable[[], emotion.SourceHealth], tell: Callable[[str], None]) -> None:
        """health: of the source, may be called from any thread. tell: gets each sentence, in the thread."""
        self._health, self._tell = health, tell
        self._told = 0  # gaps that were told
        self._away = False  # the last of them goes on
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> GapTeller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(_EVERY_S):
            self._look(self._health())

    def _look(self, health: emotion.SourceHealth) -> None:
        if not health.gaps:
            return
        gap = health.gaps[-1]
        if health.gap_count > self._told:
            self._told, self._away = health.gap_count, True
            self._tell(f"no picture comes: {health.last_error}")
        if self._away and gap.end_s is not None:
            self._away = False
            self._tell(f"pictures come again after {gap.end_s - gap.start_s:.0f} s")
