"""`import emotion` takes LibTorch's libraries and not the torch package, and gets on with its neighbours."""

import importlib.util
import itertools
import shutil
import subprocess
import sys

import pytest


def run(code: str, cwd) -> str:
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, timeout=300)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_import_brings_in_neither_torch_nor_the_command_line(tmp_path):
    heavy = ["torch", "cv2", "tqdm", "argparse", "emotion.cli", "emotion.importing", "emotion.reference"]
    code = f"import sys, emotion; print([name for name in {heavy} if name in sys.modules])"
    assert run(code, tmp_path).strip() == "[]"


@pytest.mark.parametrize("order", list(itertools.permutations(["emotion", "torch", "cv2"])), ids="-".join)
def test_any_order_of_imports_works(order, tmp_path, models):
    if "cv2" in order and importlib.util.find_spec("cv2") is None:
        order = tuple(name for name in order if name != "cv2")
    code = f"""
import {", ".join(order)}
import numpy as np
picture = np.zeros((96, 128, 3), np.uint8)
faces = emotion.FaceDetector(device="cpu").detect(picture)
emotion.EmotionClassifier(device="cpu").classify(picture, [emotion.Face((10, 10, 50, 50))])
assert emotion.decode_image(b"P6 2 2 255\\n" + bytes(12)).shape == (2, 2, 3)
if "torch" in {order}:
    layer = torch.nn.Conv2d(3, 4, 3)
    assert layer(torch.zeros(1, 3, 8, 8)).shape == (1, 4, 6, 6)
    try:
        torch.zeros(2) @ torch.zeros(3)
    except RuntimeError:
        pass
if "cv2" in {order}:
    assert cv2.imencode(".png", picture)[0]
    assert cv2.resize(picture, (10, 10)).shape == (10, 10, 3)
try:
    emotion.read_image("nowhere.png")
except OSError:
    print("done")
"""
    assert run(code, tmp_path).strip() == "done"


def test_import_works_away_from_torch(tmp_path):
    """As in a virtual environment on top of another one: torch is not the package's neighbour."""
    import emotion

    package = tmp_path / "elsewhere" / "emotion"
    shutil.copytree(next(iter(emotion.__path__)), package, symlinks=True)
    code = f"import sys; sys.path.insert(0, {str(package.parent)!r}); import emotion; print(emotion.__file__)"
    assert run(code, tmp_path).strip().startswith(str(package.parent))


def test_version_is_the_packages(tmp_path):
    from importlib.metadata import version

    import emotion

    assert emotion.__version__ == version("emotion")
