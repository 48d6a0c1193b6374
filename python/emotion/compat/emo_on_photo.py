"""The emotions on a photograph: python -m emotion.compat.emo_on_photo PATH [va] [--out FILE]."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from .._core import read_image, write_image
from ..cli.common import exit_code, make_folder
from .script import Script, new_parser, open_window

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Draws the faces; a window shows the picture until Enter, Escape or q, or it is written to a file."""
    arguments = new_parser("emo_on_photo", "Shows the emotions on a photograph.", "a picture").parse_args(argv)

    def run() -> int:
        image = read_image(arguments.path, order="bgr")
        texts = Script(arguments).draw(image)
        print("\n".join(texts) if texts else "no face found")
        if arguments.out:
            make_folder(arguments.out.parent)
            write_image(arguments.out, image, order="bgr")
            return 0
        with open_window("Emotion Recognition") as window:
            while window.show(image, order="bgr"):
                time.sleep(0.05)
        return 0

    return exit_code(run)


if __name__ == "__main__":
    sys.exit(main())
