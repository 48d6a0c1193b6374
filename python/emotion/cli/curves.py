"""curves.png: the curves of a training run, drawn while it goes on."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import emotion
from emotion import plots

from .common import say
from .report import save_plot

Columns = dict[str, list[float]]


class CurvePicture:
    """Draws the file curves.csv of a run's working folder as curves.png beside it.

    The run does not depend on it: what stands in the way (matplotlib is missing, the disk is full, the file is damaged)
    is said once.
    """

    def __init__(self, work: Path) -> None:
        self._work = work
        self._wanted = True
        try:
            plots.new_axes()
        except emotion.UnsupportedError as error:
            self._give_up(error)

    def draw(self) -> None:
        if not self._wanted:
            return
        try:
            draw_curves(self._work / "curves.csv", self._work / "curves.png")
        except (OSError, ValueError) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._wanted = False
        say(f"curves.png is not drawn: {error}")


def draw_curves(table: Path, picture: Path) -> None:
    """Losses, learning rate and validation figures over the epochs; none for a table without epochs."""
    columns = read_curves(table)
    epochs = columns.pop("epoch", [])
    if not epochs:
        return
    groups = [(title, group) for title, group in group_curves(columns).items() if group]
    panels = plots.new_panels(len(groups), width=8, height=2.6 * len(groups))
    for axes, (title, group) in zip(panels, groups):
        plots.curves(axes, epochs, group, title)
    save_plot(picture, panels[0])


def read_curves(table: Path) -> Columns:
    """The columns of the file; NaN for an empty field."""
    with open(table, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    return {name: [float(row[name] or "nan") for row in rows] for name in reader.fieldnames or ()}


def group_curves(columns: Columns) -> dict[str, Columns]:
    """The columns of each panel, without those that have no value, or only zeros (an unused part of the loss)."""
    groups: dict[str, Columns] = {"loss": {}, "learning rate": {}, "validation": {}}
    for name, values in columns.items():
        if all(math.isnan(value) or value == 0 for value in values):
            continue
        label = name.replace("_", " ")
        if name.endswith("loss"):
            groups["loss"][label] = values
        elif name == "learning_rate":
            groups["learning rate"][label] = values
        elif name.startswith(("validation_", "ap_")):
            groups["validation"][label.removeprefix("validation ")] = values
    return groups
