"""The library's networks once more, in plain PyTorch.

This is the independent statement of what each architecture computes: the tests hold the C++ networks against it, and
`export_onnx` gives its graph to other runtimes. It needs the torch package, which the rest of `emotion` never imports.

Each network takes a float32 tensor (n, channels, height, width), normalised as the model's card says, and returns a
dictionary from output name to tensor; the names of tensors and outputs are the model folder's (docs/model-format.md).
"""

from __future__ import annotations

import json
import os
import pathlib
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from ._networks import EmotionResNet, FaceResNet, LeNet48, RetinaFace, YuNet

__all__ = ["build", "export_onnx", "load", "read_tensors"]


def _integers(value: Any) -> list[int]:
    return [int(number) for number in (value if isinstance(value, (list, tuple)) else [value])]


def build(architecture: Mapping[str, Any], input_channels: int, class_count: int) -> nn.Module:
    """The network of a card's `architecture` ({"name": ..., "parameters": {...}}), with random weights.

    input_channels: 1 or 3. class_count: number of labels, for emotion networks. Raises ValueError for another name.
    """
    name = architecture["name"]
    given = architecture.get("parameters", {})
    if name == "retinaface":
        return RetinaFace(float(given["backbone"]), input_channels)
    if name == "yunet":
        return YuNet(_integers(given["stages"]), bool(given["shared_head"]), input_channels)
    if name == "face_resnet":
        return FaceResNet(_integers(given["widths"]), _integers(given["blocks"]), int(given["neck"]), input_channels)
    if name == "emotion_resnet":
        return EmotionResNet(
            _integers(given["widths"]),
            int(given["blocks"]),
            int(given["stem_stride"]),
            float(given["dropout"]),
            input_channels,
            class_count,
        )
    if name == "lenet48":
        return LeNet48(input_channels, class_count)
    raise ValueError(f"reference: unknown architecture {name!r}")


def read_tensors(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """The tensors of a safetensors file as float32 arrays."""
    data = pathlib.Path(path).read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    result = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        piece = data[begin:end]
        if entry["dtype"] == "BF16":
            values = (np.frombuffer(piece, "<u2").astype(np.uint32) << 16).view(np.float32)
        else:
            values = np.frombuffer(piece, {"F32": "<f4", "F16": "<f2"}[entry["dtype"]]).astype(np.float32)
        result[name] = values.reshape(entry["shape"])
    return result


def load(folder: str | os.PathLike[str]) -> nn.Module:
    """The network of a model folder with its weights, in evaluation mode."""
    path = pathlib.Path(folder)
    card = json.loads((path / "model.json").read_text(encoding="utf-8"))
    channels = 1 if card["input"]["color"] == "gray" else 3
    network = build(card["architecture"], channels, len(card.get("labels", [])))
    tensors = read_tensors(path / card["weights"]["file"])
    state = {name: torch.from_numpy(values.copy()) for name, values in tensors.items()}
    # The files hold no count of batches, which PyTorch's norms keep for a kind of averaging that is not used here.
    state.update({name: value for name, value in network.state_dict().items() if name.endswith("num_batches_tracked")})
    network.load_state_dict(state, strict=True)
    return network.eval()


class _Listed(nn.Module):
    """Gives a network's outputs as a tuple: what an exporter takes."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return tuple(self.network(x).values())


def export_onnx(
    folder: str | os.PathLike[str],
    path: str | os.PathLike[str],
    height: int,
    width: int,
    dynamic_batch: bool = False,
) -> None:
    """Writes the network of a model folder as an ONNX file for inputs of (1, channels, height, width).

    The input is named "input", the outputs as in the model folder. dynamic_batch: any number of pictures at once.
    """
    network = load(folder)
    channels = next(network.parameters()).shape[1]
    example = torch.zeros(1, channels, height, width)
    with torch.no_grad():
        names = list(network(example))
    axes = {name: {0: "n"} for name in ["input", *names]} if dynamic_batch else None
    with warnings.catch_warnings():
        # The newer exporter needs one more package and gives nothing more for graphs like these.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(
            _Listed(network).eval(),
            (example,),
            os.fspath(path),
            input_names=["input"],
            output_names=names,
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
