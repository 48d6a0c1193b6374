"""A scene with a known face in it: the astronaut's portrait of scikit-image moves over a grey canvas."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

HEIGHT, WIDTH = 240, 400
SIDE = 200  # of the portrait
STEP = 4  # px a frame to the right
FACE = (69, 24, 107, 77)  # of the portrait


def portrait() -> np.ndarray:
    import emotion
    import skimage.data

    return emotion.resize(skimage.data.astronaut(), SIDE, SIDE)


def frames(count: int) -> Iterator[np.ndarray]:
    image = portrait()
    for i in range(count):
        canvas = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
        x = place(i)
        canvas[20 : 20 + SIDE, x : x + SIDE] = image
        yield canvas


def write(path: Path | str, count: int, fps: float = 10) -> Path:
    """The first frames as an MP4."""
    import emotion

    with emotion.VideoWriter(path, HEIGHT, WIDTH, fps) as writer:
        for frame in frames(count):
            writer.write(frame)
    return Path(path)


def place(number: int) -> int:
    """Of the portrait's left edge: to the right and back again."""
    way = WIDTH - SIDE
    step = STEP * number % (2 * way)
    return min(step, 2 * way - step)


def face_box(number: int) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = FACE
    return x1 + place(number), y1 + 20, x2 + place(number), y2 + 20
