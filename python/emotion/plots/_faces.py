"""Many faces at one look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emotion import _core

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def contact_sheet(
    axes: Axes,
    pictures: Sequence[NDArray[np.uint8]],
    captions: Sequence[str] = (),
    columns: int | None = None,
    tile_px: int = 96,
) -> Axes:
    """Pictures in rows from the upper left, each in a square of `tile_px` with its caption below.

    pictures: uint8 (h, w) or (h, w, 3), red first, of any sizes; what is not square gets white edges. captions: one for
    each picture, or none. columns: by default as many as rows.
    """
    if captions and len(captions) != len(pictures):
        raise _core.EmotionValueError(f"contact_sheet: got {len(pictures)} pictures and {len(captions)} captions")
    across = columns or max(1, int(np.ceil(len(pictures) ** 0.5)))
    down = max(1, -(-len(pictures) // across))
    room = tile_px // 4 if captions else tile_px // 12
    sheet = np.full((down * (tile_px + room), across * (tile_px + room // 3), 3), 255, np.uint8)
    for place, picture in enumerate(pictures):
        y, x = place // across * (tile_px + room), place % across * (tile_px + room // 3)
        sheet[y : y + tile_px, x : x + tile_px] = _tile(picture, tile_px)
        if captions:
            axes.text(x + tile_px / 2, y + tile_px + room / 2, captions[place], ha="center", va="center", fontsize=7)
    axes.imshow(sheet)
    axes.set_axis_off()
    return axes


def _tile(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture as large as fits into the middle of a white square, in colour."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    small = _core.resize(picture, max(1, round(height * scale)), max(1, round(width * scale)))
    tile = np.full((side, side, 3), 255, np.uint8)
    y, x = (side - small.shape[0]) // 2, (side - small.shape[1]) // 2
    tile[y : y + small.shape[0], x : x + small.shape[1]] = small if small.ndim == 3 else small[:, :, None]
    return tile
