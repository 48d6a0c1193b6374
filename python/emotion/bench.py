"""Speed on this machine, beside ONNX Runtime and OpenCV where they are installed.

Everything that is compared is measured in turns in one process: a round runs this library, then the other, and the
medians over all rounds are shown with their ratio. So a machine that is busy slows both.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import emotion
from emotion import _core

__all__ = ["add_arguments", "run"]

_INSTALL = "pip install 'emotion[bench]'"
_START = """
import time
start = time.perf_counter()
import emotion
imported = time.perf_counter()
{load}
print(imported - start, time.perf_counter() - imported)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `emotion bench`."""
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], metavar="N", help="threads (default: 1 2)")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="rounds of each comparison (default: 7)")
    parser.add_argument(
        "--yunet",
        metavar="FILE",
        help="YuNet's ONNX file for OpenCV's FaceDetectorYN (default: that in $EMOTION_SHARED/weights)",
    )
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE")


def run(arguments: argparse.Namespace) -> int:
    """Measures and prints; the exit code."""
    if arguments.rounds < 1 or min(arguments.threads) < 1:
        raise _core.EmotionValueError("bench: --rounds and --threads must be at least 1")
    threads_before = emotion.num_threads()
    rows: dict[str, list[dict[str, Any]]] = {"networks": [], "calls": [], "start": []}
    try:
        for kind, measure in (("networks", _networks), ("calls", _calls), ("start", _start)):
            print(_HEADS[kind], flush=True)
            for row in measure(arguments):
                rows[kind].append(row)
                print(_LINES[kind](row), flush=True)
            print()
    finally:
        emotion.set_num_threads(threads_before)
    if arguments.json:
        text = json.dumps({"machine": _machine(), **rows}, indent=2) + "\n"
        pathlib.Path(arguments.json).write_text(text, encoding="utf-8")
    return 0


# ------------------------------------------------------------------------------------------------------------ printing


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


_HEADS = {
    "networks": f"{'network':26}{'input':>15}{'threads':>9}{'type':>6}{'ms':>9}{'ONNX Runtime ms':>17}{'ratio':>7}",
    "calls": f"{'call':44}{'threads':>9}{'ms':>9}{'OpenCV ms':>11}{'ratio':>7}{'faces':>7}",
    "start": f"{'start':44}{'s':>9}",
}
_LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "networks": lambda row: (
        f"{row['network']:26}{row['input']:>15}{row['threads']:>9}{row['precision']:>6}"
        f"{_number(row['ms']):>9}{_number(row['onnxruntime_ms']):>17}{_number(row['ratio']):>7}"
    ),
    "calls": lambda row: (
        f"{row['call']:44}{row['threads']:>9}{_number(row['ms']):>9}"
        f"{_number(row['opencv_ms']):>11}{_number(row['ratio']):>7}{row['faces']:>7}"
    ),
    "start": lambda row: f"{row['what']:44}{_number(row['s']):>9}",
}


def _missing(*packages: str) -> bool:
    lacking = [package for package in packages if importlib.util.find_spec(package) is None]
    if lacking:
        print(f"no comparison: {', '.join(lacking)} not found; {_INSTALL} brings it")
    return bool(lacking)


def _machine() -> dict[str, Any]:
    name = "unknown"
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return {"processor": name, "cores": os.cpu_count(), "bf16": emotion.cpu_has_bf16()}


# ----------------------------------------------------------------------------------------------------------- measuring


def _in_turns(rounds: int, *calls: Callable[[], float]) -> list[float]:
    """The median of what each call returns, called in turns after one turn that does not count."""
    values: list[list[float]] = [[] for _ in calls]
    for turn in range(-1, rounds):
        for call, list_ in zip(calls, values):
            value = call()
            if turn >= 0:
                list_.append(value)
    return [statistics.median(list_) for list_ in values]


def _timed(call: Callable[[], Any], repeats: int) -> Callable[[], float]:
    """A call that gives the median milliseconds of `repeats` runs."""

    def measure() -> float:
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            call()
            times.append((time.perf_counter() - start) * 1e3)
        return statistics.median(times)

    return measure


# ------------------------------------------------------------------------------------------------------------ networks


def _random_model(folder: pathlib.Path, kind: str) -> None:
    """A model of this kind (emotion.importing) with random weights: speed does not depend on them."""
    from emotion import importing, reference

    card = importing.new_card(kind)
    channels = 1 if card["input"]["color"] == "gray" else 3
    network = reference.build(card["architecture"], channels, len(card.get("labels", [])))
    tensors = {name: values.numpy() for name, values in network.state_dict().items() if not name.endswith("_tracked")}
    _core.write_model(os.fspath(folder), json.dumps(card), tensors)


def _subjects(scratch: pathlib.Path) -> list[tuple[str, pathlib.Path, list[tuple[int, int, int]]]]:
    """Names, model folders and sizes (n, height, width) of the networks to measure."""
    pictures = [(1, 480, 640), (1, 736, 1280)]  # as FaceDetector pads them, to multiples of 32
    subjects = []
    known = {entry.name: pathlib.Path(entry.folder) for entry in emotion.models.list()}
    if importlib.util.find_spec("torch") is not None:
        folder = scratch / "retinaface"
        _random_model(folder, "retinaface_mobilenet0.25")
        subjects.append(("RetinaFace mobilenet0.25", folder, pictures))
    if "faces" in known:
        subjects.append(("faces (the shipped model)", known["faces"], pictures))
    if "emotion" in known:
        subjects.append(("emotion (the shipped one)", known["emotion"], [(1, 48, 48), (32, 48, 48)]))
    return subjects


def _session(folder: pathlib.Path, scratch: pathlib.Path, size: tuple[int, int, int], threads: int) -> Any:
    import onnxruntime  # type: ignore[import-not-found, import-untyped, unused-ignore]

    from emotion import reference

    path = scratch / f"{folder.name}_{'x'.join(map(str, size))}.onnx"
    if not path.exists():
        reference.export_onnx(folder, path, size[1], size[2], dynamic_batch=size[0] > 1)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(os.fspath(path), options, providers=["CPUExecutionProvider"])


def _networks(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    alone = _missing("onnxruntime", "onnx", "torch")
    precisions = ["f32", "bf16"] if emotion.cpu_has_bf16() else ["f32"]
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for title, folder, sizes in _subjects(scratch):
            nets = {precision: emotion.Network(folder, device="cpu", precision=precision) for precision in precisions}
            channels = 1 if nets["f32"].card.input["color"] == "gray" else 3
            for size in sizes:
                for threads in arguments.threads:
                    yield from _network(arguments, title, nets, folder, scratch, size, channels, threads, alone)


def _network(
    arguments: argparse.Namespace,
    title: str,
    nets: dict[str, emotion.Network],
    folder: pathlib.Path,
    scratch: pathlib.Path,
    size: tuple[int, int, int],
    channels: int,
    threads: int,
    alone: bool,
) -> Iterator[dict[str, Any]]:
    emotion.set_num_threads(threads)
    n, height, width = size
    repeats = 30 if n * height * width < 10_000 else 3

    def ours(net: emotion.Network) -> Callable[[], float]:
        return lambda: statistics.median(net.time_forward(n, height, width, 1, repeats))

    calls = [ours(net) for net in nets.values()]
    if not alone:
        session = _session(folder, scratch, size, threads)
        x = np.random.default_rng(1).standard_normal((n, channels, height, width), dtype=np.float32)
        name = session.get_inputs()[0].name
        calls.append(_timed(lambda: session.run(None, {name: x}), repeats))
    medians = _in_turns(arguments.rounds, *calls)
    other = None if alone else medians[-1]
    for precision, ms in zip(nets, medians):
        yield {
            "network": title,
            "input": f"{n}x{channels}x{height}x{width}",
            "threads": threads,
            "precision": precision,
            "ms": ms,
            "onnxruntime_ms": other,
            "ratio": ms / other if other else None,
        }


# --------------------------------------------------------------------------------------------------------------- calls


def _ten_faces() -> np.ndarray[Any, Any]:
    """A picture of 1280 x 720 px with ten faces."""
    from skimage import data  # type: ignore[import-not-found, import-untyped, unused-ignore]

    astronaut: np.ndarray[Any, Any] = np.asarray(data.astronaut())  # type: ignore[no-untyped-call, unused-ignore]
    face = np.ascontiguousarray(astronaut[0:256, 96:352])
    picture = np.full((720, 1280, 3), 96, np.uint8)
    for i in range(10):
        y, x = 52 + 360 * (i // 5), 256 * (i % 5)
        picture[y : y + 256, x : x + 256] = face if i % 2 == 0 else face[:, ::-1]
    return picture


def _yunet_file(arguments: argparse.Namespace) -> pathlib.Path | None:
    shared = os.environ.get("EMOTION_SHARED")
    path = pathlib.Path(arguments.yunet) if arguments.yunet else None
    if path is None and shared:
        path = pathlib.Path(shared) / "weights" / yunet_file_name()
    if path is None or not path.is_file():
        if arguments.yunet:
            raise _core.EmotionOSError(f"bench: no file {path}")
        print("no comparison with OpenCV: --yunet FILE names YuNet's ONNX file")
        return None
    return path


def yunet_file_name() -> str:
    """The one of YuNet's published ONNX files that the installed OpenCV reads: 5 the dynamic one, 4 the other."""
    import cv2

    return "yunet_n_dynamic.onnx" if int(cv2.__version__.split(".")[0]) >= 5 else "yunet_n_640_640.onnx"


def _opencv_detector(path: pathlib.Path, picture: np.ndarray[Any, Any], threads: int) -> Callable[[], Any]:
    import cv2  # type: ignore[import-not-found, import-untyped, unused-ignore]

    cv2.setNumThreads(threads)
    height, width = picture.shape[:2]
    try:
        detector = cv2.FaceDetectorYN.create(os.fspath(path), "", (width, height), 0.6, 0.3, 5000)
    except cv2.error:
        raise _core.EmotionRuntimeError(
            f"bench: OpenCV {cv2.__version__} does not read {path} as YuNet, expected {yunet_file_name()}"
        ) from None
    bgr = np.ascontiguousarray(picture[:, :, ::-1])
    return lambda: detector.detect(bgr)


def _calls(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    known = {entry.name for entry in emotion.models.list()}
    if "faces" not in known:
        print("no model 'faces' is installed")
        return
    if _missing("skimage"):
        return
    file = None if _missing("cv2") else _yunet_file(arguments)
    large = _ten_faces()
    pictures = {"640 x 480": emotion.resize(np.ascontiguousarray(large[:, 160:1120]), 480, 640), "1280 x 720": large}
    detector = emotion.FaceDetector(device="cpu")
    classifier = emotion.EmotionClassifier(device="cpu") if "emotion" in known else None

    def both() -> list[emotion.Emotion]:
        return classifier.classify(large, detector.detect(large)) if classifier else []

    for threads in arguments.threads:
        emotion.set_num_threads(threads)
        for title, picture in pictures.items():

            def detect(picture: np.ndarray[Any, Any] = picture) -> list[emotion.Face]:
                return detector.detect(picture)

            calls = [_timed(detect, 3)]
            if file:
                calls.append(_timed(_opencv_detector(file, picture, threads), 3))
            yield _call_row(f"detect, {title}", threads, _in_turns(arguments.rounds, *calls), len(detect()))
        if classifier:
            times = _in_turns(arguments.rounds, _timed(both, 3))
            yield _call_row("detect and classify, 1280 x 720, ten faces", threads, times, len(both()))


def _call_row(call: str, threads: int, medians: list[float], faces: int) -> dict[str, Any]:
    other = medians[1] if len(medians) > 1 else None
    return {
        "call": call,
        "threads": threads,
        "ms": medians[0],
        "opencv_ms": other,
        "ratio": medians[0] / other if other else None,
        "faces": faces,
    }


# --------------------------------------------------------------------------------------------------------------- start


def _start(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    known = {entry.name for entry in emotion.models.list()}
    loads = [
        call
        for name, call in (("faces", "emotion.FaceDetector()"), ("emotion", "emotion.EmotionClassifier()"))
        if name in known
    ]
    code = _START.format(load="; ".join(loads) or "pass")
    times = []
    for _ in range(min(arguments.rounds, 5)):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
        times.append([float(number) for number in done.stdout.split()])
    yield {"what": "import emotion", "s": statistics.median(pair[0] for pair in times)}
    if loads:
        yield {"what": "load the shipped models", "s": statistics.median(pair[1] for pair in times)}
