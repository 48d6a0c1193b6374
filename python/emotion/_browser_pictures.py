"""Pictures for a browser, made in memory. They need the package pillow; each extra that shows some brings it."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray

from . import _core


def shrink(image: NDArray[np.uint8], longest_px: int) -> NDArray[np.uint8]:
    """The picture with no side longer than longest_px."""
    height, width = image.shape[:2]
    scale = longest_px / max(height, width)
    if scale >= 1:
        return image
    return _core.resize(image, max(1, round(height * scale)), max(1, round(width * scale)))


def jpeg(image: NDArray[np.uint8], longest_px: int) -> bytes:
    """The picture as JPEG, no side longer than longest_px. image: (h, w, 3), red first, or (h, w)."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(shrink(image, longest_px)).save(file, "JPEG", quality=90)
    return file.getvalue()


def data_url(image: NDArray[np.uint8], longest_px: int) -> str:
    """data:image/jpeg;base64,... of jpeg()."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg(image, longest_px)).decode()
