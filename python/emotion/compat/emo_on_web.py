"""The emotions before the web camera: python -m emotion.compat.emo_on_web [va] [--out FILE.mp4]."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from .._core import VideoSource
from ..cli.common import exit_code
from .emo_on_video import show_or_write
from .script import new_parser

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """The script."""
    parser = new_parser("emo_on_web", "Shows the emotions before the web camera, until Enter or Ctrl+C.", None)
    parser.add_argument("--camera", default="0", metavar="N", help="index, /dev/videoN or an address (default: 0)")
    arguments = parser.parse_args(argv)
    return exit_code(lambda: show_or_write(VideoSource(arguments.camera, order="bgr"), arguments))


if __name__ == "__main__":
    sys.exit(main())
