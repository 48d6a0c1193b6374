"""A camera over HTTP that stalls, cuts and comes back: the run goes on, gaps and drops are counted."""

import base64
import re
import signal
import sys
import threading
import time

import emotion
import interruptible
import numpy as np
import pytest
from emotion.cli.gaps import GapTeller
from live_frames import read_frame
from mjpeg_server import MjpegCamera

QUICK = {"open_timeout_s": 5, "read_timeout_s": 1.5, "first_pause_s": 0.1, "longest_pause_s": 0.4}


@pytest.fixture(scope="module")
def jpegs(tmp_path_factory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("jpegs")
    pictures = []
    for i in range(16):
        emotion.write_image(folder / "a.jpg", np.full((120, 160, 3), 15 * i, np.uint8))
        pictures.append((folder / "a.jpg").read_bytes())
    return pictures


@pytest.fixture
def camera(jpegs):
    with MjpegCamera(jpegs) as server:
        yield server


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come in time"
        time.sleep(0.01)


def test_a_live_source_gives_its_newest_picture_and_counts_the_dropped(camera):
    with emotion.VideoSource(camera.url, **QUICK) as source:
        assert source.is_live and (source.height, source.width) == (120, 160) and source.frame_count is None
        first = read_frame(source)
        time.sleep(0.5)
        second = read_frame(source)
        assert second.number > first.number + 5 and second.time_s > first.time_s + 0.3
        health = source.health()
        assert health.frames_dropped >= second.number - first.number - 1 - 1
        assert health.frames_read >= health.frames_dropped + 2 and health.connected and health.gaps == []


def test_times_are_the_clocks_where_the_stream_has_none(jpegs):
    """FFmpeg takes 25 pictures a second for granted, this camera sends 10."""
    with MjpegCamera(jpegs, fps=10) as camera, emotion.VideoSource(camera.url, **QUICK) as source:
        read_frame(source)
        frames = [read_frame(source) for _ in range(12)]
        elapsed = frames[-1].time_s - frames[0].time_s
        count = frames[-1].number - frames[0].number
        assert elapsed / count > 0.08


@pytest.mark.parametrize("trouble", ["stall", "cut"])
def test_a_camera_that_stalls_or_hangs_up_is_opened_again(camera, trouble):
    with emotion.VideoSource(camera.url, **QUICK) as source:
        before = read_frame(source)
        camera.mode = trouble
        wait_for(lambda: not source.health().connected)
        while (frame := source.read(0)) is not None:  # what came before the trouble
            before = frame
        assert source.read(0.3) is None and not source.ended
        (gap,) = source.health().gaps
        assert gap.end_s is None and gap.start_s >= before.time_s and source.health().last_error
        camera.mode = "send"
        after = read_frame(source)
        assert after.after_gap and after.time_s > before.time_s + 0.3
        health = source.health()
        (gap,) = health.gaps
        assert gap.end_s is not None and gap.start_s < gap.end_s <= after.time_s
        assert health.reconnects == 1 and health.connected and camera.connections >= 2
        assert not read_frame(source).after_gap


def test_a_server_that_is_gone_for_a_while_is_found_again(jpegs):
    camera = MjpegCamera(jpegs)
    source = emotion.VideoSource(camera.url, **QUICK)
    read_frame(source)
    camera.mode = "cut"
    wait_for(lambda: camera.connections >= 3)  # refused and tried again
    camera.mode = "send"
    wait_for(lambda: source.health().reconnects == 1)
    camera.close()
    wait_for(lambda: len(source.health().gaps) == 2 and not source.health().connected)
    source.stop()


def test_the_command_line_says_when_a_camera_goes_and_comes(camera):
    sentences: list[str] = []
    with emotion.VideoSource(camera.url, **QUICK) as source, GapTeller(source.health, sentences.append):
        read_frame(source)
        for _ in range(2):
            camera.mode = "cut"
            wait_for(lambda: not source.health().connected)
            told = len(sentences)
            wait_for(lambda told=told: len(sentences) == told + 1)
            camera.mode = "send"
            wait_for(lambda told=told: len(sentences) == told + 2)
    for went, came in (sentences[:2], sentences[2:]):
        assert went.startswith("no picture comes: ") and camera.url in went
        assert re.fullmatch(r"pictures come again after \d s", came)


def test_the_source_is_given_up_after_max_attempts(jpegs):
    camera = MjpegCamera(jpegs)
    source = emotion.VideoSource(camera.url, max_attempts=2, **QUICK)
    read_frame(source)
    camera.close()
    with pytest.raises(emotion.EmotionOSError, match="given up after 2 failures"):
        for _ in source:
            pass
    assert source.ended


def test_login_and_password_reach_the_camera_and_nothing_else(jpegs):
    authorization = "Basic " + base64.b64encode(b"admin:geheim").decode()
    with MjpegCamera(jpegs, authorization=authorization) as camera:
        with emotion.VideoSource(f"http://admin:geheim@{camera.address}/live", **QUICK) as source:
            assert read_frame(source).image.shape == (120, 160, 3)
            assert source.name == f"http://admin:***@{camera.address}/live" and "geheim" not in repr(source)
        with pytest.raises(emotion.EmotionOSError, match="401") as caught:
            emotion.VideoSource(f"http://admin:falsch@{camera.address}/live", **QUICK)
        assert "falsch" not in str(caught.value)


def test_stop_wakes_a_read_that_waits(camera):
    camera.mode = "stall"
    source = emotion.VideoSource(camera.url, must_open=False, open_timeout_s=0.3, first_pause_s=60, longest_pause_s=60)
    threading.Timer(0.3, source.stop).start()
    begin = time.monotonic()
    assert source.read(50) is None and source.ended
    assert time.monotonic() - begin < 20


def test_ctrl_c_ends_an_iteration_that_waits(camera, tmp_path):
    camera.mode = "stall"
    code = f"""
import emotion, sys
source = emotion.VideoSource({camera.url!r}, must_open=False, open_timeout_s=0.2, first_pause_s=60, longest_pause_s=60)
print("waiting", flush=True)
try:
    next(source)
except KeyboardInterrupt:
    print("interrupted")
"""
    process = interruptible.start([sys.executable, "-c", code], cwd=tmp_path)
    assert process.stdout is not None and process.stdout.readline() == "waiting\n"
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert output == "interrupted\n" and process.returncode == 0


def test_memory_stays_flat_over_thousands_of_frames(jpegs):
    def resident_kb() -> int:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4

    with MjpegCamera(jpegs, fps=1000) as camera, emotion.VideoSource(camera.url, **QUICK) as source:
        wait_for(lambda: read_frame(source).number > 300)
        before = resident_kb()
        wait_for(lambda: read_frame(source).number > 2300, 120)
        assert resident_kb() - before < 5000


def test_a_run_of_a_camera_goes_on_over_a_cut_and_ends_by_stop(camera, models):
    run = emotion.Emanalysis(camera.url, headcount_only=True, device="cpu", **QUICK)
    cut = resumed = 0.0
    for frame in run:
        if not cut and frame.number > 10:
            cut = frame.time_s
            camera.mode = "cut"
            threading.Timer(0.5, setattr, (camera, "mode", "send")).start()
        if cut and frame.after_gap:
            resumed = frame.time_s
            assert run.health().reconnects >= 1
        if resumed and frame.time_s > resumed + 0.3:
            run.stop()
    assert run.ended and resumed > cut
    summary = run.summary()
    assert summary.source == run.source.name and summary.frames_analyzed == run.timeline().total().frames
    (gap,) = summary.health.gaps
    assert gap.end_s == pytest.approx(resumed, abs=0.01)


def test_a_camera_on_the_command_line_stops_after_its_time(camera, run_cli, tmp_path):
    done = run_cli("analyze", camera.url, "--heads-only", "--stop-after", "1", "--out", "d", "--frames", "f.csv")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    (video,) = (tmp_path / "d").iterdir()
    assert video.name.startswith("http-127.0.0.1-") and ":" not in video.name
    frames = (tmp_path / "f.csv").read_text().splitlines()[1:]
    assert len(frames) >= 2 and len(list(emotion.VideoSource(video))) == len(frames)


def test_a_gap_is_said_by_the_next_frame_that_is_analysed(camera):
    run = emotion.Emanalysis(camera.url, headcount_only=True, device="cpu", every_nth_frame=7, **QUICK)
    after_gap = [next(run).after_gap for _ in range(3)]
    for gaps in (1, 2):
        camera.mode = "cut"
        wait_for(lambda gaps=gaps: run.health().gap_count == gaps)
        camera.mode = "send"
        wait_for(lambda gaps=gaps: run.health().reconnects == gaps)
        after_gap += [next(run).after_gap for _ in range(6)]
    run.cancel()
    assert after_gap.count(True) == 2 and not any(after_gap[:3])
