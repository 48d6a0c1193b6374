"""From pictures to submission.csv."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from emotion import _core
from emotion._files import whole_file
from emotion._pictures import largest_face, numeric_key, picture_files, read_ahead

from ._classes import CLASSES, UNCERTAIN, UNCERTAIN_BELOW, Classes

HEADER = ("image_path", "emotion")


@dataclass(frozen=True)
class SubmissionReport:
    """What a submission says, and the pictures that got the fallback class."""

    answers: dict[str, str]  # name of the picture to class, in the order of the file
    no_face: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)  # name to what is wrong

    @property
    def counts(self) -> dict[str, int]:
        """How often each class is answered, the commonest first."""
        return dict(Counter(self.answers.values()).most_common())


def submit(
    images: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    *,
    classes: Sequence[str] = CLASSES,
    uncertain: str = UNCERTAIN,
    uncertain_below: float = UNCERTAIN_BELOW,
    fallback: str | None = None,
    whole: bool = False,
    detector: _core.FaceDetector | None = None,
    classifier: _core.EmotionClassifier | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> SubmissionReport:
    """Writes a line for every picture: header image_path,emotion, rows in numeric order, CRLF.

    images: a folder (with its folders; names are the paths below it) or a list of files (names are those of the files).
    classes, uncertain: see Classes. uncertain_below: [0, 1]; of no effect where there is no such class.
    fallback: the class of pictures that are broken or have no face, by default uncertain, else neutral, else the first.
    whole: pictures are faces already, cut out: no face is looked for. detector, classifier: by default the shipped
    ones; of several faces the largest counts. progress: called with pictures done and their total.

    The file appears when all is answered. Raises EmotionValueError for no pictures, two of the same name, unknown
    classes and a threshold outside [0, 1]; EmotionOSError for a folder that is not there.
    """
    named = _named(images)
    meaning = Classes(classes, uncertain)
    spare = meaning.fallback if fallback is None else fallback
    if spare not in meaning:
        raise _core.EmotionValueError(f"kaggle: fallback must be one of {', '.join(meaning.names)}, got '{spare}'")
    if not 0 <= uncertain_below <= 1:
        raise _core.EmotionValueError(f"kaggle: uncertain_below must be in [0, 1], got {uncertain_below:g}")
    finder = None if whole else detector or _core.FaceDetector()
    reader = classifier or _core.EmotionClassifier()
    report = SubmissionReport({})
    names = list(named)
    for done, (name, said) in enumerate(_answers(named, finder, reader, report), 1):
        report.answers[name] = spare if said is None else meaning.name(said, uncertain_below)
        if progress:
            progress(done, len(names))
    with whole_file(Path(out)) as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(HEADER)
        writer.writerows(report.answers.items())
    return report


def _named(images: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> dict[str, Path]:
    """Name to file, in numeric order."""
    if isinstance(images, (str, os.PathLike)):
        pairs = [(path.relative_to(images).as_posix(), path) for path in picture_files(images)]
    else:
        pairs = [(Path(path).name, Path(path)) for path in images]
    if not pairs:
        raise _core.EmotionValueError(f"kaggle: no pictures in {images}")
    named: dict[str, Path] = {}
    for name, path in sorted(pairs, key=lambda pair: numeric_key(pair[0])):
        if name in named:
            raise _core.EmotionValueError(f"kaggle: {named[name]} and {path} have the same name")
        named[name] = path
    return named


def _answers(
    named: dict[str, Path],
    detector: _core.FaceDetector | None,
    classifier: _core.EmotionClassifier,
    report: SubmissionReport,
) -> Iterator[tuple[str, _core.Emotion | None]]:
    """What each picture shows; None, and a line in the report, where there is no answer."""
    for name, (_, image, wrong) in zip(named, read_ahead(named.values())):
        said = None
        if image is None:
            report.broken[name] = wrong
        elif detector is None:
            (said,) = classifier.classify_crops([image])
        elif (face := largest_face(detector.detect(image))) is not None:
            (said,) = classifier.classify(image, [face])
        else:
            report.no_face.append(name)
        yield name, said
