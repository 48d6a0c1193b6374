"""Writes models/README.md from the cards of the models beside it: python models/readme.py"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import emotion
from emotion.cli.report import Table

FOLDER = Path(__file__).resolve().parent

INTRODUCTION = """\
# Shipped models

Each folder is a model: the card `model.json` (input, crop, labels, data with licences, command, figures, limits) and
the weights `model.safetensors`; the format is described in [docs/model-format.md](../docs/model-format.md). They were
trained from scratch by `emotion train`; the commands stand in [docs/training.md](../docs/training.md), what the figures
mean in [docs/evaluation.md](../docs/evaluation.md). `python models/readme.py` writes this file from the cards.
"""


def text() -> str:
    """The whole of README.md."""
    folders = sorted(card.parent for card in FOLDER.glob("*/model.json"))
    cards = [emotion.read_model_card(folder) for folder in folders]
    rows = [_row(card, folder) for card, folder in zip(cards, folders)]
    header = ["name", "gives", "architecture", "parameters", "weights", "licence of the weights"]
    parts = [INTRODUCTION.rstrip(), Table(header, rows).markdown(), *map(_section, cards)]
    return "\n\n".join(parts) + "\n"


def _row(card: emotion.ModelCard, folder: Path) -> list[str]:
    gives = {
        "faces": "boxes, scores, five landmarks",
        "emotion": f"{len(card.labels)} classes, valence, arousal",
    }[card.task]
    count = emotion.Network(folder, device="cpu").parameter_count
    size = f"{card.weights_bytes / 1e6:.1f} MB"
    return [f"[`{card.name}`](#{card.name})", gives, card.architecture["name"], f"{count:,}", size, card.license]


def _section(card: emotion.ModelCard) -> str:
    parts = [f"## {card.name}", textwrap.fill(f"Revision {card.revision}. {card.description}", 120)]
    parts += _figures(card.details)
    notes = [(key, value) for key, value in card.details.items() if isinstance(value, str)]
    if notes:
        parts.append("\n".join(_item(key, value) for key, value in notes))
    return "\n\n".join(parts)


def _item(key: str, value: str) -> str:
    line = f"- **{key.replace('_', ' ')}**: {value}"
    return textwrap.fill(line, 120, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _figures(details: dict[str, Any]) -> list[str]:
    """What the trainers and `emotion evaluate` put into a card, as tables."""
    parts = [_emotion_table(part, sets).markdown() for part, sets in details.get("figures", {}).items()]
    if "accuracy" in details:
        sets = {name: data for name, data in details["accuracy"].items() if isinstance(data, dict)}
        parts += [textwrap.fill(details["accuracy"]["measure"], 120), _faces_table(sets)]
    elif "validation" in details:
        sets = {
            data: [row["average_precision"] for row in figures["accuracy"]]
            for data, figures in details["validation"].items()
        }
        parts.append(_faces_table({"after the last epoch": sets}))
    return parts


def _faces_table(sets: dict[str, dict[str, list[float]]]) -> str:
    header = ["average precision", "data", "any height", "12 px and more", "24 px and more"]
    rows = [
        [name.replace("_", " "), data, *(f"{value:.3f}" for value in values)]
        for name, of_data in sets.items()
        for data, values in of_data.items()
    ]
    return Table(header, rows).markdown()


def _emotion_table(part: str, sets: dict[str, Any]) -> Table:
    header = [
        "data",
        "pictures",
        "accuracy",
        "macro F1",
        "ECE",
        "with valence and arousal",
        "CCC valence",
        "CCC arousal",
    ]
    rows = []
    for data, figures in sets.items():
        classes = [f"{figures[key]:.3f}" if key in figures else "" for key in ("accuracy", "macro_f1", "ece")]
        plane = [f"{figures[axis]['ccc']:.3f}" if axis in figures else "" for axis in ("valence", "arousal")]
        rows.append([data, figures["pictures"] or "", *classes, figures["va_pictures"] or "", *plane])
    return Table(header, rows, f"{part} sets")


if __name__ == "__main__":
    (FOLDER / "README.md").write_text(text(), encoding="utf-8")
