"""A lecture room's loop in plain Python beside Emanalysis, on the same weights: python tests/bench/lecture_loop.py

The loop takes a video frame by frame and each frame face by face: RetinaFace mobilenet0.25 and net_714 in PyTorch, the
rest with OpenCV and NumPy, as such programs are written. Emanalysis runs the same weights, imported, and then the
library's own models. All draw boxes, labels, counters and the graph, none writes a video. They take turns in one
process with a number of cores. Needs torch, opencv-python-headless, scikit-image and the two checkpoints. Timings are
printed, never asserted: they belong to the machine, which should have nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import emotion
import numpy as np
import skimage.data
import torch
from emotion import importing
from plain_lecture import PlainLecture

HEIGHT, WIDTH, FPS = 1080, 1920, 25
CHECKPOINTS = {"retinaface_mobilenet0.25": "retinaface_mobilenet0.25.pth", "net_714": "emotionsproject_net_714.pth"}


def write_film(path: Path, frames: int) -> None:
    """Ten heads that move a little, in two rows over a ground of blots."""
    random = np.random.default_rng(1)
    ground = emotion.resize(random.integers(0, 120, (27, 48, 3), dtype=np.uint8), HEIGHT, WIDTH)
    head = emotion.resize(np.ascontiguousarray(skimage.data.astronaut()[:220, 120:330]), 150, 143)
    with emotion.VideoWriter(path, HEIGHT, WIDTH, FPS) as writer:
        for i in range(frames):
            frame = ground.copy()
            for k in range(10):
                x = 60 + k % 5 * 370 + round(20 * np.sin(i / 20 + k))
                y = 120 + k // 5 * 460 + round(12 * np.cos(i / 15 + k))
                frame[y : y + 150, x : x + 143] = head
            writer.write(frame)


def emanalysis(film: Path, **models: str) -> int:
    """The faces of all frames."""
    run = emotion.Emanalysis(film, order="bgr", device="cpu", precision="f32", **models)
    overlay = emotion.Overlay(run.labels)
    faces = 0
    for frame in run:
        overlay.draw(frame)
        faces += frame.statistics.head_count
    return faces


def in_turns(rounds: int, frames: int, calls: dict[str, Callable[[], int]]) -> dict[str, tuple[float, float, float]]:
    """By name: frames a second and processor time of a frame in ms, medians of the rounds; faces of a frame."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    work: dict[str, list[float]] = {name: [] for name in calls}
    faces = {}
    for _ in range(rounds):
        for name, call in calls.items():
            start, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
            faces[name] = call() / frames
            seconds[name].append(time.perf_counter() - start)
            now = resource.getrusage(resource.RUSAGE_SELF)
            work[name].append(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
    middle = statistics.median
    return {name: (frames / middle(seconds[name]), 1e3 * middle(work[name]) / frames, faces[name]) for name in calls}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = os.environ.get("EMOTION_SHARED")
    default = Path(shared) / "weights" if shared else None
    parser.add_argument("--weights", type=Path, default=default, help="folder of " + ", ".join(CHECKPOINTS.values()))
    parser.add_argument("--cores", type=int, default=2, help="cores of the process, threads of each (default: 2)")
    parser.add_argument("--frames", type=int, default=100, help="of the film (default: 100)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each (default: 3)")
    arguments = parser.parse_args()
    if arguments.weights is None or not all((arguments.weights / file).is_file() for file in CHECKPOINTS.values()):
        parser.error("--weights must name the folder of " + " and ".join(CHECKPOINTS.values()))
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.cores])
    for set_threads in (torch.set_num_threads, cv2.setNumThreads, emotion.set_num_threads):
        set_threads(arguments.cores)
    with tempfile.TemporaryDirectory() as scratch:
        film = Path(scratch) / "film.mp4"
        write_film(film, arguments.frames)
        faces, labels = (
            importing.import_model(kind, arguments.weights / file, Path(scratch) / kind)
            for kind, file in CHECKPOINTS.items()
        )
        loop = PlainLecture(faces, labels)
        calls = {
            "plain Python loop": lambda: loop.run(film),
            "Emanalysis, same weights": lambda: emanalysis(film, detector=str(faces), classifier=str(labels)),
            "Emanalysis, own models": lambda: emanalysis(film),
        }
        results = in_turns(arguments.rounds, arguments.frames, calls)
    slowest = results["plain Python loop"][0]
    print(f"{arguments.frames} frames of {WIDTH} x {HEIGHT} px, {arguments.cores} cores, median of {arguments.rounds}")
    for name, (speed, work_ms, count) in results.items():
        print(
            f"{name:<26} {speed:6.2f} frames a second  {speed / slowest:5.2f} times as fast"
            f"  {work_ms:7.1f} ms of processor time and {count:.1f} faces a frame"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
