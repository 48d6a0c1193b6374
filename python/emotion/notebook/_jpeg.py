"""Pictures for a browser."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emotion import _core

_WIDTH_PX = 960


def jpeg(image: NDArray[np.uint8]) -> bytes:
    """The picture as JPEG, at most 960 px wide."""
    height, width = image.shape[:2]
    if width > _WIDTH_PX:
        image = _core.resize(image, round(height * _WIDTH_PX / width), _WIDTH_PX)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "frame.jpg"
        _core.write_image(path, image)
        return path.read_bytes()
