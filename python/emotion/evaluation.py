"""What a classifier is worth: what it says of labelled pictures, and the figures of that.

>>> faces = emotion.read_emotion_labels("ferplus-valid,part=1/2")
>>> said = evaluate_crops(emotion.EmotionClassifier(), faces)
>>> class_figures(said.faces, said.emotions)["accuracy"]

docs/evaluation.md defines the figures and names their sources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _core
from ._pictures import largest_face

__all__ = [
    "LABELS",
    "Predictions",
    "accuracy",
    "calibration_bins",
    "calibration_error",
    "class_figures",
    "class_probabilities",
    "concordance",
    "confusion_matrix",
    "evaluate_crops",
    "evaluate_portraits",
    "macro_f1",
    "root_mean_square_error",
    "sign_agreement",
    "va_figures",
    "va_pairs",
]

_Array = NDArray[Any]

#: The eight classes in FER+ order.
LABELS = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt")
_BINS = 15


# ---------------------------------------------------------------------------------------------------------- predictions


@dataclass(frozen=True)
class Predictions:
    """What a model said of labelled pictures: one entry of `emotions` for each of `faces`."""

    faces: list[_core.LabelledFace]
    emotions: list[_core.Emotion | None]  # None: no face was found
    skipped: list[str]  # pictures that could not be read, each with the reason; they are in neither list


def evaluate_crops(
    classifier: _core.EmotionClassifier,
    faces: Sequence[_core.LabelledFace],
    progress: Callable[[int], object] | None = None,
) -> Predictions:
    """Each whole picture as a crop, resized to the network's input.

    progress: called with the number of pictures done since the last call.
    """
    order = "gray" if classifier.card.input["color"] == "gray" else "rgb"
    size = classifier.options["batch_size"]
    result = Predictions([], [], [])
    for begin in range(0, len(faces), size):
        batch = faces[begin : begin + size]
        crops = []
        for face, image in _read(batch, order, result.skipped):
            result.faces.append(face)
            crops.append(image)
        result.emotions.extend(classifier.classify_crops(crops) if crops else [])
        if progress:
            progress(len(batch))
    return result


def evaluate_portraits(
    detector: _core.FaceDetector,
    classifier: _core.EmotionClassifier,
    faces: Sequence[_core.LabelledFace],
    crop: str = "aligned",
    progress: Callable[[int], object] | None = None,
) -> Predictions:
    """The largest face that the detector finds in each picture, cut out and classified.

    crop: 'aligned' cuts by the landmarks as the classifier does in use, 'box' by the box alone (see crop_from_image).
    """
    if crop not in ("aligned", "box"):
        raise _core.EmotionValueError(f"evaluate_portraits: crop must be 'aligned' or 'box', got '{crop}'")
    result = Predictions([], [], [])
    for label in faces:
        for face, image in _read([label], "rgb", result.skipped):
            found = largest_face(detector.detect(image))
            if found is not None and crop == "box":
                found = _core.Face(found.box, found.score)
            result.faces.append(face)
            result.emotions.append(classifier.classify(image, [found])[0] if found is not None else None)
        if progress:
            progress(1)
    return result


def _read(
    faces: Iterable[_core.LabelledFace], order: str, skipped: list[str]
) -> Iterable[tuple[_core.LabelledFace, NDArray[np.uint8]]]:
    for face in faces:
        try:
            image = _core.read_image(face.path, order)
        except _core.EmotionOSError as error:
            skipped.append(str(error))
        else:
            yield face, image


# -------------------------------------------------------------------------------------------------------------- classes


def confusion_matrix(truth: ArrayLike, said: ArrayLike, columns: int = len(LABELS)) -> _Array:
    """Counts (8, columns): rows are the labels, columns what was said. truth, said: (n,) places among the columns."""
    counts = np.zeros((len(LABELS), columns), np.int64)
    np.add.at(counts, (np.asarray(truth, np.int64), np.asarray(said, np.int64)), 1)
    return counts


def accuracy(confusion: _Array) -> float:
    """Share of the diagonal; 0 for an empty matrix."""
    return float(np.trace(confusion) / max(confusion.sum(), 1))


def _f1(confusion: _Array) -> _Array:
    """(8,); NaN for a class without pictures."""
    pictures = confusion.sum(1)
    said = confusion.sum(0)[: len(pictures)]
    return _ratio(2 * np.diagonal(confusion), np.where(pictures > 0, pictures + said, 0))


def macro_f1(confusion: _Array) -> float:
    """Mean over the classes with pictures of 2 hits / (pictures of the class + times it was said); 0 without any."""
    f1 = _f1(confusion)
    return float(np.nanmean(f1)) if np.isfinite(f1).any() else 0.0


def _ratio(above: _Array, below: _Array) -> _Array:
    shares: _Array = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    return shares


def calibration_bins(probabilities: ArrayLike, truth: ArrayLike, bins: int = _BINS) -> tuple[_Array, _Array, _Array]:
    """Pictures in equal bins of their best probability: (count, mean best probability, accuracy), each (bins,).

    probabilities: (n, classes). truth: (n,) int. The means of an empty bin are NaN.
    """
    p = np.asarray(probabilities, np.float64)
    best = p.max(1, initial=0)
    # Where all are zero nothing was said.
    hit = (p.argmax(1) == np.asarray(truth, np.int64)) & (best > 0)
    places = np.clip((best * bins).astype(np.int64), 0, bins - 1)
    count = np.bincount(places, minlength=bins)
    return count, _ratio(np.bincount(places, best, bins), count), _ratio(np.bincount(places, hit, bins), count)


def calibration_error(probabilities: ArrayLike, truth: ArrayLike, bins: int = _BINS) -> float:
    """Expected calibration error (Guo et al. 2017, arXiv 1706.04599): distance of a bin's mean best probability and
    its accuracy, by share of pictures; 0 without pictures."""
    count, confidence, right = calibration_bins(probabilities, truth, bins)
    return float(np.nansum(count * np.abs(confidence - right)) / max(count.sum(), 1))


def class_probabilities(emotions: Sequence[_core.Emotion | None]) -> _Array:
    """(n, 8) in the order of LABELS; zeros for None and for classes that the model does not know."""
    result = np.zeros((len(emotions), len(LABELS)))
    for row, said in zip(result, emotions):
        if said is not None:
            np.add.at(row, [_label_index(name) for name in said.labels], said.probabilities)
    return result


def _label_index(name: str) -> int:
    index = _core.find_emotion_label(name)
    if index is None:
        raise _core.EmotionValueError(f"evaluation: label '{name}' is none of {', '.join(LABELS)}")
    return index


def class_figures(faces: Sequence[_core.LabelledFace], emotions: Sequence[_core.Emotion | None]) -> dict[str, Any]:
    """Figures of the pictures with a class label; of FER+ these are those of the majority protocol.

    A face that was not found (None) is a wrong answer. Gives 'pictures', 'accuracy', 'macro_f1', 'ece'; where votes
    are clear 'clear_pictures' and 'clear_accuracy'; 'recall', 'precision' and 'f1' of each class (None where there is
    nothing to divide by); 'confusion', {label: times each class was said}; 'not_found' of each class if there are any.
    """
    pairs = [(face, said) for face, said in zip(faces, emotions) if face.label is not None]
    if not pairs:
        return {"pictures": 0}
    truth = np.array([_label_index(face.label or "") for face, _ in pairs])
    probabilities = class_probabilities([said for _, said in pairs])
    missing = np.array([said is None for _, said in pairs])
    said = np.where(missing, len(LABELS), probabilities.argmax(1))
    confusion = confusion_matrix(truth, said, len(LABELS) + 1)
    clear = np.array([face.clear for face, _ in pairs])
    hits = np.diagonal(confusion)
    figures: dict[str, Any] = {
        "pictures": len(pairs),
        "accuracy": accuracy(confusion),
        "macro_f1": macro_f1(confusion),
        "ece": calibration_error(probabilities, truth),
    }
    if clear.any():
        figures["clear_pictures"] = int(clear.sum())
        figures["clear_accuracy"] = float((said == truth)[clear].mean())
    figures["recall"] = _by_label(_ratio(hits, confusion.sum(1)))
    figures["precision"] = _by_label(_ratio(hits, confusion.sum(0)[: len(LABELS)]))
    figures["f1"] = _by_label(_f1(confusion))
    figures["confusion"] = {label: row[: len(LABELS)].tolist() for label, row in zip(LABELS, confusion)}
    if missing.any():
        figures["not_found"] = {label: int(row[-1]) for label, row in zip(LABELS, confusion)}
    return figures


def _by_label(values: _Array) -> dict[str, float | None]:
    return {label: float(value) if np.isfinite(value) else None for label, value in zip(LABELS, values)}


# -------------------------------------------------------------------------------------------------- valence and arousal


def concordance(a: ArrayLike, b: ArrayLike) -> float:
    """Concordance correlation coefficient (Lin 1989), in [-1, 1]: 2 cov / (var_a + var_b + (mean_a - mean_b)^2) with
    population moments; 0 where both are constant or empty. a, b: (n,)."""
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if not len(x):
        return 0.0
    spread = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    return float(2 * ((x - x.mean()) * (y - y.mean())).mean() / spread) if spread > 0 else 0.0


def root_mean_square_error(a: ArrayLike, b: ArrayLike) -> float:
    """Of (n,) and (n,), n at least 1."""
    return float(np.sqrt(np.mean((np.asarray(a, np.float64) - np.asarray(b, np.float64)) ** 2)))


def sign_agreement(labels: ArrayLike, said: ArrayLike) -> tuple[float | None, int]:
    """Share of the labels other than 0 whose sign the answer has, and the number of these labels.

    A label of 0 has no sign and is left out; an answer of 0 to another label is wrong. None where all labels are 0.
    """
    truth = np.sign(np.asarray(labels, np.float64))
    right = (truth == np.sign(np.asarray(said, np.float64)))[truth != 0]
    return (float(right.mean()) if len(right) else None), len(right)


def va_pairs(
    faces: Sequence[_core.LabelledFace], emotions: Sequence[_core.Emotion | None], axis: str
) -> tuple[_Array, _Array]:
    """Labels and answers, each (n,), of the pictures with labels. axis: 'valence' or 'arousal'.

    Where no face was found the answer is 0. Raises EmotionValueError for a model without valence and arousal.
    """
    labels, answers = [], []
    for face, said in zip(faces, emotions):
        label = getattr(face, axis)
        if label is None:
            continue
        answer = 0.0 if said is None else getattr(said, axis)
        if answer is None:
            raise _core.EmotionValueError("evaluation: the model gives no valence and arousal")
        labels.append(label)
        answers.append(answer)
    return np.array(labels), np.array(answers)


def va_figures(faces: Sequence[_core.LabelledFace], emotions: Sequence[_core.Emotion | None]) -> dict[str, Any]:
    """Figures of the pictures with labels of valence and arousal; a face that was not found (None) counts as 0, 0.

    Gives 'va_pictures' and, if there are any, for 'valence' and 'arousal': 'ccc', 'rmse', 'sign_agreement' and
    'signed_pictures', those whose label is not 0.
    """
    figures: dict[str, Any] = {"va_pictures": sum(face.valence is not None for face in faces)}
    if not figures["va_pictures"]:
        return figures
    for axis in ("valence", "arousal"):
        labels, said = va_pairs(faces, emotions, axis)
        share, count = sign_agreement(labels, said)
        figures[axis] = {
            "ccc": concordance(labels, said),
            "rmse": root_mean_square_error(labels, said),
            "sign_agreement": share,
            "signed_pictures": count,
        }
    return figures
