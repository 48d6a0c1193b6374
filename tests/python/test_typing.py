"""The stub says what the module has, and the package is typed."""

import subprocess
import sys
from pathlib import Path

import emotion
import pytest

pytest.importorskip("mypy")


def run(*command, cwd) -> None:
    result = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, cwd=cwd, timeout=600)
    assert result.returncode == 0, result.stdout + result.stderr


# What a stub cannot say: pybind11's classes have a metaclass of their own, and some are made by the library alone.
ALLOWED = r"""
emotion\._core\.[A-Z]\w+
emotion\._core\.(ModelCard|SourceHealth|TrainProgress|TrainReport|VideoFrame|VideoGap)\.__init__
"""


def test_the_stub_matches_the_module(tmp_path):
    (tmp_path / "allowed.txt").write_text(ALLOWED)
    run("mypy.stubtest", "emotion._core", "--ignore-disjoint-bases", "--allowlist", "allowed.txt", cwd=tmp_path)


def test_the_examples_of_the_readme_are_typed(tmp_path):
    assert (Path(emotion.__file__).parent / "py.typed").is_file()
    (tmp_path / "use.py").write_text(
        "import numpy as np\n"
        "import emotion\n"
        "image = emotion.read_image('class.jpg')\n"
        "detector = emotion.FaceDetector(min_face_px=16)\n"
        "faces = detector.detect(image)\n"
        "x: float = faces[0].box[0] + faces[0].score\n"
        "emotions = emotion.EmotionClassifier().classify(image, faces)\n"
        "label: str = emotions[0].label\n"
        "best = float(emotions[0].probabilities.max())\n"
        "valence: float | None = emotions[0].valence\n"
        "emotion.EmotionClassifier().classify_crops(np.zeros((2, 48, 48), np.uint8))\n"
        "emotion.write_image('out.png', emotion.annotate(image, faces, emotions))\n"
    )
    run("mypy", "--strict", "--python-version", "3.10", "use.py", cwd=tmp_path)


def test_every_public_name_is_documented():
    for name in emotion.__all__:
        thing = getattr(emotion, name)
        if name.startswith("__"):
            continue
        assert thing.__doc__ and len(thing.__doc__.strip()) > 10, name
        if isinstance(thing, type):
            for part, value in vars(thing).items():
                if not part.startswith("_"):
                    assert value.__doc__, f"{name}.{part}"
