"""The networks compute what the plain PyTorch reference, and the originals' own files, compute."""

import json

import emotion
import numpy as np
import pytest
from small_models import LABELS

torch = pytest.importorskip("torch")
from emotion import importing, reference  # noqa: E402

FACES = {
    "retinaface_mobilenet": ("retinaface", {"backbone": 0.25}),
    "retinaface_resnet": ("retinaface", {"backbone": 50}),
    "yunet_n": ("yunet", {"stages": [16, 64, 64, 64, 64, 64], "shared_head": 1}),
    "yunet_s": ("yunet", {"stages": [16, 32, 64, 64, 64, 64], "shared_head": 0}),
    "face_resnet": ("face_resnet", {"widths": [8, 16, 24, 32, 48], "blocks": [2, 0, 1], "neck": 24}),
}
EMOTIONS = {
    "emotion_resnet": ("emotion_resnet", {"widths": [8, 16, 24], "blocks": 2, "stem_stride": 1, "dropout": 0.3}, 3),
    "emotion_resnet_strided": (
        "emotion_resnet",
        {"widths": [8, 8, 24], "blocks": 1, "stem_stride": 2, "dropout": 0},
        1,
    ),
    "emotion_resnet_four_stages": (
        "emotion_resnet",
        {"widths": [8, 16, 16, 24], "blocks": 1, "stem_stride": 2, "dropout": 0},
        1,
    ),
    "lenet48": ("lenet48", {}, 1),
}
CHECKPOINTS = {
    "retinaface_mobilenet0.25": "retinaface_mobilenet0.25.pth",
    "yunet_n": "yunet_n.pth",
    "yunet_s": "yunet_s.pth",
    "net_714": "emotionsproject_net_714.pth",
}
FORMS = ["module", "compiled"]


def make_card(name, architecture, parameters, channels):
    card = {
        "format_version": 1,
        "name": name,
        "revision": 1,
        "task": "faces" if name in FACES else "emotion",
        "description": "",
        "license": "none",
        "architecture": {"name": architecture, "parameters": parameters},
        "input": {
            "height": 0,
            "width": 0,
            "stride": 32,
            "color": "bgr" if channels == 3 else "gray",
            "mean": [0] * channels,
            "scale": [1] * channels,
            "per_image": False,
        },
        "details": {},
    }
    if name in FACES:
        card["defaults"] = {"min_score": 0.5, "nms_iou": 0.4, "smallest_face_px": 10}
    else:
        card["input"].update(height=48, width=48, stride=1)
        card.update(crop={"landmarks": None, "margin": 0}, labels=LABELS, temperature=1)
    return card


def randomise(network, seed):
    """Weights that keep values of every layer near 1, and norms that are not the identity."""
    generator = torch.Generator().manual_seed(seed)
    for name, value in network.state_dict().items():
        if name.endswith("running_var"):
            value.copy_(torch.rand(value.shape, generator=generator) + 0.5)
        elif value.dim() > 1:
            fan_in = value[0].numel()
            value.copy_(torch.randn(value.shape, generator=generator) * fan_in**-0.5)
        elif value.dim() == 1:
            base = 1 if name.endswith("weight") else 0
            value.copy_(torch.randn(value.shape, generator=generator) * 0.1 + base)


def write(folder, card, network):
    tensors = {k: v.numpy() for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    emotion.write_model(folder, json.dumps(card), tensors)
    return folder


def expected_of(folder, values):
    with torch.no_grad():
        return {name: value.numpy() for name, value in reference.load(folder)(torch.from_numpy(values)).items()}


def assert_equal_outputs(found, expected):
    assert list(found) == list(expected)
    for name, value in expected.items():
        assert found[name].shape == value.shape and found[name].dtype == np.float32
        scale = max(1.0, float(np.abs(value).max()))
        assert float(np.abs(found[name] - value).max()) <= 1e-4 * scale, name


def forward(folder, form, values):
    return emotion.Network(model=folder, form=form, device="cpu", precision="f32").forward(values)


@pytest.fixture(scope="module")
def random_model(tmp_path_factory):
    """random_model(name) is a folder with random weights, made once."""
    made = {}

    def make(name):
        if name not in made:
            architecture, parameters, *channels = FACES.get(name) or EMOTIONS[name]
            channels = channels[0] if channels else 3
            card = make_card(name, architecture, parameters, channels)
            network = reference.build(card["architecture"], channels, len(LABELS))
            randomise(network, 5)
            made[name] = write(tmp_path_factory.mktemp(name) / "model", card, network)
        return made[name]

    return make


@pytest.fixture(scope="module")
def imported(tmp_path_factory, shared):
    """imported(kind) is a folder with the public weights of shared/, or the test is skipped."""

    def make(kind):
        file = shared / "weights" / CHECKPOINTS[kind]
        if not file.is_file():
            pytest.skip(f"no {file}")
        return importing.import_model(kind, file, tmp_path_factory.mktemp(kind) / "model")

    return make


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", FACES)
def test_detectors_compute_what_the_reference_does(name, form, random_model):
    folder = random_model(name)
    values = np.random.default_rng(1).standard_normal((2, 3, 64, 96)).astype(np.float32)
    expected = expected_of(folder, values)
    assert {value.shape[2:] for value in expected.values()} == {(8, 12), (4, 6), (2, 3)}
    assert_equal_outputs(forward(folder, form, values), expected)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", EMOTIONS)
def test_classifiers_compute_what_the_reference_does(name, form, random_model):
    folder = random_model(name)
    values = np.random.default_rng(2).standard_normal((3, EMOTIONS[name][2], 48, 48)).astype(np.float32)
    assert_equal_outputs(forward(folder, form, values), expected_of(folder, values))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", CHECKPOINTS)
def test_public_weights_compute_what_the_reference_does(kind, form, imported):
    folder = imported(kind)
    card = emotion.models.card(folder)
    shape = (2, 1, 48, 48) if card.task == "emotion" else (1, 3, 192, 256)
    pixels = np.random.default_rng(3).integers(0, 256, shape).astype(np.float32)
    mean = np.array(card.input["mean"], np.float32)[: shape[1], None, None]
    scale = np.array(card.input["scale"], np.float32)[: shape[1], None, None]
    values = (pixels - mean) * scale
    assert_equal_outputs(forward(folder, form, values), expected_of(folder, values))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def yunet_onnx(shared, values):
    """The original's outputs from its own ONNX file: one array (cells, numbers) for each name."""
    onnxruntime = pytest.importorskip("onnxruntime")
    file = shared / "weights" / "yunet_n_dynamic.onnx"
    if not file.is_file():
        pytest.skip(f"no {file}")
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, {session.get_inputs()[0].name: values}), strict=True))


@pytest.mark.parametrize("form", FORMS)
def test_yunet_computes_what_its_onnx_file_does(form, imported, shared, street):
    values = np.ascontiguousarray(street[:, :, ::-1].transpose(2, 0, 1)[None], np.float32)
    expected = yunet_onnx(shared, values)
    found = forward(imported("yunet_n"), form, values)
    for ours, theirs in {"class": "cls", "object": "obj", "box": "bbox", "landmarks": "kps"}.items():
        for stride in (8, 16, 32):
            value = found[f"{ours}_{stride}"]
            rows = value.transpose(0, 2, 3, 1).reshape(1, -1, value.shape[1])
            rows = sigmoid(rows) if ours in ("class", "object") else rows
            assert np.abs(rows - expected[f"{theirs}_{stride}"]).max() <= 1e-4


@pytest.fixture(scope="module")
def street(shared):
    """(608, 960, 3) RGB: a picture with many faces whose sides are multiples of 32, which the originals need."""
    file = shared / "media" / "solvay1927.jpg"
    if not file.is_file():
        pytest.skip(f"no {file}")
    return emotion.read_image(file)[200:808, 500:1460].copy()


@pytest.mark.parametrize("dynamic", [False, True])
@pytest.mark.parametrize("name", ["face_resnet", "emotion_resnet"])
def test_the_onnx_file_of_a_model_computes_the_same(name, dynamic, random_model, tmp_path):
    pytest.importorskip("onnx")
    onnxruntime = pytest.importorskip("onnxruntime")
    folder = random_model(name)
    side = 64 if name in FACES else 48
    reference.export_onnx(folder, tmp_path / "net.onnx", side, side, dynamic_batch=dynamic)
    session = onnxruntime.InferenceSession(str(tmp_path / "net.onnx"), providers=["CPUExecutionProvider"])
    values = np.random.default_rng(4).standard_normal((3 if dynamic else 1, 3, side, side)).astype(np.float32)
    names = [output.name for output in session.get_outputs()]
    found = dict(zip(names, session.run(names, {"input": values}), strict=True))
    assert_equal_outputs(found, expected_of(folder, values))


def test_half_precision_weights_are_read_as_the_library_reads_them(tmp_path):
    values = np.random.default_rng(6).standard_normal((2, 3)).astype(np.float16)
    wide = torch.from_numpy(values.astype(np.float32)).to(torch.bfloat16)
    header = json.dumps(
        {
            "h": {"dtype": "F16", "shape": [2, 3], "data_offsets": [0, 12]},
            "b": {"dtype": "BF16", "shape": [6], "data_offsets": [12, 24]},
        }
    ).encode()
    data = values.tobytes() + wide.view(torch.int16).numpy().tobytes()
    (tmp_path / "w").write_bytes(len(header).to_bytes(8, "little") + header + data)
    tensors = reference.read_tensors(tmp_path / "w")
    np.testing.assert_array_equal(tensors["h"], values.astype(np.float32))
    np.testing.assert_array_equal(tensors["b"], wide.float().numpy().ravel())


def test_another_architecture_is_refused():
    with pytest.raises(ValueError, match="unknown architecture 'vgg'"):
        reference.build({"name": "vgg", "parameters": {}}, 3, 8)
