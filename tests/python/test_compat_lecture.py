"""The lecture room's names: emotion.compat.core.Emanalisis on the moving astronaut, with real outputs."""

import json
import re
import signal
import threading
import time
from pathlib import Path

import emotion
import numpy as np
import pytest
from emotion.compat.core import Emanalisis, is_ended
from emotion.compat.labels import LECTURE_LABELS, lecture_rows, script_label
from emotion.secret_values import Secrets

pytest.importorskip("skimage.data")
import astronaut_video
from loopback_server import Answer, LoopbackServer, wait_until
from mjpeg_server import MjpegCamera
from small_models import EMOTION_CARD, emotion_tensors
from x_server import x_server


@pytest.fixture(autouse=True)
def shipped(monkeypatch, tmp_path):
    """The shipped models, an empty folder, no secrets of the user's."""
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    for name in ("SECRETS", "SERVER_KEY", "SERVER_URL", "IP_CAMERA_LOGIN", "IP_CAMERA_PASSWORD", "CREDENTIALS_FILE"):
        monkeypatch.delenv("EMOTION_" + name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return astronaut_video.write(tmp_path_factory.mktemp("film") / "lecture.mp4", 20)


def frames_of(path):
    return list(emotion.VideoSource(path))


def test_a_file_is_watched_and_recorded_at_its_speed_by_the_factor(film):
    room = Emanalisis(input_mode=2, channel=film, record_video=True)
    room.run("lesson", fps_factor=5)
    frames = frames_of("lesson.mp4")
    assert [frame.time_s for frame in frames] == pytest.approx([0, 0.5, 1, 1.5], abs=1e-3)
    assert frames[0].image.shape == (astronaut_video.HEIGHT, astronaut_video.WIDTH, 3)
    assert room.failures == [] and room.summary.frames_analyzed == 4 and room.summary.total.head_count == 1
    assert room.summary.total.attention_coef == 1 and room.timeline.total().frames == 4
    room.run("lesson2", fps_factor=10)  # the same object again
    assert len(frames_of("lesson2.mp4")) == 2 and room.summary.frames_analyzed == 2


@pytest.mark.parametrize(("mode", "shape"), [(0, (240, 400, 3)), (1, (720, 1280, 3)), (2, (400, 1920, 3))])
def test_output_modes(mode, shape, film):
    Emanalisis(2, mode, True, channel=film).run("drawn", fps_factor=10)
    assert {frame.image.shape for frame in frames_of("drawn.mp4")} == {shape}


def test_the_recording_does_not_replace_the_video_that_is_watched(film, tmp_path):
    (tmp_path / "lesson.mp4").write_bytes(film.read_bytes())
    with pytest.raises(emotion.EmotionValueError, match=r"the recording .*lesson\.mp4 would overwrite the video"):
        Emanalisis(input_mode=2, channel="lesson.mp4", record_video=True).run(tmp_path / "lesson")
    assert (tmp_path / "lesson.mp4").read_bytes() == film.read_bytes()


@pytest.mark.parametrize("stop_time", [-1, float("inf"), 1e12])
def test_a_stop_time_after_the_end_changes_nothing(stop_time, film, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda problem: problems.append(problem.exc_value))
    problems = []
    room = Emanalisis(input_mode=2, channel=film, only_headcount=True)
    room.run("lesson", fps_factor=5, stop_time=stop_time)
    assert room.summary.frames_analyzed == 4 and problems == []


def test_a_stop_time_must_be_a_number(film):
    with pytest.raises(emotion.EmotionValueError, match="stop_time must be seconds, or -1 for no end, got nan"):
        Emanalisis(input_mode=2, channel=film).run("lesson", stop_time=float("nan"))


def test_nothing_is_written_that_was_not_asked_for(film, tmp_path):
    room = Emanalisis(input_mode=2, channel=film, only_headcount=True, parallel=True)
    room.run("heads", fps_factor=10)
    assert list(tmp_path.iterdir()) == []
    assert room.summary.labels == () and room.summary.total.head_count == 1


def test_a_video_without_faces_divides_by_nothing(tmp_path):
    with emotion.VideoWriter(tmp_path / "empty.mp4", 240, 320, 10) as writer:
        for _ in range(3):
            writer.write(np.full((240, 320, 3), 80, np.uint8))
    room = Emanalisis(input_mode=2, channel="empty.mp4", record_video=True)
    room.run("nobody")
    assert len(frames_of("nobody.mp4")) == 3 and room.summary.total.attention_coef == 0


def test_a_colon_in_the_name_becomes_a_dash(film):
    Emanalisis(input_mode=2, channel=film, record_video=True).run("day/2026-03-02_09:30", fps_factor=10)
    assert [path.name for path in Path("day").iterdir()] == ["2026-03-02_09-30.mp4"]


def test_stop_time_ends_a_run_that_has_no_end_of_its_own():
    jpegs = [jpeg_of(frame) for frame in astronaut_video.frames(10)]
    with MjpegCamera(jpegs) as camera:
        room = Emanalisis(input_mode=2, channel=camera.url, record_video=True)
        room.run("camera", stop_time=2)
    assert room.summary.frames_analyzed > 0 and len(frames_of("camera.mp4")) == room.summary.frames_analyzed


def test_ctrl_c_ends_a_run_with_the_video_whole_and_on_its_way(monkeypatch):
    pytest.importorskip("httpx")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    monkeypatch.setenv("EMOTION_SERVER_KEY", "k")
    jpegs = [jpeg_of(frame) for frame in astronaut_video.frames(10)]
    with MjpegCamera(jpegs) as camera, LoopbackServer(lambda _: Answer(503)) as server:
        monkeypatch.setenv("EMOTION_SERVER_URL", server.url)
        room = Emanalisis(input_mode=2, channel=camera.url, record_video=True, send_to_nvr=True)
        threading.Thread(target=interrupt_once_there, args=[Path("cut.mp4")]).start()
        try:
            with pytest.raises(KeyboardInterrupt):
                room.run("cut")
        finally:
            signal.signal(signal.SIGINT, before)
    (kept,) = Path("outbox").glob("*/cut.mp4")
    assert 0 < len(frames_of(kept)) <= room.summary.frames_analyzed


def interrupt_once_there(file: Path) -> None:
    """Ctrl+C soon after the first frame is written, or after a minute."""
    end = time.monotonic() + 60
    while not file.exists() and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    signal.raise_signal(signal.SIGINT)


def jpeg_of(frame):
    import io

    import PIL.Image

    buffer = io.BytesIO()
    PIL.Image.fromarray(frame).save(buffer, "jpeg")
    return buffer.getvalue()


def test_an_ip_camera_that_is_away_is_waited_for(caplog):
    secrets = Secrets(ip_camera_login="hall", ip_camera_password="geheim")
    room = Emanalisis(input_mode=1, channel="127.0.0.1:1", secrets=secrets, record_video=True)
    assert room.channel == "rtsp://hall:***@127.0.0.1:1/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif"
    assert room.ip == "127.0.0.1:1"
    room.run("away", stop_time=1)
    assert room.summary.frames_analyzed == 0 and not Path("away.mp4").exists()
    assert "Connection refused" in caplog.text and "it is waited for" in caplog.text
    assert "geheim" not in caplog.text + repr(vars(room))


def test_what_a_user_could_read_is_there(film):
    room = Emanalisis(input_mode=2, channel=film, output_mode=1, display=False, on_gpu=False)
    assert (room.input_mode, room.output_mode, room.record_video, room.display) == (2, 1, False, False)
    assert (room.on_gpu, room.only_headcount, room.send_to_nvr, room.save_into_sheet) == (False, False, False, False)
    assert room.channel == str(film) and room.device == "cpu" and room.parallel is False
    assert room.class_labels == ["ANGRY", "DISGUST", "FEAR", "HAPPY", "SAD", "SURPRISE", "NEUTRAL"]
    assert Emanalisis().channel == 0


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"input_mode": 3}, ValueError, "input_mode must be 0, 1 or 2, got 3"),
        ({"output_mode": 4}, ValueError, "output_mode must be 0, 1 or 2, got 4"),
        ({"send_to_nvr": True}, ValueError, "needs record_video=True"),
        ({"send_to_nvr": True, "record_video": True}, ValueError, "server_url is not known"),
        ({"email_to_share": "me@example.org"}, ValueError, "credentials_file is not known"),
        ({"input_mode": 1, "channel": "10.0.0.7"}, ValueError, "ip_camera_login is not known"),
    ],
)
def test_mistakes_are_told_before_the_run(arguments, error, text):
    with pytest.raises(error, match=text):
        Emanalisis(**arguments)


def test_a_gpu_that_is_not_there_is_told_in_a_sentence(film):
    if emotion.cuda_available():
        pytest.skip("there is a GPU")
    with pytest.raises(emotion.EmotionError, match="'cuda' was asked for"):
        Emanalisis(input_mode=2, channel=film, on_gpu=True)


def test_a_window_without_a_display_is_told_before_the_run(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(emotion.UnsupportedError, match="there is no display"):
        Emanalisis(display=True)


def test_a_file_or_camera_that_is_not_there_is_an_error():
    for arguments in ({"input_mode": 2, "channel": "nowhere.mp4"}, {"input_mode": 0}):
        if arguments["input_mode"] == 0 and Path("/dev/video0").exists():
            continue
        with pytest.raises(emotion.EmotionError, match=r"nowhere\.mp4|camera 0"):
            Emanalisis(**arguments).run("a")


class FakeWindow:
    """Open, or closed by its user."""

    def __init__(self, is_open=True):
        self.is_open, self.image = is_open, None

    def show(self, image, order):
        assert order == "bgr"
        self.image = image
        return self.is_open


def test_a_wide_picture_is_halved_and_enter_ends():
    window = FakeWindow()
    assert not is_ended(window, np.zeros((400, 999, 3), np.uint8)) and window.image.shape == (400, 999, 3)
    assert not is_ended(window, np.zeros((400, 1000, 3), np.uint8)) and window.image.shape == (200, 500, 3)
    assert is_ended(FakeWindow(is_open=False), np.zeros((10, 10, 3), np.uint8))


def test_a_run_is_shown_until_its_window_is_gone(film, tmp_path, monkeypatch):
    """On a screen of its own, which goes away in mid-run."""
    with x_server(tmp_path) as server:
        monkeypatch.setenv("DISPLAY", server.display)
        jpegs = [jpeg_of(frame) for frame in astronaut_video.frames(10)]
        with MjpegCamera(jpegs) as camera:
            room = Emanalisis(input_mode=2, channel=camera.url, display=True, record_video=True)
            watcher = threading.Thread(target=room.run, args=("shown",), daemon=True)
            watcher.start()
            color = np.array(emotion.label_color("happiness"))
            wait_until(lambda: (server.screen() == color).all(axis=2).sum() > 200, "the box", 100)
            assert not server.screen()[astronaut_video.HEIGHT :].any()
            server.stop()
            watcher.join(60)
        assert not watcher.is_alive() and room.summary.frames_analyzed > 1
    assert len(frames_of("shown.mp4")) == room.summary.frames_analyzed


# ---------------------------------------------------------------------------------------------------- table and upload


def test_the_table_has_the_seven_columns_of_old(film):
    run = emotion.Emanalysis(film, smoothing_s=0, device="cpu")
    rows = lecture_rows(run.labels)
    assert rows.columns == ["frame", *LECTURE_LABELS]
    frame = next(iter(run))
    ((number, *logits),) = rows.of(frame)
    run.cancel()
    wanted = dict(zip(run.labels, frame.faces[0].now.probabilities))
    names = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
    shares = np.array([wanted[name] for name in names]) / (1 - wanted["contempt"])
    assert number == 0 and np.argmax(logits) == LECTURE_LABELS.index("HAPPY")
    np.testing.assert_allclose(np.exp(logits) / np.exp(logits).sum(), shares, atol=2e-4)
    assert lecture_rows(LECTURE_LABELS).columns == rows.columns
    with pytest.raises(emotion.EmotionValueError, match="has ANGRY, the model only happy, sad"):
        lecture_rows(["happy", "sad"])
    assert [script_label(name) for name in ("HAPPY", "sadness", "Contempt", "wink")] == [
        *("happy", "sad", "contempt", "wink")
    ]


@pytest.fixture
def google(tmp_path, monkeypatch):
    """Google's sheets on loopback, with the account's key file in the environment."""
    for package in ("gspread", "cryptography"):
        pytest.importorskip(package)
    from google_loopback import Google, account_file, use_google_at

    monkeypatch.setenv("EMOTION_SPOOL", str(tmp_path / "spool"))
    sheets = Google()
    with LoopbackServer(sheets.answer) as server:
        monkeypatch.setenv("EMOTION_CREDENTIALS_FILE", str(account_file(tmp_path / "account.json", server.url)))
        end = use_google_at(server.url)
        yield sheets
        end()


def test_the_table_goes_to_a_sheet_of_the_runs_name(film, google):
    room = Emanalisis(input_mode=2, channel=film, email_to_share=["a@example.org", "b@example.org"])
    room.run("day/2026-03-02_09:30", fps_factor=10)
    assert room.failures == []
    sheet = google.named("2026-03-02_09-30")
    assert sheet.writers == ["a@example.org", "b@example.org"]
    header, *rows = sheet.rows
    assert header == ["frame", *LECTURE_LABELS] and [row[0] for row in rows] == [0, 10]
    assert all(np.argmax(row[1:]) == LECTURE_LABELS.index("HAPPY") for row in rows)
    Emanalisis(2, 0, channel=film, email_to_share="a@example.org", only_headcount=True).run("heads", fps_factor=10)
    sheet = google.named("heads")
    assert sheet.writers == ["a@example.org"] and [row[3] for row in sheet.rows] == ["head_count", 1, 1]


def test_the_video_is_uploaded_then_deleted(film, tmp_path):
    pytest.importorskip("httpx")
    secrets = tmp_path / "keys.txt"
    with LoopbackServer(lambda _: Answer()) as server:
        secrets.write_text(f'server_key = "s3cret"\nserver_url = "{server.url}/upload"\n')
        room = Emanalisis(2, 2, True, channel=film, send_to_nvr=True, secrets=secrets)
        room.run("sent", fps_factor=10)
    (request,) = server.requests
    assert request.headers["key"] == "s3cret" and b'name="file"; filename="sent.mp4"' in request.body
    assert room.failures == [] and not Path("sent.mp4").exists()


def test_a_video_that_is_not_taken_waits_and_goes_with_the_next_run(film, monkeypatch):
    pytest.importorskip("httpx")
    answers = [500]
    monkeypatch.setenv("EMOTION_SERVER_KEY", "k")
    with LoopbackServer(lambda _: Answer(answers[0])) as server:
        monkeypatch.setenv("EMOTION_SERVER_URL", server.url)
        room = Emanalisis(2, 2, True, channel=film, send_to_nvr=True)
        room.run("first", fps_factor=10)
        assert "the answer is 500" in room.failures[0] and "1 file waits" in room.failures[0]
        (kept,) = Path("outbox").glob("*/first.mp4")
        assert len(frames_of(kept)) == 2
        answers[0] = 200
        Path("second.mp4").write_text("of another day")
        Emanalisis(2, 2, True, channel=film, send_to_nvr=True).run("second", fps_factor=10)
        names = [re.search(rb'filename="(\w+)\.mp4"', request.body)[1] for request in server.requests]
    assert set(names[-2:]) == {b"first", b"second"} and not list(Path("outbox").glob("*/*.mp4"))


def test_a_run_that_does_not_begin_uploads_nothing(monkeypatch):
    pytest.importorskip("httpx")
    monkeypatch.setenv("EMOTION_SERVER_KEY", "k")
    Path("old.mp4").write_text("of another day")
    with LoopbackServer(lambda _: Answer()) as server:
        monkeypatch.setenv("EMOTION_SERVER_URL", server.url)
        with pytest.raises(emotion.EmotionError, match=r"nowhere\.mp4"):
            Emanalisis(2, 0, True, channel="nowhere.mp4", send_to_nvr=True).run("old")
    assert server.requests == [] and Path("old.mp4").read_text() == "of another day"


# ------------------------------------------------------------------------------------------------------ the old models


def test_the_labels_of_another_model_are_drawn_and_written(film, tmp_path):
    """A classifier with the lecture room's own seven labels."""
    card = {**EMOTION_CARD, "labels": list(LECTURE_LABELS)}
    emotion.write_model(tmp_path / "seven", json.dumps(card), emotion_tensors(labels=7))
    room = Emanalisis(input_mode=2, channel=film, model=tmp_path / "seven", record_video=True)
    room.run("seven", fps_factor=10)
    assert room.summary.labels == LECTURE_LABELS and len(frames_of("seven.mp4")) == 2


def test_the_old_weights_count_as_the_detector_finds(shared, tmp_path):
    """head_count is the number of faces at or above the card's threshold, frame by frame."""
    from emotion.importing import import_model

    weights = shared / "weights"
    detector = import_model(
        "retinaface_mobilenet0.25", weights / "retinaface_mobilenet0.25.pth", tmp_path / "old-faces"
    )
    model = import_model("net_714", weights / "emotionsproject_net_714.pth", tmp_path / "old-emotion")
    media = shared / "media" / "classroom.avi"
    if not media.is_file():
        pytest.skip(f"no {media}")
    room = Emanalisis(input_mode=2, channel=media, detector=detector, model=model)
    counts = []
    analysis = room._analyse(room._open_source(), 100)
    finder = emotion.FaceDetector(detector, device="cpu")
    for frame in analysis:
        counts.append(frame.statistics.head_count)
        assert frame.statistics.head_count == len(finder.detect(frame.image, order="bgr"))
        assert sum(frame.statistics.emotion_counts) == frame.statistics.head_count
        if len(counts) == 3:
            break
    analysis.cancel()
    assert analysis.labels == LECTURE_LABELS and max(counts) > 0
