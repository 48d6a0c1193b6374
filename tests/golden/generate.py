"""Writes the golden numbers of this folder: `python tests/golden/generate.py`, with the package installed and torch.

The networks run in plain PyTorch (emotion.reference), boxes are decoded and suppressed here in numpy: nothing of the
C++ library takes part. Weights and pictures are made from formulas, which tests/support repeats.
"""

import json
from pathlib import Path

import numpy as np
import torch
from emotion import reference

HERE = Path(__file__).parent
# As random_faces_card and random_emotion_card of tests/support/models.hpp have them.
FACES = {
    "retinaface": {"backbone": 0.25},
    "yunet": {"stages": [8, 8, 16, 16, 16, 16], "shared_head": 0},
    "face_resnet": {"widths": [4, 6, 8, 8, 8], "blocks": [1, 1, 0], "neck": 8},
}
EMOTION = {"widths": [4, 8, 8], "blocks": 1, "stem_stride": 1, "dropout": 0.25}
MEAN, SCALE = np.array([104, 117, 123], np.float32), np.float32(1 / 64)
MIN_SCORE, MAX_IOU, MAX_FACES = 0.5, 0.4, 12


def random_tensor(name: str, shape: tuple) -> np.ndarray:
    """fill_random of tests/support/models.hpp."""
    mask = (1 << 64) - 1
    state = 14695981039346656037
    for byte in name.encode():
        state = ((state ^ byte) * 1099511628211) & mask
    base, spread = 0.0, 0.2
    if name.endswith(".weight"):
        base, spread = (1.0, 0.2) if len(shape) == 1 else (0.0, 2 / np.prod(shape[1:]) ** 0.5)
    elif name.endswith(".running_var"):
        base, spread = 1.0, 0.5
    if "box" in name:
        spread /= 10
    values = []
    for _ in range(int(np.prod(shape))):
        state = (state * 6364136223846793005 + 1442695040888963407) & mask
        values.append(base + spread * ((state >> 40) / 8388608.0 - 1.0))
    return np.array(values, np.float32).reshape(shape)


def network(name: str, parameters: dict, classes: int = 0) -> torch.nn.Module:
    net = reference.build({"name": name, "parameters": parameters}, 3, classes)
    state = net.state_dict()
    for key, value in state.items():
        if not key.endswith("num_batches_tracked"):
            state[key] = torch.from_numpy(random_tensor(key, tuple(value.shape)))
    net.load_state_dict(state)
    return net.eval()


def picture(height: int, width: int) -> np.ndarray:
    """formula_picture of tests/support/pictures.hpp."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * 7 + y * 13 + c * 29 + (x * y) % 17 * 5) % 256).astype(np.uint8)


def run(net: torch.nn.Module, values: np.ndarray) -> dict:
    with torch.no_grad():
        outputs = net(torch.from_numpy(values.transpose(2, 0, 1)[None].copy()))
    return {name: value[0].double().numpy() for name, value in outputs.items()}


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def decode(name: str, maps: dict) -> np.ndarray:
    """Rows of x1, y1, x2, y2, score and ten coordinates of landmarks, of all cells."""
    rows = []
    for stride in (8, 16, 32):
        height, width = maps[f"box_{stride}"].shape[1:]
        for row in range(height):
            for col in range(width):
                cell = {key: maps[f"{key}_{stride}"][:, row, col] for key in keys_of(name)}
                rows += (
                    decode_anchors(cell, stride, row, col)
                    if name == "retinaface"
                    else [decode_cell(cell, stride, row, col)]
                )
    return np.array(rows)


def keys_of(name: str) -> list:
    first = {"face_resnet": ["score"], "yunet": ["class", "object"], "retinaface": ["class"]}
    return [*first[name], "box", "landmarks"]


def decode_cell(cell: dict, stride: int, row: int, col: int) -> list:
    if "score" in cell:
        score = sigmoid(cell["score"][0])
    else:
        score = np.sqrt(sigmoid(cell["class"][0]) * sigmoid(cell["object"][0]))
    d = cell["box"]
    x, y, w, h = (col + d[0]) * stride, (row + d[1]) * stride, np.exp(d[2]) * stride, np.exp(d[3]) * stride
    points = (cell["landmarks"].reshape(5, 2) + np.array([col, row])) * stride
    return [x - w / 2, y - h / 2, x + w / 2, y + h / 2, score, *points.ravel()]


def decode_anchors(cell: dict, stride: int, row: int, col: int) -> list:
    rows = []
    for anchor, side in enumerate({8: (16, 32), 16: (64, 128), 32: (256, 512)}[stride]):
        background, face = np.exp(cell["class"].reshape(2, 2)[anchor])
        center = np.array([col + 0.5, row + 0.5]) * stride
        d = cell["box"].reshape(2, 4)[anchor]
        middle, size = center + 0.1 * d[:2] * side, side * np.exp(0.2 * d[2:])
        points = center + 0.1 * cell["landmarks"].reshape(2, 5, 2)[anchor] * side
        rows.append([*(middle - size / 2), *(middle + size / 2), face / (background + face), *points.ravel()])
    return rows


def iou(a: np.ndarray, b: np.ndarray) -> float:
    sides = np.minimum(a[2:4], b[2:4]) - np.maximum(a[:2], b[:2])
    common = np.prod(np.maximum(sides, 0))
    return common / (np.prod(a[2:4] - a[:2]) + np.prod(b[2:4] - b[:2]) - common)


def suppress(rows: np.ndarray) -> list:
    """The best faces. Stops where rounding could choose another one: the numbers must say the same on every machine."""
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    kept = []
    for i, row in enumerate(rows):
        overlaps = [iou(row, other) for other in kept]
        closest = min([abs(value - MAX_IOU) for value in overlaps], default=1)
        if len(kept) == MAX_FACES or row[4] < MIN_SCORE + 1e-4 or closest < 1e-3:
            break
        if i + 1 < len(rows) and row[4] - rows[i + 1, 4] < 1e-5:
            break
        if all(value <= MAX_IOU for value in overlaps):
            kept.append(row)
    assert len(kept) >= 4, f"only {len(kept)} faces are certain"
    return [[round(float(value), 5) for value in row] for row in kept]


def faces(name: str) -> dict:
    pixels = picture(96, 128).astype(np.float32)
    return {"faces": suppress(decode(name, run(network(name, FACES[name]), (pixels - MEAN) * SCALE)))}


def emotions() -> dict:
    pixels = picture(24, 24).astype(np.float64)
    outputs = run(network("emotion_resnet", EMOTION, 4), ((pixels - pixels.mean()) / pixels.std()).astype(np.float32))
    odds = np.exp(outputs["logits"] / 1.5)
    valence, arousal = np.tanh(outputs["valence_arousal"])
    return {
        "probabilities": [round(float(value), 6) for value in odds / odds.sum()],
        "valence": round(float(valence), 6),
        "arousal": round(float(arousal), 6),
    }


def main() -> None:
    results = {name: faces(name) for name in FACES} | {"emotion_resnet": emotions()}
    for name, result in results.items():
        text = json.dumps(result).replace("[[", "[\n[").replace("], [", "],\n[").replace("]]", "]\n]")
        (HERE / f"{name}.json").write_text(text + "\n")
        print(f"{name}: {len(result.get('faces', [1]))}")


if __name__ == "__main__":
    main()
