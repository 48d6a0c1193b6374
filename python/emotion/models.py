"""The models that are at hand, and how to get others.

A model is a folder with model.json (its card) and model.safetensors (its weights). A name is looked up in the folders
of EMOTION_MODELS (separated by ':'), in the user's cache and among the models that come with the package.
"""

from __future__ import annotations

import builtins
import os
from pathlib import Path

from . import _core

__all__ = ["cache_folder", "card", "download", "find", "import_", "list", "verify"]


def list() -> builtins.list[_core.ModelEntry]:
    """All models by name, in the order of the search: ModelEntry with name, folder and origin."""
    return _core.list_models()


def find(name_or_path: str | os.PathLike[str]) -> Path:
    """The folder of a model, by name or path. Raises EmotionValueError that lists the names known."""
    return _core.find_model(name_or_path)


def card(name_or_path: str | os.PathLike[str]) -> _core.ModelCard:
    """What is known about a model: task, architecture, labels, training, accuracy, licence."""
    return _core.read_model_card(_core.find_model(name_or_path))


def verify(name_or_path: str | os.PathLike[str]) -> Path:
    """Checks the card and the weights of a model, and loads them into its network; gives its folder.

    Raises ModelFormatError or EmotionOSError with what is wrong.
    """
    folder = _core.find_model(name_or_path)
    _core.verify_model(folder)
    _core.Network(folder, form="module", device="cpu")
    return folder


def download(url: str, sha256: str) -> Path:
    """Fetches a model into the cache and gives its folder; see emotion.download_model."""
    return _core.download_model(url, sha256)


def cache_folder() -> Path:
    """Where downloads go: $EMOTION_CACHE, else $XDG_CACHE_HOME/emotion/models, else ~/.cache/emotion/models."""
    return _core.model_cache_folder()


def import_(kind: str, file: str | os.PathLike[str], out: str | os.PathLike[str]) -> Path:
    """Makes a model folder of a public checkpoint (.pth); needs the torch package.

    kind: one of emotion.importing.KINDS. Gives the folder written.
    """
    from .importing import import_model

    return import_model(kind, file, out)
