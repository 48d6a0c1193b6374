"""What a picture that somebody uploads shows: the picture with what is drawn on it, and each face. Nothing is kept."""

from __future__ import annotations

import io
import math
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import _core
from .._annotate import annotate
from .._browser_pictures import data_url, shrink
from .._needs import needs

MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 50_000_000
TOO_LARGE = f"the file is too large: at most {MOST_BYTES // 2**20} MB are taken"
_WORKING_PX, _SHOWN_PX, _FACE_PX = 4000, 1280, 96  # longest sides: looked at, shown, of one face


@dataclass(frozen=True)
class ShownFace:
    """picture: of the face alone, as a data: address."""

    picture: str
    emotion: _core.Emotion


@dataclass(frozen=True)
class ShownPicture:
    """picture: with boxes and labels, as a data: address. faces: from left to right."""

    picture: str
    faces: list[ShownFace]


class PictureReader:
    """Reads pictures with the shipped models, which are loaded with the first one. Threads take turns."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._models: tuple[_core.FaceDetector, _core.EmotionClassifier] | None = None

    def read(self, data: bytes) -> ShownPicture:
        """data: a JPEG or PNG file.

        Raises EmotionOSError for another or a broken one, and beyond MOST_BYTES or MOST_PIXELS, UnsupportedError where
        the package pillow is missing.
        """
        check_picture(data)
        with self._turn:
            if self._models is None:
                self._models = _core.FaceDetector(), _core.EmotionClassifier()
            detector, classifier = self._models
            image = shrink(_core.decode_image(data), _WORKING_PX)
            faces = sorted(detector.detect(image), key=lambda face: face.box[0])
            emotions = classifier.classify(image, faces)
            drawn = data_url(annotate(image, faces, emotions), _SHOWN_PX)
            return ShownPicture(drawn, [ShownFace(_cut(image, face), said) for face, said in zip(faces, emotions)])


def check_picture(data: bytes) -> None:
    """Raises EmotionOSError with what is wrong, before any pixel is decoded."""
    with needs("this page needs the package pillow", "dashboard"):
        from PIL import Image
    if not data:
        raise _core.EmotionOSError("no picture was chosen, or its file is empty")
    if len(data) > MOST_BYTES:
        raise _core.EmotionOSError(TOO_LARGE)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            pixels = math.prod(picture.size)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        pixels = MOST_PIXELS + 1  # Pillow's own limit is higher
    except (OSError, ValueError):
        raise _core.EmotionOSError("the file is no picture: expected JPEG or PNG") from None
    if pixels > MOST_PIXELS:
        raise _core.EmotionOSError(f"the picture is too large: at most {MOST_PIXELS // 10**6} megapixels are taken")


def _cut(image: NDArray[np.uint8], face: _core.Face) -> str:
    height, width = image.shape[:2]
    x1, y1, x2, y2 = face.box
    left, top = min(max(0, int(x1)), width - 1), min(max(0, int(y1)), height - 1)
    part = image[top : max(top + 1, int(y2)), left : max(left + 1, int(x2))]
    return data_url(part, _FACE_PX)
