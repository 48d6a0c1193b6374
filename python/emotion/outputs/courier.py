"""A thread that brings what waits to a server, again and again with growing pauses."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable

__all__ = ["Courier", "Undelivered", "grown_pause_s"]


class Undelivered(Exception):
    """The server did not take it now. The text says why, without secrets. pause_s: the server's wish, 0 for none."""

    def __init__(self, reason: str, pause_s: float = 0) -> None:
        super().__init__(reason)
        self.pause_s = pause_s


def grown_pause_s(failed: int, first_s: float, longest_s: float) -> float:
    """After so many failures in a row, 1 or more."""
    return min(longest_s, first_s * 2.0 ** min(failed - 1, 60))


class Courier:
    """Calls `deliver` on a thread of its own, every `every_s` and when woken, until it is closed.

    deliver: brings one batch away and says whether more waits, which is brought at once. Where it raises, the next call
    comes after a pause: first_pause_s, twice as long each time up to longest_pause_s, a fifth more or less by chance so
    that many cameras do not come back all at once. ended: called when no delivery will come any more. hangs_s: a
    delivery that takes longer is said by `failure`.
    """

    def __init__(
        self,
        deliver: Callable[[], bool],
        ended: Callable[[], None],
        every_s: float = 1.0,
        first_pause_s: float = 0.5,
        longest_pause_s: float = 60.0,
        hangs_s: float = math.inf,
    ) -> None:
        self._deliver = deliver
        self._ended = ended
        self._every_s = every_s
        self._first_pause_s = first_pause_s
        self._longest_pause_s = longest_pause_s
        self._hangs_s = hangs_s
        self._wake = threading.Event()
        self._end_at: float | None = None  # monotonic; None: not closed
        self._failure: str | None = None
        self._began: float | None = None  # monotonic; the delivery that goes on
        self._thread = threading.Thread(target=self._work, name="emotion-courier", daemon=True)
        self._thread.start()

    @property
    def failure(self) -> str | None:
        """Why the last delivery failed, or that the present one hangs; None when all is good."""
        if (began := self._began) is not None and time.monotonic() - began > self._hangs_s:
            return f"no answer for {time.monotonic() - began:.0f} s"
        return self._failure

    def wake(self) -> None:
        """Has what waits brought now; during a pause after a failure this changes nothing."""
        self._wake.set()

    def close(self, retry_s: float, wait_s: float | None) -> None:
        """Brings the rest; tries again for retry_s. A delivery that lasts longer than wait_s is left to itself."""
        self._end_at = time.monotonic() + retry_s
        self._wake.set()
        self._thread.join(wait_s)

    def _work(self) -> None:
        try:
            self._deliver_until_closed()
        finally:
            self._ended()

    def _deliver_until_closed(self) -> None:
        failed = 0
        while True:
            closing = self._end_at is not None  # asked before the delivery: what came until then is in it
            try:
                self._began = time.monotonic()
                more = self._deliver()
                failed, pause, self._failure = 0, 0.0 if more else self._every_s, None
                if closing and not more:
                    return
            except Exception as error:
                self._failure = str(error) or type(error).__name__
                failed += 1
                pause = self._pause(failed, error)
            finally:
                self._began = None
            if self._end_at is not None and time.monotonic() + (pause if self._failure else 0) > self._end_at:
                return
            self._rest(pause)

    def _pause(self, failed: int, error: Exception) -> float:
        wish = error.pause_s if isinstance(error, Undelivered) else 0
        return max(wish, grown_pause_s(failed, self._first_pause_s, self._longest_pause_s) * random.uniform(0.8, 1.2))

    def _rest(self, pause: float) -> None:
        end = time.monotonic() + pause
        while (left := end - time.monotonic()) > 0:
            woken = self._wake.wait(left)
            self._wake.clear()
            if woken and (self._failure is None or self._end_at is not None):
                return
