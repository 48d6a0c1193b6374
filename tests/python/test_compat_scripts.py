"""The names of the scripts on photographs, videos and the web camera, run as users run them."""

import io
import json
import os
import signal
import subprocess
import sys
import time

import emotion
import interruptible
import numpy as np
import pytest
from emotion.compat import FaceEmotionsModel, FrameWithEmotion
from emotion.compat.finders import CASCADES, cascade_finder, detector_finder
from emotion.compat.frame_drawing import prediction_text

pytest.importorskip("skimage.data")
import astronaut_video
import PIL.Image
import skimage.data
from loopback_server import wait_until
from mjpeg_server import MjpegCamera
from x_server import x_server

FACE = (178, 63, 94, 111)  # x, y, w, h of the astronaut's
RED, GREEN, GREY = (0, 0, 255), (0, 255, 0), (128, 128, 128)  # blue first


@pytest.fixture(autouse=True)
def shipped(monkeypatch):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)


@pytest.fixture
def astronaut():
    """Blue first, as OpenCV reads it."""
    return np.ascontiguousarray(skimage.data.astronaut()[:, :, ::-1])


@pytest.fixture
def face(astronaut):
    x, y, w, h = FACE
    return astronaut[y : y + h, x : x + w]


def test_a_face_gives_its_name_and_probability(face):
    model = FaceEmotionsModel()
    name, probability = model(face)
    assert name == "happy" and 0.5 < probability <= 1
    assert model.predict(face) == [name, probability]
    assert model.va == "" and model.names[4] == "happy" and model.names[8] == "uncertain" and len(model.names) == 9
    assert model.coords["sad"] == pytest.approx([-0.90, -0.44]) and model.coords["neutral"] == [0, 0]


def test_a_face_gives_valence_and_arousal_and_their_emotion(face):
    name, valence, arousal, probability = FaceEmotionsModel("va")(face)
    match = emotion.match_circumplex(valence, arousal)
    assert valence > 0.3 and -1 <= arousal <= 1
    assert (name, probability) == (match.name, "no data" if match.name == "uncertain" else match.probability)


class Known(emotion.EmotionClassifier):
    """Gives what it is told."""

    said = emotion.Emotion(["sadness", "happiness"], [0.4, 0.6], 0.9, 0.9)

    def classify(self, image, faces, order):
        assert order == "bgr"
        return [self.said for _ in faces]


@pytest.mark.parametrize(
    ("place", "prediction"),
    [
        ((0.9, 0.9), ["uncertain", "no data"]),  # beyond the circle
        ((0.5, -0.5), ["uncertain", "no data"]),  # opposite to anger, on no ray
        ((0.05, 0.05), ["neutral", 1 - 0.05 * 2**0.5]),
        ((0.49, 0.095), ["happy", 0.499124]),
    ],
)
def test_the_rule_of_the_plane(place, prediction, monkeypatch, face):
    model = FaceEmotionsModel("va")
    monkeypatch.setattr(Known, "said", emotion.Emotion(["sadness", "happiness"], [0.4, 0.6], *place))
    monkeypatch.setattr(model, "_classifier", Known())
    name, valence, arousal, probability = model(face)
    assert [name, valence, arousal] == [prediction[0], *(pytest.approx(value) for value in place)]
    assert probability == (prediction[1] if prediction[1] == "no data" else pytest.approx(prediction[1], abs=1e-3))


def test_a_weak_winner_is_uncertain_on_request(monkeypatch, face):
    for limit, name in ((0.0, "happy"), (0.6, "happy"), (0.61, "uncertain")):
        model = FaceEmotionsModel(uncertain_below=limit)
        monkeypatch.setattr(model, "_classifier", Known())
        assert model(face) == [name, pytest.approx(0.6)]


def test_faces_of_a_picture_in_one_pass(astronaut):
    faces = detector_finder()(astronaut)
    assert len(faces) == 1 and emotion.iou(faces[0].box, (178, 63, 272, 174)) > 0.8
    ((name, _),) = FaceEmotionsModel().predict_faces(astronaut, faces)
    assert name == "happy" and FaceEmotionsModel().predict_faces(astronaut, []) == []


def test_mistakes_are_errors(face, tmp_path):
    pytest.importorskip("torch")
    from emotion.importing import new_card
    from emotion.reference import build

    with pytest.raises(ValueError, match="va must be '' or 'va', got 'VA'"):
        FaceEmotionsModel("VA")
    card = new_card("net_714")
    tensors = {name: value.numpy() for name, value in build(card["architecture"], 1, 7).state_dict().items()}
    emotion.write_model(tmp_path / "classes", json.dumps(card), tensors)
    assert FaceEmotionsModel(model=tmp_path / "classes")(face)[0] in FaceEmotionsModel().names.values()
    with pytest.raises(ValueError, match="gives no valence and arousal"):
        FaceEmotionsModel("va", model=tmp_path / "classes")


# -------------------------------------------------------------------------------------------------------------- drawing


@pytest.mark.parametrize(
    ("name", "color"),
    [
        *((name, RED) for name in ("anger", "contempt", "disgust", "fear", "sad")),
        *((name, GREEN) for name in ("happy", "surprise")),
        *((name, GREY) for name in ("neutral", "uncertain")),
    ],
)
def test_the_box_has_the_colour_of_the_mood(name, color):
    image = np.full((200, 300, 3), 50, np.uint8)
    seen = []
    drawn = FrameWithEmotion(lambda face: seen.append(face.shape) or [name, 0.93]).draw_emotion_frame(
        image, 40, 60, 80, 100
    )
    assert drawn is image and seen == [(100, 80, 3)]
    lines = [image[100, 40], image[100, 119], image[159, 80]]
    assert all(tuple(int(v) for v in pixel) == color for pixel in lines)
    assert (image[30:60, 40:140] == 255).all(axis=2).sum() > 500  # the strip
    assert (image[61:158, 43:117] == 50).all()


def test_a_box_over_the_edge_is_cut_and_one_outside_is_an_error(astronaut):
    seen = []
    draftsman = FrameWithEmotion(lambda face: seen.append(face.shape) or ["fear", 0.5])
    draftsman.draw_emotion_frame(astronaut, -10, -20, 50, 60)
    draftsman.draw_emotion_frame(astronaut, 500, 490, 50, 60)
    assert seen == [(40, 40, 3), (22, 12, 3)]
    for box in ((512, 0, 10, 10), (-10, 0, 10, 10), (5, 5, 0, 7)):
        with pytest.raises(emotion.EmotionValueError, match="is not in the picture of 512 x 512"):
            draftsman.draw_emotion_frame(astronaut, *box)


def test_texts():
    assert prediction_text(["happy", 0.937]) == "happy (93%)"
    assert prediction_text(["happy", 0.91, 0.2, 0.93]) == "happy (93%) V = 0.91 A = 0.20"
    assert prediction_text(["happy", 0.91, 0.2, "0.93"]) == "happy (93%) V = 0.91 A = 0.20"
    assert prediction_text(["uncertain", 0.9, -0.9, "no data"]) == "uncertain (no data) V = 0.90 A = -0.90"


# ------------------------------------------------------------------------------------------------------------- cascades


@pytest.fixture
def cascades():
    cv2 = pytest.importorskip("cv2")
    if not hasattr(cv2, "CascadeClassifier"):
        pytest.skip("OpenCV's Python package has no Haar cascades from version 5 on")


@pytest.mark.parametrize("name", CASCADES)
def test_the_four_cascades_find_the_astronaut(name, astronaut, cascades):
    boxes = [face.box for face in cascade_finder(name)(astronaut)]
    assert max(emotion.iou(box, (178, 63, 272, 174)) for box in boxes) > 0.5


def test_what_is_no_cascade_is_an_error(tmp_path, cascades):
    with pytest.raises(ValueError, match=r"must be one of frontalface_default, .* or an XML file, got 'profile'"):
        cascade_finder("profile")
    with pytest.raises(OSError, match=r"there is no cascade .*nowhere\.xml"):
        cascade_finder(str(tmp_path / "nowhere.xml"))
    for content in ("", "<a/>", '<?xml version="1.0"?><opencv_storage></opencv_storage>'):
        (tmp_path / "a.xml").write_text(content)
        with pytest.raises(OSError, match=r"a\.xml is not a cascade"):
            cascade_finder(str(tmp_path / "a.xml"))


def test_an_opencv_without_cascades_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    with pytest.raises(emotion.UnsupportedError, match=r"pip install 'emotion\[cascades\]'"):
        cascade_finder("frontalface_alt2")


# -------------------------------------------------------------------------------------------------------------- scripts


@pytest.fixture
def run(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in ("EMOTION_MODELS", "DISPLAY", "WAYLAND_DISPLAY")}

    def call(script, *arguments):
        command = [sys.executable, "-m", f"emotion.compat.{script}", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=200)

    return call


def green_pixels(image):
    return (image == (0, 255, 0)).all(axis=2).sum()


def test_emo_on_photo(run, tmp_path):
    emotion.write_image(tmp_path / "astronaut.png", skimage.data.astronaut())
    done = run("emo_on_photo", "astronaut.png", "--out", "new/drawn.png")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert done.stdout.startswith("happy (")
    assert green_pixels(emotion.read_image(tmp_path / "new" / "drawn.png")) > 500
    done = run("emo_on_photo", "astronaut.png", "va", "--out", "va.png")
    assert done.returncode == 0 and " V = " in done.stdout and " A = " in done.stdout


def test_emo_on_photo_in_a_window(tmp_path):
    emotion.write_image(tmp_path / "astronaut.png", emotion.resize(skimage.data.astronaut(), 400, 400))
    with x_server(tmp_path) as server:
        environment = {key: value for key, value in os.environ.items() if key != "EMOTION_MODELS"}
        command = [sys.executable, "-m", "emotion.compat.emo_on_photo", "astronaut.png"]
        process = subprocess.Popen(command, cwd=tmp_path, env={**environment, "DISPLAY": server.display})
        wait_until(lambda: green_pixels(server.screen()) > 300, "the box", 100)
        assert process.poll() is None
        server.stop()
        assert process.wait(timeout=60) == 0


def test_emo_on_video(run, tmp_path):
    astronaut_video.write(tmp_path / "film.mp4", 6)
    done = run("emo_on_video", "film.mp4", "--out", "drawn.mp4")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    frames = list(emotion.VideoSource(tmp_path / "drawn.mp4"))
    assert [frame.time_s for frame in frames] == pytest.approx([i / 10 for i in range(6)], abs=1e-3)
    x1, _, _, y2 = (round(value) for value in astronaut_video.face_box(5))
    colors = frames[5].image[y2 - 20 : y2 - 10, x1 - 12 : x1 + 12].astype(int)
    assert (colors[:, :, 1] - colors[:, :, ::2].max(axis=2)).max() > 80  # the box is green


def test_what_is_read_is_not_replaced(run, tmp_path):
    emotion.write_image(tmp_path / "a.png", skimage.data.astronaut())
    astronaut_video.write(tmp_path / "film.mp4", 2)
    for script, path in (("emo_on_photo", "a.png"), ("emo_on_video", "film.mp4")):
        before = (tmp_path / path).read_bytes()
        done = run(script, path, "--out", f"./{path}")
        assert done.returncode == 2 and f"--out {path} would overwrite {path}" in done.stderr, done.stderr
        assert (tmp_path / path).read_bytes() == before


def test_emo_on_web_until_ctrl_c(tmp_path):
    buffer = io.BytesIO()
    PIL.Image.fromarray(next(astronaut_video.frames(1))).save(buffer, "jpeg")
    with MjpegCamera([buffer.getvalue()]) as camera:
        command = ["-m", "emotion.compat.emo_on_web", "va", "--camera", camera.url, "--out", "web.mp4"]
        environment = {key: value for key, value in os.environ.items() if key != "EMOTION_MODELS"}
        process = interruptible.start([sys.executable, *command], cwd=tmp_path, env=environment)
        video = tmp_path / "web.mp4"
        deadline = time.monotonic() + 100
        while not (video.exists() and video.stat().st_size > 5000) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and errors == "emotion: stopped\n", errors
    frames = list(emotion.VideoSource(video))
    assert len(frames) > 1 and frames[0].image.shape == (astronaut_video.HEIGHT, astronaut_video.WIDTH, 3)


@pytest.mark.parametrize(
    ("script", "arguments", "code", "text"),
    [
        ("emo_on_photo", ["nowhere.png", "--out", "a.png"], 1, "there is no file nowhere.png"),
        ("emo_on_photo", ["astronaut.png", "loud"], 2, "invalid choice: 'loud'"),
        ("emo_on_photo", ["astronaut.png"], 1, "--out FILE writes the result instead"),
        ("emo_on_photo", ["astronaut.png", "--out", "a.png", "--cascade", "profile"], 2, "cascade must be one of"),
        ("emo_on_photo", ["astronaut.png", "--out", "a.png", "--model", "nobody"], 2, "nobody"),
        ("emo_on_video", ["astronaut.mp4", "--out", "a.mp4"], 1, "astronaut.mp4"),
        ("emo_on_web", ["--camera", "987", "--out", "a.mp4"], 1, "camera 987"),
    ],
)
def test_mistakes_are_a_sentence_and_an_exit_code(script, arguments, code, text, run, tmp_path):
    emotion.write_image(tmp_path / "astronaut.png", skimage.data.astronaut())
    done = run(script, *arguments)
    assert done.returncode == code and text in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and not list(tmp_path.glob("a.*"))
