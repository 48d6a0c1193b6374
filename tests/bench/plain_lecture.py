"""What lecture_loop.py measures: counts heads and reads expressions one frame and one face at a time."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import torch
from emotion import reference

MEAN = np.array([104, 117, 123], np.float32)  # of B, G, R
ANCHORS = {8: (16, 32), 16: (64, 128), 32: (256, 512)}  # stride: sides of the boxes around each of its points, px
CENTER_SHARE, SIZE_SHARE = 0.1, 0.2  # what one unit of the network's outputs is
MIN_SCORE, SHOWN_SCORE, MAX_IOU, MOST_CANDIDATES, MOST_FACES = 0.02, 0.6, 0.4, 5000, 750
GRAPH_FRAMES = 100
BELOW = {"ANGRY", "DISGUST", "FEAR", "SAD"}


class PlainLecture:
    """RetinaFace and net_714 in PyTorch, all else in NumPy and OpenCV."""

    def __init__(self, detector: Path, classifier: Path) -> None:
        self.detector = reference.load(detector)
        self.classifier = reference.load(classifier)
        self.labels = [label.upper() for label in json.loads((classifier / "model.json").read_text())["labels"]]
        self.anchors: dict[tuple[int, int], torch.Tensor] = {}

    @torch.no_grad()
    def run(self, film: Path) -> int:
        """The faces of all frames; each frame is drawn, the pictures are thrown away."""
        video = cv2.VideoCapture(str(film))
        history: list[np.ndarray] = []
        total = 0
        while True:
            more, frame = video.read()
            if not more:
                break
            counts = np.zeros(len(self.labels), int)
            boxes = self.detect(frame)
            for box in boxes:
                label = self.classify(frame, box)
                counts[label] += 1
                self.draw_face(frame, box, self.labels[label])
            history = [*history, counts / max(1, len(boxes))][-GRAPH_FRAMES:]
            self.draw_graph(frame, history)
            attention = counts.max() / max(1, len(boxes))
            write(frame, f"Head count: {len(boxes)}", (5, 30))
            write(frame, f"Attention coef: {attention:.2f}", (285, 30))
            total += len(boxes)
        return total

    def detect(self, frame: np.ndarray) -> np.ndarray:
        """(n, 4): x1, y1, x2, y2, px."""
        height, width = frame.shape[:2]
        pixels = np.float32(frame) - MEAN
        outputs = self.detector(torch.from_numpy(pixels.transpose(2, 0, 1)).unsqueeze(0))

        def joined(name: str, parts: int) -> torch.Tensor:
            maps = [outputs[f"{name}_{stride}"].permute(0, 2, 3, 1).reshape(-1, parts) for stride in ANCHORS]
            return torch.cat(maps)

        scores = torch.softmax(joined("class", 2), dim=1)[:, 1].numpy()
        anchors = self.anchors_of(height, width)
        offsets = joined("box", 4)
        joined("landmarks", 10)
        centers = anchors[:, :2] + offsets[:, :2] * CENTER_SHARE * anchors[:, 2:]
        sizes = anchors[:, 2:] * torch.exp(offsets[:, 2:] * SIZE_SHARE)
        boxes = torch.cat([centers - sizes / 2, centers + sizes / 2], dim=1).numpy()
        chosen = np.flatnonzero(scores > MIN_SCORE)
        chosen = chosen[np.argsort(-scores[chosen])][:MOST_CANDIDATES]
        boxes, scores = boxes[chosen], scores[chosen]
        kept = suppress(boxes)[:MOST_FACES]
        return boxes[kept][scores[kept] >= SHOWN_SCORE]

    def anchors_of(self, height: int, width: int) -> torch.Tensor:
        """(n, 4): centre and size, px; kept for the next frame."""
        if (height, width) not in self.anchors:
            parts = []
            for stride, sides in ANCHORS.items():
                rows, columns = -(-height // stride), -(-width // stride)
                y, x, side = torch.meshgrid(
                    (torch.arange(rows) + 0.5) * stride,
                    (torch.arange(columns) + 0.5) * stride,
                    torch.tensor(sides, dtype=torch.float32),
                    indexing="ij",
                )
                parts.append(torch.stack([x, y, side, side], dim=-1).reshape(-1, 4))
            self.anchors[height, width] = torch.cat(parts)
        return self.anchors[height, width]

    def classify(self, frame: np.ndarray, box: np.ndarray) -> int:
        x1, y1 = np.maximum(0, box[:2].astype(int))
        x2, y2 = box[2:].astype(int)
        crop = cv2.cvtColor(cv2.resize(frame[y1:y2, x1:x2], (48, 48)), cv2.COLOR_BGR2GRAY)
        pixels = torch.from_numpy(np.float32(crop) / 127.5 - 1)
        return int(self.classifier(pixels[None, None])["logits"].argmax())

    def draw_face(self, frame: np.ndarray, box: np.ndarray, label: str) -> None:
        x1, y1, x2, y2 = (int(value) for value in box)
        cv2.rectangle(frame, (x1, y1), (x2, y2), (0, 200, 255), 2)
        write(frame, label, (x1, y1 - 5))

    def draw_graph(self, frame: np.ndarray, history: list[np.ndarray]) -> None:
        height, width = frame.shape[:2]
        middle, half = height * 7 // 8, height // 8
        for i, label in enumerate(self.labels):
            sign = 1 if label in BELOW else -1
            points = [(k * width // GRAPH_FRAMES, middle + sign * half * shares[i]) for k, shares in enumerate(history)]
            cv2.polylines(frame, [np.array(points, np.int32)], False, (40 * i, 255 - 30 * i, 128), 2, cv2.LINE_AA)


def suppress(boxes: np.ndarray) -> list[int]:
    """Positions of the boxes that stay, best first; of boxes that overlap by more than MAX_IOU the first stays."""
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    rest = np.arange(len(boxes))
    kept = []
    while len(rest):
        best, rest = rest[0], rest[1:]
        kept.append(best)
        first = np.maximum(boxes[best, :2], boxes[rest, :2])
        last = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        common = np.prod(np.maximum(0, last - first), axis=1)
        rest = rest[common / (areas[best] + areas[rest] - common) <= MAX_IOU]
    return kept


def write(frame: np.ndarray, text: str, corner: tuple[int, int]) -> None:
    cv2.putText(frame, text, corner, cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2, cv2.LINE_AA)
