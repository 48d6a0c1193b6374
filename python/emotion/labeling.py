"""Labels for training, made by a detector that is already there (a teacher).

Pictures without labels get boxes and landmarks; pictures with boxes get landmarks where the teacher agrees with a box.
The result is read by emotion.read_face_labels and `emotion train faces`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import _core

__all__ = ["LandmarkPlaces", "find_merged", "label_faces", "landmark_places"]

Rows = NDArray[np.float64]  # (n, 15): box, ten coordinates, score

_MIRRORED = [1, 0, 2, 4, 3]  # the landmark that stands in the place of another after mirroring


def label_faces(
    folder: str | os.PathLike[str],
    detector: _core.FaceDetector,
    *,
    split: str = "train",
    scales: Sequence[float] = (1, 2),
    mirror: bool = False,
    sure: float = 0.6,
    unsure: float = 0.2,
    match_iou: float = 0.45,
    match_score: float = 0.35,
    callback: Callable[[int, int], object] | None = None,
) -> list[_core.LabelledPicture]:
    """Labels the pictures of folder/images and writes the label files of `split` into the folder.

    detector: the teacher, made with a low min_score (0.1, say). It must give landmarks.
    scales: the teacher looks at each picture enlarged by each of these, and mirrored too if `mirror` is set; boxes
    found several times become one, their mean weighted by the square of the score.

    Without a label file of this split all pictures below folder/images are labelled: a face with a score of at least
    `sure` is a face, one of at least `unsure` an ignore region (neither face nor background). With one, its boxes and
    ignore regions stay, and a box gets the landmarks of the found face that overlaps it most, if by more than
    `match_iou` and with a score above `match_score`.

    callback: called with the number of pictures done and their total. A picture that cannot be read raises
    EmotionOSError. Gives the labels written.
    """
    root = Path(folder)
    labels = root / f"wider_face_{split}_bbx_gt.txt"
    given = _core.read_face_labels(root, split) if labels.exists() else None
    pictures = given if given is not None else [_core.LabelledPicture(p) for p in _pictures(root / "images")]
    result = []
    for number, picture in enumerate(pictures, 1):
        rows = find_merged(detector, _core.read_image(picture.path), scales, mirror)
        if given is None:
            result.append(_label_freely(picture, rows, sure, unsure))
        else:
            result.append(_add_landmarks(picture, rows, match_iou, match_score))
        if callback is not None:
            callback(number, len(pictures))
    _core.write_face_labels(root, split, result)
    return result


@dataclass(frozen=True)
class LandmarkPlaces:
    """Where landmarks lie in the training crops of an expression network, px of a crop."""

    median: NDArray[np.float64]  # (5, 2): what a card's crop.landmarks should say
    spread: NDArray[np.float64]  # (5, 2): from the first to the third quartile
    pictures: int  # looked at
    found: int  # of these, with a face


def landmark_places(
    crops: Iterable[str | os.PathLike[str]], detector: _core.FaceDetector, *, enlarge: float = 4
) -> LandmarkPlaces:
    """Finds where the faces lie in training crops, so that real faces can be aligned to the same places.

    crops: picture files, one face in each, all of one size. The detector looks at them enlarged; in a crop with several
    faces the largest counts. Raises EmotionValueError if there is no face in any of them.
    """
    points = []
    pictures = 0
    for path in crops:
        pictures += 1
        image = _core.read_image(path)
        height, width = round(image.shape[0] * enlarge), round(image.shape[1] * enlarge)
        faces = [f for f in detector.detect(_core.resize(image, height, width)) if f.landmarks is not None]
        if faces:
            largest = max(faces, key=lambda f: (f.box[2] - f.box[0]) * (f.box[3] - f.box[1]))
            points.append(np.asarray(largest.landmarks, np.float64) / enlarge)
    if not points:
        raise _core.EmotionValueError(f"landmark_places: no face was found in any of {pictures} crops")
    low, median, high = np.percentile(points, (25, 50, 75), axis=0)
    return LandmarkPlaces(median, high - low, pictures, len(points))


def find_merged(
    detector: _core.FaceDetector, image: NDArray[np.uint8], scales: Sequence[float] = (1, 2), mirror: bool = False
) -> Rows:
    """Faces found at several scales, merged: rows of box, ten landmark coordinates and score, best first."""
    height, width = image.shape[:2]
    rows: list[NDArray[np.float64]] = []
    for scale in scales:
        size = max(1, round(height * scale)), max(1, round(width * scale))
        scaled = image if size == (height, width) else _core.resize(image, *size)
        stretch = np.array([width / size[1], height / size[0]])
        for flipped in (False, True) if mirror else (False,):
            shown = np.ascontiguousarray(scaled[:, ::-1]) if flipped else scaled
            for face in detector.detect(shown):
                if face.landmarks is None:
                    continue
                points = np.concatenate([np.reshape(face.box, (2, 2)), face.landmarks]).astype(np.float64)
                if flipped:
                    points[:, 0] = size[1] - points[:, 0]
                    points[:2, 0] = points[1::-1, 0]
                    points[2:] = points[2:][_MIRRORED]
                rows.append(np.append(points * stretch, face.score))
    return _merge(np.array(rows).reshape(-1, 15))


def _pictures(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and _core.is_image_path(path))


def _overlaps(box: Rows, boxes: Rows) -> NDArray[np.float64]:
    """Intersection over union of one box with n others."""
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[2:4], boxes[:, 2:4])
    common = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(boxes[:, 2:4] - boxes[:, :2], axis=1)
    union = np.prod(box[2:4] - box[:2]) + areas - common
    overlaps: NDArray[np.float64] = np.divide(common, union, out=np.zeros(len(boxes)), where=union > 0)
    return overlaps


def _merge(rows: Rows, overlap: float = 0.45, weak: float = 0.6) -> Rows:
    """Heaps of overlapping rows become their mean; rows far weaker than the best of their heap do not count in it."""
    rows = rows[np.argsort(-rows[:, 14], kind="stable")]
    merged = []
    while len(rows):
        heap = _overlaps(rows[0], rows) > overlap
        heap[0] = True
        members = rows[heap & (rows[:, 14] > weak * rows[0, 14])]
        mean = np.average(members, axis=0, weights=members[:, 14] ** 2)
        mean[14] = rows[0, 14]
        merged.append(mean)
        rows = rows[~heap]
    return np.array(merged).reshape(-1, 15)


def _label_freely(picture: _core.LabelledPicture, rows: Rows, sure: float, unsure: float) -> _core.LabelledPicture:
    faces = [_core.FaceLabel(tuple(row[:4]), row[4:14].reshape(5, 2)) for row in rows if row[14] >= sure]
    regions = [tuple(row[:4]) for row in rows if unsure <= row[14] < sure]
    return _core.LabelledPicture(picture.path, faces, regions)


def _add_landmarks(
    picture: _core.LabelledPicture, rows: Rows, match_iou: float, match_score: float
) -> _core.LabelledPicture:
    faces = []
    for face in picture.faces:
        overlaps = _overlaps(np.array(face.box), rows)
        best = int(np.argmax(overlaps)) if len(rows) else -1
        if best >= 0 and overlaps[best] > match_iou and rows[best, 14] > match_score:
            face = _core.FaceLabel(face.box, rows[best, 4:14].reshape(5, 2), face.ignored)
        faces.append(face)
    return _core.LabelledPicture(picture.path, faces, picture.ignore_regions)
