"""emotion models: what models there are, what is known about them, and how to get others."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import emotion

from .common import Raw, say, text_table


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="list, show, verify, import and download models",
        description="Models are folders with model.json and model.safetensors. A name is looked up in the folders of\n"
        "EMOTION_MODELS, in the user's cache and among the models that come with the package.",
        epilog="example:\n  emotion models show emotion",
        formatter_class=Raw,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_list(actions)
    _add_show(actions)
    _add_verify(actions)
    _add_import(actions)
    _add_download(actions)


def _action(actions: Any, name: str, text: str, example: str, run: Any) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        epilog="example:\n  " + example,
        formatter_class=Raw,
    )
    parser.set_defaults(run=run)
    return parser


def _add_list(actions: Any) -> None:
    parser = _action(actions, "list", "the models at hand", "emotion models list", run_list)
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run_list(arguments: argparse.Namespace) -> int:
    rows = []
    for entry in emotion.models.list():
        card = emotion.read_model_card(entry.folder)
        rows.append([entry.name, card.task, card.revision, card.architecture["name"], entry.origin, str(entry.folder)])
    header = ["name", "task", "revision", "architecture", "origin", "folder"]
    if arguments.json:
        print(json.dumps([dict(zip(header, row)) for row in rows], indent=1))
    elif rows:
        print(text_table(header, rows))
    else:
        say("no models: none come with this package, and EMOTION_MODELS and the cache hold none")
    return 0


def _add_show(actions: Any) -> None:
    parser = _action(actions, "show", "what is known about a model", "emotion models show faces", run_show)
    parser.add_argument("model", metavar="MODEL", help="name or folder")
    parser.add_argument("--json", action="store_true", help="print its model.json")


def run_show(arguments: argparse.Namespace) -> int:
    folder = emotion.find_model(arguments.model)
    card = emotion.read_model_card(folder)
    if arguments.json:
        print(card.to_json())
        return 0
    parameters = ", ".join(f"{k} {_numbers(v)}" for k, v in card.architecture["parameters"].items())
    size = card.input
    shape = f"{size['height'] or 'any'} x {size['width'] or 'any'} px, {size['color']}"
    lines = [
        ("name", f"{card.name}, revision {card.revision}, for {card.task}"),
        ("description", card.description),
        ("licence", card.license),
        ("folder", str(folder)),
        ("architecture", card.architecture["name"] + (f" ({parameters})" if parameters else "")),
        ("input", shape),
        ("labels", ", ".join(card.labels)),
        ("calibrations", ", ".join(card.calibrations)),
        ("defaults", ", ".join(f"{k} {v:g}" for k, v in card.defaults.items())),
        ("weights", f"{card.weights_bytes / 1e6:.2f} MB, SHA-256 {card.weights_sha256}"),
    ]
    for name, text in lines:
        if text:
            print(f"{name:<13} {text}")
    if card.details:
        print("details")
        _print_tree(card.details, "  ")
    return 0


def _numbers(values: list[float]) -> str:
    return "-".join(f"{value:g}" for value in values)


def _print_tree(value: Any, indent: str) -> None:
    """Nested entries, one on a line; lists of plain values on one line."""
    for key, item in value.items():
        if isinstance(item, dict):
            print(f"{indent}{key}")
            _print_tree(item, indent + "  ")
        elif isinstance(item, list) and not any(isinstance(part, (dict, list)) for part in item):
            print(f"{indent}{key}: {', '.join(map(str, item))}")
        else:
            print(f"{indent}{key}: {item if isinstance(item, str) else json.dumps(item)}")


def _add_verify(actions: Any) -> None:
    text = "check models: card, size, SHA-256, tensors, network"
    parser = _action(actions, "verify", text, "emotion models verify", run_verify)
    parser.add_argument("models", nargs="*", metavar="MODEL", help="names or folders (default: all)")


def run_verify(arguments: argparse.Namespace) -> int:
    failed = 0
    for name in arguments.models or [entry.name for entry in emotion.models.list()]:
        try:
            print(f"{name}: good ({emotion.models.verify(name)})")
        except emotion.EmotionError as error:
            say(f"{name}: {error}")
            failed += 1
    return 1 if failed else 0


def _add_import(actions: Any) -> None:
    example = "emotion models import yunet_n yunet_n.pth --out my-models/yunet_n"
    text = "make a model folder of a public checkpoint"
    parser = _action(actions, "import", text, example, run_import)
    parser.add_argument("kind", metavar="KIND", help="what the file holds: " + ", ".join(_kinds()))
    parser.add_argument("file", metavar="FILE", help="the checkpoint, a .pth file")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="the model folder to write")


def _kinds() -> tuple[str, ...]:
    from emotion.importing import KINDS

    return KINDS


def run_import(arguments: argparse.Namespace) -> int:
    folder = emotion.models.import_(arguments.kind, arguments.file, arguments.out)
    print(f"{arguments.kind}: written to {folder}")
    return 0


def _add_download(actions: Any) -> None:
    example = "emotion models download https://example.org/models/faces-large/model.json --sha256 0f3a..."
    parser = _action(actions, "download", "fetch a model into the user's cache", example, run_download)
    parser.add_argument("url", metavar="URL", help="https address of its model.json; the weights lie beside it")
    parser.add_argument("--sha256", required=True, metavar="HEX", help="of model.json, 64 hexadecimal digits")


def run_download(arguments: argparse.Namespace) -> int:
    print(emotion.models.download(arguments.url, arguments.sha256))
    return 0
