"""When runs begin: at set times of the local clock, such as every half hour from nine.

>>> import emotion.schedule as schedule
>>> lectures = schedule.Schedule(every_s=1800, start=datetime.time(9), end=datetime.time(18))
>>> lectures.first_from(datetime.datetime(2026, 3, 2, 9, 10).astimezone())      # 09:30
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import _core

__all__ = ["Schedule", "parse_clock", "parse_duration"]

_MIDNIGHT = datetime.time()
_DAY = datetime.timedelta(days=1)
_LONGEST_CLOCK_CHANGE = datetime.timedelta(hours=2)
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")


@dataclass(frozen=True)
class Schedule:
    """The times `start`, `start` + `every_s`, `start` + 2 `every_s` ... of each day, up to and without `end`.

    every_s: seconds, from 1 to a day. start, end: of the local clock; an `end` at or before `start` is the next day's,
    so the default end is the midnight after the start. time_zone: default the system's. Immutable.

    The times are those that the clock on the wall shows. When clocks are put forward, times that no clock shows are
    left out; when they are put back, times that are shown twice come twice.
    """

    every_s: float
    start: datetime.time = _MIDNIGHT
    end: datetime.time = _MIDNIGHT
    time_zone: datetime.tzinfo | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.every_s <= _DAY.total_seconds():
            raise _core.EmotionValueError(f"Schedule: every_s must be in [1, 86400], got {self.every_s:g}")

    def first_from(self, moment: datetime.datetime) -> datetime.datetime:
        """The first time at or after `moment`, which has a time zone; in the schedule's time zone."""
        utc = moment.astimezone(datetime.timezone.utc)
        day = moment.astimezone(self.time_zone).date() - _DAY  # whose times may go past midnight
        while True:
            days = (day, day + _DAY, day + 2 * _DAY)
            later = [time for one in days for time in self._times_of(one, utc) if time >= utc]
            if later:
                return min(later).astimezone(self.time_zone)
            day += _DAY

    def after(self, moment: datetime.datetime) -> datetime.datetime:
        """The first time after `moment`, likewise."""
        return self.first_from(moment.astimezone(datetime.timezone.utc) + datetime.timedelta.resolution)

    def between(self, begin: datetime.datetime, end: datetime.datetime) -> Iterator[datetime.datetime]:
        """The times after `begin` and before `end`."""
        time = self.after(begin)
        while time.astimezone(datetime.timezone.utc) < end.astimezone(datetime.timezone.utc):
            yield time
            time = self.after(time)

    def _times_of(self, day: datetime.date, utc: datetime.datetime) -> Iterator[datetime.datetime]:
        """In UTC, of one day: those around `utc`, or its first ones."""
        begin = datetime.datetime.combine(day, self.start)
        end = datetime.datetime.combine(day if self.end > self.start else day + _DAY, self.end)
        every = datetime.timedelta(seconds=self.every_s)
        near = utc.astimezone(self.time_zone).replace(tzinfo=None) - _LONGEST_CLOCK_CHANGE
        shown = begin + max(0, math.ceil((near - begin) / every)) * every
        last = max(shown, begin) + 2 * _LONGEST_CLOCK_CHANGE + every
        while shown < end and shown <= last:
            yield from self._moments(shown)
            shown += every

    def _moments(self, shown: datetime.datetime) -> Iterator[datetime.datetime]:
        """When the clock shows this: once, never or twice."""
        moments = set()
        for fold in (0, 1):
            moment = shown.replace(fold=fold, tzinfo=self.time_zone).astimezone(datetime.timezone.utc)
            if moment.astimezone(self.time_zone).replace(tzinfo=None) == shown:
                moments.add(moment)
        yield from sorted(moments)


def parse_duration(text: str) -> float:
    """Seconds of '30m', '28m20s', '1h', '1h30m', '90s' or '90'. Raises EmotionValueError."""
    match = _DURATION.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise _core.EmotionValueError(f"expected a time such as 30m, 1h30m or 28m20s, got '{text}'")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return 3600 * hours + 60 * minutes + seconds


def parse_clock(text: str) -> datetime.time:
    """'09:00' or '9:30:15', and '24:00' for midnight. Raises EmotionValueError."""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", text.strip())
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (99, 0, 0)
    if (hour, minute, second) == (24, 0, 0):
        return _MIDNIGHT
    if hour > 23 or minute > 59 or second > 59:
        raise _core.EmotionValueError(f"expected a time of day such as 09:00, got '{text}'")
    return datetime.time(hour, minute, second)
