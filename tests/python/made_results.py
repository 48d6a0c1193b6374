"""Results of frames that nobody filmed: what an output sees of a FrameResult, with as many faces as wanted."""

from __future__ import annotations

from types import SimpleNamespace

import emotion
import numpy as np
from small_models import LABELS


def made_frame(number: int, faces: int = 2, labels: list[str] = LABELS) -> SimpleNamespace:
    """Every value is made from the numbers of frame and face, so that a row tells where it comes from."""
    found = [made_face(number, place, labels) for place in range(faces)]
    read = [face.emotion for face in found if face.emotion is not None]
    statistics = emotion.frame_statistics(faces, read, [face.pose for face in found])
    return SimpleNamespace(
        number=number, time_s=number / 25, after_gap=number == 3, looked=True, faces=found, statistics=statistics
    )


def made_face(number: int, place: int, labels: list[str]) -> emotion.TrackedFace:
    random = np.random.default_rng((number, place))
    x, y = random.uniform(0, 500, 2)
    face = emotion.Face((x, y, x + 40 + number % 7, y + 50), 0.9)
    read = None
    if labels:
        logits = random.standard_normal(len(labels))
        probabilities = np.exp(logits) / np.exp(logits).sum()
        valence = None if place == 1 else float(random.uniform(-1, 1))
        read = emotion.Emotion(labels, probabilities, valence, valence)
    pose = None if place == 1 else emotion.HeadPose(10.0 + place, -3.0, 0.5)
    return emotion.TrackedFace(emotion.Track(place + 1, face), read, read, pose)
