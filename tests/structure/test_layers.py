"""The house stands as docs/architecture.md draws it: includes point down, third parties stay in their layers."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "libemotion" / "src"
HEADERS = ROOT / "libemotion" / "include" / "emotion"

# layer: (layers it may include, third parties it may use)
LAYERS = {
    "base": (set(), {"fmt"}),
    "image": ({"base"}, {"fmt", "opencv2", "Eigen"}),
    "model": ({"base"}, {"fmt", "nlohmann", "openssl", "curl"}),
    "media": ({"base", "image"}, {"fmt", "opencv2", "ffmpeg", "nlohmann", "xcb"}),
    "nn": ({"base", "model"}, {"fmt", "torch"}),
    "face": ({"base", "image", "model", "nn"}, {"fmt", "torch", "Eigen"}),
    "train": ({"base", "image", "model", "nn"}, {"fmt", "torch", "Eigen"}),
    "emotion": ({"base", "image", "model", "nn", "face"}, {"fmt", "torch", "Eigen"}),
    "pipeline": ({"base", "image", "model", "media", "face", "emotion"}, {"fmt"}),
}

# The files of layer train that read pictures: readers of data sets, and the trainers that call them. The others, the
# loops with all that they need, touch no picture, so that they build where there is only LibTorch.
PICTURE_READERS = {
    "calibrate_emotion",
    "emotion_data",
    "emotion_evaluate",
    "emotion_labels",
    "emotion_train",
    "faces_augment",
    "faces_loader",
    "faces_trainer",
    "faces_validation",
}
PICTURE_HEADERS = {"emotion/draw.hpp", "emotion/image.hpp", "emotion/image_io.hpp"}

# Where each public header belongs.
HEADER_LAYERS = {
    "base": {"error", "export", "threads", "version"},
    "image": {"image", "image_io", "geometry", "draw"},
    "model": {"model_card", "model_folder", "model_store"},
    "media": {"table_writer", "video_source", "video_url", "video_writer", "window"},
    "nn": {"device", "network"},
    "face": {"face", "face_detector", "alignment", "head_pose", "tracker"},
    "train": {
        "calibrate_emotion",
        "train_progress",
        "train_emotion",
        "train_faces",
        "evaluate_emotion",
        "evaluate_faces",
        "labelled_face",
        "precision_recall",
    },
    "emotion": {"circumplex", "emotion_classifier", "label_color", "smoothing", "statistics", "timeline"},
    "pipeline": {"emanalysis", "overlay", "recording"},
}
UMBRELLAS = {"emotion"}  # may include every header
# Opt-in headers that speak another library's types: each stands in the layer that has this library.
INTEROP_LAYERS = {"opencv": "image", "torch": "nn"}

PARTY_OF_PREFIX = {
    "fmt": "fmt",
    "opencv2": "opencv2",
    "Eigen": "Eigen",
    "nlohmann": "nlohmann",
    "openssl": "openssl",
    "curl": "curl",
    "libavcodec": "ffmpeg",
    "libavformat": "ffmpeg",
    "libavutil": "ffmpeg",
    "libswscale": "ffmpeg",
    "xcb": "xcb",
    "torch": "torch",
    "ATen": "torch",
    "c10": "torch",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)


def layer_of_header(name: str) -> str:
    stem = Path(name).stem
    if Path(name).parent.name == "interop":
        return INTEROP_LAYERS[stem]
    for layer, stems in HEADER_LAYERS.items():
        if stem in stems:
            return layer
    raise AssertionError(f"public header {stem}.hpp stands in no layer: add it to HEADER_LAYERS")


def includes(path: Path) -> list[str]:
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def sources() -> list[Path]:
    return sorted(p for p in SOURCES.rglob("*") if p.suffix in {".cpp", ".hpp"})


def test_every_source_folder_is_a_layer():
    assert {p.name for p in SOURCES.iterdir() if p.is_dir()} == set(LAYERS)


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(SOURCES)))
def test_includes_point_down(path: Path):
    layer = path.relative_to(SOURCES).parts[0]
    allowed_layers, allowed_parties = LAYERS[layer]
    for name in includes(path):
        first = name.split("/")[0]
        if first == "emotion" and (HEADERS / name.removeprefix("emotion/")).suffix == ".hpp":
            target = "emotion" if (SOURCES / name).exists() else layer_of_header(name)
        elif first in LAYERS:
            target = first
        else:
            party = PARTY_OF_PREFIX.get(first)
            assert party is None or party in allowed_parties, f"{path.name} of layer {layer} includes <{name}>"
            continue
        assert target == layer or target in allowed_layers, f"{path.name} of layer {layer} includes {name} of {target}"


def pictures_reached_from(path: Path, seen: set[Path]) -> set[str]:
    """The includes of `path`, and of what it includes, that know pictures."""
    found = set()
    for name in includes(path):
        if name in PICTURE_HEADERS or name.startswith(("image/", "opencv2/")):
            found.add(f"{name} (in {path.name})")
            continue
        for own in (SOURCES / name, HEADERS.parent / name):
            if own.is_file() and own not in seen:
                seen.add(own)
                found |= pictures_reached_from(own, seen)
    return found


def test_training_loops_need_no_pictures():
    files = sorted(p for p in (SOURCES / "train").iterdir() if p.suffix in {".cpp", ".hpp"})
    assert {p.stem for p in files} >= PICTURE_READERS | {"emotion_loop", "faces_loop"}
    reaching = {
        p.name: found for p in files if p.stem not in PICTURE_READERS if (found := pictures_reached_from(p, set()))
    }
    assert not reaching, reaching
    for stem in PICTURE_READERS:
        needs = set().union(*(pictures_reached_from(p, set()) for p in files if p.stem == stem))
        assert needs, f"{stem} reads no pictures any more: take it out of PICTURE_READERS"


def public_headers() -> list[Path]:
    return sorted(HEADERS.glob("*.hpp"))


@pytest.mark.parametrize("path", public_headers(), ids=lambda p: p.name)
def test_public_headers_hold_std_and_own_types_only(path: Path):
    for name in includes(path):
        assert name.startswith("emotion/") or "/" not in name, f"{path.name} includes <{name}>"
    if path.stem in UMBRELLAS:
        return
    layer = layer_of_header(path.name)
    for name in includes(path):
        if name.startswith("emotion/"):
            target = layer_of_header(name)
            # The card's numbers are what the layers above hand on: every layer sees the headers below it.
            assert target == layer or target in LAYERS[layer][0], f"{path.name} of {layer} includes {name} of {target}"


@pytest.mark.parametrize("path", public_headers(), ids=lambda p: p.name)
def test_public_headers_compile_alone(path: Path, tmp_path: Path):
    compiler = shutil.which("c++")
    assert compiler, "no C++ compiler"
    generated = tmp_path / "include" / "emotion"
    generated.mkdir(parents=True)
    (generated / "version.hpp").write_text('#define EMOTION_VERSION "0"\n')
    unit = tmp_path / "alone.cpp"
    unit.write_text(f"#include <emotion/{path.name}>\n#include <emotion/{path.name}>\nint main() {{}}\n")
    command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", HEADERS.parent]
    result = subprocess.run([*command, "-I", generated.parent, unit], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_torch_stays_out_of_bindings_and_most_tests():
    places = [
        ROOT / "bindings",
        *(ROOT / "tests" / "unit" / name for name in ("base", "image", "model", "media", "pipeline")),
    ]
    for place in places:
        for path in place.rglob("*.[ch]pp"):
            for name in includes(path):
                assert PARTY_OF_PREFIX.get(name.split("/")[0]) != "torch", f"{path} includes <{name}>"


def test_no_source_is_longer_than_400_lines():
    folders = ["libemotion", "bindings", "python", "tests", "examples"]
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".cpp", ".hpp", ".py"} and (count := path.read_text().count("\n")) > 400
    ]
    assert not long, long
