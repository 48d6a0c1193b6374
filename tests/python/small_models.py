"""Cards and random weights of tiny networks, small enough to be made in every test run."""

from __future__ import annotations

import numpy as np

LABELS = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]

# Faces and emotion cards of tiny networks; tensors are named as in libemotion/src/nn/architectures.cpp.
FACES_CARD = {
    "format_version": 1,
    "name": "faces",
    "revision": 1,
    "task": "faces",
    "description": "Random weights, for tests.",
    "license": "none",
    "architecture": {
        "name": "face_resnet",
        "parameters": {"widths": [4, 4, 8, 8, 8], "blocks": [0, 0, 0], "neck": 8},
    },
    "input": {
        "height": 0,
        "width": 0,
        "stride": 32,
        "color": "rgb",
        "mean": [127.5, 127.5, 127.5],
        "scale": [0.0078125, 0.0078125, 0.0078125],
        "per_image": False,
    },
    "defaults": {"min_score": 0.5, "nms_iou": 0.3, "smallest_face_px": 10},
    "details": {"training": {"epochs": 0}},
}
EMOTION_CARD = {
    "format_version": 1,
    "name": "emotion",
    "revision": 3,
    "task": "emotion",
    "description": "Random weights, for tests.",
    "license": "none",
    "architecture": {
        "name": "emotion_resnet",
        "parameters": {"widths": [4, 8, 8], "blocks": 1, "stem_stride": 2, "dropout": 0},
    },
    "input": {
        "height": 48,
        "width": 48,
        "stride": 1,
        "color": "gray",
        "mean": [0],
        "scale": [1],
        "per_image": True,
    },
    "crop": {
        "landmarks": [[15.7, 19.1], [32.5, 18.3], [24.2, 28.2], [18.1, 36.5], [31.9, 35.9]],
        "margin": 0.1,
    },
    "labels": LABELS,
    "temperature": 1.5,
    "details": {},
}


class Tensors(dict):
    """Random weights under the names of the graph's building blocks."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = np.random.default_rng(seed)

    def draw(self, name: str, shape: tuple, scale: float) -> None:
        self[name] = (self._random.standard_normal(shape) * scale).astype(np.float32)

    def conv_bn(self, name: str, inputs: int, outputs: int, kernel: int) -> None:
        self.conv(f"{name}.conv", inputs, outputs, kernel)
        self.norm(f"{name}.bn", outputs)

    def conv(self, name: str, inputs: int, outputs: int, kernel: int, bias: bool = False) -> None:
        self.draw(f"{name}.weight", (outputs, inputs, kernel, kernel), (2 / (inputs * kernel * kernel)) ** 0.5)
        if bias:
            self[f"{name}.bias"] = np.zeros(outputs, np.float32)

    def norm(self, name: str, channels: int) -> None:
        for part, value in {"weight": 1, "bias": 0, "running_mean": 0, "running_var": 1}.items():
            self[f"{name}.{part}"] = np.full(channels, value, np.float32)

    def block(self, name: str, inputs: int, outputs: int, stride: int) -> None:
        if stride != 1 or inputs != outputs:
            self.conv_bn(f"{name}.shortcut", inputs, outputs, 1)
        self.conv_bn(f"{name}.first", inputs, outputs, 3)
        self.conv_bn(f"{name}.second", outputs, outputs, 3)

    def linear(self, name: str, inputs: int, outputs: int) -> None:
        self.draw(f"{name}.weight", (outputs, inputs), inputs**-0.5)
        self[f"{name}.bias"] = np.zeros(outputs, np.float32)


def faces_tensors(seed: int = 1) -> Tensors:
    tensors = Tensors(seed)
    tensors.conv_bn("stem.0", 3, 4, 3)
    tensors.conv_bn("stem.1", 4, 4, 3)
    for stride, inputs in {8: 4, 16: 8, 32: 8}.items():
        tensors.conv_bn(f"stage{stride}.down", inputs, 8, 3)
        tensors.conv_bn(f"neck.{stride}", 8, 8, 1)
        tensors.conv_bn(f"head.{stride}.shared", 8, 8, 3)
        for head, outputs in {"score": 1, "box": 4, "landmarks": 10}.items():
            tensors.conv(f"head.{stride}.{head}", 8, outputs, 1, bias=True)
    return tensors


def emotion_tensors(seed: int = 2, labels: int = 8) -> Tensors:
    tensors = Tensors(seed)
    tensors.conv_bn("stem", 1, 4, 3)
    tensors.block("stage0.0", 4, 4, 1)
    tensors.block("stage1.0", 4, 8, 2)
    tensors.block("stage2.0", 8, 8, 2)
    tensors.linear("classes", 8, labels)
    tensors.linear("valence_arousal", 8, 2)
    return tensors
