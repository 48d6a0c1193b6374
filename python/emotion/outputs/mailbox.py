"""Frames on their way to a server: first into a file, from there to the server, in order and none twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core import EmotionOSError, EmotionValueError
from .courier import Courier
from .spool import Spool, SpoolBusy, leftovers

__all__ = ["Mailbox", "MailboxOptions"]

_BUSY_S = 40.0
_HANGS_S = 30.0  # so long may a batch take


@dataclass(frozen=True)
class MailboxOptions:
    """How frames go to a server."""

    every_s: float = 1.0  # a batch goes at least so often
    batch: int = 500  # it goes sooner when so many frames wait, and has no more of them
    close_s: float = 10.0  # close() waits so long for the server
    first_pause_s: float = 0.5  # after a failure; twice as long each time
    longest_pause_s: float = 60.0
    limit_mb: int = 512  # of what waits on the disk

    def __post_init__(self) -> None:
        least = {"every_s": 0.001, "batch": 1, "close_s": 0, "first_pause_s": 0.001, "longest_pause_s": 0.001}
        for name, bound in {**least, "limit_mb": 1}.items():
            if not getattr(self, name) >= bound:
                raise EmotionValueError(f"MailboxOptions: {name} must be at least {bound}, got {getattr(self, name)}")


def _open(path: Path, limit_mb: int) -> Spool:
    """The output before this one may still have it, for as long as a call that hangs."""
    end = time.monotonic() + _BUSY_S
    while True:
        try:
            return Spool(path, limit_mb)
        except SpoolBusy:
            if time.monotonic() > end:
                raise
        time.sleep(0.1)


class Mailbox:
    """A spool for this run, and a courier for it; a second courier brings what earlier runs left in the folder."""

    def __init__(
        self,
        path: Path,
        about: Mapping[str, Any],
        deliver: Callable[[Spool], bool],
        options: MailboxOptions,
    ) -> None:
        """path: of the spool. about: kept with it as notes, all that a later run needs to deliver it.

        deliver: brings one batch of a spool away and drops it; gives whether more waits; raises Undelivered.
        """
        self._options = options
        self._spool = _open(path, options.limit_mb)
        self._spool.note(**about)
        self._deliver = deliver
        self._lost = 0
        self._lost_why = ""
        self._closed = False
        self._old = list(leftovers(path.parent))
        times = options.every_s, options.first_pause_s, options.longest_pause_s, _HANGS_S
        self._courier = Courier(lambda: deliver(self._spool), self._spool.close, *times)
        self._old_courier = Courier(self._deliver_old, self._close_old, *times) if self._old else None

    def put(self, value: Any) -> None:
        """Has one frame's value delivered; raises nothing, see failure. Nothing after close()."""
        if self._closed:
            return
        try:
            self._spool.put(value)
        except EmotionOSError as error:
            self._lost += 1
            self._lost_why = str(error)
        if len(self._spool) >= self._options.batch:
            self._courier.wake()

    @property
    def failure(self) -> str | None:
        if self._lost:
            return f"frames lost: {self._lost}, {self._lost_why}"
        waiting = len(self._spool)
        if waiting and (self._closed or self._courier.failure):
            why = self._courier.failure or "not all was taken in time"
            end = ", they go with the next run to this place" if self._closed else ""
            return f"{why}; frames waiting in {self._spool.path}: {waiting}{end}"
        if self._courier.failure:
            return self._courier.failure
        if self._old_courier and self._old_courier.failure:
            return f"of an earlier run: {self._old_courier.failure}"
        return None

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._courier.close(self._options.close_s, self._options.close_s)
        if self._old_courier:
            patience_s = 0 if len(self._spool) else self._options.close_s
            self._old_courier.close(patience_s, patience_s)

    def _deliver_old(self) -> bool:
        """A batch of each; one that cannot be delivered does not hold the others up."""
        problems: list[Exception] = []
        for spool in list(self._old):
            try:
                if len(spool):
                    self._deliver(spool)
            except Exception as problem:
                problems.append(problem)
            if not len(spool):
                self._old.remove(spool)
                spool.close()
        if problems:
            raise problems[0]
        return bool(self._old)

    def _close_old(self) -> None:
        for spool in self._old:
            spool.close()
