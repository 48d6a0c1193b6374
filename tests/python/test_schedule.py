"""Times of runs: by the clock on the wall, over midnight and where clocks are put forward and back."""

import datetime
from zoneinfo import ZoneInfo

import emotion
import pytest
from emotion.schedule import Schedule, parse_clock, parse_duration

UTC = datetime.timezone.utc
BERLIN = ZoneInfo("Europe/Berlin")  # in 2026: forward on 29 March at 2, back on 25 October at 3
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour, back on 5 April at 2


def times(schedule, begin, end):
    """As shown by the clock."""
    return [time.strftime("%d %H:%M") for time in schedule.between(begin, end)]


def at(*values, zone=BERLIN, fold=0):
    return datetime.datetime(*values, tzinfo=zone, fold=fold)


def test_a_day_of_half_hours():
    lectures = Schedule(1800, datetime.time(9), datetime.time(11), BERLIN)
    assert times(lectures, at(2026, 3, 2), at(2026, 3, 3, 9, 30)) == [
        *("02 09:00", "02 09:30", "02 10:00", "02 10:30"),
        "03 09:00",
    ]
    assert lectures.first_from(at(2026, 3, 2, 9, 30)) == at(2026, 3, 2, 9, 30)
    assert lectures.after(at(2026, 3, 2, 9, 30)) == at(2026, 3, 2, 10)
    assert lectures.first_from(at(2026, 3, 2, 11)) == at(2026, 3, 3, 9)
    assert lectures.first_from(at(2026, 3, 2, 8, 10, zone=UTC)) == at(2026, 3, 2, 9, 30)
    assert lectures.first_from(at(2026, 3, 2)).tzinfo is BERLIN


def test_without_an_end_it_goes_on_to_midnight():
    evening = Schedule(3600, datetime.time(21, 30), time_zone=BERLIN)
    assert times(evening, at(2026, 3, 2), at(2026, 3, 4)) == [
        *("02 21:30", "02 22:30", "02 23:30"),
        *("03 21:30", "03 22:30", "03 23:30"),
    ]


def test_a_night_goes_past_midnight():
    night = Schedule(3600, datetime.time(22), datetime.time(1, 30), BERLIN)
    assert times(night, at(2026, 3, 2), at(2026, 3, 3, 22, 30)) == [
        "02 01:00",
        *("02 22:00", "02 23:00", "03 00:00", "03 01:00"),
        "03 22:00",
    ]


def test_each_day_begins_anew_where_the_interval_does_not_divide_it():
    odd = Schedule(7 * 3600, time_zone=BERLIN)  # nothing at 04:00 on the second day
    assert times(odd, at(2026, 3, 1, 23), at(2026, 3, 3, 8)) == [
        *("02 00:00", "02 07:00", "02 14:00", "02 21:00"),
        *("03 00:00", "03 07:00"),
    ]
    assert times(Schedule(86400, datetime.time(9), time_zone=BERLIN), at(2026, 3, 2), at(2026, 3, 4)) == [
        *("02 09:00", "03 09:00")
    ]


def test_times_that_no_clock_shows_are_left_out():
    half_hours = Schedule(1800, time_zone=BERLIN)
    found = list(half_hours.between(at(2026, 3, 29, 1), at(2026, 3, 29, 4)))
    assert [time.strftime("%H:%M") for time in found] == ["01:30", "03:00", "03:30"]
    seconds = [time.timestamp() for time in found]
    assert [b - a for a, b in zip(seconds, seconds[1:])] == [1800, 1800]
    assert times(Schedule(86400, datetime.time(2, 30), time_zone=BERLIN), at(2026, 3, 28), at(2026, 3, 31)) == [
        *("28 02:30", "30 02:30")
    ]


def test_times_that_a_clock_shows_twice_come_twice():
    half_hours = Schedule(1800, time_zone=BERLIN)
    found = list(half_hours.between(at(2026, 10, 25, 1, 15), at(2026, 10, 25, 3, 15)))
    assert [time.strftime("%H:%M%z") for time in found] == [
        *("01:30+0200", "02:00+0200", "02:30+0200"),
        *("02:00+0100", "02:30+0100", "03:00+0100"),
    ]
    seconds = [time.timestamp() for time in found]
    assert all(b - a == 1800 for a, b in zip(seconds, seconds[1:]))


def test_a_whole_day_that_begins_within_the_doubled_hour_keeps_its_order():
    quarters = Schedule(900, datetime.time(2, 30), datetime.time(2, 30), BERLIN)
    found = list(quarters.between(at(2026, 10, 25, 1, 50), at(2026, 10, 25, 3, 5)))
    seconds = [time.timestamp() for time in found]
    assert len(found) == 9 and all(b - a == 900 for a, b in zip(seconds, seconds[1:]))


def test_a_clock_change_of_half_an_hour():
    found = list(
        Schedule(1800, time_zone=LORD_HOWE).between(
            at(2026, 4, 5, 1, 10, zone=LORD_HOWE), at(2026, 4, 5, 2, 10, zone=LORD_HOWE)
        )
    )
    assert [time.strftime("%H:%M%z") for time in found] == ["01:30+1100", "01:30+1030", "02:00+1030"]


def test_the_systems_time_zone_is_the_default(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        found = Schedule(1800).first_from(at(2026, 10, 25, 0, 40, zone=UTC))
        assert found == at(2026, 10, 25, 1, zone=UTC) and found.strftime("%H:%M%z") == "02:00+0100"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("every_s", [0, -1, 0.5, 86401, float("nan")])
def test_an_interval_has_bounds(every_s):
    with pytest.raises(emotion.EmotionValueError, match="every_s must be in"):
        Schedule(every_s)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30m", 1800), ("28m20s", 1700), ("1h", 3600), ("1h30m", 5400), ("90s", 90), ("90", 90), ("0.5", 0.5)],
)
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "half", "m", "30 m 5", "-5m", "1d", "5m1h", "s"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(emotion.EmotionValueError, match="expected a time such as 30m"):
        parse_duration(text)


def test_times_of_day():
    assert parse_clock("09:00") == datetime.time(9) and parse_clock("9:30:15") == datetime.time(9, 30, 15)
    assert parse_clock("24:00") == datetime.time(0) and parse_clock("23:59") == datetime.time(23, 59)
    for text in ("", "9", "25:00", "24:01", "09:60", "9:5", "09:00:60", "nine"):
        with pytest.raises(emotion.EmotionValueError, match="expected a time of day such as 09:00"):
            parse_clock(text)
