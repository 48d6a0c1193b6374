"""Faces, emotions and the other results: read-only values with repr, equality, hash and pickle."""

import pickle

import emotion
import numpy as np
import pytest

LANDMARKS = [[30.5, 40], [60, 41], [45, 55], [33, 70], [58, 71]]


def timeline() -> emotion.Timeline:
    line = emotion.Timeline(["a", "b"])
    line.add(0.5, emotion.FrameStatistics(3, (1, 2), 0.5, None, 0.25, 1))
    return line


VALUES = {
    "face": lambda: emotion.Face((10, 20, 80.5, 90), 0.75, LANDMARKS),
    "plain face": lambda: emotion.Face([10, 20, 80, 90]),
    "emotion": lambda: emotion.Emotion(["a", "b"], [0.25, 0.75], 0.5, -0.5),
    "plain emotion": lambda: emotion.Emotion(["a", "b"], np.array([0.5, 0.5])),
    "pose": lambda: emotion.HeadPose(10.5, -5, 2),
    "track": lambda: emotion.Track(3, emotion.Face((1, 2, 3, 4)), False, 0.5, 1.5, 7),
    "tracked face": lambda: emotion.TrackedFace(
        emotion.Track(3, emotion.Face((1, 2, 3, 4))), emotion.Emotion(["a"], [1]), None, emotion.HeadPose(1)
    ),
    "statistics": lambda: emotion.FrameStatistics(3, (1, 2), 0.5, None, 0.25, 1),
    "timeline point": lambda: timeline().points()[0],
    "similarity": lambda: emotion.Similarity(1.5, 0.5, 3, 4),
    "match": lambda: emotion.CircumplexMatch("happy", 0.5),
    "crop": lambda: emotion.CropSpec(LANDMARKS, 0.25),
    "entry": lambda: emotion.models.list()[0],
    "label": lambda: emotion.FaceLabel((1, 2, 3, 4), LANDMARKS, True),
    "labelled": lambda: emotion.LabelledPicture("a.jpg", [emotion.FaceLabel((1, 2, 3, 4))], [(0, 0, 5, 5)]),
    "card": lambda: emotion.models.card("emotion"),
    "face data": lambda: emotion.FaceTrainData("crowd", "val", 0.5),
    "emotion data": lambda: emotion.EmotionDataset("ferplus", "0/2", 0.5, 0.25),
}


@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())
def test_equal_values_are_equal_hash_alike_and_survive_pickling(make, models):
    value = make()
    assert value == make()
    assert (value != make()) is False
    assert hash(value) == hash(make())
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(value, protocol))
        assert again == value and type(again) is type(value)
        assert repr(again) == repr(value)
    assert value != 1 and value != "a" and value is not None


@pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())
def test_values_are_read_only_and_print_their_class(make, models):
    value = make()
    name = type(value).__name__
    assert repr(value).startswith(name + "(")
    assert type(value).__module__ == "emotion" and getattr(emotion, name) is type(value)
    public = [attribute for attribute in dir(value) if not attribute.startswith("_")]
    for attribute in public:
        with pytest.raises(AttributeError):
            setattr(value, attribute, None)


def test_face_gives_pixels_as_python_floats_and_a_locked_array():
    face = emotion.Face((10, 20, 80.5, 90), 0.75, np.array(LANDMARKS, np.float64))
    assert face.box == (10.0, 20.0, 80.5, 90.0)
    assert all(type(value) is float for value in face.box) and type(face.score) is float
    assert face.landmarks.dtype == np.float32 and face.landmarks.shape == (5, 2)
    np.testing.assert_array_equal(face.landmarks, np.array(LANDMARKS, np.float32))
    with pytest.raises(ValueError):
        face.landmarks[0, 0] = 1
    assert emotion.Face((0, 0, 1, 1)).landmarks is None


def test_faces_differ_by_each_part():
    face = emotion.Face((1, 2, 3, 4), 0.5, LANDMARKS)
    assert face != emotion.Face((1, 2, 3, 5), 0.5, LANDMARKS)
    assert face != emotion.Face((1, 2, 3, 4), 0.25, LANDMARKS)
    assert face != emotion.Face((1, 2, 3, 4), 0.5)
    moved = np.array(LANDMARKS)
    moved[4, 1] += 1
    assert face != emotion.Face((1, 2, 3, 4), 0.5, moved)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        (((1, 2, 3),), ValueError, "box has 3 values"),
        ((5,), TypeError, "box is an int"),
        (("abcd",), TypeError, "box is a str"),
        (((1, 2, 3, "x"),), TypeError, r"box\[3\] is a str"),
        (((1, 2, 3, 4), 0.5, [[1, 2]]), ValueError, r"landmarks has shape \(1, 2\), expected \(5, 2\)"),
        (((1, 2, 3, 4), 0.5, [1, 2, 3]), ValueError, r"shape \(3,\)"),
        (((1, 2, 3, 4), 0.5, "x"), TypeError, "landmarks is a str"),
    ],
)
def test_a_bad_face_names_what_came(arguments, error, text):
    with pytest.raises(error, match=text):
        emotion.Face(*arguments)


def test_emotion_says_its_most_probable_label():
    said = emotion.Emotion(("a", "b", "c"), [0.2, 0.4, 0.4], valence=0.5)
    assert said.label == "b" and said.label_index == 1 and said.labels == ("a", "b", "c")
    assert said.valence == 0.5 and said.arousal is None
    assert said.probabilities.dtype == np.float32
    with pytest.raises(ValueError):
        said.probabilities[0] = 1
    assert said != emotion.Emotion(("a", "b", "c"), [0.2, 0.4, 0.4], valence=0.25)


@pytest.mark.parametrize(("labels", "probabilities"), [(["a"], [0.5, 0.5]), ([], []), (["a", "b"], [1])])
def test_mixed_label_counts_are_refused(labels, probabilities):
    with pytest.raises(emotion.EmotionValueError, match=f"{len(labels)} labels and {len(probabilities)} prob"):
        emotion.Emotion(labels, probabilities)


def test_similarity_goes_there_and_back():
    turn = emotion.estimate_similarity([[0, 0], [10, 0], [0, 10]], [[5, 5], [5, 25], [-15, 5]])
    assert turn.scale == pytest.approx(2, abs=1e-5) and turn.angle == pytest.approx(np.pi / 2, abs=1e-5)
    assert turn.apply(10, 10) == pytest.approx((-15, 25), abs=1e-4)
    assert (turn.inverse() @ turn).apply(3, 4) == pytest.approx((3, 4), abs=1e-4)
    with pytest.raises(emotion.EmotionValueError):
        emotion.Similarity(0, 0, 1, 1).inverse()


def test_the_circumplex_is_the_same_as_in_cpp():
    places = emotion.circumplex_emotions()
    assert places["happy"] == pytest.approx((0.98, 0.19))
    match = emotion.match_circumplex(0.49, 0.095)
    assert match.name == "happy" and match.probability == pytest.approx(np.hypot(0.49, 0.095), abs=1e-4)
    assert emotion.match_circumplex(0, 0.05).name == "neutral"
    with pytest.raises(ValueError):
        emotion.match_circumplex(float("nan"), 0)
