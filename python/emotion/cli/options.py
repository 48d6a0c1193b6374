"""Command-line options made from the keyword arguments of a function, so that names and defaults cannot drift apart."""

from __future__ import annotations

import argparse
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import emotion


def add_options(parser: argparse.ArgumentParser, function: Callable[..., Any], helps: Mapping[str, str]) -> None:
    """An option for each argument of `function` that has a line in `helps`; "batch_size" becomes --batch-size."""
    defaults = inspect.signature(function).parameters
    for name, text in helps.items():
        default = defaults[name].default
        flag = "--" + name.replace("_", "-")
        if isinstance(default, bool):
            parser.add_argument(flag, action="store_true", help=text)
        elif isinstance(default, tuple) and default:
            shown = ",".join(map(str, default))
            parser.add_argument(flag, type=_whole_numbers, metavar="N,N,...", help=f"{text} (default: {shown})")
        elif isinstance(default, (int, float)):
            kind = type(default)
            metavar = "N" if kind is int else "X"
            parser.add_argument(flag, type=kind, metavar=metavar, help=f"{text} (default: {default:g})")
        else:
            shown = f" (default: {default})" if default else ""
            parser.add_argument(flag, metavar=name.upper(), help=text + shown)


def _whole_numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected whole numbers with commas between them, got '{text}'") from None


def add_notes(parser: argparse.ArgumentParser) -> None:
    text = "an entry for the details of the model's card: data, limits, command (may be repeated)"
    parser.add_argument("--note", action="append", default=[], metavar="KEY=TEXT", dest="notes", help=text)


def given_options(arguments: argparse.Namespace, names: Mapping[str, str]) -> dict[str, Any]:
    """The options that stood on the command line."""
    values = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def parse_notes(texts: list[str]) -> dict[str, str]:
    notes = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise emotion.EmotionValueError(f"--note must be KEY=TEXT, got '{text}'")
        notes[key] = value
    return notes


def parse_face_data(text: str) -> emotion.FaceTrainData:
    """From "FOLDER" or "FOLDER:WEIGHT"."""
    folder, colon, weight = text.rpartition(":")
    if not colon:
        return emotion.FaceTrainData(text)
    try:
        return emotion.FaceTrainData(folder, weight=float(weight))
    except ValueError:
        raise emotion.EmotionValueError(f"the weight in '{text}' must be a number, got '{weight}'") from None
