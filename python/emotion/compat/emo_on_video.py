"""The emotions on a video, while it runs: python -m emotion.compat.emo_on_video PATH [va] [--out FILE.mp4]."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Sequence

from .._core import VideoSource, VideoWriter
from ..cli.common import exit_code, make_folder, say
from .script import Script, new_parser, open_window

__all__ = ["main", "show_or_write"]


def show_or_write(source: VideoSource, arguments: argparse.Namespace) -> int:
    """Draws the faces of each frame: into a window until Enter, Escape or q, or into a file until the end or Ctrl+C."""
    with source, contextlib.ExitStack() as outputs:
        writer: VideoWriter | None = None
        window = None if arguments.out else outputs.enter_context(open_window("Video with emotion"))
        script = Script(arguments)
        try:
            for frame in source:
                image = frame.image.copy()
                script.draw(image)
                if window is not None:
                    if not window.show(image, order="bgr"):
                        break
                    continue
                if writer is None:
                    make_folder(arguments.out.parent)
                    height, width = image.shape[:2]
                    new = VideoWriter(arguments.out, height, width, source.fps or 25.0)
                    writer = outputs.enter_context(new)
                writer.write(image, frame.time_s, order="bgr")
        except KeyboardInterrupt:  # as a key: what is written stays
            say("stopped")
            return 130
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """The script."""
    arguments = new_parser("emo_on_video", "Shows the emotions on a video.", "a video").parse_args(argv)
    return exit_code(lambda: show_or_write(VideoSource(arguments.path, order="bgr"), arguments))


if __name__ == "__main__":
    sys.exit(main())
