"""What contest_loop.py measures: answers pictures one at a time, as a notebook does it."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import torch
from emotion import kaggle, reference
from plain_lecture import suppress

STRIDES = (8, 16, 32)
SIDE_UNIT = 32  # the detector's input is padded to multiples of this, px
NAMES = {"happiness": "happy", "sadness": "sad"}  # ours and the competition's


class PlainContest:
    """`faces` and `emotion` in PyTorch, all else in NumPy and OpenCV."""

    def __init__(self, faces: Path, emotion: Path) -> None:
        self.detector, self.classifier = reference.load(faces), reference.load(emotion)
        self.faces_card, self.card = (json.loads((folder / "model.json").read_text()) for folder in (faces, emotion))
        self.names = [NAMES.get(label, label) for label in self.card["labels"]]

    @torch.no_grad()
    def answer(self, paths: list[Path]) -> dict[str, str]:
        """Name of the picture to class."""
        answers = {}
        for path in paths:
            image = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
            landmarks = self.landmarks_of_largest_face(image)
            answers[path.name] = kaggle.UNCERTAIN if landmarks is None else self.read_face(image, landmarks)
        return answers

    def landmarks_of_largest_face(self, image: np.ndarray) -> np.ndarray | None:
        """(5, 2), px."""
        height, width = image.shape[:2]
        how = self.faces_card["input"]
        pixels = (np.float32(image) - np.float32(how["mean"])) * np.float32(how["scale"])
        rim = (0, -height % SIDE_UNIT), (0, -width % SIDE_UNIT), (0, 0)
        padded = np.pad(pixels, rim).transpose(2, 0, 1)
        outputs = self.detector(torch.from_numpy(np.ascontiguousarray(padded)).unsqueeze(0))
        rows = np.concatenate([decode(outputs, stride) for stride in STRIDES])
        rows = rows[rows[:, 4] >= self.faces_card["defaults"]["min_score"]]
        if not len(rows):
            return None
        rows = rows[np.argsort(-rows[:, 4])]
        rows = rows[suppress(rows[:, :4])]
        largest = ((rows[:, 2] - rows[:, 0]) * (rows[:, 3] - rows[:, 1])).argmax()
        return rows[largest, 5:].reshape(5, 2)

    def read_face(self, image: np.ndarray, landmarks: np.ndarray) -> str:
        side = self.card["input"]["height"]
        matrix = similarity(landmarks, np.array(self.card["crop"]["landmarks"]))
        crop = cv2.warpAffine(image, matrix, (side, side), borderMode=cv2.BORDER_REPLICATE)
        crop = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
        pixels = np.float32(crop)
        pixels = (pixels - pixels.mean()) / max(pixels.std(), 1e-3)
        logits = self.classifier(torch.from_numpy(pixels)[None, None])["logits"][0] / self.card["temperature"]
        probabilities = torch.softmax(logits, 0).numpy()
        best = int(probabilities.argmax())
        return kaggle.UNCERTAIN if probabilities[best] < kaggle.UNCERTAIN_BELOW else self.names[best]


def similarity(points: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """(2, 3): turns, scales and shifts points nearest to the wanted ones; with complex numbers that is a z + b."""
    z, w = (each @ [1, 1j] for each in (points, wanted))
    a, b = np.linalg.lstsq(np.stack([z, np.ones(len(z))], 1), w, rcond=None)[0]
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])


def decode(outputs: dict[str, torch.Tensor], stride: int) -> np.ndarray:
    """(cells, 15): x1, y1, x2, y2, score and five landmarks, of each cell of a level."""
    logits, box, landmarks = (outputs[f"{name}_{stride}"][0].numpy() for name in ("score", "box", "landmarks"))
    cells = np.indices(box.shape[1:])[::-1]  # x, y
    center = (box[:2] + cells) * stride
    half = np.exp(box[2:]) * stride / 2
    score = 1 / (1 + np.exp(-logits))
    points = (landmarks + np.tile(cells, (5, 1, 1))) * stride
    return np.concatenate([center - half, center + half, score, points]).reshape(15, -1).T
