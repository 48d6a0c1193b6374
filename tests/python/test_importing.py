"""Foreign checkpoints become model folders, or are refused with a sentence."""

import json
import pickle

import emotion
import numpy as np
import pytest

torch = pytest.importorskip("torch")
from emotion import importing, reference  # noqa: E402

CHANNELS = {"net_714": 1}


def build(kind):
    card = importing._CARDS[kind]
    return reference.build(card["architecture"], CHANNELS.get(kind, 3), len(card.get("labels", [])))


@pytest.fixture(params=[kind for kind in importing.KINDS if kind != "retinaface_resnet50"])
def kind(request):
    return request.param


def save(path, content):
    torch.save(content, path)
    return path


def test_every_kind_is_imported_as_it_is(kind, tmp_path):
    state = build(kind).state_dict()
    file = save(tmp_path / "net.pth", state)
    folder = emotion.models.import_(kind, file, tmp_path / "out")
    assert folder == tmp_path / "out"
    assert emotion.models.verify(folder) == folder
    card, tensors = emotion.read_model(folder)
    assert card.name == kind
    assert card.details["imported_from"] == "net.pth"
    kept = {name: value.numpy() for name, value in state.items() if not name.endswith("num_batches_tracked")}
    assert set(tensors) == set(kept)
    for name, value in kept.items():
        np.testing.assert_array_equal(tensors[name], value)


def test_prefixes_and_wrapping_are_taken_off(tmp_path):
    state = build("yunet_s").state_dict()
    wrapped = {"meta": {"epoch": 3}, "state_dict": {f"module.{name}": value.double() for name, value in state.items()}}
    folder = importing.import_model("yunet_s", save(tmp_path / "n.pth", wrapped), tmp_path / "out")
    _, tensors = emotion.read_model(folder)
    name = "backbone.model0.conv1.weight"
    np.testing.assert_array_equal(tensors[name], state[name].numpy())


def test_cards_say_how_the_originals_treat_pixels(tmp_path):
    cards = {}
    for name in ("retinaface_mobilenet0.25", "yunet_n", "net_714"):
        file = save(tmp_path / f"{name}.pth", build(name).state_dict())
        cards[name] = emotion.models.card(importing.import_model(name, file, tmp_path / name))
    retinaface, yunet, lenet = cards.values()
    assert (retinaface.input["color"], list(retinaface.input["mean"])) == ("bgr", [104, 117, 123])
    assert retinaface.defaults["min_score"] == 0.6 and retinaface.defaults["nms_iou"] == 0.4
    assert (yunet.input["color"], list(yunet.input["mean"]), yunet.input["stride"]) == ("bgr", [0, 0, 0], 32)
    assert lenet.labels == ("ANGRY", "DISGUST", "FEAR", "HAPPY", "SAD", "SURPRISE", "NEUTRAL")
    assert (lenet.input["color"], lenet.input["height"], lenet.input["width"]) == ("gray", 48, 48)
    assert lenet.crop.landmarks is None and lenet.crop.margin == 0
    black, white = ((np.float32(p) - np.float32(127.5)) * np.float32(lenet.input["scale"][0]) for p in (0, 255))
    assert black == pytest.approx(-1, abs=1e-6) and white == pytest.approx(1, abs=1e-6)


def test_the_resnet_checkpoint_has_the_reference_names(tmp_path):
    with torch.device("meta"):
        names = set(build("retinaface_resnet50").state_dict())
    assert {"body.conv1.weight", "body.layer4.2.bn3.running_var", "body.layer1.0.downsample.0.weight"} <= names
    assert {"fpn.merge1.0.weight", "ssh3.conv7x7_3.1.bias", "LandmarkHead.2.conv1x1.bias"} <= names


def refused(kind, file, out):
    with pytest.raises(emotion.EmotionError) as caught:
        importing.import_model(kind, file, out)
    assert not out.exists()
    return caught.value


def test_an_unknown_kind_lists_those_known(tmp_path):
    error = refused("yolo", tmp_path / "x.pth", tmp_path / "out")
    assert isinstance(error, ValueError)
    assert "got 'yolo'" in str(error) and all(name in str(error) for name in importing.KINDS)


def test_a_missing_file_is_an_oserror(tmp_path):
    for file in (tmp_path / "none.pth", tmp_path):
        error = refused("yunet_n", file, tmp_path / "out")
        assert isinstance(error, OSError)
        assert str(error).startswith(f"cannot read {file}: ")


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 not a zip", bytes(1000)])
def test_a_file_that_is_no_checkpoint(content, tmp_path):
    (tmp_path / "x.pth").write_bytes(content)
    error = refused("yunet_n", tmp_path / "x.pth", tmp_path / "out")
    assert isinstance(error, emotion.ModelFormatError)
    assert "is not a PyTorch checkpoint of plain tensors" in str(error)


class Evil:
    def __reduce__(self):
        return (open, ("pwned", "w"))


def test_code_in_a_checkpoint_does_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw.pth").write_bytes(pickle.dumps({"w": Evil()}))
    torch.save({"w": Evil()}, tmp_path / "zip.pth")
    for name in ("raw.pth", "zip.pth"):
        assert isinstance(refused("net_714", tmp_path / name, tmp_path / "out"), emotion.ModelFormatError)
    assert not (tmp_path / "pwned").exists()


def test_content_that_is_not_named_tensors(tmp_path):
    for content in ([torch.zeros(2)], torch.zeros(2), {"a": 1}, {1: torch.zeros(1)}):
        error = refused("net_714", save(tmp_path / "x.pth", content), tmp_path / "out")
        assert isinstance(error, emotion.ModelFormatError)
        assert str(tmp_path / "x.pth") in str(error)


def test_tensors_missing_too_many_or_misshapen(tmp_path):
    state = build("net_714").state_dict()
    out = tmp_path / "out"

    def message(content):
        return str(refused("net_714", save(tmp_path / "x.pth", content), out))

    assert "it lacks the tensor 'fc3.bias'" in message({k: v for k, v in state.items() if k != "fc3.bias"})
    assert "it has a tensor 'more' too many" in message({**state, "more": torch.zeros(1)})
    assert "tensor 'fc3.bias' has shape [8], expected [7]" in message({**state, "fc3.bias": torch.zeros(8)})
    assert "tensor 'fc3.bias' is of torch.int64" in message({**state, "fc3.bias": torch.zeros(7, dtype=torch.int64)})
    assert "not a checkpoint of yunet_n" in str(refused("yunet_n", save(tmp_path / "x.pth", state), out))


def test_weights_that_are_not_finite_are_refused(tmp_path):
    state = {**build("net_714").state_dict(), "fc3.bias": torch.full((7,), float("nan"))}
    assert "fc3.bias" in str(refused("net_714", save(tmp_path / "x.pth", state), tmp_path / "out"))


def test_the_command_line_imports_and_says_what_is_wrong(run_cli, tmp_path):
    file = save(tmp_path / "net.pth", build("net_714").state_dict())
    done = run_cli("models", "import", "net_714", file, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "model.json").read_text())["name"] == "net_714"
    done = run_cli("models", "import", "yunet_n", file, "--out", tmp_path / "other")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr and "not a checkpoint of yunet_n" in done.stderr
