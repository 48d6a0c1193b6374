"""FaceDetector as Python sees it; on random weights, so what is held is the contract and not the accuracy."""

import math
import os
import threading

import emotion
import numpy as np
import pytest


def test_faces_come_best_first_in_pixels_of_the_picture(detector, picture):
    faces = detector.detect(picture)
    assert len(faces) >= 1 and all(isinstance(face, emotion.Face) for face in faces)
    scores = [face.score for face in faces]
    assert scores == sorted(scores, reverse=True) and scores[-1] >= detector.options["min_score"]
    for face in faces:
        assert face.landmarks.shape == (5, 2)
        x1, y1, x2, y2 = face.box
        assert x1 < x2 and y1 < y2 and x2 > 0 and y2 > 0 and x1 < picture.shape[1] and y1 < picture.shape[0]


def test_order_says_which_channel_is_red(detector, picture):
    turned = picture[:, :, ::-1]
    assert detector.detect(turned, "bgr") == detector.detect(picture) != detector.detect(turned)


def test_grey_is_grey_in_three_channels(detector, picture):
    grey = emotion.convert(picture, "gray")
    same = np.repeat(grey[:, :, None], 3, 2)
    assert detector.detect(grey) == detector.detect(same) == detector.detect(same, order="bgr")
    assert detector.detect(grey) == detector.detect(grey[:, :, None])


def test_slices_give_what_their_copies_give(detector, picture):
    for view in (picture[20:200, 30:250], picture[::2], picture[:, ::-1]):
        assert detector.detect(view) == detector.detect(view.copy())


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (1, 300, 3), (300, 1, 3), (33, 65, 3), (2, 3)])
def test_any_size_from_one_pixel_up(detector, shape):
    for face in detector.detect(np.zeros(shape, np.uint8)):
        assert all(math.isfinite(value) for value in face.box)


def test_a_batch_gives_what_single_pictures_give(detector, picture):
    pictures = [picture, picture[:100, :130], emotion.convert(picture, "gray"), picture[:, ::-1]]
    together = detector.detect_batch(pictures)
    assert len(together) == 4
    for faces, single in zip(together, map(detector.detect, pictures)):
        assert len(faces) == len(single)
        for face, other in zip(faces, single):
            assert face.box == pytest.approx(other.box, abs=0.05) and face.score == pytest.approx(other.score, abs=1e-4)


def test_options_are_keyword_arguments_with_the_cards_values_filled_in(models, picture):
    detector = emotion.FaceDetector(min_score=0.0, max_faces=3, nms_iou=1, device="cpu", precision="f32")
    assert len(detector.detect(picture)) == 3
    assert detector.options == {
        "model": "faces",
        "min_score": 0.0,
        "nms_iou": 1.0,
        "top_k": 5000,
        "max_faces": 3,
        "min_face_px": None,
        "device": "cpu",
        "precision": "f32",
    }
    by_card = emotion.FaceDetector(models / "faces", device="cpu")
    assert by_card.options["nms_iou"] == pytest.approx(0.3)
    assert by_card.options["min_score"] == pytest.approx(by_card.card.defaults["min_score"])
    assert by_card.precision in ("f32", "bf16") and by_card.device == "cpu"
    assert repr(by_card).startswith("FaceDetector(model='faces', device='cpu'")


def test_min_face_px_sets_the_working_scale(models, picture):
    scaled = emotion.FaceDetector(min_face_px=5, device="cpu", precision="f32")
    large = emotion.resize(picture, 480, 640)
    doubled = [np.array(face.box) for face in emotion.FaceDetector(device="cpu", precision="f32").detect(large)]
    found = [np.array(face.box) * 2 for face in scaled.detect(picture)]
    assert len(found) == len(doubled) > 0
    np.testing.assert_allclose(found[0], doubled[0], atol=1.0)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"min_score": math.nan}, ValueError, "min_score"),
        ({"min_score": 1.5}, ValueError, r"min_score must be in \[0, 1\], got 1.5"),
        ({"nms_iou": 0}, ValueError, "nms_iou"),
        ({"top_k": 0}, ValueError, "top_k"),
        ({"max_faces": -1}, ValueError, "max_faces"),
        ({"min_face_px": 0}, ValueError, "min_face_px"),
        ({"min_face_px": math.inf}, ValueError, "min_face_px"),
        ({"precision": "f64"}, ValueError, "f64"),
        ({"device": "tpu"}, ValueError, "tpu"),
        ({"model": "nobody"}, ValueError, "nobody.*faces"),
        ({"min_score": "high"}, TypeError, "FaceDetector: min_score is a str, expected float or None"),
        ({"top_k": 1.5}, TypeError, "top_k is a float, expected int"),
        ({"threshold": 0.5}, TypeError, "no argument is called 'threshold', expected one of model, min_score"),
    ],
)
def test_bad_options_are_named(options, error, text, models):
    with pytest.raises(error, match=text) as caught:
        emotion.FaceDetector(**options)
    assert "\n" not in str(caught.value)


def test_only_the_model_is_positional(models):
    assert emotion.FaceDetector("faces").card.name == "faces"
    with pytest.raises(TypeError, match="positional"):
        emotion.FaceDetector("faces", 0.5)
    with pytest.raises(TypeError, match="given twice"):
        emotion.FaceDetector("faces", model="faces")


def test_an_emotion_model_is_no_detector(models):
    with pytest.raises(emotion.EmotionError, match="emotion"):
        emotion.FaceDetector("emotion")


def test_cuda_without_a_gpu_is_one_clear_error(models):
    if emotion.cuda_available():
        assert emotion.FaceDetector(device="cuda").device == "cuda:0"
    else:
        assert not os.environ.get("EMOTION_REQUIRE_GPU"), "EMOTION_REQUIRE_GPU is set and there is no GPU"
        with pytest.raises(emotion.UnsupportedError, match=r"(?i)cuda"):
            emotion.FaceDetector(device="cuda")


def test_other_threads_run_during_a_call(models):
    detector = emotion.FaceDetector(device="cpu", precision="f32", min_score=0.0)
    large = np.random.default_rng(0).integers(0, 256, (2400, 3200, 3), dtype=np.uint8)
    done = threading.Event()
    ticks_inside = []

    def tick():
        while not done.wait(0.001):
            ticks_inside.append(running.is_set())

    running = threading.Event()
    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        for _ in range(3):
            running.set()
            detector.detect(large)
            running.clear()
    finally:
        done.set()
        ticker.join()
    # With the GIL held there would be none but those at the edges of a call.
    assert sum(ticks_inside) >= 20


def test_threads_share_a_detector(detector, picture):
    pictures = [picture, picture[:120], picture[:, :200], picture[::2]]
    expected = [detector.detect(p) for p in pictures]
    wrong = []

    def work(start):
        for i in range(12):
            which = (start + i) % len(pictures)
            if detector.detect(pictures[which]) != expected[which]:
                wrong.append(which)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
