"""A C++ project of a user is built against the installed package, with neither LibTorch nor OpenCV at hand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "examples" / "consumer"


def run(*command, **keywords) -> str:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600, **keywords)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def cmake_dir(cwd: Path) -> Path:
    return Path(run(sys.executable, "-m", "emotion", "--cmake-dir", cwd=cwd).strip())


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    cmake = shutil.which("cmake", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert cmake, "no cmake"
    folder = tmp_path_factory.mktemp("consumer")
    run(
        cmake, "-S", PROJECT, "-B", folder, f"-Demotion_DIR={cmake_dir(folder)}",
        "-DCMAKE_DISABLE_FIND_PACKAGE_Torch=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_OpenCV=ON",
    )  # fmt: skip
    run(cmake, "--build", folder)
    return folder / "count_faces"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "grey.ppm"
    path.write_bytes(b"P6 64 48 255\n" + bytes([128]) * (64 * 48 * 3))
    return path


def test_the_consumer_runs_and_finds_the_shipped_model(program: Path, picture: Path, tmp_path: Path):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("EMOTION_")}
    assert run(program, picture, cwd=tmp_path, env=environment).startswith("0 faces, libemotion ")


def test_a_missing_picture_is_one_sentence_and_an_exit_code(program: Path, tmp_path: Path):
    result = subprocess.run([program, "nowhere.jpg"], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert result.returncode == 1
    assert "nowhere.jpg" in result.stderr
    assert result.stderr.count("\n") == 1
