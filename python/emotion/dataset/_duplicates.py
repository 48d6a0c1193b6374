"""Pictures that are in two splits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion import _core
from emotion._pictures import picture_files, read_ahead

_SIDE = 24  # px of the small pictures that are compared
_ROWS = 512  # compared with all others at once


@dataclass(frozen=True)
class Duplicate:
    """Two pictures that are the same but for size, brightness, contrast, compression or mirroring."""

    first: Path
    second: Path
    similarity: float  # correlation of the small grey pictures, 1: the same
    mirrored: bool


def near_duplicates(
    splits: Mapping[str, str | os.PathLike[str]],
    *,
    threshold: float = 0.95,
    within: bool = False,
    progress: Callable[[int, int], object] | None = None,
) -> list[Duplicate]:
    """Pictures of one split that are in another too, the most similar first.

    splits: name to folder. Two pictures are compared as 24 x 24 grey ones with mean 0 and deviation 1; they are near
    where these correlate by at least `threshold`, also mirrored. Plain areas are near to nothing. within: compares the
    pictures of one split with each other too. progress: called with pictures read and their total. Broken pictures are
    left out.

    Raises EmotionValueError for a threshold outside [0, 1] and for less than two splits, or one with `within`.
    """
    if not 0 <= threshold <= 1:
        raise _core.EmotionValueError(f"near_duplicates: threshold must be in [0, 1], got {threshold:g}")
    if len(splits) < (1 if within else 2):
        raise _core.EmotionValueError("near_duplicates: expected at least two folders")
    files = {name: picture_files(folder) for name, folder in splits.items()}
    total = sum(map(len, files.values()))
    paths: list[Path] = []
    split: list[int] = []
    small: list[NDArray[np.float32]] = []
    done = 0
    for place, group in enumerate(files.values()):
        for path, image, _ in read_ahead(group, "gray"):
            done += 1
            if image is not None:
                paths.append(path)
                split.append(place)
                small.append(_normal(image))
            if progress:
                progress(done, total)
    if not paths:
        return []
    found = list(_pairs(np.array(small), np.array(split), threshold, within))
    return sorted(
        (Duplicate(paths[i], paths[j], similarity, mirrored) for i, j, similarity, mirrored in found),
        key=lambda pair: -pair.similarity,
    )


def _normal(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(24, 24), its mean 0 and its length 1; zeros for a plain one."""
    small = _core.resize(image, _SIDE, _SIDE).astype(np.float32)
    small -= small.mean()
    length = float(np.linalg.norm(small))
    normal: NDArray[np.float32] = small / length if length > _SIDE else np.zeros_like(small)
    return normal


def _pairs(
    small: NDArray[np.float32], split: NDArray[np.int64], threshold: float, within: bool
) -> Iterator[tuple[int, int, float, bool]]:
    """Places of the first and the second picture, similarity, whether mirrored. split: rising."""
    flat = small.reshape(len(small), -1)
    mirrored = small[:, :, ::-1].reshape(len(small), -1)
    for place in np.unique(split):
        low, high = np.searchsorted(split, [place, place + 1])
        for begin in range(low, high, _ROWS):
            rows = flat[begin : min(begin + _ROWS, high)]
            start = begin if within else high  # what stands before was compared already
            straight, turned = rows @ flat[start:].T, rows @ mirrored[start:].T
            best = np.maximum(straight, turned)
            for i, j in zip(*np.nonzero(best >= threshold)):
                first, second = begin + int(i), start + int(j)
                if first < second:
                    yield first, second, min(float(best[i, j]), 1.0), bool(turned[i, j] > straight[i, j])
