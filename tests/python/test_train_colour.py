"""Emotion networks for colour pictures, from training to use."""

import emotion
import numpy as np
import pytest

SMALL = dict(
    widths=(8, 8, 16), blocks=1, batch_size=8, warmup_steps=2, learning_rate=1e-2, average_decay=0.8, threads=1
)
RED, BLUE = (200, 96, 96), (72, 128, 200)


@pytest.fixture
def tinted(tmp_path):
    """Reddish and bluish noise in class folders."""
    random = np.random.default_rng(5)
    for name, colour in (("anger", RED), ("sadness", BLUE)):
        (tmp_path / "tinted" / name).mkdir(parents=True)
        for i in range(16):
            emotion.write_image(tmp_path / "tinted" / name / f"{i}.png", crop_of(colour, random))
    return tmp_path / "tinted"


def crop_of(colour, random):
    return (np.array(colour) + random.integers(-40, 40, (48, 48, 1))).astype(np.uint8)


@pytest.mark.parametrize("size", [48, 64])
def test_a_colour_model_is_trained_loaded_and_used(size, tinted, tmp_path):
    report = emotion.train_emotion(
        train=tinted, out=tmp_path / "mine", epochs=12, color="rgb", size=size, weak_va_share=0, **SMALL
    )
    card = emotion.read_model_card(report.model)
    assert (card.input["color"], card.input["height"], card.input["width"]) == ("rgb", size, size)
    classifier = emotion.EmotionClassifier(report.model, device="cpu")
    random = np.random.default_rng(6)
    red, blue = crop_of(RED, random), crop_of(BLUE, random)
    said = classifier.classify_crops(np.stack([red, blue, red[..., ::-1]]))
    assert [one.label for one in said[:2]] == ["anger", "sadness"]
    assert not np.allclose(said[0].probabilities, said[2].probabilities, atol=0.05)  # the order of the channels counts
    picture = np.full((200, 200, 3), 127, np.uint8)
    picture[50:98, 60:108] = red
    assert classifier.classify(picture, [emotion.Face((60, 50, 108, 98), 0.9)])[0].label == "anger"
    assert sum(classifier.classify_crops(red[None, :, :, 0])[0].probabilities) == pytest.approx(1)  # grey is taken too


def test_another_colour_or_size_is_refused(tinted, tmp_path):
    with pytest.raises(emotion.EmotionValueError, match="color must be rgb, bgr or gray, got 'blue'"):
        emotion.train_emotion(train=tinted, out=tmp_path / "mine", color="blue")
    with pytest.raises(emotion.EmotionValueError, match="color must be gray or rgb, got bgr"):
        emotion.train_emotion(train=tinted, out=tmp_path / "mine", color="bgr")
    with pytest.raises(emotion.EmotionValueError, match="size must be 48 or 64, got 50"):
        emotion.train_emotion(train=tinted, out=tmp_path / "mine", size=50)
