"""The names of the diploma notebooks keep their behaviour."""

import time

import emotion
import numpy as np
import pytest
from emotion import kaggle
from emotion.compat import FaceDetector, ModelFer, crop_region, notebook, read_images
from hypothesis import given, settings
from hypothesis import strategies as st

BORDERS = {0: "constant", 1: "edge", 2: "symmetric", 3: "wrap", 4: "reflect"}


@pytest.fixture
def album(tmp_path, picture):
    emotion.write_image(tmp_path / "a.png", picture)
    emotion.write_image(tmp_path / "b.png", picture[::-1, ::2].copy())
    (tmp_path / "broken.png").write_bytes(b"no picture")
    return [tmp_path / "a.png", str(tmp_path / "broken.png"), tmp_path / "b.png", tmp_path / "nowhere.png"]


# ------------------------------------------------------------------------------------------------------- reading


def test_pictures_come_in_order_and_broken_ones_are_left_out(album, picture):
    images, skipped = read_images(album, return_skipped=True)
    assert skipped == [str(album[1]), str(album[3])] and isinstance(images, list)
    np.testing.assert_array_equal(images[0], picture)
    np.testing.assert_array_equal(images[1], picture[::-1, ::2])
    np.testing.assert_array_equal(read_images(album, mode="bgr")[0], picture[:, :, ::-1])


@pytest.mark.parametrize(("mode", "tail"), [("rgb", (3,)), ("bgr", (3,)), ("gray", ()), ("gray_1ch", (1,))])
def test_a_size_gives_a_batch(mode, tail, album):
    assert read_images(album, (30, 20), mode).shape == (2, 20, 30, *tail)
    assert read_images(album[1:2], (30, 20), mode).shape == (0, 20, 30, *tail)
    assert read_images(album, mode=mode)[0].shape == (240, 320, *tail)


@pytest.mark.parametrize("bad", [{"mode": "hsv"}, {"size": (0, 5)}, {"size": (5,)}, {"size": (5.5, 5)}])
def test_bad_arguments_of_read_images(bad, album):
    with pytest.raises(ValueError, match=f"read_images: {next(iter(bad))} must be"):
        read_images(album, **bad)


# --------------------------------------------------------------------------------------------------------- model


def test_predictions_are_the_classifiers(models, picture):
    model = ModelFer(uncertain_below=0)
    batch = np.stack([emotion.resize(np.roll(picture, 20 * i, axis=0), 50, 40) for i in range(5)])
    names = model.predict_batch(batch)
    said = emotion.EmotionClassifier().classify_crops(list(batch))
    assert names == [kaggle.Classes().name(one, 0) for one in said] and set(names) <= set(kaggle.CLASSES)
    assert [model.predict(image) for image in batch] == names
    assert model.predict_batch(batch.astype(np.float32)) == names
    assert model.predict_batch(batch[:0]) == []
    grey = batch[..., :1]
    assert model.predict_batch(grey) == model.predict_batch(np.repeat(grey, 3, axis=3))
    assert set(ModelFer(uncertain_below=1).predict_batch(batch)) == {"uncertain"}


@settings(max_examples=60, deadline=None)
@given(shape=st.lists(st.integers(0, 5), min_size=0, max_size=5).map(tuple), single=st.booleans())
def test_wrong_shapes_raise_value_errors_that_name_them(shape, single, small_model):
    image = np.zeros(shape, np.uint8)
    predict = small_model.predict if single else small_model.predict_batch
    right = len(shape) == (3 if single else 4) and shape[-1] in (1, 3) and 0 not in shape[0 if single else 1 :]
    if right:
        answer = predict(image)
        assert isinstance(answer, str) if single else len(answer) == shape[0]
    else:
        with pytest.raises(ValueError, match=r"got shape \(" + ", ".join(map(str, shape))):
            predict(image)


@pytest.fixture(scope="module")
def small_model(model_folders):
    return ModelFer(model_folders / "emotion", device="cpu")


@pytest.mark.parametrize("image", [np.full((8, 8, 3), 256.0), np.full((8, 8, 3), np.nan), np.zeros((8, 8, 3), int)])
def test_wrong_values_raise_value_errors(image, small_model):
    with pytest.raises(ValueError, match="floats"):
        small_model.predict(image)


# --------------------------------------------------------------------------------------------------------- faces


def test_rects_are_the_detectors_boxes_in_whole_pixels(models, detector, picture):
    rects = FaceDetector(mode="cpu", precision="f32")(picture)
    boxes = [face.box for face in detector.detect(picture)]
    assert len(rects) == len(boxes) > 0
    for rect, box in zip(rects, boxes):
        assert all(isinstance(value, int) for point in rect for value in point)
        np.testing.assert_allclose(np.ravel(rect), box, atol=1)
    assert FaceDetector(mode="cpu").detect(picture[:, :, 0]) == FaceDetector(mode="cpu")(picture[:, :, 0])


def test_upsampling_looks_at_the_doubled_picture_and_answers_in_the_given_one(models, picture):
    small = emotion.resize(picture, 60, 80)
    up = FaceDetector(mode="cpu", upsample_num=2, precision="f32")(small)
    large = FaceDetector(mode="cpu", precision="f32")(emotion.resize(small, 240, 320))
    np.testing.assert_allclose(np.array(up).reshape(-1, 4) * 4, np.array(large).reshape(-1, 4), atol=5)
    assert len(up) == len(large) > 0


@pytest.mark.parametrize("bad", [{"mode": "tpu"}, {"upsample_num": -1}, {"cnn_model_path": "nobody"}])
def test_bad_arguments_of_the_detector(bad, models):
    with pytest.raises(ValueError, match=str(next(iter(bad.values())))):
        FaceDetector(**bad)
    if not emotion.cuda_available():
        with pytest.raises(emotion.EmotionError, match=r"(?i)cuda"):
            FaceDetector(mode="gpu")


@settings(max_examples=150, deadline=None)
@given(
    height=st.integers(1, 9), width=st.integers(1, 9), channels=st.sampled_from([0, 1, 3]),
    x=st.integers(-12, 12), y=st.integers(-12, 12), w=st.integers(1, 12), h=st.integers(1, 12),
    expand=st.integers(0, 6), border=st.sampled_from(sorted(BORDERS)),
)  # fmt: skip
def test_a_region_is_that_of_the_padded_picture(height, width, channels, x, y, w, h, expand, border):
    shape = (height, width, channels) if channels else (height, width)
    image = np.arange(1, 1 + np.prod(shape), dtype=np.uint8).reshape(shape)
    crop = crop_region(image, [[x, y], [x + w, y + h]], expand, border)
    assert crop.shape == (h + 2 * expand, w + 2 * expand, *shape[2:]) and crop.dtype == image.dtype
    room = 40
    padded = np.pad(image, [(room, room), (room, room)] + [(0, 0)] * (image.ndim - 2), BORDERS[border])
    top, left = room + y - expand, room + x - expand
    np.testing.assert_array_equal(crop, padded[top : top + crop.shape[0], left : left + crop.shape[1]])


def test_a_region_is_a_copy_and_borders_are_those_of_cv2(picture):
    cv2 = pytest.importorskip("cv2")
    names = ["CONSTANT", "REPLICATE", "REFLECT", "WRAP", "REFLECT_101"]
    assert [getattr(cv2, f"BORDER_{name}") for name in names] == sorted(BORDERS)
    before = picture.copy()
    crop_region(picture, [[1, 1], [9, 9]])[:] = 0
    np.testing.assert_array_equal(picture, before)
    with pytest.raises(ValueError, match="border_type"):
        crop_region(picture, [[0, 0], [1, 1]], border_type=16)
    with pytest.raises(ValueError, match="no pixel"):
        crop_region(picture, [[5, 5], [5, 9]])


# ------------------------------------------------------------------------------------------------------- drawing


class Recorder:
    """A model that remembers what it saw."""

    def __init__(self):
        self.seen = []

    def predict(self, image):
        self.seen.append(image)
        return "happy"


def test_faces_are_cut_out_with_room_and_named(picture):
    model, before = Recorder(), picture.copy()
    drawn = notebook.annotate_facial_expressions(picture, [[[10, 60], [60, 120]]], model)
    assert drawn.shape == picture.shape and (picture == before).all()
    np.testing.assert_array_equal(model.seen[0], crop_region(picture, [[10, 60], [60, 120]], expand=30))
    changed = np.argwhere((drawn != picture).any(2))
    assert changed[:, 0].max() <= 125 and changed[:, 1].min() >= 5
    assert (drawn == emotion.label_color("happy")).all(2).sum() > 100
    grey = notebook.annotate_facial_expressions(picture[:, :, 0].copy(), [[[10, 60], [60, 120]]], model)
    assert grey.shape == picture.shape and model.seen[1].shape == (120, 110, 1)


def test_without_faces_it_says_so(picture):
    drawn = notebook.annotate_facial_expressions(picture, [])
    np.testing.assert_array_equal(drawn, notebook.draw_text(picture, "No faces detected.", (5, 25)))
    assert (drawn != picture).any()


def test_text_stands_on_its_position_and_stays_in_the_picture(picture):
    drawn = notebook.draw_text(picture, "calm", (100, 100), color=(255, 0, 0))
    rows, columns, _ = np.nonzero(drawn != picture)
    assert 70 < rows.min() < 90 < rows.max() <= 102 and columns.min() >= 98
    assert (notebook.draw_text(picture, "calm", (5000, 100)) != picture).any()


def test_plots_are_shown_on_new_figures(picture):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    axes = notebook.imshow_valence_arousal(picture, 0.4, -0.2, title="me")
    assert axes.get_title() == "me" and len(axes.child_axes) == 2
    timeline = emotion.Timeline(["happiness", "fear"])
    timeline.add(0, emotion.FrameStatistics(1, [1, 0]))
    lines = notebook.plot_emotion_timeline(timeline)
    assert len(lines.lines) == 2 and lines.figure is not axes.figure
    pyplot.close("all")


# --------------------------------------------------------------------------------------------------- performance


def test_performance_counts_pictures_and_prints_the_machine(capsys):
    class Slow:
        def __init__(self):
            self.sizes = []

        def predict_batch(self, batch):
            self.sizes.append(len(batch))
            time.sleep(0.02)

    model = Slow()
    text = notebook.measure_performance(model, [np.zeros((3, 8, 8, 1)), np.zeros((1, 8, 8, 1))], how_long_s=0.1)
    seconds, _, rest = text.partition("s/img (")
    assert float(seconds) > 0 and rest.endswith("fps)") and int(rest[:-4]) > 0
    assert model.sizes[:4] == [3, 3, 1, 3][: len(model.sizes)] and len(model.sizes) >= 3
    printed = capsys.readouterr().out
    assert printed.endswith(text + "\n") and all(word in printed for word in ("CPU: ", "memory: ", "GPU: ", "disk: "))
    with pytest.raises(ValueError, match="at least one picture"):
        notebook.measure_performance(model, [np.zeros((0, 8, 8, 1))])
