"""How results are shown: tables as text or Markdown, everything as JSON, and pictures."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion import plots

from .common import make_folder, text_table, whole_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Table:
    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    title: str = ""

    def text(self) -> str:
        return (self.title + "\n" if self.title else "") + text_table(self.header, self.rows)

    def markdown(self) -> str:
        lines = [self.header, ["---"] * len(self.header), *self.rows]
        table = "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)
        return (f"**{self.title}**\n\n" if self.title else "") + table


def add_output(parser: argparse.ArgumentParser) -> None:
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="print as JSON")
    forms.add_argument("--markdown", action="store_true", help="print tables in Markdown")


def show(arguments: argparse.Namespace, tables: Sequence[Table], figures: Any) -> None:
    """Prints in the form asked for. figures: what --json prints, its numbers with four decimals."""
    if arguments.json:
        print(json.dumps(_rounded(figures), indent=1))
    elif arguments.markdown:
        print("\n\n".join(table.markdown() for table in tables))
    else:
        print("\n\n".join(table.text() for table in tables))


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def add_plots(parser: argparse.ArgumentParser, names: str) -> None:
    """names: the pictures that are drawn."""
    text = f"draw {names} into this folder; needs the package matplotlib"
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help=text)


def plots_folder(arguments: argparse.Namespace) -> Path | None:
    """The folder of --plots, made. Said before long work: that it cannot be, or that matplotlib is missing."""
    folder: Path | None = arguments.plots
    if folder:
        plots.new_axes()
        make_folder(folder)
    return folder


def save_plot(path: Path, axes: Axes) -> None:
    """Writes the picture under a temporary name and renames it."""
    png = io.BytesIO()
    figure: Any = axes.figure
    figure.savefig(png, format="png", dpi=150)
    with whole_file(path) as file:
        file.buffer.write(png.getvalue())
