"""From portraits to a training set of faces."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from emotion import _core
from emotion._files import make_folder
from emotion._pictures import largest_face, read_ahead

from ._labels import free_place, write_labels


def crop(
    data: str | _core.EmotionDataset | Sequence[str | _core.EmotionDataset],
    out: str | os.PathLike[str],
    *,
    size: int = 48,
    color: str = "gray",
    spec: _core.CropSpec | None = None,
    detector: _core.FaceDetector | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> list[str]:
    """Cuts the largest face out of each labelled picture, upright by its landmarks, and writes a data set.

    data: as emotion.read_emotion_labels takes it. out: a folder that is not there or empty; it gets images/*.png of
    size x size px and labels.csv. color: 'gray' or 'rgb'. spec: where the landmarks go, px of the crop, by default as
    the shipped classifier wants them. Gives a sentence for each picture left out: no face, or broken.

    Raises EmotionValueError for another color, a size outside [8, 1024], an out that has something in it, and where no
    picture shows a face.
    """
    if color not in ("gray", "rgb"):
        raise _core.EmotionValueError(f"crop: color must be 'gray' or 'rgb', got '{color}'")
    if not 8 <= size <= 1024:
        raise _core.EmotionValueError(f"crop: size must be in [8, 1024], got {size}")
    root = Path(out)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise _core.EmotionValueError(f"crop: {root} has something in it already")
    faces = _core.read_emotion_labels(data)
    finder = detector or _core.FaceDetector()
    places = spec or _shipped_places(size)
    make_folder(root / "images")
    written: list[_core.LabelledFace] = []
    left_out: list[str] = []
    for done, (label, (path, image, wrong)) in enumerate(zip(faces, read_ahead(face.path for face in faces)), 1):
        found = None if image is None else largest_face(finder.detect(image))
        if image is None or found is None:
            left_out.append(wrong or f"{path}: no face found")
        else:
            picture = _core.align_faces(image, [found], places, size, size)[0]
            place = free_place(root / "images", f"{path.stem}.png")
            _core.write_image(place, _core.convert(picture, color))
            written.append(_core.LabelledFace(place, label.label, label.clear, label.valence, label.arousal))
        if progress:
            progress(done, len(faces))
    if not written:
        raise _core.EmotionValueError(f"crop: no face was found in any of {len(faces)} pictures")
    write_labels(root / "labels.csv", written)
    return left_out


def _shipped_places(size: int) -> _core.CropSpec:
    """Where the shipped classifier wants the landmarks, in crops of this size."""
    card = _core.read_model_card(_core.find_model("emotion"))
    landmarks = card.crop.landmarks
    if landmarks is None:
        return card.crop
    return _core.CropSpec(landmarks * (size / card.input["width"]), card.crop.margin)
