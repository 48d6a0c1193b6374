"""The shipped models on a real photograph."""

import emotion
import numpy as np
import pytest

data = pytest.importorskip("skimage.data")

# The astronaut's face in skimage's portrait, px; marked by hand.
FACE = (177, 60, 273, 197)


@pytest.fixture(scope="module")
def astronaut() -> np.ndarray:
    return data.astronaut()


@pytest.fixture(autouse=True)
def shipped(monkeypatch, tmp_path):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    monkeypatch.setenv("EMOTION_CACHE", str(tmp_path / "no-cache"))


def test_both_models_come_with_the_package():
    shipped = {entry.name for entry in emotion.models.list() if entry.origin == "package"}
    assert {"faces", "emotion"} <= shipped
    for name in shipped:
        emotion.models.verify(name)


@pytest.mark.parametrize("precision", ["f32", "fastest"])
def test_the_astronaut_smiles(astronaut, precision):
    faces = emotion.FaceDetector(device="cpu", precision=precision).detect(astronaut)
    assert emotion.iou(faces[0].box, FACE) > 0.5 and faces[0].score > 0.8
    assert all(face.score < 0.7 for face in faces[1:])
    left, right, nose = faces[0].landmarks[:3]
    assert left[0] < nose[0] < right[0] and nose[1] > left[1]
    said = emotion.EmotionClassifier(device="cpu", precision=precision).classify(astronaut, faces)
    assert said[0].label == "happiness" and said[0].valence > 0


def test_the_same_face_is_found_in_grey_bgr_and_mirrored(astronaut):
    detector = emotion.FaceDetector(device="cpu", precision="f32")
    box = np.array(detector.detect(astronaut)[0].box)
    assert detector.detect(np.ascontiguousarray(astronaut[:, :, ::-1]), order="bgr")[0].box == tuple(box.tolist())
    assert emotion.iou(detector.detect(emotion.convert(astronaut, "gray"))[0].box, box) > 0.8
    x1, y1, x2, y2 = detector.detect(astronaut[:, ::-1])[0].box
    assert emotion.iou((512 - x2, y1, 512 - x1, y2), box) > 0.8


def test_small_faces_are_found_when_asked_for(astronaut):
    small = emotion.resize(astronaut, 64, 64)
    canvas = np.full((480, 640, 3), 90, np.uint8)
    canvas[200:264, 300:364] = small
    faces = emotion.FaceDetector(device="cpu", min_face_px=8).detect(canvas)
    assert faces
    box = tuple(300 + v / 8 if i % 2 == 0 else 200 + v / 8 for i, v in enumerate(FACE))
    assert emotion.iou(faces[0].box, box) > 0.4


def test_the_command_line_on_the_photograph(astronaut, tmp_path):
    import subprocess
    import sys

    emotion.write_image(tmp_path / "astronaut.png", astronaut)
    command = [sys.executable, "-m", "emotion", "analyze", "astronaut.png", "--out", "out", "--csv", "faces.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "faces.csv").read_text().splitlines()
    assert lines[1].startswith("astronaut.png,1,") and ",happiness," in lines[1]
    assert (emotion.read_image(tmp_path / "out" / "astronaut.png") != astronaut).any()
