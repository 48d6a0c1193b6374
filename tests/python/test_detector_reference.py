"""FaceDetector with public weights against a plain decoding in numpy: RetinaFace's maps from PyTorch, YuNet's from ONNX
Runtime. Boxes and landmarks to 0.01 px."""

from __future__ import annotations

import emotion
import numpy as np
import pytest
from emotion.bench import yunet_file_name

torch = pytest.importorskip("torch")

MIN_SCORE, NMS_IOU = 0.3, 0.4
STRIDES = (8, 16, 32)


def padded_input(picture: np.ndarray, mean: tuple) -> np.ndarray:
    """(1, 3, h, w) float32 in the order B, G, R, with zeros on the right and below up to multiples of 32."""
    height, width = picture.shape[:2]
    values = np.zeros((-(-height // 32) * 32, -(-width // 32) * 32, 3), np.float32)
    values[:height, :width] = picture[:, :, ::-1].astype(np.float32) - np.array(mean, np.float32)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def retinaface_rows(maps: dict) -> np.ndarray:
    """(n, 15): x1, y1, x2, y2, score and the landmarks of all anchors, from maps of (channels, rows, columns)."""
    rows = []
    for stride, sides in zip(STRIDES, ((16, 32), (64, 128), (256, 512))):
        height, width = maps[f"class_{stride}"].shape[1:]
        # One row for each anchor, the anchors of a cell one after the other.
        logits, boxes, points = (
            maps[f"{key}_{stride}"].transpose(1, 2, 0).reshape(height * width * 2, -1).astype(np.float64)
            for key in ("class", "box", "landmarks")
        )
        y, x = np.mgrid[:height, :width]
        centers = np.repeat(np.stack([x.ravel(), y.ravel()], 1) + 0.5, 2, axis=0) * stride
        size = np.tile(np.array(sides, np.float64), height * width)[:, None]
        middle, half = centers + 0.1 * boxes[:, :2] * size, size * np.exp(0.2 * boxes[:, 2:]) / 2
        score = np.exp(logits[:, 1]) / np.exp(logits).sum(1)
        landmarks = centers[:, None] + 0.1 * points.reshape(-1, 5, 2) * size[:, None]
        rows.append(np.hstack([middle - half, middle + half, score[:, None], landmarks.reshape(-1, 10)]))
    return np.vstack(rows)


def yunet_rows(maps: dict, width: int) -> np.ndarray:
    """The same from the outputs of YuNet's ONNX file, (cells, channels); its scores are probabilities already."""
    rows = []
    for stride in STRIDES:
        score = np.sqrt(maps[f"cls_{stride}"].astype(np.float64) * maps[f"obj_{stride}"])
        boxes, points = (maps[f"{key}_{stride}"].astype(np.float64) for key in ("bbox", "kps"))
        y, x = np.divmod(np.arange(len(score)), width // stride)
        cell = np.stack([x, y], 1)
        middle, half = (cell + boxes[:, :2]) * stride, np.exp(boxes[:, 2:]) * stride / 2
        landmarks = (cell[:, None] + points.reshape(-1, 5, 2)) * stride
        rows.append(np.hstack([middle - half, middle + half, score, landmarks.reshape(-1, 10)]))
    return np.vstack(rows)


def suppress(rows: np.ndarray) -> np.ndarray:
    rows = rows[rows[:, 4] >= MIN_SCORE]
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    kept = []
    while len(rows):
        best, rows = rows[0], rows[1:]
        kept.append(best)
        sides = np.minimum(rows[:, 2:4], best[2:4]) - np.maximum(rows[:, :2], best[:2])
        common = np.maximum(sides, 0).prod(1)
        union = (rows[:, 2:4] - rows[:, :2]).prod(1) + (best[2:4] - best[:2]).prod() - common
        rows = rows[common <= NMS_IOU * union]
    return np.array(kept)


def check(faces: list, expected: np.ndarray, least: int) -> None:
    assert len(faces) == len(expected) >= least
    for face, row in zip(faces, expected):
        assert face.score == pytest.approx(row[4], abs=1e-4)
        np.testing.assert_allclose(face.box, row[:4], atol=0.01)
        np.testing.assert_allclose(face.landmarks, row[5:].reshape(5, 2), atol=0.01)


@pytest.fixture(scope="module")
def imported(tmp_path_factory, shared):
    importing = pytest.importorskip("emotion.importing")
    folder = tmp_path_factory.mktemp("imported")

    def get(kind: str):
        file = shared / "weights" / f"{kind}.pth"
        if not file.exists():
            pytest.skip(f"no {file}")
        if not (folder / kind).exists():
            importing.import_model(kind, file, folder / kind)
        return folder / kind

    return get


@pytest.fixture(scope="module", params=[("two_people.jpg", 2), ("solvay1927.jpg", 10)], ids=lambda p: p[0])
def photograph(request, shared):
    """A picture of faces, no side a multiple of 32, and how many faces are to be found in it at least."""
    name, least = request.param
    path = shared / "media" / name
    if not path.exists():
        pytest.skip(f"no {path}")
    return emotion.read_image(path)[:661, :1126], least


def detector(folder) -> emotion.FaceDetector:
    return emotion.FaceDetector(folder, min_score=MIN_SCORE, nms_iou=NMS_IOU, device="cpu", precision="f32")


def test_retinaface_finds_what_the_reference_finds(imported, photograph):
    reference = pytest.importorskip("emotion.reference")
    folder = imported("retinaface_mobilenet0.25")
    picture, least = photograph
    with torch.no_grad():
        maps = reference.load(folder)(torch.from_numpy(padded_input(picture, (104, 117, 123))))
    rows = retinaface_rows({name: value[0].numpy() for name, value in maps.items()})
    check(detector(folder).detect(picture), suppress(rows), least)


def test_yunet_finds_what_its_onnx_file_finds(imported, photograph, shared):
    onnxruntime = pytest.importorskip("onnxruntime")
    file = shared / "weights" / "yunet_n_dynamic.onnx"
    if not file.exists():
        pytest.skip(f"no {file}")
    folder = imported("yunet_n")
    picture, least = photograph
    values = padded_input(picture, (0, 0, 0))
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    maps = {name: value[0] for name, value in zip(names, session.run(None, {"input": values}))}
    check(detector(folder).detect(picture), suppress(yunet_rows(maps, values.shape[3])), least)


def test_yunet_finds_what_opencv_finds(imported, photograph, shared):
    """OpenCV suppresses boxes rounded to whole pixels, so only boxes that both keep are compared: nearly all."""
    cv2 = pytest.importorskip("cv2")
    file = shared / "weights" / yunet_file_name()
    if not hasattr(cv2, "FaceDetectorYN") or not file.exists():
        pytest.skip("no FaceDetectorYN or no weights")
    picture, _ = photograph
    height, width = picture.shape[:2]
    theirs = cv2.FaceDetectorYN.create(str(file), "", (width, height), MIN_SCORE, NMS_IOU, 5000)
    found = theirs.detect(np.ascontiguousarray(picture[:, :, ::-1]))[1]
    ours = detector(imported("yunet_n")).detect(picture)
    boxes = np.array([face.box for face in ours])
    same = 0
    for x, y, w, h, *points, score in found:
        distances = np.abs(boxes - [x, y, x + w, y + h]).max(1)
        nearest = int(distances.argmin())
        if distances[nearest] > 0.01:
            continue
        same += 1
        assert ours[nearest].score == pytest.approx(score, abs=1e-4)
        np.testing.assert_allclose(ours[nearest].landmarks, np.reshape(points, (5, 2)), atol=0.01)
    assert same >= 0.9 * max(len(ours), len(found))
