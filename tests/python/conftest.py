"""The tests see the installed package. Most run on small networks of random weights: they hold for any model."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import emotion
import numpy as np
import pytest
from small_models import EMOTION_CARD, FACES_CARD, LABELS, emotion_tensors, faces_tensors

CHECKOUT = Path(__file__).resolve().parents[2]


def pytest_configure() -> None:
    installed = Path(emotion.__file__).resolve()
    if CHECKOUT / "python" in installed.parents:
        raise pytest.UsageError(f"the tests need the installed package, but {installed} is the checkout's")


@pytest.fixture(scope="session")
def picture() -> np.ndarray:
    """(240, 320, 3): coloured blots, different everywhere, the same every time."""
    random = np.random.default_rng(7)
    coarse = random.integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return emotion.resize(coarse, 240, 320)


@pytest.fixture(scope="session")
def model_folders(tmp_path_factory, picture) -> Path:
    """A folder for EMOTION_MODELS with the small models `faces` and `emotion`."""
    folder = tmp_path_factory.mktemp("models")
    emotion.write_model(folder / "emotion", json.dumps(EMOTION_CARD), emotion_tensors())
    tensors = faces_tensors()
    emotion.write_model(folder / "faces", json.dumps(FACES_CARD), tensors)
    # The threshold is put where a handful of boxes in the picture lie above it.
    scores = [face.score for face in emotion.FaceDetector(folder / "faces", min_score=0, device="cpu").detect(picture)]
    assert len(scores) > 6
    card = {**FACES_CARD, "defaults": {**FACES_CARD["defaults"], "min_score": round((scores[4] + scores[5]) / 2, 6)}}
    emotion.write_model(folder / "faces", json.dumps(card), tensors)
    return folder


@pytest.fixture
def models(model_folders, monkeypatch) -> Path:
    """The small models are the ones found by name."""
    monkeypatch.setenv("EMOTION_MODELS", str(model_folders))
    return model_folders


@pytest.fixture
def detector(models) -> emotion.FaceDetector:
    return emotion.FaceDetector(device="cpu", precision="f32")


@pytest.fixture
def classifier(models) -> emotion.EmotionClassifier:
    return emotion.EmotionClassifier(device="cpu", precision="f32")


@pytest.fixture
def run_cli(models, tmp_path):
    """Runs the command line in an empty folder: run_cli("models", "list") gives the finished process."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "emotion", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env={**os.environ, **environment}, timeout=300
        )

    return run


@pytest.fixture
def faces_data(tmp_path, picture) -> Path:
    """Pictures with bright squares for faces, in the layout of WIDER FACE."""
    random = np.random.default_rng(3)
    folder = tmp_path / "crowd"
    (folder / "images").mkdir(parents=True)
    for split, count in (("train", 4), ("val", 3)):
        pictures = []
        for i in range(count):
            image = emotion.resize(picture, 160, 200) // 3
            labels = []
            for _ in range(2):
                x, y, side = (
                    int(v) for v in (random.integers(5, 140), random.integers(5, 100), random.integers(20, 50))
                )
                image[y : y + side, x : x + side] = 220
                labels.append(emotion.FaceLabel((x, y, x + side, y + side)))
            path = folder / "images" / f"{split}{i}.png"
            emotion.write_image(path, image)
            pictures.append(emotion.LabelledPicture(path, labels))
        emotion.write_face_labels(folder, split, pictures)
    return folder


@pytest.fixture
def emotion_data(tmp_path) -> Path:
    """Bright and dark grey crops, in the layout with labels.csv."""
    random = np.random.default_rng(4)
    folder = tmp_path / "crops"
    folder.mkdir()
    with open(folder / "labels.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "emotion", "valence", "arousal"])
        for i in range(24):
            image = random.integers(0, 256, (48, 48), dtype=np.uint8)
            emotion.write_image(folder / f"{i:02}.png", image)
            writer.writerow([f"{i:02}.png", LABELS[i % 8], round(i / 24 - 0.5, 3), round(0.5 - i / 24, 3)])
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(os.environ.get("EMOTION_SHARED", CHECKOUT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no {folder}: EMOTION_SHARED names the folder of pictures, weights and data")
    return folder
