"""Videos are written and read: files, folders, iterables."""

import os
import signal
import subprocess
import sys
import threading

import emotion
import numpy as np
import pytest


def plain(grey: int, height: int = 48, width: int = 64) -> np.ndarray:
    return np.full((height, width, 3), grey, np.uint8)


@pytest.fixture
def video(tmp_path):
    """30 pictures that grow brighter, at 10 a second."""
    path = tmp_path / "a.mp4"
    with emotion.VideoWriter(path, 48, 64, 10) as writer:
        for i in range(30):
            writer.write(plain(50 + 5 * i))
    return path


def test_iteration_gives_every_picture_with_number_and_time(video):
    source = emotion.VideoSource(video)
    assert (source.height, source.width, source.frame_count, source.is_live) == (48, 64, 30, False)
    assert source.fps == pytest.approx(10) and str(video) in repr(source)
    for i, frame in enumerate(source):
        assert frame.image.shape == (48, 64, 3) and frame.image.dtype == np.uint8
        assert (frame.number, frame.after_gap) == (i, False)
        assert frame.time_s == pytest.approx(i / 10, abs=1e-4)
        assert frame.image.mean() == pytest.approx(50 + 5 * i, abs=4)
    assert i == 29 and source.ended and source.read() is None
    health = source.health()
    assert (health.frames_read, health.frames_delivered, health.frames_dropped) == (30, 30, 0)
    assert health.gaps == [] and health.last_error == "" and "frames_read=30" in repr(health)


def test_the_order_is_rgb_unless_said(tmp_path):
    red = np.zeros((48, 64, 3), np.uint8)
    red[:, :, 0] = 200
    with emotion.VideoWriter(tmp_path / "a.mp4", 48, 64, 10) as writer:
        writer.write(red)
        writer.write(red[:, :, ::-1], order="bgr")
    for order, channel in (("rgb", 0), ("bgr", 2)):
        for frame in emotion.VideoSource(tmp_path / "a.mp4", order=order):
            means = frame.image.reshape(-1, 3).mean(axis=0)
            assert means[channel] > 180 and sum(means) - means[channel] < 40
    assert next(emotion.VideoSource(tmp_path / "a.mp4", order="gray")).image.shape == (48, 64)


def test_times_and_gaps_keep_their_places(tmp_path):
    times = [3.0, 3.1, 7.25, 7.3]
    with emotion.VideoWriter(str(tmp_path / "a.mp4"), 47, 63, 25) as writer:
        for time_s in times:
            writer.write(plain(100, 47, 63), time_s)
        assert writer.frame_count == 4 and writer.path == tmp_path / "a.mp4" and writer.encoder in repr(writer)
    read = [frame.time_s for frame in emotion.VideoSource(tmp_path / "a.mp4")]
    assert read == pytest.approx([0, 0.1, 4.25, 4.3], abs=1e-3)


def test_a_video_that_was_cut_off_says_how_much_is_missing(tmp_path):
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "whole.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    for i in range(40):
        writer.write(plain(5 * i))
    writer.release()
    source = emotion.VideoSource(path)
    assert len(list(source)) == 40 and source.health().last_error == ""
    (tmp_path / "cut.avi").write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    source = emotion.VideoSource(tmp_path / "cut.avi")
    count = len(list(source))
    assert 0 < count < 30
    assert f"ends after {count} of 40 pictures" in source.health().last_error


@pytest.mark.parametrize("order", ["emotion, cv2", "cv2, emotion"])
def test_opencv_of_another_build_reads_our_videos_in_the_same_program(video, tmp_path, order):
    """Its wheel brings FFmpeg libraries of its own."""
    pytest.importorskip("cv2")
    code = f"""
import {order}
capture = cv2.VideoCapture({str(video)!r})
source = emotion.VideoSource({str(video)!r}, order="bgr")
for frame in source:
    good, image = capture.read()
    assert good and abs(image.astype(int) - frame.image).mean() < 3
assert not capture.read()[0]
print(frame.number)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.stdout == "29\n", done.stderr


def test_a_killed_program_leaves_a_video_without_its_last_second(tmp_path):
    code = f"""
import emotion, numpy, os, signal
writer = emotion.VideoWriter({str(tmp_path / "a.mp4")!r}, 48, 64, 10)
for i in range(57):
    writer.write(numpy.full((48, 64, 3), 50 + i, numpy.uint8))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, timeout=120)
    assert done.returncode == -signal.SIGKILL
    means = [frame.image.mean() for frame in emotion.VideoSource(tmp_path / "a.mp4")]
    assert 46 <= len(means) < 57
    assert means == pytest.approx([50 + i for i in range(len(means))], abs=4)


def test_a_folder_is_read_in_natural_order_and_broken_pictures_are_named(tmp_path):
    for number in (1, 2, 10):
        emotion.write_image(tmp_path / f"shot{number}.png", plain(number))
    (tmp_path / "shot3.png").write_text("broken")
    source = emotion.VideoSource(tmp_path, fps=2)
    assert [(f.number, int(f.image.mean()), f.time_s) for f in source] == [(0, 1, 0.0), (1, 2, 0.5), (3, 10, 1.5)]
    (skipped,) = source.health().skipped
    assert "shot3.png" in skipped and source.health().last_error == skipped


def test_any_iterable_of_arrays_is_a_source(picture):
    frames = emotion.VideoSource.from_frames((picture[:, i:] for i in range(3)), fps=5)
    seen = list(frames)
    assert [f.time_s for f in seen] == pytest.approx([0, 0.2, 0.4])
    for i, frame in enumerate(seen):
        np.testing.assert_array_equal(frame.image, picture[:, i:])
    grey = emotion.VideoSource.from_frames([picture[:, :, 0]], order="bgr")
    np.testing.assert_array_equal(next(grey).image, picture[:, :, 0])


def test_one_picture_is_not_taken_for_a_pile_of_grey_ones(picture):
    for one in (picture, picture[:, :, 0]):
        with pytest.raises(ValueError, match="one picture, expected several"):
            emotion.VideoSource.from_frames(one)
    assert emotion.VideoSource.from_frames(picture[None]).read().image.shape == picture.shape


def test_what_an_iterable_raises_comes_out():
    def frames():
        yield plain(1)
        raise LookupError("mine")

    source = emotion.VideoSource.from_frames(frames())
    assert source.read() is not None
    with pytest.raises(LookupError, match="mine"):
        source.read()
    assert source.ended
    with pytest.raises(TypeError, match="a frame is a str"):
        emotion.VideoSource.from_frames(["text"]).read()


def test_an_iterable_can_be_read_from_another_thread(picture):
    source = emotion.VideoSource.from_frames(iter([picture] * 50))
    seen = []
    thread = threading.Thread(target=lambda: seen.extend(source))
    thread.start()
    thread.join(60)
    assert len(seen) == 50


def test_mistakes_are_errors_with_a_sentence(tmp_path, video):
    with pytest.raises(OSError, match=r"no file or folder .*missing\.mp4"):
        emotion.VideoSource(tmp_path / "missing.mp4")
    with pytest.raises(OSError, match="camera 987"):
        emotion.VideoSource(987)
    with pytest.raises(TypeError, match="a list"):
        emotion.VideoSource([])
    with pytest.raises(TypeError, match="'speed'"):
        emotion.VideoSource(video, speed=2)
    with pytest.raises(ValueError, match="'smoke'"):
        emotion.VideoSource(video, transport="smoke")
    with pytest.raises(ValueError, match="'hsv'"):
        emotion.VideoSource(video, order="hsv")
    with pytest.raises(ValueError, match="wait_s"):
        emotion.VideoSource(video).read(-1)
    with pytest.raises(ValueError, match="64 x 48"):
        emotion.VideoWriter(tmp_path / "b.mp4", 48, 64, 10).write(plain(0, 10, 10))
    with pytest.raises(ValueError, match=r"\.mp4"):
        emotion.VideoWriter(tmp_path / "b.avi", 48, 64, 10)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="cannot"):
        emotion.VideoWriter(tmp_path / "file" / "a.mp4", 48, 64, 10)


def test_the_video_of_an_open_source_is_not_written_over(video, tmp_path):
    before = video.read_bytes()
    (tmp_path / "link.mp4").symlink_to(video)
    with emotion.VideoSource(video) as source:
        for name in (video, tmp_path / "link.mp4", f"{tmp_path}/../{tmp_path.name}/a.mp4"):
            with pytest.raises(ValueError, match="is the video of a source that is open"):
                emotion.VideoWriter(name, 64, 64, 10)
        assert len(list(source)) > 0
    assert video.read_bytes() == before
    del source
    emotion.VideoWriter(video, 64, 64, 10).close()
    assert video.read_bytes() != before


def test_stop_and_with_end_a_source(video):
    with emotion.VideoSource(video) as source:
        assert source.read() is not None
    assert source.ended and source.read() is None and list(source) == []


def test_addresses_of_cameras_and_what_is_shown_of_them():
    url = emotion.ip_camera_url("10.0.0.7", "admin", "p@ss")
    assert url == "rtsp://admin:p%40ss@10.0.0.7:554/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif"
    assert emotion.without_password(url).startswith("rtsp://admin:***@10.0.0.7:554/cam/")


def test_no_password_is_said_or_printed(tmp_path):
    """Neither by us nor by a library below, whatever goes wrong."""
    code = """
import emotion
for url in ("rtsp://admin:geheim@127.0.0.1:1/x", "http://admin:geheim@127.0.0.1:1/x?pwd=geheim",
            "nonsense://admin:geheim@127.0.0.1/x", "rtsp://admin:geheim@", "rtsp://admin:ge heim/geheim@127.0.0.1:1/x"):
    try:
        emotion.VideoSource(url)
    except emotion.EmotionOSError as error:
        print(error, repr(error))
    source = emotion.VideoSource(url, must_open=False, max_attempts=1)
    print(repr(source), source.name, source.health(), source.health().last_error)
    try:
        list(source)
    except emotion.EmotionOSError as error:
        print(error)
"""
    for setting in ({}, {"OPENCV_FFMPEG_DEBUG": "1", "OPENCV_LOG_LEVEL": "DEBUG"}):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, **setting},
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert "geheim" not in done.stdout + done.stderr
        assert done.stdout.count("admin:***@127.0.0.1") >= 9 and done.stderr == ""


def test_the_videos_at_hand_are_read_to_their_ends(shared):
    videos = [p for p in (shared / "media").glob("*") if p.suffix in {".mp4", ".avi"}]
    if not videos:
        pytest.skip("no videos")
    for path in videos:
        source = emotion.VideoSource(path)
        last = -1.0
        for frame in source:
            assert frame.time_s > last and frame.image.shape == (source.height, source.width, 3)
            last = frame.time_s
            if frame.number == 100:
                break
        assert last > 0, path
