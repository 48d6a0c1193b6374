"""Public weights into model folders: `emotion models import KIND FILE --out DIR`.

Reads foreign PyTorch checkpoints (.pth) without running code from them. Needs the torch package, which the rest of
`emotion` never imports.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any

from . import _core

__all__ = ["KINDS", "import_model", "new_card"]

_RETINAFACE_INPUT = {
    "height": 0,
    "width": 0,
    "stride": 32,
    "color": "bgr",
    "mean": [104, 117, 123],
    "scale": [1, 1, 1],
    "per_image": False,
}
_YUNET_INPUT = {**_RETINAFACE_INPUT, "mean": [0, 0, 0]}
_RETINAFACE_DEFAULTS = {"min_score": 0.6, "nms_iou": 0.4, "smallest_face_px": 10}
_YUNET_DEFAULTS = {"min_score": 0.5, "nms_iou": 0.45, "smallest_face_px": 10}
_RETINAFACE_SOURCE = "https://github.com/biubug6/Pytorch_Retinaface"
_YUNET_SOURCE = "https://github.com/ShiqiYu/libfacedetection.train"


def _faces(
    description: str,
    license_: str,
    architecture: str,
    parameters: Mapping[str, Any],
    source: str,
    input_: Mapping[str, Any],
    defaults: Mapping[str, float],
) -> dict[str, Any]:
    return {
        "task": "faces",
        "description": description,
        "license": license_,
        "architecture": {"name": architecture, "parameters": dict(parameters)},
        "input": dict(input_),
        "defaults": dict(defaults),
        "details": {"source": source},
    }


_CARDS: dict[str, dict[str, Any]] = {
    "retinaface_mobilenet0.25": _faces(
        "RetinaFace with a MobileNet of a quarter of its width (Deng et al. 2019), trained on WIDER FACE.",
        "MIT",
        "retinaface",
        {"backbone": 0.25},
        _RETINAFACE_SOURCE,
        _RETINAFACE_INPUT,
        _RETINAFACE_DEFAULTS,
    ),
    "retinaface_resnet50": _faces(
        "RetinaFace with a ResNet-50 (Deng et al. 2019), trained on WIDER FACE.",
        "MIT",
        "retinaface",
        {"backbone": 50},
        _RETINAFACE_SOURCE,
        _RETINAFACE_INPUT,
        _RETINAFACE_DEFAULTS,
    ),
    "yunet_n": _faces(
        "YuNet of 76 thousand parameters (Wu et al. 2023), trained on WIDER FACE.",
        "Apache-2.0",
        "yunet",
        {"stages": [16, 64, 64, 64, 64, 64], "shared_head": 1},
        _YUNET_SOURCE,
        _YUNET_INPUT,
        _YUNET_DEFAULTS,
    ),
    "yunet_s": _faces(
        "YuNet of 55 thousand parameters (Wu et al. 2023), trained on WIDER FACE.",
        "Apache-2.0",
        "yunet",
        {"stages": [16, 32, 64, 64, 64, 64], "shared_head": 0},
        _YUNET_SOURCE,
        _YUNET_INPUT,
        _YUNET_DEFAULTS,
    ),
    "net_714": {
        "task": "emotion",
        "description": "The lecture project's classifier of seven expressions on grey crops of 48 x 48.",
        "license": "not stated by its authors",
        "architecture": {"name": "lenet48", "parameters": {}},
        "input": {
            "height": 48,
            "width": 48,
            "stride": 1,
            "color": "gray",
            "mean": [127.5],
            # 1 / 127.5, as exactly as 32-bit floats hold it: pixels become [-1, 1].
            "scale": [0.007843138],
            "per_image": False,
        },
        "crop": {"landmarks": None, "margin": 0},
        "labels": ["ANGRY", "DISGUST", "FEAR", "HAPPY", "SAD", "SURPRISE", "NEUTRAL"],
        "temperature": 1,
        "details": {"source": "https://github.com/Girundi/emotionsproject"},
    },
}

KINDS: tuple[str, ...] = tuple(_CARDS)
"""The checkpoints that import_model knows."""


def new_card(kind: str) -> dict[str, Any]:
    """The card of a model of this kind, one of KINDS: architecture, preprocessing and defaults."""
    if kind not in _CARDS:
        raise _core.EmotionValueError(f"import: kind must be one of {', '.join(KINDS)}, got {kind!r}")
    return {"format_version": 1, "name": kind, "revision": 1, **_CARDS[kind]}


def import_model(kind: str, file: str | os.PathLike[str], out: str | os.PathLike[str]) -> pathlib.Path:
    """Writes the model folder `out` from the checkpoint `file` and returns its path.

    kind: one of KINDS. Tensor names and shapes are checked against the architecture. Raises EmotionError: for another
    kind (also a ValueError), for a file that cannot be read (also an OSError), for a file that is not this checkpoint.
    """
    card = new_card(kind)
    path = pathlib.Path(file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _core.EmotionOSError(f"cannot read {path}: {error.strerror or error}") from None
    tensors = _checked(_read_checkpoint(data, path), card, path)
    card["details"] = {**card["details"], "imported_from": path.name, "sha256": hashlib.sha256(data).hexdigest()}
    _core.write_model(os.fspath(out), json.dumps(card), tensors)
    return pathlib.Path(out)


def _read_checkpoint(data: bytes, path: pathlib.Path) -> dict[str, Any]:
    """The tensors of a checkpoint by name; `module.` in front and the count of batches of each norm are left out."""
    import io

    try:
        import torch
    except ImportError:
        raise _core.UnsupportedError("import needs the torch package: pip install torch") from None
    try:
        content = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except Exception as error:  # torch.load raises what its reader meets: EOFError, KeyError, UnpicklingError and more
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise _core.ModelFormatError(f"{path} is not a PyTorch checkpoint of plain tensors: {reason[:200]}") from None
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping):
        raise _core.ModelFormatError(f"{path} holds a {type(content).__name__}, expected named tensors")
    tensors = {}
    for name, value in content.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor):
            raise _core.ModelFormatError(f"{path} holds a {type(value).__name__} under {name!r}, expected a tensor")
        name = name.removeprefix("module.")
        if not name.endswith("num_batches_tracked"):
            tensors[name] = value
    return tensors


def _checked(tensors: Mapping[str, Any], card: Mapping[str, Any], path: pathlib.Path) -> dict[str, Any]:
    """The tensors that the card's architecture has, in its order, as float32 arrays."""
    import torch

    from . import reference

    channels = 1 if card["input"]["color"] == "gray" else 3
    with torch.device("meta"):  # shapes only: no memory, no random numbers
        network = reference.build(card["architecture"], channels, len(card.get("labels", [])))
    expected = {k: tuple(v.shape) for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    what = f"{path} is not a checkpoint of {card['name']}"
    for name, shape in expected.items():
        if name not in tensors:
            raise _core.ModelFormatError(f"{what}: it lacks the tensor '{name}'")
        found = tuple(tensors[name].shape)
        if found != shape:
            raise _core.ModelFormatError(f"{what}: tensor '{name}' has shape {list(found)}, expected {list(shape)}")
        if not tensors[name].dtype.is_floating_point:
            raise _core.ModelFormatError(f"{what}: tensor '{name}' is of {tensors[name].dtype}, expected floats")
    for name in tensors:
        if name not in expected:
            raise _core.ModelFormatError(f"{what}: it has a tensor '{name}' too many")
    return {name: tensors[name].detach().to(torch.float32).contiguous().numpy() for name in expected}
