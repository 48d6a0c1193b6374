"""What `make demo` runs: a picture with its table, then a short video with its table and its graph.

usage: demo.py [PICTURE, FOLDER or VIDEO] --out FOLDER

Without an input it takes the portrait of the astronaut Eileen Collins that scikit-image ships (NASA, public domain), as
it is and moved about in a video. With an input it analyses that alone.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH, FPS, SECONDS = 540, 960, 15, 5


def analyze(source: Path, folder: Path) -> int:
    """As on the command line: the picture (or video) with all drawn on it, and a table."""
    command = [sys.executable, "-m", "emotion", "analyze", source, "--out", folder, "--csv", folder / "faces.csv"]
    return subprocess.run([str(part) for part in command]).returncode


def film(portrait: NDArray[np.uint8]) -> Iterator[NDArray[np.uint8]]:
    """A head rises in the middle and comes nearer; one looks in from the left, later a dark one from the right."""
    import emotion

    head = np.ascontiguousarray(portrait[:260, 90:350])
    bright = emotion.resize(head, 220, 220)
    dark = (bright // 3)[:, ::-1]
    for i in range(FPS * SECONDS):
        canvas = np.full((HEIGHT, WIDTH, 3), (70, 80, 95), np.uint8)
        near = 160 + 2 * i
        paste(canvas, emotion.resize(head, near, near), (WIDTH - near) // 2, max(40, HEIGHT - 25 * i))
        paste(canvas, bright, min(40, 10 * i - 370, 490 - 9 * i), 150)
        paste(canvas, dark, max(WIDTH - 260, WIDTH + 300 - 8 * i), 60)
        yield canvas


def paste(canvas: NDArray[np.uint8], picture: NDArray[np.uint8], x: int, y: int) -> None:
    """Puts a picture on the canvas, its corner at (x, y); what reaches beyond is cut off."""
    left, right = max(0, x), min(canvas.shape[1], x + picture.shape[1])
    bottom = min(canvas.shape[0], y + picture.shape[0])
    if left < right:
        canvas[y:bottom, left:right] = picture[: bottom - y, left - x : right - x]


def analyze_film(portrait: NDArray[np.uint8], folder: Path) -> None:
    """The film through Emanalysis: a drawn video, a table of its frames, and the graph of all of them."""
    import emotion

    run = emotion.Emanalysis(film(portrait), fps=FPS)
    graph = emotion.Overlay(run.labels, mode="graph", graph_points=FPS * SECONDS)
    outputs = {"video": folder / "film.mp4", "faces_table": folder / "film.csv", "frames_table": folder / "frames.csv"}
    with emotion.Recording(run.labels, **outputs, fps=FPS) as recording:
        for frame in run:
            recording.add(frame)
            picture = graph.draw(frame)
    for failure in recording.failures:
        sys.exit(failure)
    emotion.write_image(folder / "graph.png", picture)
    total = run.summary().total
    print(f"film of {SECONDS} s: {total.frames} frames, {total.head_count:.1f} heads on average")


def main() -> int:
    parser = argparse.ArgumentParser(description="Faces and expressions of a photograph and of a video.")
    parser.add_argument("input", nargs="?", type=Path, help="a picture, a folder of pictures, or a video")
    parser.add_argument("--out", required=True, type=Path, help="where the results go")
    arguments = parser.parse_args()
    results = {"Annotated": arguments.out, "Table": arguments.out / "faces.csv"}
    if arguments.input:
        status = analyze(arguments.input, arguments.out)
    else:
        import emotion
        import skimage.data

        portrait = skimage.data.astronaut()
        with tempfile.TemporaryDirectory() as folder:
            emotion.write_image(Path(folder) / "astronaut.png", portrait)
            status = analyze(Path(folder) / "astronaut.png", arguments.out)
        analyze_film(portrait, arguments.out)
        for name, file in {"Video": "film.mp4", "Its faces": "film.csv", "Its frames": "frames.csv"}.items():
            results[name] = arguments.out / file
        results["Its graph"] = arguments.out / "graph.png"
    print()
    for name, path in results.items():
        if path.exists():
            print(f"{name + ':':<12} {path}")
    return status


if __name__ == "__main__":
    sys.exit(main())
