"""What several commands share."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import emotion
from emotion._files import make_folder as make_folder
from emotion._files import whole_file as whole_file

if TYPE_CHECKING:
    from tqdm import tqdm

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class Raw(argparse.RawDescriptionHelpFormatter):
    """Examples keep their lines; there is room for the names of options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32)


def say(text: str) -> None:
    """A line on stderr, where it does not mix with results."""
    print(f"emotion: {text}", file=sys.stderr)


def exit_code(run: Callable[[], int]) -> int:
    """What `run` gives, 0 good or 1 something failed; errors are said: 1 failed, 2 not understood, 130 Ctrl+C."""
    try:
        return int(run())
    except KeyboardInterrupt:
        say("stopped")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output is gone: there is nobody to tell
        return EXIT_FAILED
    except emotion.EmotionError as error:
        say(str(error))
        return EXIT_USAGE if isinstance(error, ValueError) else EXIT_FAILED
    except OSError as error:
        say(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error))
        return EXIT_FAILED


def counted(number: int, what: str) -> str:
    """'1 face', '2 faces'."""
    return f"{number} {what}" + ("" if number == 1 else "s")


def progress_bar(total: int | None, unit: str) -> tqdm[Any]:
    """A bar on stderr, without an end where there is no total; on anything but a terminal it stays silent."""
    from tqdm import tqdm

    return tqdm(total=total, unit=unit, disable=None, dynamic_ncols=True, leave=False, file=sys.stderr)


def say_beside(bar: tqdm[Any], text: str) -> None:
    """A line on stderr that leaves the bar whole."""
    bar.write(f"emotion: {text}", file=sys.stderr)


def text_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Columns as wide as they need to be; numbers to the right."""
    cells = [list(header)] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    right = [
        all(isinstance(row[i], (int, float)) or _is_number(str(row[i])) for row in rows) for i in range(len(header))
    ]
    lines = []
    for row in cells:
        padded = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right))
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return text == ""
    return True


def add_device(parser: argparse.ArgumentParser, precision: str = "fastest") -> None:
    """The options of every command that runs networks."""
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    text = f"f32, bf16, f16 or the fastest that the device has (default: {precision})"
    parser.add_argument("--precision", default=precision, help=text)
    parser.add_argument("--threads", type=int, metavar="N", help="threads for one picture (default: LibTorch's own)")


def add_calibration(parser: argparse.ArgumentParser) -> None:
    """Of every command that classifies."""
    text = "another labelling of the classes, by its name in the model's card (default: the model's own)"
    parser.add_argument("--calibration", default="", metavar="NAME", help=text)
