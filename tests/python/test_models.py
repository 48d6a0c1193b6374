"""Model folders, the store and bare networks."""

import json
import shutil

import emotion
import numpy as np
import pytest
from small_models import EMOTION_CARD, LABELS, emotion_tensors, faces_tensors


def test_the_store_lists_and_finds(models):
    by_name = {entry.name: entry for entry in emotion.models.list()}
    assert by_name["faces"].folder == models / "faces" and by_name["faces"].origin == "environment"
    assert emotion.models.find("emotion") == models / "emotion" == emotion.models.find(models / "emotion")
    with pytest.raises(ValueError, match=r"nobody.*faces"):
        emotion.models.find("nobody")


def test_the_cache_is_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("EMOTION_CACHE", str(tmp_path / "cache"))
    assert emotion.models.cache_folder() == tmp_path / "cache"


def test_a_card_says_what_was_written(models):
    card = emotion.models.card("emotion")
    assert (card.name, card.revision, card.task, card.license) == ("emotion", 3, "emotion", "none")
    assert card.labels == tuple(LABELS) and card.temperature == 1.5
    assert card.architecture["name"] == "emotion_resnet" and card.architecture["parameters"]["widths"] == [4, 8, 8]
    assert card.input["height"] == 48 and card.input["color"] == "gray" and card.input["per_image"] is True
    np.testing.assert_allclose(card.crop.landmarks, EMOTION_CARD["crop"]["landmarks"], atol=1e-5)
    assert emotion.models.card("faces").details == {"training": {"epochs": 0}}
    assert len(card.weights_sha256) == 64 and card.weights_bytes > 1000
    assert emotion.ModelCard.from_json(card.to_json()) == card
    assert json.loads(card.to_json())["labels"] == LABELS


def test_weights_come_back_as_they_were_written(models):
    card, tensors = emotion.read_model(models / "emotion")
    assert card == emotion.models.card("emotion")
    written = emotion_tensors()
    assert set(tensors) == set(written)
    for name, value in written.items():
        np.testing.assert_array_equal(tensors[name], value)


def test_verify_loads_the_network_too(models, tmp_path):
    assert emotion.models.verify("faces") == models / "faces"
    tensors = emotion_tensors()
    del tensors["classes.bias"]
    emotion.write_model(tmp_path / "lacks", json.dumps(EMOTION_CARD), tensors)
    with pytest.raises(emotion.ModelFormatError, match=r"classes\.bias"):
        emotion.models.verify(tmp_path / "lacks")


@pytest.mark.parametrize("break_it", ["flip", "cut", "card", "labels", "gone"])
def test_a_damaged_model_is_refused_in_a_sentence(break_it, models, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(models / "emotion", folder)
    weights, card = folder / "model.safetensors", folder / "model.json"
    weights = next(folder.glob("*.safetensors"), weights)
    error = emotion.ModelFormatError
    if break_it == "flip":
        data = bytearray(weights.read_bytes())
        data[-1] ^= 1
        weights.write_bytes(data)
    elif break_it == "cut":
        weights.write_bytes(weights.read_bytes()[:-4])
    elif break_it == "card":
        card.write_text("{")
    elif break_it == "labels":
        content = json.loads(card.read_text())
        content["labels"] = content["labels"][:-1]
        card.write_text(json.dumps(content))
    else:
        weights.unlink()
        error = emotion.EmotionOSError
    for call in (emotion.models.verify, emotion.EmotionClassifier):
        with pytest.raises(error) as caught:
            call(folder)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("tensors", "error", "text"),
    [
        ({"a": np.zeros(3)}, TypeError, "tensor 'a' has dtype float64, expected float32"),
        ({"a": [1.0]}, TypeError, "tensor 'a' is a list"),
        ({1: np.zeros(3, np.float32)}, TypeError, "name is an int"),
        ({}, ValueError, "at least one tensor"),
        ({"a": np.array([np.nan], np.float32)}, ValueError, "finite"),
    ],
)
def test_bad_tensors_are_not_written(tensors, error, text, tmp_path):
    with pytest.raises(error, match=text):
        emotion.write_model(tmp_path / "m", json.dumps(EMOTION_CARD), tensors)
    assert not (tmp_path / "m" / "model.json").exists()


def test_tensors_keep_their_values_whatever_their_strides(tmp_path):
    tensors = emotion_tensors()
    turned = {name: np.asfortranarray(value) for name, value in tensors.items()}
    emotion.write_model(tmp_path / "m", json.dumps(EMOTION_CARD), turned)
    _, again = emotion.read_model(tmp_path / "m")
    for name, value in tensors.items():
        np.testing.assert_array_equal(again[name], value)


def test_download_refuses_what_it_cannot_check():
    with pytest.raises(ValueError):
        emotion.models.download("http://example.org/model.json", "0" * 64)
    with pytest.raises(ValueError):
        emotion.models.download("https://example.org/model.json", "abc")


def test_both_forms_of_a_network_agree(models):
    image = np.random.default_rng(1).standard_normal((2, 3, 64, 96)).astype(np.float32)
    plain = emotion.Network("faces", form="module", device="cpu")
    compiled = emotion.Network(models / "faces", device="cpu")
    outputs, others = plain.forward(image), compiled.forward(image)
    assert tuple(outputs) == plain.output_names == tuple(others)
    assert outputs["score_8"].shape == (2, 1, 8, 12) and outputs["landmarks_32"].shape == (2, 10, 2, 3)
    for name, value in outputs.items():
        assert value.dtype == np.float32
        np.testing.assert_allclose(others[name], value, atol=1e-4)
    assert plain.parameter_count == sum(value.size for name, value in faces_tensors().items() if "running" not in name)
    assert repr(plain) == "Network(model='faces')" and plain.card.task == "faces"


def test_a_network_takes_floats_of_the_right_shape(models):
    network = emotion.Network("faces", device="cpu")
    view = np.random.default_rng(2).standard_normal((1, 64, 64, 3)).astype(np.float32).transpose(0, 3, 1, 2)
    for name, value in network.forward(view).items():
        np.testing.assert_array_equal(value, network.forward(np.ascontiguousarray(view))[name])
    with pytest.raises(TypeError, match="float64, expected float32"):
        network.forward(np.zeros((1, 3, 64, 64)))
    for shape in [(3, 64, 64), (1, 1, 64, 64), (1, 3, 50, 64), (0, 3, 64, 64), ()]:
        with pytest.raises(ValueError):
            network.forward(np.zeros(shape, np.float32))
    with pytest.raises(ValueError, match="form must be 'module' or 'compiled'"):
        emotion.Network("faces", form="frozen")


def test_times_are_one_for_each_repeat(models):
    times = emotion.Network("emotion", device="cpu").time_forward(2, 48, 48, warmup=1, repeats=4)
    assert len(times) == 4 and all(0 < t < 10_000 for t in times)
