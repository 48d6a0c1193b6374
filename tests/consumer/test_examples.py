"""The examples run: those in Python as they are, those in C++ built against the installed package."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import emotion
import pytest

pytest.importorskip("skimage.data")
import astronaut_video
from mjpeg_server import MjpegCamera

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(examples LANGUAGES CXX)
find_package(emotion REQUIRED)
foreach(example IN ITEMS analyze_picture callback lecture live_camera)
  add_executable(${example} ${EXAMPLES}/${example}.cpp)
  target_link_libraries(${example} PRIVATE emotion::emotion)
endforeach()
"""


def run(*command, **keywords) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "EMOTION_MODELS"}
    result = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, timeout=600, env=environment, **keywords
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def programs(tmp_path_factory) -> Path:
    cmake = shutil.which("cmake", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert cmake, "no cmake"
    folder = tmp_path_factory.mktemp("examples")
    (folder / "CMakeLists.txt").write_text(PROJECT)
    place = run(sys.executable, "-m", "emotion", "--cmake-dir", cwd=folder).strip()
    run(
        *(cmake, "-S", folder, "-B", folder / "build", f"-Demotion_DIR={place}", f"-DEXAMPLES={EXAMPLES / 'cpp'}"),
        *("-DCMAKE_DISABLE_FIND_PACKAGE_Torch=ON", "-DCMAKE_DISABLE_FIND_PACKAGE_OpenCV=ON"),
    )
    run(cmake, "--build", folder / "build")
    return folder / "build"


@pytest.fixture(scope="module")
def film(tmp_path_factory) -> Path:
    return astronaut_video.write(tmp_path_factory.mktemp("film") / "film.mp4", 12)


def check_lecture(output: str, folder: Path) -> None:
    assert output == "   0 min    1.0 heads, attention 1.00, mostly happiness\n"
    assert len(list(emotion.VideoSource(folder / "lecture.mp4"))) == 12
    assert len((folder / "frames.csv").read_text().splitlines()) == 13


def test_the_lecture_in_python(film, tmp_path):
    check_lecture(run(sys.executable, EXAMPLES / "python" / "lecture.py", film, tmp_path, cwd=tmp_path), tmp_path)


def test_the_page_about_videos(film, tmp_path):
    """Its Python blocks, one after the other."""
    page = (EXAMPLES.parent / "docs" / "video.md").read_text(encoding="utf-8")
    code = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    shutil.copy(film, tmp_path / "lecture.mp4")
    lines = run(sys.executable, "-c", code, cwd=tmp_path).splitlines()
    assert len(lines) == 6 + 1 + 1 and lines[0].endswith(" happiness") and lines[6] == "1.0 1.0"


def test_the_lecture_in_cpp(programs, film, tmp_path):
    check_lecture(run(programs / "lecture", film, tmp_path, cwd=tmp_path), tmp_path)


def check_live_camera(folder: Path, *program) -> None:
    emotion.write_image(folder / "head.jpg", next(iter(astronaut_video.frames(1))))
    with MjpegCamera([(folder / "head.jpg").read_bytes()], fps=10) as camera:
        lines = run(*program, camera.url, 2.5).splitlines()
    assert len(lines) >= 2
    for line in lines:
        assert re.fullmatch(r"\d s: 1 heads, attention 1.00, \d+ pictures dropped, 0 reconnects", line)


def test_the_live_camera_in_python(tmp_path):
    check_live_camera(tmp_path, sys.executable, EXAMPLES / "python" / "live_camera.py")


def test_the_live_camera_in_cpp(programs, tmp_path):
    check_live_camera(tmp_path, programs / "live_camera")


def test_the_callback_in_both(programs, film, tmp_path):
    said = run(programs / "callback", film, cwd=tmp_path)
    assert said == "0.0 s  head 1: happiness\n"
    assert run(sys.executable, EXAMPLES / "python" / "callback.py", film, "1", cwd=tmp_path) == said


def test_the_picture_in_both(programs, tmp_path):
    emotion.write_image(tmp_path / "astronaut.png", astronaut_video.portrait())
    said = run(programs / "analyze_picture", "astronaut.png", cwd=tmp_path)
    assert said.startswith("happiness ")
    assert said.strip() in run(
        sys.executable, EXAMPLES / "python" / "analyze_picture.py", "astronaut.png", cwd=tmp_path
    )


def test_the_demo_leaves_pictures_a_video_tables_and_a_graph(tmp_path):
    said = run(sys.executable, EXAMPLES / "python" / "demo.py", "--out", tmp_path, cwd=tmp_path)
    for name in ("faces.csv", "film.mp4", "film.csv", "frames.csv", "graph.png"):
        assert str(tmp_path / name) in said
    assert (tmp_path / "astronaut.png").is_file()
    played = list(emotion.VideoSource(tmp_path / "film.mp4"))
    with open(tmp_path / "frames.csv", newline="") as file:
        counts = [int(row["head_count"]) for row in csv.DictReader(file)]
    assert len(counts) == len(played) and counts[0] == 0 and max(counts) == 3
    graph = emotion.read_image(tmp_path / "graph.png")
    assert (graph == emotion.label_color("happiness")).all(axis=2).sum() > 300
