"""EmotionClassifier as Python sees it, on random weights."""

import emotion
import numpy as np
import pytest
from small_models import LABELS

FACES = [
    emotion.Face((20, 30, 120, 140), 0.9, [[50, 70], [90, 68], [70, 95], [54, 115], [88, 114]]),
    emotion.Face((150, 20, 300, 200)),
    emotion.Face((-20, -30, 40, 50)),
]


def check(said: emotion.Emotion) -> None:
    assert said.labels == tuple(LABELS) and said.label == LABELS[int(np.argmax(said.probabilities))]
    assert said.probabilities.shape == (8,) and said.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert (said.probabilities >= 0).all()
    assert -1 <= said.valence <= 1 and -1 <= said.arousal <= 1


def close(a: emotion.Emotion, b: emotion.Emotion) -> None:
    np.testing.assert_allclose(a.probabilities, b.probabilities, atol=1e-5)
    assert (a.valence, a.arousal) == pytest.approx((b.valence, b.arousal), abs=1e-5)


def test_every_face_gets_an_emotion_in_its_place(classifier, picture):
    said = classifier.classify(picture, FACES)
    assert len(said) == len(FACES)
    for one, face in zip(said, FACES):
        check(one)
        close(one, classifier.classify(picture, [face])[0])
    assert classifier.classify(picture, []) == []
    assert classifier.classify(picture, tuple(FACES)) == said


def test_labels_come_from_the_model(classifier):
    assert classifier.labels == tuple(LABELS) == classifier.card.labels
    assert classifier.has_valence_arousal and classifier.device == "cpu" and classifier.precision == "f32"
    assert classifier.options["batch_size"] == 64 and classifier.options["flip_average"] is False
    assert repr(classifier) == "EmotionClassifier(model='emotion', 8 labels, device='cpu', precision='f32')"


def test_several_pictures_share_a_batch(models, picture):
    classifier = emotion.EmotionClassifier(device="cpu", precision="f32", batch_size=2)
    pictures = [picture, picture[:, ::-1], emotion.convert(picture, "gray")]
    lists = [FACES, [], FACES[1:]]
    together = classifier.classify_batch(pictures, lists)
    assert [len(said) for said in together] == [3, 0, 2]
    for said, image, faces in zip(together, pictures, lists):
        for a, b in zip(said, classifier.classify(image, faces)):
            close(a, b)


def test_order_says_which_channel_is_red(classifier, picture):
    for a, b in zip(classifier.classify(picture, FACES), classifier.classify(picture[:, :, ::-1], FACES, order="bgr")):
        close(a, b)


def test_crops_are_a_list_or_an_array(classifier, picture):
    crops = [picture[:48, :48], picture[10:58, 20:68], picture[100:148, 50:98]]
    listed = classifier.classify_crops(crops)
    for said in listed:
        check(said)
    assert classifier.classify_crops(np.stack(crops)) == listed
    grey = np.stack([emotion.convert(crop, "gray") for crop in crops])
    for a, b in zip(classifier.classify_crops(grey), classifier.classify_crops(list(grey))):
        close(a, b)
    sizes = classifier.classify_crops([picture, picture[:5, :7], picture[:1, :1, 0]])
    assert len(sizes) == 3
    assert classifier.classify_crops([]) == []


def test_aligned_crops_give_what_classify_gives(classifier, picture):
    crops = emotion.align_faces(picture, FACES, classifier.card.crop, 48, 48)
    assert crops.shape == (3, 48, 48, 3) and crops.dtype == np.uint8
    for a, b in zip(classifier.classify_crops(crops), classifier.classify(picture, FACES)):
        np.testing.assert_allclose(a.probabilities, b.probabilities, atol=0.02)
    assert emotion.align_faces(picture[:, :, 0], FACES, classifier.card.crop, 24, 32).shape == (3, 24, 32)
    assert emotion.align_faces(picture, [], classifier.card.crop, 48, 48).shape == (0, 48, 48, 3)


def test_landmarks_go_where_the_card_says(classifier):
    crop = classifier.card.crop
    to_crop = emotion.crop_from_image(FACES[0], crop, 48, 48)
    moved = np.array([to_crop.apply(*point) for point in FACES[0].landmarks.tolist()])
    assert np.abs(moved - crop.landmarks).max() < 6
    best = emotion.estimate_similarity(FACES[0].landmarks, crop.landmarks)
    assert (to_crop.a, to_crop.b) == pytest.approx((best.a, best.b), abs=1e-4)


def test_flip_average_does_not_see_mirrors(models, picture):
    both = emotion.EmotionClassifier(device="cpu", precision="f32", flip_average=True)
    a, b = both.classify_crops([picture[:48, :48], picture[:48, 47::-1]])
    np.testing.assert_allclose(a.probabilities, b.probabilities, atol=1e-5)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda c, p: c.classify(p, [(1, 2, 3, 4)]), TypeError, r"faces\[0\] is a tuple, expected an emotion.Face"),
        (lambda c, p: c.classify(p, FACES[0]), TypeError, "faces is a Face, expected a list"),
        (lambda c, p: c.classify(p * 1.0, FACES), TypeError, "classify: image has dtype float64"),
        (lambda c, p: c.classify(p, [emotion.Face((5, 5, 5, 9))]), ValueError, "box"),
        (lambda c, p: c.classify(p, [emotion.Face((float("nan"), 5, 8, 9))]), ValueError, "nan"),
        (lambda c, p: c.classify_batch([p, p], [FACES]), ValueError, "2.*1|1.*2"),
        (lambda c, p: c.classify_batch([p], FACES), TypeError, r"faces\[0\] is a Face"),
        (lambda c, p: c.classify_crops(p), ValueError, "one picture, expected several"),
        (lambda c, p: c.classify_crops(p[0, 0]), ValueError, r"shape \(3,\)"),
        (lambda c, p: c.classify_crops("crops"), TypeError, "crops is a str"),
    ],
)
def test_bad_input_is_named(call, error, text, classifier, picture):
    with pytest.raises(error, match=text):
        call(classifier, picture)


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"model": "faces"}, emotion.EmotionError, "faces"),
        ({"model": "none/such"}, OSError, "none/such"),
        ({"precision": 16}, TypeError, "precision is an int, expected str"),
    ],
)
def test_bad_options_are_named(options, error, text, models):
    with pytest.raises(error, match=text):
        emotion.EmotionClassifier(**options)
