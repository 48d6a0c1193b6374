"""Care of data sets, on drawn pictures with a detector and a classifier of the test's own."""

import csv
from pathlib import Path

import emotion
import numpy as np
import pytest
from emotion import dataset, evaluation, plots
from small_models import LABELS


class SquareFinder:
    """Finds each bright square, by columns: a face with landmarks at fixed places in it."""

    def detect(self, image):
        bright = (image.max(2) > 200).any(0)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], bright.astype(int), [0]])))
        faces = []
        for x1, x2 in edges.reshape(-1, 2):
            rows = np.flatnonzero((image[:, x1:x2].max(2) > 200).any(1))
            y1, y2 = rows.min(), rows.max() + 1
            places = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]])
            landmarks = np.array([x1, y1]) + places * np.array([x2 - x1, y2 - y1])
            faces.append(emotion.Face((x1, y1, x2, y2), 0.9, landmarks.astype(np.float32)))
        return faces


def portrait(*squares: tuple[int, int, int]) -> np.ndarray:
    image = np.zeros((80, 120, 3), np.uint8)
    for x, y, side in squares:
        image[y : y + side, x : x + side] = (255, 220, 200)
    return image


@pytest.fixture
def portraits(tmp_path) -> Path:
    """one face: happiness/ann_1, sadness/ann_1; none: sadness/wall; two: happiness/pair; broken: happiness/bad."""
    root = tmp_path / "portraits"
    for name, squares in {
        "happiness/ann_1": [(20, 10, 40)],
        "sadness/ann_1": [(30, 20, 30)],
        "sadness/wall": [],
        "happiness/pair": [(5, 10, 30), (70, 10, 40)],
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        emotion.write_image(root / f"{name}.png", portrait(*squares))
    (root / "happiness" / "bad.png").write_bytes(b"no picture")
    return root


def names(paths, root) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]


# ---------------------------------------------------------------------------------------------------------------- clean


def test_clean_lists_what_does_not_show_one_face(portraits):
    steps = []
    report = dataset.clean(portraits, SquareFinder(), progress=lambda *at: steps.append(at))
    assert names(report.good, portraits) == ["happiness/ann_1.png", "sadness/ann_1.png"]
    assert names(report.no_face, portraits) == ["sadness/wall.png"]
    assert names(report.several_faces, portraits) == ["happiness/pair.png"]
    assert names(report.broken, portraits) == ["happiness/bad.png"]
    assert steps[-1] == (5, 5) and len(list(portraits.rglob("*.png"))) == 5


def test_clean_moves_to_the_same_place_or_drops(portraits, tmp_path):
    out = tmp_path / "left" / "out"
    dataset.clean(portraits, SquareFinder(), keep_several=True, move_to=out)
    assert sorted(names(out.rglob("*.png"), out)) == ["happiness/bad.png", "sadness/wall.png"]
    emotion.write_image(out / "happiness" / "pair.png", portrait())
    with pytest.raises(OSError, match=r"pair\.png is in the way, nothing was moved"):
        dataset.clean(portraits, SquareFinder(), move_to=out)
    dataset.clean(portraits, SquareFinder(), drop=True)
    assert sorted(names(portraits.rglob("*.png"), portraits)) == ["happiness/ann_1.png", "sadness/ann_1.png"]
    with pytest.raises(ValueError, match="moved or dropped"):
        dataset.clean(portraits, SquareFinder(), drop=True, move_to=out)


# ----------------------------------------------------------------------------------------------------------------- crop


def test_crops_are_upright_faces_with_their_labels(portraits, tmp_path):
    spec = emotion.CropSpec(landmarks=np.array([[3, 4], [7, 4], [5, 6], [3.5, 8], [6.5, 8]]) * 3.2)
    left_out = dataset.crop(
        str(portraits), tmp_path / "crops", size=32, color="rgb", spec=spec, detector=SquareFinder()
    )
    assert len(left_out) == 2 and any("wall.png: no face found" in reason for reason in left_out)
    faces = emotion.read_emotion_labels(tmp_path / "crops")
    # Two of one name: the end stays, so that pictures of one person stay together.
    assert sorted((face.path.name, face.label) for face in faces) == [
        ("2-ann_1.png", "sadness"), ("ann_1.png", "happiness"), ("pair.png", "happiness"),
    ]  # fmt: skip
    for face in faces:
        image = emotion.read_image(face.path)
        assert image.shape == (32, 32, 3) and image[16, 16].tolist() == [255, 220, 200]
    dataset.crop(str(portraits), tmp_path / "grey", detector=SquareFinder(), spec=spec)
    assert emotion.read_image(tmp_path / "grey" / "images" / "pair.png", "gray").shape == (48, 48)


def test_crop_keeps_valence_and_arousal(tmp_path):
    emotion.write_image(tmp_path / "a.png", portrait((20, 10, 40)))
    (tmp_path / "labels.csv").write_text("image,valence,arousal\na.png,-0.25,0.5\n")
    dataset.crop(str(tmp_path), tmp_path / "crops", detector=SquareFinder(), spec=emotion.CropSpec(margin=0.1))
    (face,) = emotion.read_emotion_labels(tmp_path / "crops")
    assert (face.label, face.valence, face.arousal) == (None, -0.25, 0.5)


def test_by_default_landmarks_go_where_the_shipped_classifier_wants_them_at_any_size(models, tmp_path):
    emotion.write_image(tmp_path / "a.png", portrait((20, 10, 40)))
    (tmp_path / "labels.csv").write_text("image,emotion\na.png,fear\n")
    card = emotion.models.card("emotion")
    (face,) = SquareFinder().detect(portrait((20, 10, 40)))
    for size in (48, 96):
        dataset.crop(str(tmp_path), tmp_path / str(size), size=size, detector=SquareFinder())
        crop = emotion.read_image(tmp_path / str(size) / "images" / "a.png", "gray") > 128
        # The square's edges, seen from its landmarks, at the same share of the crop.
        place = emotion.crop_from_image(face, card.crop, 48, 48)
        rows = np.flatnonzero(crop[:, size // 2])
        assert rows.min() / size == pytest.approx(max(place.apply(40, 10)[1], 0) / 48, abs=0.04)
        assert (rows.max() + 1) / size == pytest.approx(min(place.apply(40, 50)[1], 48) / 48, abs=0.04)


@pytest.mark.parametrize(("bad", "text"), [({"color": "bgr"}, "color"), ({"size": 4}, "size"), ({}, "in it already")])
def test_crop_refuses(bad, text, portraits, tmp_path):
    (tmp_path / "crops").mkdir()
    (tmp_path / "crops" / "old.txt").write_text("")
    with pytest.raises(ValueError, match=text):
        dataset.crop(str(portraits), tmp_path / "crops", detector=SquareFinder(), **bad)


# ----------------------------------------------------------------------------------------------------------- duplicates


def test_near_duplicates_across_splits_and_nothing_else(tmp_path, picture):
    random = np.random.default_rng(3)
    for split in ("train", "test"):
        (tmp_path / split).mkdir()
        for i in range(4):
            other = emotion.resize(random.integers(0, 256, (12, 12, 3), dtype=np.uint8), 96, 96)
            emotion.write_image(tmp_path / split / f"{i}.png", other)
        emotion.write_image(tmp_path / split / "plain.png", np.full((50, 50, 3), 80, np.uint8))
    emotion.write_image(tmp_path / "train" / "known.png", picture)
    emotion.write_image(tmp_path / "train" / "again.png", picture)  # not across splits
    emotion.write_image(tmp_path / "test" / "small.jpg", emotion.resize(picture, 100, 130))
    emotion.write_image(tmp_path / "test" / "mirror.png", (picture[:, ::-1] // 2 + 60).astype(np.uint8))
    splits = {"train": tmp_path / "train", "test": tmp_path / "test"}
    pairs = dataset.near_duplicates(splits)
    assert {(pair.first.name, pair.second.name, pair.mirrored) for pair in pairs} == {
        (first, second, turned)
        for first in ("known.png", "again.png")
        for second, turned in (("small.jpg", False), ("mirror.png", True))
    }
    similarities = [pair.similarity for pair in pairs]
    assert similarities == sorted(similarities, reverse=True) and 0.98 <= min(similarities) <= max(similarities) <= 1
    inside = dataset.near_duplicates({"train": tmp_path / "train"}, within=True)
    assert [{pair.first.name, pair.second.name} for pair in inside] == [{"known.png", "again.png"}]
    with pytest.raises(ValueError, match="at least two folders"):
        dataset.near_duplicates({"train": tmp_path / "train"})
    with pytest.raises(ValueError, match="threshold"):
        dataset.near_duplicates(splits, threshold=2)


# --------------------------------------------------------------------------------------------------------------- review


def said(label: str, probability: float) -> emotion.Emotion:
    return emotion.Emotion(LABELS, [probability if name == label else (1 - probability) / 7 for name in LABELS])


@pytest.fixture
def judged(tmp_path) -> evaluation.Predictions:
    """a: right; b: wrong and sure; c: wrong and doubtful; d: no face; e: no class."""
    folder = tmp_path / "faces"
    folder.mkdir()
    truth = {"a": "fear", "b": "happiness", "c": "anger", "d": "anger", "e": None}
    answers = [said("fear", 0.9), said("sadness", 0.95), said("fear", 0.3), None, said("fear", 1)]
    faces = []
    for name, label in truth.items():
        emotion.write_image(folder / f"{name}.png", np.full((8, 8), ord(name), np.uint8))
        faces.append(emotion.LabelledFace(folder / f"{name}.png", label))
    return evaluation.Predictions(faces, answers, [])


def test_the_surest_contradiction_comes_first(judged):
    rows = dataset.disagreements(judged)
    assert [(row.path.name, row.label, row.said) for row in rows] == [
        ("b.png", "happiness", "sadness"), ("c.png", "anger", "fear"),
    ]  # fmt: skip
    assert rows[0].probability == pytest.approx(0.95) and rows[0].label_probability == pytest.approx(0.05 / 7)


@pytest.mark.parametrize("out", ["reviewed.csv", "by-class"])
def test_a_reviewed_list_is_applied_and_pictures_stay(out, judged, tmp_path):
    dataset.write_review(tmp_path / "review.csv", dataset.disagreements(judged))
    with open(tmp_path / "review.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["verdict"] == "" for row in rows)
    rows[0]["verdict"], rows[1]["verdict"] = "Sad", " drop "
    with open(tmp_path / "review.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    count = dataset.apply_review(tmp_path / "review.csv", judged.faces, tmp_path / out)
    assert count == {"kept": 3, "changed": 1, "dropped": 1}
    back = {face.path.stem: face.label for face in emotion.read_emotion_labels(tmp_path / out)}
    assert back == {"a": "fear", "b": "sadness", "d": "anger"}
    assert len(list((tmp_path / "faces").iterdir())) == 5


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("image,verdict\nfaces/a.png,hapy\n", "line 2: the verdict must be a class, drop or empty, got 'hapy'"),
        ("image,verdict\nfaces/z.png,fear\n", r"z\.png is none of the pictures"),
        ("image,label\nfaces/a.png,fear\n", "expected the columns image and verdict"),
    ],
)
def test_a_wrong_review_is_refused(text, match, judged, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "review.csv").write_text(text)
    with pytest.raises(ValueError, match=match):
        dataset.apply_review("review.csv", judged.faces, "reviewed.csv")
    assert not (tmp_path / "reviewed.csv").exists()


# -------------------------------------------------------------------------------------------- thresholds and comparison


def test_thresholds_by_hand(judged):
    low, middle, high = dataset.sweep_thresholds(judged, [0, 0.5, 0.99])
    # Four pictures with a class, one of them without a face: right, wrong, wrong, nothing said.
    assert (low.uncertain_share, low.accuracy) == (0, 0.25)
    assert (middle.uncertain_share, middle.accuracy) == (0.5, 0.5)
    assert (high.uncertain_share, high.accuracy, high.macro_f1) == (1, None, None)
    axes = plots.threshold_sweep(plots.new_axes(), [low, middle, high])
    assert axes.lines[0].get_xydata()[:2].tolist() == [[0, 0.25], [0.5, 0.5]]
    with pytest.raises(ValueError, match="no picture has a class"):
        dataset.sweep_thresholds(evaluation.Predictions([], [], []))


def test_models_are_compared_on_the_same_pictures(models, emotion_data):
    faces = emotion.read_emotion_labels(emotion_data)
    seen = []
    first, again = dataset.compare(
        ["emotion", models / "emotion"], faces, device="cpu", repeats=2, progress=seen.append
    )
    said_of = evaluation.evaluate_crops(emotion.EmotionClassifier(device="cpu"), faces)
    assert first.accuracy == again.accuracy == evaluation.class_figures(faces, said_of.emotions)["accuracy"]
    assert first.parameters == emotion.Network("emotion").parameter_count and first.size_mb > 0
    assert first.face_ms > 0 and first.frames_per_s == 1000 / first.face_ms and sum(seen) == 48
    slow = dataset.ModelFigures("slow", 0.5, 0.5, 1, 1, 41)
    assert not slow.in_time and dataset.ModelFigures("fast", 0.5, 0.5, 1, 1, 39).in_time
    axes = plots.model_comparison(plots.new_axes(), [first, slow])
    assert [text.get_text() for text in axes.texts][1].startswith("slow") and axes.lines[0].get_xdata()[0] == 40
