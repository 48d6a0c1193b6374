"""The classes of a competition, and which of them a model's answer is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emotion import _core

#: The nine classes of the diploma's competition.
CLASSES = ("anger", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise", "uncertain")
UNCERTAIN = "uncertain"
UNCERTAIN_BELOW = 0.4


class Classes:
    """Names in the order of the competition, and the class of a model's answer.

    names: each a name that emotion.find_emotion_label knows ('happy', 'Happiness'), the name `uncertain`, 'NAME=LABEL'
    for a name of another kind ('joy=happiness'), or 'NAME=' for a class that is never said. A name may stand for
    several labels ('bad=anger', 'bad=fear'). Raises EmotionValueError for any other name, and without names.
    """

    def __init__(self, names: Sequence[str] = CLASSES, uncertain: str = UNCERTAIN) -> None:
        self._labels: list[tuple[str, int | None]] = []  # name, place in FER+ order
        for text in names:
            name, equals, label = text.partition("=")
            self._labels.append((name, _label(text, label if equals else name, uncertain)))
        #: The names, each once.
        self.names = tuple(dict.fromkeys(name for name, _ in self._labels))
        if not self.names:
            raise _core.EmotionValueError("kaggle: there must be at least one class")
        #: The class for doubtful answers; None where the competition has none.
        self.uncertain = uncertain if uncertain in self.names else None

    @property
    def fallback(self) -> str:
        """For pictures without an answer: uncertain, else neutral, else the first class."""
        neutral = (name for name, label in self._labels if label == 0)
        return self.uncertain or next(neutral, self.names[0])

    def name(self, said: _core.Emotion, uncertain_below: float = UNCERTAIN_BELOW) -> str:
        """The class with the highest probability, or `uncertain` where that is below the threshold.

        The probability of a label without a class counts for none.
        """
        shares = np.zeros(len(self.names))
        for label, probability in zip(said.labels, said.probabilities):
            place = _core.find_emotion_label(label)
            for name, meant in self._labels:
                if meant is not None and meant == place:
                    shares[self.names.index(name)] += probability
        best = int(shares.argmax())
        if self.uncertain is not None and shares[best] < uncertain_below:
            return self.uncertain
        return self.names[best]

    def __contains__(self, name: object) -> bool:
        return name in self.names


def _label(text: str, label: str, uncertain: str) -> int | None:
    if text == uncertain or text == f"{label}=" or not label:
        return None
    place = _core.find_emotion_label(label)
    if place is None:
        raise _core.EmotionValueError(
            f"kaggle: '{label}' is no emotion; name the one that is meant, as in 'joy=happiness', or write '{label}='"
            " for a class that is never said"
        )
    return place
