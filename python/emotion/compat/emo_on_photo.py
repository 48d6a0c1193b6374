"""The emotions on a photograph: python -m emotion.compat.emo_on_photo PATH [va] [--out FILE]."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .._core import read_image, write_image
from ..cli.common import exit_code
from .script import Script, new_parser
from .window import Window

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Draws the faces; a window shows the picture until a key is pressed, or it is written to a file."""
    arguments = new_parser("emo_on_photo", "Shows the emotions on a photograph.", "a picture").parse_args(argv)

    def run() -> int:
        image = read_image(arguments.path, order="bgr")
        texts = Script(arguments).draw(image)
        print("\n".join(texts) if texts else "no face found")
        if arguments.out:
            arguments.out.parent.mkdir(parents=True, exist_ok=True)
            write_image(arguments.out, image, order="bgr")
            return 0
        with Window("Emotion Recognition") as window:
            window.show(image, wait_ms=0)
        return 0

    return exit_code(run)


if __name__ == "__main__":
    sys.exit(main())
