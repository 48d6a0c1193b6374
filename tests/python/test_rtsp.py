"""A real RTSP camera (GStreamer's server) that is killed and comes back, with login and password.

EMOTION_RTSP_RESTARTS=20 python -m pytest -s tests/python/test_rtsp.py kills it 20 times; how long each return took is
printed.
"""

import os
import signal
import time
from functools import partial

import emotion
import live_frames
import pytest
import rtsp_camera
from rtsp_camera import PASSWORD

read_frame = partial(live_frames.read_frame, seconds=60)


@pytest.fixture
def camera():
    server = rtsp_camera.start_or_skip()
    yield server
    server.kill()


def test_pictures_come_at_the_cameras_own_times(camera):
    url = emotion.ip_camera_url(camera.address, "admin", PASSWORD)
    with emotion.VideoSource(url) as source:
        assert (source.height, source.width, source.is_live) == (240, 320, True)
        frames = [read_frame(source) for _ in range(50)]
        steps = [(b.time_s - a.time_s) / (b.number - a.number) for a, b in zip(frames, frames[1:])]
        assert steps == pytest.approx([0.04] * 49, abs=0.003)
        assert PASSWORD not in repr(source) and "***" in source.name


def test_a_wrong_password_is_said_and_not_shown(camera):
    with pytest.raises(emotion.EmotionOSError, match="401") as caught:
        emotion.VideoSource(emotion.ip_camera_url(camera.address, "admin", "falsch"))
    assert "falsch" not in str(caught.value)


def test_a_camera_that_falls_silent_is_noticed_and_found_again(camera):
    url = emotion.ip_camera_url(camera.address, "admin", PASSWORD)
    with emotion.VideoSource(url, read_timeout_s=1, open_timeout_s=2) as source:
        read_frame(source)
        camera.signal(signal.SIGSTOP)
        begin = time.monotonic()
        while source.health().connected:
            assert time.monotonic() - begin < 30
            time.sleep(0.01)
        assert "no answer in time" in source.health().last_error
        camera.signal(signal.SIGCONT)
        while not (frame := read_frame(source)).after_gap:
            pass
        (gap,) = source.health().gaps
        assert gap.end_s is not None and gap.end_s - gap.start_s > 0.9 and frame.time_s >= gap.end_s


def test_a_camera_that_is_killed_again_and_again_is_found_each_time(camera):
    restarts = int(os.environ.get("EMOTION_RTSP_RESTARTS", "2"))
    url = emotion.ip_camera_url(camera.address, "admin", PASSWORD)
    noticed, resumed = [], []
    with emotion.VideoSource(url) as source:
        last = read_frame(source)
        for _ in range(restarts):
            for _ in range(10):
                last = read_frame(source)
            camera.kill()
            begin = time.monotonic()
            while source.health().connected:
                assert time.monotonic() - begin < 60
                time.sleep(0.01)
            noticed.append(time.monotonic() - begin)
            while (frame := source.read(0)) is not None:
                last = frame
            time.sleep(0.5)
            camera.start()
            begin = time.monotonic()
            frame = read_frame(source)
            resumed.append(time.monotonic() - begin)
            assert frame.after_gap and frame.time_s > last.time_s + 0.4 and frame.number > last.number
        health = source.health()
    print(f"\nnoticed after {max(noticed):.2f} s at most; resumed after", " ".join(f"{s:.2f}" for s in resumed), "s")
    assert health.reconnects == len(health.gaps) == restarts
    assert all(gap.end_s is not None and gap.end_s - gap.start_s > 0.4 for gap in health.gaps)
    assert health.last_error and PASSWORD not in health.last_error
