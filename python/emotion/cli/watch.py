"""emotion watch: analyze, again and again at set times of the day."""

from __future__ import annotations

import argparse
import copy
import datetime
import functools
import itertools
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import emotion

from ..schedule import Schedule, parse_clock, parse_duration
from .analyze import add_options
from .analyze_video import run_options, run_video
from .common import Raw, make_folder, say
from .run_outputs import check_outputs
from .source import EXPECTED_VIDEO, is_video, source_of

_EXAMPLE = """examples:
  emotion watch rtsp://LOGIN:PASSWORD@10.0.0.7/ --every 30m --from 09:00 --for 28m20s --out lectures
  emotion watch 0 --every 1h --from 08:00 --until 18:00 --out day --mode board --frames day/frames.csv
The start of a run stands in the names of its files: lectures/2026-03-02_09-30.mp4, day/frames_2026-03-02_08-00.csv."""

_FILES = ("csv", "frames", "raw", "parquet")  # options that name a file of a run
_MOST_LATE = datetime.timedelta(minutes=1)  # a run that begins later than this is left out

_T = TypeVar("_T")


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="analyse a camera at set times, every half hour from nine for example",
        description="Analyses a camera or an address at set times of the day, without end.",
        epilog=_EXAMPLE,
        formatter_class=Raw,
        conflict_handler="resolve",  # --every, --for, --csv and --out have a meaning of their own here
    )
    parser.add_argument("source", metavar="SOURCE", help="a camera (0), an address, a video file")
    add_options(parser)
    group = parser.add_argument_group("when it runs")
    group.add_argument(
        "--every",
        dest="interval_s",
        type=_readable(parse_duration),
        required=True,
        metavar="TIME",
        help="30m, 1h30m; a number alone is seconds",
    )
    group.add_argument(
        "--from", dest="start", type=_readable(parse_clock), default=datetime.time(), metavar="HH:MM", help="first run"
    )
    group.add_argument(
        "--until",
        type=_readable(parse_clock),
        default=datetime.time(),
        metavar="HH:MM",
        help="no run begins from then on (default: midnight)",
    )
    group.add_argument(
        *("--for", "--stop-after"),
        dest="stop_after",
        type=_readable(parse_duration),
        metavar="TIME",
        help="length of a run (default: to the next one)",
    )
    parser.add_argument("--csv", metavar="FILE", help="write a table, a line for each face")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="write the videos here")
    parser.set_defaults(run=run, must_open=False)  # a camera that is away at nine is waited for


def _readable(parse: Callable[[str], _T]) -> Callable[[str], _T]:
    """As argparse wants it: with the error's own sentence."""

    def read(text: str) -> _T:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


class Clock:
    """The computer's; tests have another."""

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.timezone.utc)

    def wait_until(self, moment: datetime.datetime) -> None:
        """In pieces, for a clock that is set meanwhile."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            time.sleep(min(left, 20))


def run(arguments: argparse.Namespace, clock: Clock | None = None) -> int:
    clock = clock or Clock()
    schedule = Schedule(arguments.interval_s, arguments.start, arguments.until)
    check(arguments)
    terminated = False

    def terminate(*_: object) -> None:
        nonlocal terminated
        terminated = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        watch(schedule, clock, functools.partial(run_once, arguments, schedule, clock))
    except KeyboardInterrupt:
        say("stopped")
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0 if terminated else 130


def check(arguments: argparse.Namespace) -> None:
    """Mistakes are told now and not at nine: models are loaded and options looked at; the source is not opened."""
    if not is_video(source_of(arguments.source, arguments)):
        raise emotion.EmotionValueError(f"{arguments.source} is no video, camera or address: expected {EXPECTED_VIDEO}")
    check_outputs(arguments)
    if arguments.display:
        emotion.Window().close()
    emotion.Emanalysis([], **run_options(arguments)).cancel()
    for folder in (arguments.out, *(Path(file).parent for option in _FILES if (file := getattr(arguments, option)))):
        make_folder(folder)


def watch(schedule: Schedule, clock: Clock, begin: Callable[[datetime.datetime], object]) -> None:
    """Calls `begin` with each time of the schedule, until it raises KeyboardInterrupt.

    A time that comes while a run goes on, or at most a minute before the start, is made up for when less than a minute
    (of an interval under two minutes: half of it) has passed since; others are left out and said.
    """
    most_late = min(_MOST_LATE, datetime.timedelta(seconds=schedule.every_s / 2))
    last = clock.now() - most_late
    started = False
    while True:
        moment, missed = next_time(schedule, last, clock.now(), most_late)
        if missed and started:
            say("left out, because a run took too long: " + ", ".join(f"{one:%H:%M}" for one in missed))
        if moment > clock.now():
            sys.stdout.flush()  # the report of the last run, where it goes to a log
            say(f"waiting until {moment:%Y-%m-%d %H:%M:%S}")
            clock.wait_until(moment)
        begin(moment)
        last, started = moment, True


def next_time(
    schedule: Schedule, last: datetime.datetime, now: datetime.datetime, most_late: datetime.timedelta
) -> tuple[datetime.datetime, list[datetime.datetime]]:
    """The time to be run, `now` - `most_late` or later, and those after `last` that are missed."""
    passed = list(schedule.between(last, now + datetime.timedelta.resolution))
    if passed and now - passed[-1] <= most_late:
        return passed[-1], passed[:-1]
    return schedule.first_from(max(now, last + datetime.timedelta.resolution)), passed


def run_once(arguments: argparse.Namespace, schedule: Schedule, clock: Clock, moment: datetime.datetime) -> None:
    """What fails is said, and the next run has its turn; Ctrl+C is a KeyboardInterrupt, with everything written."""
    one = arguments_of_run(arguments, moment)
    if one.stop_after is None:
        left = (schedule.after(moment) - clock.now()).total_seconds()
        one.stop_after = max(1.0, min(left, schedule.every_s))
    try:
        code = run_video(one)
    except Exception as error:  # whatever it is, tomorrow's lectures are to be watched
        known = isinstance(error, (emotion.EmotionError, OSError))
        say(f"the run of {moment:%Y-%m-%d %H:%M} failed: {error if known else repr(error)}")
        return
    if code == 130:
        raise KeyboardInterrupt


def arguments_of_run(arguments: argparse.Namespace, moment: datetime.datetime) -> argparse.Namespace:
    """Those of `emotion analyze`, with the start in all names; no file of such a name is there already."""
    for name in _names(moment):
        one = copy.copy(arguments)
        one.paths, one.video_name = [source_of(arguments.source, arguments)], name
        one.sheet = arguments.sheet and f"{arguments.sheet}_{name}"
        one.sql_run = arguments.sql and "_".join(filter(None, [arguments.sql_run, name]))
        for option in _FILES:
            if file := getattr(arguments, option):
                setattr(one, option, Path(file).with_name(f"{Path(file).stem}_{name}{Path(file).suffix}"))
        files = [one.out / f"{name}.mp4", *filter(None, (getattr(one, option) for option in _FILES))]
        if not any(file.exists() for file in files):
            return one
    raise AssertionError("there is always another name")


def _names(moment: datetime.datetime) -> Iterator[str]:
    """2026-03-02_09-30, then 2026-03-02_09-30_2 and so on."""
    name = moment.strftime("%Y-%m-%d_%H-%M-%S" if moment.second else "%Y-%m-%d_%H-%M")
    yield name
    yield from (f"{name}_{number}" for number in itertools.count(2))
