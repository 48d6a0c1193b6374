"""Many pictures at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion import _core
from emotion._pictures import read_ahead

_ORDERS = {"rgb": "rgb", "bgr": "bgr", "gray": "gray", "gray_1ch": "gray"}


def read_images(
    paths: Sequence[str | os.PathLike[str]],
    size: tuple[int, int] | None = None,
    mode: str = "rgb",
    return_skipped: bool = False,
) -> Any:
    """Pictures as uint8 arrays; those that cannot be read are left out.

    mode: 'rgb' and 'bgr' give (h, w, 3), 'gray' (h, w), 'gray_1ch' (h, w, 1). size: (width, height), px; the result is
    then one batch (n, height, width...), without it a list of arrays. return_skipped: gives (images, skipped), skipped
    being the paths left out. A bar shows the progress on a terminal and in a notebook.

    Raises EmotionValueError for another mode and for a size that is not two whole numbers above 0.
    """
    from tqdm.auto import tqdm

    if mode not in _ORDERS:
        raise _core.EmotionValueError(f"read_images: mode must be one of {', '.join(_ORDERS)}, got '{mode}'")
    if size is not None and not (len(size) == 2 and all(isinstance(n, (int, np.integer)) and n > 0 for n in size)):
        raise _core.EmotionValueError(f"read_images: size must be (width, height) in whole px above 0, got {size}")
    images: list[NDArray[np.uint8]] = []
    skipped: list[str] = []
    reading = read_ahead([Path(path) for path in paths], _ORDERS[mode])
    for given, (_, image, _) in tqdm(zip(paths, reading), total=len(paths), disable=None, leave=False):
        if image is None:
            skipped.append(os.fspath(given))
            continue
        if size is not None:
            image = _core.resize(image, size[1], size[0])
        images.append(image[:, :, None] if mode == "gray_1ch" else image)
    result: Any = images
    if size is not None:
        channels = {"gray": (), "gray_1ch": (1,)}.get(mode, (3,))
        result = np.array(images, np.uint8).reshape(len(images), size[1], size[0], *channels)
    return (result, skipped) if return_skipped else result
