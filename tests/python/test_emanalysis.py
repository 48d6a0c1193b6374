"""The pipeline from Python: the astronaut moves over a canvas and is found, followed and read."""

import gc
import subprocess
import sys
import threading
import time
import weakref

import emotion
import numpy as np
import pytest

pytest.importorskip("skimage.data")
import astronaut_video

CPU = {"device": "cpu", "precision": "f32"}


@pytest.fixture(autouse=True)
def shipped(monkeypatch):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)


@pytest.fixture(scope="module")
def frames():
    return list(astronaut_video.frames(30))


@pytest.fixture(scope="module")
def video(tmp_path_factory, frames):
    path = tmp_path_factory.mktemp("video") / "astronaut.mp4"
    with emotion.VideoWriter(path, astronaut_video.HEIGHT, astronaut_video.WIDTH, 10) as writer:
        for frame in frames:
            writer.write(frame)
    return path


def check_astronaut(results, count):
    assert [result.number for result in results] == list(range(count))
    for result in results:
        (face,) = result.faces
        assert face.track.id == 1 and face.track.sights == result.number + 1 and face.track.seen_now
        assert emotion.iou(face.track.face.box, astronaut_video.face_box(result.number)) > 0.4
        assert face.emotion.label == "happiness" and face.now.label == "happiness"
        assert abs(face.pose.yaw_deg) < 40
        assert result.statistics.head_count == 1 and result.statistics.attention_coef == 1
        assert not result.after_gap and result.looked


def test_a_file_is_analysed_frame_by_frame(video):
    run = emotion.Emanalysis(video, fps=25, **CPU)
    results = list(run)
    check_astronaut(results, 30)
    assert [result.time_s for result in results] == pytest.approx([i / 10 for i in range(30)], abs=1e-3)
    assert run.ended and run.source.ended and list(run) == []
    summary = run.summary()
    assert summary.frames_analyzed == 30 and summary.source == str(video) and summary.labels == run.labels
    (track,) = summary.tracks
    assert (track.id, track.sights) == (1, 30) and track.probabilities.argmax() == run.labels.index("happiness")
    assert summary.total.head_count == 1 and summary.health.frames_read == 30
    assert [point.frames for point in run.timeline().points()] == [10, 10, 10]
    assert run.timeline().resample(3).total() == run.timeline().resample(3).points()[0]
    assert str(video) in repr(run) and "30" in repr(summary) and "happiness" in repr(results[0].faces[0])


def test_arrays_an_open_source_and_a_file_give_the_same(frames, video):
    """But for what the encoder does to the pictures."""
    check_astronaut(list(emotion.Emanalysis(iter(frames), fps=10, **CPU)), 30)
    source = emotion.VideoSource(video)
    run = emotion.Emanalysis(source, **CPU)
    assert run.source is source
    check_astronaut(list(run), 30)
    assert source.ended
    turned = emotion.Emanalysis((frame[:, :, ::-1] for frame in frames), order="bgr", **CPU)
    check_astronaut(list(turned), 30)


def test_pictures_are_shared_read_only_and_outlive_the_run(frames):
    run = emotion.Emanalysis(frames[:3], headcount_only=True, **CPU)
    results = list(run)
    first, again = results[0].image, results[0].image
    assert np.shares_memory(first, again) and not first.flags.writeable
    with pytest.raises(ValueError):
        first[0, 0, 0] = 1
    del run, results
    gc.collect()
    np.testing.assert_array_equal(first, frames[0])


def test_options_reach_their_parts(frames, video):
    kept = list(emotion.Emanalysis(frames, every_nth_frame=3, detect_every=2, **CPU))
    assert [result.number for result in kept] == list(range(0, 30, 3))
    assert [result.looked for result in kept] == [True, False] * 5
    assert all((result.faces[0].now is None) != result.looked for result in kept)
    heads = list(emotion.Emanalysis(frames[:2], headcount_only=True, classifier="/nowhere", **CPU))
    assert heads[0].faces[0].emotion is None and heads[0].statistics.emotion_counts == ()
    assert len(list(emotion.Emanalysis(video, stop_after_s=1, **CPU))) == 10
    assert not any(r.faces for r in emotion.Emanalysis(frames[:3], region=(300, 100, 400, 240), **CPU))
    assert not any(r.faces for r in emotion.Emanalysis(frames[:3], min_score=0.999, low_score=0.999, **CPU))
    front = list(emotion.Emanalysis(frames[:2], max_yaw_deg=0, **CPU))
    assert front[0].statistics.front_share == 0
    options = emotion.Emanalysis(frames[:1], min_iou=0.25, region=(1, 2, 30, 40), fps=5, **CPU).options
    assert (options["min_iou"], options["region"], options["fps"]) == (0.25, (1, 2, 30, 40), 5)
    assert options["device"] == "cpu" and options["detector"] == "faces" and options["min_score"] is None


@pytest.mark.parametrize(
    ("keywords", "error", "text"),
    [
        ({"every_nth_frame": 0}, ValueError, "every_nth_frame must be at least 1, got 0"),
        ({"detect_every": "x"}, TypeError, "detect_every is a str, expected int"),
        ({"detect_every": 2**31}, ValueError, "detect_every is 2147483648, too large a number"),
        ({"speed": 2}, TypeError, "'speed'"),
        ({"min_score": 2}, ValueError, "min_score"),
        ({"region": (1, 2)}, ValueError, "region has 2 values"),
        ({"region": (9, 9, 5, 5)}, ValueError, "region"),
        ({"detector": "nobody"}, ValueError, "nobody"),
        ({"classifier": "nobody"}, ValueError, "nobody"),
        ({"order": "gray"}, ValueError, "gray"),
        ({"transport": "udp"}, TypeError, "transport has no meaning for an iterable of arrays"),
    ],
)
def test_mistakes_are_named(keywords, error, text, frames):
    with pytest.raises(error, match=text):
        emotion.Emanalysis(frames[:1], **keywords)


def test_sources_that_are_none(video):
    with pytest.raises(OSError, match="missing"):
        emotion.Emanalysis("missing.mp4")
    with pytest.raises(TypeError, match="a float"):
        emotion.Emanalysis(1.5)
    with pytest.raises(TypeError, match="fps has no meaning for a VideoSource, which is open already"):
        emotion.Emanalysis(emotion.VideoSource(video), fps=3)
    with pytest.raises(TypeError, match="a frame is a str"):
        list(emotion.Emanalysis(["text"]))
    with pytest.raises(ValueError, match="source is 2147483648, expected a camera's number"):
        emotion.Emanalysis(2**31)
    with pytest.raises(ValueError, match=r"source is 'rtsp://me:\*\*\*@h/.*', expected a path or an address"):
        emotion.Emanalysis("rtsp://me:geheim@h/\0")


def test_run_calls_back_until_false(frames):
    seen = []
    run = emotion.Emanalysis(frames * 1000, headcount_only=True, **CPU)
    assert run.run(lambda frame: seen.append(frame.number) or len(seen) < 5) is None
    assert seen == [0, 1, 2, 3, 4] and run.ended and run.summary().frames_analyzed == 5
    seen.clear()
    run = emotion.Emanalysis(frames[:9], headcount_only=True, **CPU)
    run.run(lambda frame: seen.append(frame.number) or np.float32(len(seen)) < 5)  # numpy's False
    assert seen == [0, 1, 2, 3, 4]
    everything = []
    emotion.Emanalysis(frames[:4], headcount_only=True, **CPU).run(everything.append)
    assert len(everything) == 4


def test_what_is_raised_comes_out_and_ends_the_run(frames):
    def breaking():
        yield from frames[:3]
        raise LookupError("mine")

    run = emotion.Emanalysis(breaking(), headcount_only=True, **CPU)
    results = []
    with pytest.raises(LookupError, match="mine"):
        for frame in run:
            results.append(frame)
    assert len(results) == 3 and run.ended

    run = emotion.Emanalysis(frames * 1000, headcount_only=True, **CPU)
    with pytest.raises(ZeroDivisionError):
        run.run(lambda frame: 1 / 0)
    assert run.ended


def test_stop_from_another_thread_and_leaving_early(frames):
    run = emotion.Emanalysis(frames * 10000, headcount_only=True, **CPU)
    timer = threading.Timer(0.3, run.stop)
    timer.start()
    count = sum(1 for _ in run)
    assert 0 < count < 300000 and run.ended
    with emotion.Emanalysis(frames * 10000, headcount_only=True, **CPU) as run:
        next(run)
    assert run.ended and next(run, None) is None
    source = weakref.ref(run.source)
    del run
    gc.collect()
    assert source() is None


def test_python_goes_on_while_cpp_works(frames):
    """A thread counts meanwhile: the GIL is not held."""
    ticks = []
    done = threading.Event()

    def tick():
        while not done.wait(0.005):
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    run = emotion.Emanalysis([emotion.resize(frames[0], 960, 1600)] * 6, **CPU)
    start = time.monotonic()
    list(run)
    end = time.monotonic()
    done.set()
    thread.join()
    inside = [t for t in ticks if start < t < end]
    longest = max(b - a for a, b in zip([start, *inside], [*inside, end]))
    assert longest < max(0.5, 0.6 * (end - start)), (longest, end - start)


INTERRUPTED = """
import emotion, os, signal, threading, time
def frames():
    yield numpy.zeros((64, 64, 3), numpy.uint8)
    for _ in range(100):
        time.sleep(0.1)  # a source that has nothing to give
        if stop: return
    yield numpy.zeros((64, 64, 3), numpy.uint8)
import numpy
stop = []
signal.signal(signal.SIGINT, signal.default_int_handler)
run = emotion.Emanalysis(frames(), headcount_only=True, device="cpu")
next(run)
sent = []
def interrupt():
    time.sleep(0.5)
    sent.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    next(run)
except KeyboardInterrupt:
    print(f"{time.monotonic() - sent[0]:.3f}")
stop.append(1)
"""


def test_ctrl_c_is_heard_while_a_result_is_awaited(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, cwd=tmp_path, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 0.3


UNFINISHED = """
import emotion, numpy
def frames():
    while True:
        yield numpy.zeros((64, 64, 3), numpy.uint8)
run = emotion.Emanalysis(frames(), headcount_only=True, device="cpu")
print(next(run).number)
"""


def test_a_program_may_end_in_the_middle_of_a_run(tmp_path):
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", UNFINISHED], capture_output=True, text=True, cwd=tmp_path, timeout=60
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "0\n", "")


def test_the_videos_at_hand_are_analysed(shared):
    path = shared / "media" / "face-demographics-walking.avi"
    if not path.is_file():
        pytest.skip(f"no {path}")
    run = emotion.Emanalysis(path, stop_after_s=4, every_nth_frame=4, **CPU)
    last = -1.0
    for frame in run:
        assert frame.time_s > last and frame.image.shape == (run.source.height, run.source.width, 3)
        last = frame.time_s
    assert run.summary().frames_analyzed > 5
