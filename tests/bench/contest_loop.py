"""A notebook's loop over the pictures of a competition beside emotion.kaggle: python tests/bench/contest_loop.py

The loop takes picture by picture: the library's own weights in PyTorch, the rest with OpenCV and NumPy, as such
notebooks are written. emotion.kaggle.submit runs the same weights. The pictures are drawn from the astronaut of
scikit-image: 224 x 224 px, each cut, turned and lit in its own way. Both take turns in one process with a number of
cores. Needs torch, opencv-python-headless and scikit-image. Timings are printed, never asserted: they belong to the
machine, which should have nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import cv2
import emotion
import numpy as np
import skimage.data
import torch
from emotion import kaggle
from lecture_loop import in_turns
from plain_contest import PlainContest

SIDE = 224
FACE = (225, 120)  # where the astronaut's is


def write_pictures(folder: Path, count: int) -> list[Path]:
    """The astronaut's head, each time a little different."""
    random = np.random.default_rng(1)
    astronaut = cv2.cvtColor(skimage.data.astronaut(), cv2.COLOR_RGB2BGR)
    paths = []
    for i in range(count):
        side, turn, light = random.uniform(180, 240), random.uniform(-15, 15), random.uniform(0.6, 1.2)
        matrix = cv2.getRotationMatrix2D(FACE, turn, SIDE / side)
        matrix[:, 2] += SIDE / 2 - np.array(FACE) + random.uniform(-15, 15, 2)
        head = cv2.warpAffine(astronaut, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REFLECT)
        paths.append(folder / f"{i}.jpg")
        cv2.imwrite(str(paths[-1]), cv2.convertScaleAbs(head, alpha=light))
    return paths


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cores", type=int, default=2, help="cores of the process, threads of each (default: 2)")
    parser.add_argument("--pictures", type=int, default=300, help="(default: 300)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each (default: 3)")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.cores])
    for set_threads in (torch.set_num_threads, cv2.setNumThreads, emotion.set_num_threads):
        set_threads(arguments.cores)
    with tempfile.TemporaryDirectory() as scratch:
        paths = write_pictures(Path(scratch), arguments.pictures)
        plain = PlainContest(*(emotion.find_model(name) for name in ("faces", "emotion")))
        answers: dict[str, dict[str, str]] = {}

        def loop() -> int:
            answers["loop"] = plain.answer(paths)
            return len(paths)

        models = {"detector": emotion.FaceDetector(device="cpu"), "classifier": emotion.EmotionClassifier(device="cpu")}

        def submit() -> int:
            answers["ours"] = kaggle.submit(paths, Path(scratch) / "submission.csv", **models).answers
            return len(paths)

        results = in_turns(arguments.rounds, len(paths), {"plain Python loop": loop, "emotion.kaggle.submit": submit})
    slowest = results["plain Python loop"][0]
    same = sum(said == answers["ours"][name] for name, said in answers["loop"].items())
    print(f"{len(paths)} pictures of {SIDE} x {SIDE} px, {arguments.cores} cores, median of {arguments.rounds}")
    for name, (speed, work_ms, _) in results.items():
        print(
            f"{name:<22} {speed:7.1f} pictures a second  {speed / slowest:5.2f} times as fast"
            f"  {work_ms:6.2f} ms of processor time a picture"
        )
    print(f"the same answer for {same} of {len(paths)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
