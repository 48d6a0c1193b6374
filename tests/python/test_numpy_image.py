"""What pictures may be: arrays used where they lie, one copy where they cannot be, a clear no for all else."""

import sys
import tracemalloc

import emotion
import numpy as np
import pytest

SIDE = 1200
BYTES = SIDE * SIDE * 3


@pytest.fixture(scope="module")
def large() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)


def copied_bytes(image: np.ndarray) -> int:
    """Most memory that numpy held at once for a call on the picture."""
    emotion.resize(image, 2, 2)
    tracemalloc.start()
    try:
        emotion.resize(image, 2, 2)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


USED_IN_PLACE = {
    "whole": lambda a: a,
    "columns": lambda a: a[:, 100:1100],
    "rows": lambda a: a[5:1100],
    "every second row": lambda a: a[::2],
    "window": lambda a: a[7:900, 11:1000],
    "grey": lambda a: a.reshape(SIDE, SIDE * 3),
    "grey window": lambda a: a.reshape(SIDE, SIDE * 3)[3:, 5:3000],
    "one channel": lambda a: a.reshape(SIDE, SIDE * 3, 1),
    "read-only": lambda a: np.lib.stride_tricks.as_strided(a, writeable=False),
}
COPIED_ONCE = {
    "mirrored": lambda a: a[:, ::-1],
    "upside down": lambda a: a[::-1],
    "channels turned": lambda a: a[:, :, ::-1],
    "every second column": lambda a: a[:, ::2],
    "transposed": lambda a: a.transpose(1, 0, 2),
    "planes": lambda a: a.reshape(3, SIDE, SIDE).transpose(1, 2, 0),
    "one of three": lambda a: a[:, :, 1],
    "repeated row": lambda a: np.broadcast_to(a[:1], a.shape),
    "fortran": lambda a: np.asfortranarray(a),
}


@pytest.mark.parametrize("view", USED_IN_PLACE.values(), ids=USED_IN_PLACE.keys())
def test_packed_rows_are_used_where_they_lie(view, large):
    image = view(large)
    assert copied_bytes(image) < 20_000
    np.testing.assert_array_equal(emotion.resize(image, 40, 30), emotion.resize(image.copy(), 40, 30))


@pytest.mark.parametrize("view", COPIED_ONCE.values(), ids=COPIED_ONCE.keys())
def test_other_strides_are_copied_once_and_mean_the_same(view, large):
    image = view(large)
    assert image.size <= copied_bytes(image) < image.size + 20_000
    np.testing.assert_array_equal(emotion.resize(image, 40, 30), emotion.resize(np.array(image, order="C"), 40, 30))


def test_a_call_keeps_no_reference_and_changes_nothing(large):
    before = large.copy()
    count = sys.getrefcount(large)
    for _ in range(3):
        emotion.convert(large, "gray")
    assert sys.getrefcount(large) == count
    np.testing.assert_array_equal(large, before)


def test_results_own_their_memory():
    image = emotion.resize(np.full((4, 4, 3), 9, np.uint8), 8, 8)
    assert image.flags.writeable and image.flags.c_contiguous and image.shape == (8, 8, 3)
    keep = [emotion.resize(np.full((4, 4), i, np.uint8), 64, 64) for i in range(50)]
    assert [int(k[5, 5]) for k in keep] == list(range(50))
    assert all((k == k[0, 0]).all() for k in keep)


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (np.zeros((4, 4, 3), np.float32), TypeError, "image has dtype float32, expected uint8"),
        (np.zeros((4, 4, 3), np.int8), TypeError, "dtype int8, expected uint8"),
        (np.zeros((4, 4, 3), bool), TypeError, "dtype bool, expected uint8"),
        (np.zeros((4, 4, 3), np.uint16), TypeError, "dtype uint16, expected uint8"),
        (np.zeros((4, 4), object), TypeError, "dtype object, expected uint8"),
        ([[1, 2], [3, 4]], TypeError, "image is a list, expected a numpy array of uint8"),
        (None, TypeError, "image is a NoneType"),
        ("picture.jpg", TypeError, "image is a str"),
        (np.zeros(4, np.uint8), ValueError, r"shape \(4,\), expected \(height, width\)"),
        (np.array(3, np.uint8), ValueError, r"shape \(\)"),
        (np.zeros((1, 4, 4, 3), np.uint8), ValueError, r"shape \(1, 4, 4, 3\)"),
        (np.zeros((4, 4, 2), np.uint8), ValueError, "2 channels .* expected 1 or 3"),
        (np.zeros((4, 4, 4), np.uint8), ValueError, "4 channels"),
        (np.zeros((3, 4, 5), np.uint8), ValueError, "5 channels"),
        (np.zeros((0, 4, 3), np.uint8), ValueError, r"empty \(shape \(0, 4, 3\)\)"),
        (np.zeros((4, 0), np.uint8), ValueError, "empty"),
    ],
)
def test_what_is_no_picture_is_named(value, error, text, detector):
    for call in (lambda: emotion.resize(value, 2, 2), lambda: detector.detect(value)):
        with pytest.raises(error, match=text) as caught:
            call()
        assert isinstance(caught.value, emotion.EmotionError) == (error is ValueError)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("order", ["RGB", "grb", "", "gray"])
def test_an_unknown_order_is_named(order, detector, picture):
    with pytest.raises(ValueError, match=f"'rgb' or 'bgr', got '{order}'"):
        detector.detect(picture, order)


def test_several_pictures_may_be_a_list_or_an_array(detector, picture):
    pair = [picture, picture[:, ::-1]]
    assert detector.detect_batch(pair) == detector.detect_batch(np.stack(pair)) == detector.detect_batch(tuple(pair))
    assert detector.detect_batch([]) == []
    with pytest.raises(ValueError, match="one picture, expected several"):
        detector.detect_batch(picture)
    with pytest.raises(TypeError, match=r"images\[1\] has dtype float64"):
        detector.detect_batch([picture, picture * 1.0])
    with pytest.raises(TypeError, match="images is an int"):
        detector.detect_batch(3)


def test_bgr_is_rgb_turned_round(picture):
    np.testing.assert_array_equal(emotion.convert(picture, "bgr"), picture[:, :, ::-1])
    turned = np.ascontiguousarray(picture[:, :, ::-1])
    np.testing.assert_array_equal(emotion.convert(picture, "gray"), emotion.convert(turned, "gray", order="bgr"))
    grey = emotion.convert(picture, "gray")
    assert grey.shape == picture.shape[:2]
    np.testing.assert_array_equal(emotion.convert(grey, "rgb"), np.repeat(grey[:, :, None], 3, 2))
