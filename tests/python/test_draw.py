"""Drawing: always on a copy."""

import emotion
import numpy as np
import pytest

FACE = emotion.Face((40, 60, 140, 180), 0.9, [[70, 100], [110, 100], [90, 120], [75, 145], [105, 145]])
SAID = emotion.Emotion(["happiness", "anger"], [0.9, 0.1])


def test_annotate_draws_on_a_copy_near_the_face_only(picture):
    before = picture.copy()
    drawn = emotion.annotate(picture, [FACE], [SAID])
    np.testing.assert_array_equal(picture, before)
    assert drawn.shape == picture.shape and drawn.dtype == np.uint8
    changed = (drawn != picture).any(axis=2)
    assert changed.any() and not changed[200:].any() and not changed[:, 260:].any()
    red, green, blue = emotion.label_color("happiness")
    assert (drawn == (red, green, blue)).all(axis=2).sum() > 100


def test_colours_are_red_green_blue_whatever_the_order(picture):
    turned = emotion.annotate(picture[:, :, ::-1], [FACE], [SAID], order="bgr")
    np.testing.assert_array_equal(turned[:, :, ::-1], emotion.annotate(picture, [FACE], [SAID]))


def test_grey_pictures_become_coloured(picture):
    assert emotion.annotate(picture[:, :, 0], [FACE]).shape == picture.shape
    np.testing.assert_array_equal(emotion.annotate(picture, []), picture)


def test_single_strokes(picture):
    box = emotion.draw_box(picture, FACE.box, (255, 0, 0), 3)
    assert tuple(box[60, 90]) == (255, 0, 0) and tuple(box[120, 90]) == tuple(picture[120, 90])
    dots = emotion.draw_landmarks(picture, FACE.landmarks, (0, 255, 0), 2)
    assert tuple(dots[120, 90]) == (0, 255, 0)
    assert (emotion.draw_label(picture, FACE.box, "hello", (0, 0, 255), 16) != picture).any()


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda p: emotion.annotate(p, [FACE], []), ValueError, "1 faces and 0 emotions"),
        (lambda p: emotion.annotate(p, FACE), TypeError, "faces is a Face, expected a list of emotion.Face"),
        (lambda p: emotion.annotate(p, [FACE], ["joy"]), TypeError, r"emotions\[0\] is a str, expected an emot"),
        (lambda p: emotion.draw_faces(p, [FACE], [], []), ValueError, "1 faces and 0 texts"),
        (lambda p: emotion.draw_box(p, FACE.box, (256, 0, 0)), ValueError, r"\[0, 255\], got 256"),
        (lambda p: emotion.draw_box(p, FACE.box, "red"), TypeError, r"expected \(r, g, b\)"),
        (lambda p: emotion.draw_box(p, (1, 2), (1, 2, 3)), ValueError, "box has 2 values"),
        (lambda p: emotion.draw_box(p * 1.0, FACE.box, (1, 2, 3)), TypeError, "float64"),
    ],
)
def test_bad_strokes_are_named(call, error, text, picture):
    with pytest.raises(error, match=text):
        call(picture)


def test_each_label_has_one_colour():
    assert emotion.label_color("Happy") == emotion.label_color("happiness")
    for label in ("ahegao", "anything", ""):
        color = emotion.label_color(label)
        assert color == emotion.label_color(label) and all(0 <= part <= 255 for part in color)
    labels = ["neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt"]
    assert len({emotion.label_color(label) for label in labels}) == 8
