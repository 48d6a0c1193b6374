"""Each kind of error has its class, its code and one sentence."""

import pickle

import emotion
import pytest


def test_the_classes_are_what_callers_expect_them_to_be():
    assert issubclass(emotion.EmotionError, Exception)
    for name, code, also in [
        ("EmotionValueError", "invalid_argument", ValueError),
        ("EmotionOSError", "io", OSError),
        ("ModelFormatError", "model_format", emotion.EmotionError),
        ("UnsupportedError", "unsupported", emotion.EmotionError),
        ("EmotionRuntimeError", "runtime", RuntimeError),
    ]:
        kind = getattr(emotion, name)
        assert issubclass(kind, emotion.EmotionError) and issubclass(kind, also)
        assert kind.code == code and kind("text").code == code


def test_errors_keep_their_sentence_through_pickle():
    with pytest.raises(emotion.EmotionOSError) as caught:
        emotion.read_image("nowhere.jpg")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is emotion.EmotionOSError and str(again) == str(caught.value)
    assert "nowhere.jpg" in str(again) and again.code == "io"


@pytest.mark.parametrize("count", [0, -1])
def test_thread_counts_below_one_are_refused(count):
    with pytest.raises(ValueError, match=str(count)):
        emotion.set_num_threads(count)


def test_thread_count_is_what_was_set():
    before = emotion.num_threads()
    try:
        emotion.set_num_threads(2)
        assert emotion.num_threads() == 2
    finally:
        emotion.set_num_threads(before)


def test_a_device_that_is_not_there_is_unsupported_and_a_wrong_name_is_an_argument():
    assert emotion.resolve_device("cpu") == "cpu"
    with pytest.raises(emotion.EmotionValueError, match="gpu"):
        emotion.resolve_device("gpu")
    if emotion.cuda_available():
        assert emotion.resolve_device("auto") == "cuda:0"
    else:
        assert emotion.resolve_device("auto") == "cpu"
        with pytest.raises(emotion.UnsupportedError) as caught:
            emotion.resolve_device("cuda")
        assert not isinstance(caught.value, ValueError)
