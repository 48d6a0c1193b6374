"""emotion watch: runs by the clock. The clock is the tests' own but for the runs of the whole command."""

import argparse
import csv
import datetime
import os
import signal
import socket
import sys
import time
from zoneinfo import ZoneInfo

import emotion
import interruptible
import pytest
from emotion.cli import watch
from emotion.schedule import Schedule

pytest.importorskip("skimage.data")
import astronaut_video
import rtsp_camera

BERLIN = ZoneInfo("Europe/Berlin")
HALF_HOURS = Schedule(1800, datetime.time(9), datetime.time(18), BERLIN)


class Clock:
    """Stands still but for what waits and works."""

    def __init__(self, *start):
        self.moment = datetime.datetime(*start, tzinfo=BERLIN).astimezone(datetime.timezone.utc)

    def now(self):
        return self.moment

    def wait_until(self, moment):
        assert moment > self.moment
        self.moment = moment.astimezone(datetime.timezone.utc)

    def work(self, seconds):
        self.moment += datetime.timedelta(seconds=seconds)


def starts(clock, lengths, schedule=HALF_HOURS):
    """When runs of these lengths begin: what the schedule says, and what the clock shows."""
    begun, lengths = [], iter(lengths)

    def begin(moment):
        begun.append((f"{moment:%d %H:%M}", f"{clock.now().astimezone(BERLIN):%d %H:%M:%S}"))
        length = next(lengths, None)
        if length is None:
            raise KeyboardInterrupt
        clock.work(length)

    with pytest.raises(KeyboardInterrupt):
        watch.watch(schedule, clock, begin)
    return begun


def test_runs_begin_at_their_times_day_after_day(capsys):
    lectures = Schedule(1800, datetime.time(9), datetime.time(10), BERLIN)
    assert starts(Clock(2026, 3, 2, 7), [1700, 1700], lectures) == [
        ("02 09:00", "02 09:00:00"),
        ("02 09:30", "02 09:30:00"),
        ("03 09:00", "03 09:00:00"),
    ]
    assert capsys.readouterr().err.splitlines() == [
        *("emotion: waiting until 2026-03-02 09:00:00", "emotion: waiting until 2026-03-02 09:30:00"),
        "emotion: waiting until 2026-03-03 09:00:00",
    ]


def test_a_start_within_the_first_minute_is_in_time():
    assert starts(Clock(2026, 3, 2, 9, 0, 40), [])[0] == ("02 09:00", "02 09:00:40")
    assert starts(Clock(2026, 3, 2, 9, 1, 1), [])[0] == ("02 09:30", "02 09:30:00")


def test_a_run_that_ends_a_little_late_delays_the_next_one():
    assert starts(Clock(2026, 3, 2, 9), [1810, 1795]) == [
        ("02 09:00", "02 09:00:00"),
        ("02 09:30", "02 09:30:10"),
        ("02 10:00", "02 10:00:05"),
    ]


def test_missed_times_are_left_out_and_said_never_made_up_in_a_row(capsys):
    assert starts(Clock(2026, 3, 2, 9), [2 * 3600 + 120, 60]) == [
        ("02 09:00", "02 09:00:00"),
        ("02 11:30", "02 11:30:00"),
        ("02 12:00", "02 12:00:00"),
    ]
    assert "left out, because a run took too long: 09:30, 10:00, 10:30, 11:00\n" in capsys.readouterr().err
    assert starts(Clock(2026, 3, 2, 9), [3600 + 30])[1] == ("02 10:00", "02 10:00:30")
    assert "took too long: 09:30\n" in capsys.readouterr().err


def test_a_night_and_clocks_put_back():
    night = Schedule(3600, datetime.time(1), datetime.time(4), BERLIN)
    begun = starts(Clock(2026, 10, 25, 0, 30), [3000] * 4, night)
    assert [shown for _, shown in begun] == [
        *("25 01:00:00", "25 02:00:00", "25 02:00:00", "25 03:00:00"),
        "26 01:00:00",
    ]


def parsed(*options):
    parser = argparse.ArgumentParser()
    watch.add_parser(parser.add_subparsers(), "watch")
    return parser.parse_args(["watch", *map(str, options)])


def test_names_have_the_start_and_replace_nothing(tmp_path):
    arguments = parsed(
        *("0", "--every", "30m", "--for", "28m20s", "--out", tmp_path, "--csv", tmp_path / "faces.csv"),
        *("--every-nth-frame", "25"),
    )
    assert (arguments.interval_s, arguments.every, arguments.stop_after) == (1800, 25, 1700)
    one = watch.arguments_of_run(arguments, datetime.datetime(2026, 3, 2, 9, 30))
    assert one.paths == ["0"] and one.video_name == "2026-03-02_09-30" and one.frames is None
    assert one.csv == tmp_path / "faces_2026-03-02_09-30.csv" and arguments.csv == str(tmp_path / "faces.csv")
    one.csv.write_text("")
    assert watch.arguments_of_run(arguments, datetime.datetime(2026, 3, 2, 9, 30)).video_name == "2026-03-02_09-30_2"
    (tmp_path / "2026-03-02_09-30_2.mp4").write_text("")
    assert watch.arguments_of_run(arguments, datetime.datetime(2026, 3, 2, 9, 30)).video_name == "2026-03-02_09-30_3"
    arguments = parsed("0", "--every", "30m", "--out", tmp_path, "--sheet", "hall", "--sql", "sqlite:///a.db")
    one = watch.arguments_of_run(arguments, datetime.datetime(2026, 3, 2, 9, 30))
    assert (one.sheet, one.sql_run) == ("hall_2026-03-02_09-30", "2026-03-02_09-30")
    seconds = datetime.datetime(2026, 3, 2, 9, 30, 5)
    assert watch.arguments_of_run(arguments, seconds).video_name == "2026-03-02_09-30-05"


def test_an_ip_camera_gets_its_login_from_the_secrets(tmp_path):
    (tmp_path / "secrets").write_text('ip_camera_login = "hall"\nip_camera_password = "s/t"\n')
    options = ["10.0.0.7", "--ip-camera", "--secrets", tmp_path / "secrets", "--every", "30m", "--out", tmp_path]
    one = watch.arguments_of_run(parsed(*options), datetime.datetime(2026, 3, 2, 9, 30))
    assert one.paths == [emotion.ip_camera_url("10.0.0.7", "hall", "s/t")]


def test_a_run_lasts_until_the_next_one_where_nothing_is_said(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(watch, "run_video", lambda arguments: given.append(arguments.stop_after) or 0)
    arguments = parsed("0", "--every", "30m", "--out", tmp_path)
    clock = Clock(2026, 3, 2, 9, 0, 20)
    watch.run_once(arguments, HALF_HOURS, clock, HALF_HOURS.first_from(datetime.datetime(2026, 3, 2, 9, tzinfo=BERLIN)))
    last = datetime.datetime(2026, 3, 2, 17, 30, tzinfo=BERLIN)
    watch.run_once(arguments, HALF_HOURS, Clock(2026, 3, 2, 17, 30), last)
    assert given == [1780, 1800]


@pytest.fixture
def film(tmp_path):
    astronaut_video.write(tmp_path / "lecture.mp4", 8)
    return tmp_path / "lecture.mp4"


class ThreeRuns(Clock):
    """Something happens before the second run; the fourth is interrupted as by Ctrl+C."""

    def __init__(self, *start, happens):
        super().__init__(*start)
        self.happens, self.waits = happens, 0

    def wait_until(self, moment):
        super().wait_until(moment)
        self.waits += 1
        if self.waits > 3:
            raise KeyboardInterrupt
        self.happens(self.waits)


def test_a_run_that_fails_is_said_and_the_next_one_goes_on(film, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    data = film.read_bytes()

    def happens(number):
        film.write_bytes(b"no video" if number == 2 else data)

    arguments = parsed(film, "--every", "30m", "--from", "09:00", "--out", tmp_path / "out", "--frames", "f.csv")
    arguments.frames = tmp_path / "frames.csv"
    try:
        assert watch.run(arguments, ThreeRuns(2026, 3, 2, 8, happens=happens)) == 130
    finally:
        monkeypatch.undo()
        time.tzset()
    errors = capsys.readouterr().err
    assert "the run of 2026-03-02 09:30 failed" in errors and "lecture.mp4" in errors and "stopped" in errors
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "2026-03-02_09-00.mp4",
        "2026-03-02_10-00.mp4",
    ]
    assert len(list(emotion.VideoSource(tmp_path / "out" / "2026-03-02_10-00.mp4"))) == 8
    with open(tmp_path / "frames_2026-03-02_10-00.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) == 8


def test_a_run_without_a_frame_says_why(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]  # nobody listens there any more

    def happens(number):
        if number == 2:
            raise KeyboardInterrupt

    options = [f"http://nobody:secret@127.0.0.1:{port}/live", "--every", "30m", "--for", "1s", "--heads-only"]
    clock = ThreeRuns(2026, 3, 2, 8, 50, happens=happens)
    assert watch.run(parsed(*options, "--out", tmp_path / "out"), clock) == 130
    output, errors = capsys.readouterr()
    assert f"no frame came from http://nobody:***@127.0.0.1:{port}/live: " in errors and "refused" in errors
    assert "secret" not in output + errors


def test_an_ip_camera_that_is_off_in_one_run_is_seen_in_the_next(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    camera = rtsp_camera.start_or_skip()
    camera.kill()
    secrets = tmp_path / "secrets"
    secrets.write_text(f"ip_camera_login = {rtsp_camera.LOGIN!r}\nip_camera_password = {rtsp_camera.PASSWORD!r}\n")

    def happens(number):
        if number == 2:
            camera.start()
        elif number == 3:
            raise KeyboardInterrupt

    options = [camera.address, "--ip-camera", "--secrets", secrets, "--every", "30m", "--for", "3s"]
    try:
        clock = ThreeRuns(2026, 3, 2, 8, 50, happens=happens)
        assert watch.run(parsed(*options, "--heads-only", "--out", tmp_path / "out"), clock) == 130
    finally:
        camera.kill()
    (video,) = (tmp_path / "out").iterdir()
    assert len(list(emotion.VideoSource(video))) > 10
    output, errors = capsys.readouterr()
    assert "Connection refused" in output and rtsp_camera.PASSWORD not in output + errors


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--every", "30m"], "--out"),
        (["nothing.mp4", "--every", "30m", "--out", "d"], "nothing.mp4 is no video, camera or address: expected"),
        (["--out", "d"], "--every"),
        (["--every", "soon", "--out", "d"], "expected a time such as 30m, 1h30m or 28m20s, got 'soon'"),
        (["--every", "0", "--out", "d"], "every_s must be in [1, 86400], got 0"),
        (["--every", "30m", "--from", "nine", "--out", "d"], "expected a time of day such as 09:00, got 'nine'"),
        (["--every", "30m", "--out", "d", "--csv", "-"], "--csv -"),
        (["--every", "30m", "--out", "d", "--every-nth-frame", "0"], "every_nth_frame must be at least 1, got 0"),
        (["--every", "30m", "--out", "d", "--model-faces", "nobody"], "nobody"),
        (["--every", "30m", "--out", "d", "--ip-camera"], "ip_camera_login is not known"),
        (["--every", "30m", "--out", "d", "--sheet", "hall"], "credentials_file is not known"),
        (["--every", "30m", "--out", "d", "--upload", "http://127.0.0.1:1"], "server_key is not known"),
        (["--every", "30m", "--out", "d", "--share", "a@b.example"], "--share is for a sheet"),
        (["--every", "30m", "--out", "d", "--exhibit", "moon"], "--exhibit is kept in a database"),
        (["--every", "30m", "--out", "d", "--sql", "nothing"], "expected an address such as sqlite:///"),
        (["--every", "30m", "--out", "d", "--csv", "a.csv", "--raw", "./a.csv"], "two outputs have the same name"),
        (["--every", "30m", "--out", "d", "--csv", "a.xlsx"], "a table must be a .csv or a .jsonl file, got a.xlsx"),
    ],
)
def test_mistakes_are_told_at_once(options, text, run_cli):
    source = [] if options[0].endswith(".mp4") else ["0"]
    done = run_cli("watch", *source, *options)
    assert done.returncode == 2 and text in done.stderr and "Traceback" not in done.stderr, done.stderr


@pytest.mark.parametrize("option", ["--out", "--csv", "--parquet"])
def test_a_folder_that_cannot_be_made_is_told_at_once(option, run_cli, tmp_path):
    (tmp_path / "file").write_text("")
    options = {"--out": "d", option: "file/x.csv"}
    done = run_cli("watch", "0", "--every", "30m", *(word for pair in options.items() for word in pair))
    place = options[option] if option == "--out" else "file"
    assert done.returncode == 1 and done.stderr == f"emotion: cannot make the folder {place}: Not a directory\n"


@pytest.mark.parametrize(("ending", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_signals_end_a_run_with_everything_written(ending, code, tmp_path):
    astronaut_video.write(tmp_path / "long.mp4", 400)
    environment = {key: value for key, value in os.environ.items() if key != "EMOTION_MODELS"}
    options = ["long.mp4", "--every", "1s", "--for", "1h", "--out", "d", "--frames", "f.csv"]
    process = interruptible.start([sys.executable, "-m", "emotion", "watch", *options], cwd=tmp_path, env=environment)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        tables = list(tmp_path.glob("f_*.csv"))
        if tables and tables[0].read_bytes().count(b"\n") > 5:
            break
        time.sleep(0.01)
    process.send_signal(ending)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == code and errors.endswith("emotion: stopped\n"), errors
    assert "Traceback" not in errors and "frames analysed" in output
    (table,), (video,) = tmp_path.glob("f_*.csv"), (tmp_path / "d").iterdir()
    rows = table.read_text().splitlines()
    assert 5 < len(rows) < 401 and len(list(emotion.VideoSource(video))) == len(rows) - 1
