"""emotion dashboard: a page in the browser on what runs have stored."""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from typing import Any

import emotion

from ..dashboard import Server
from .common import Raw, say

_EXAMPLE = """examples:
  emotion dashboard sqlite:///lectures.db               what analyze lecture.mp4 --sql sqlite:///lectures.db wrote
  emotion dashboard postgresql://USER:PASSWORD@HOST/museum --port 9000 --no-browser
  emotion dashboard                                     only the page that takes a picture"""


def add_parser(commands: Any, name: str) -> None:
    parser = commands.add_parser(
        name,
        help="show what --sql of analyze and watch has written, in the browser",
        description="Shows the runs of a database in the browser: emotions over time and their shares, heads, valence\n"
        "and arousal, by day, source and exhibit. The page /picture shows what a picture holds that a visitor gives;\n"
        "it is not kept. Ctrl+C ends it.",
        epilog=_EXAMPLE,
        formatter_class=Raw,
    )
    text = "the database: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME (default: none, only the page /picture)"
    parser.add_argument("url", metavar="URL", nargs="?", help=text)
    add_server_options(parser)
    parser.set_defaults(run=lambda arguments: serve(arguments.url, arguments))


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """Those of `serve`."""
    group = parser.add_argument_group("the page")
    text = "where it is served (default: 127.0.0.1, to this computer alone); it asks nobody for a password"
    group.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=text)
    group.add_argument("--port", type=int, default=8050, metavar="N", help="0 takes a free one (default: 8050)")
    group.add_argument("--no-browser", action="store_true", help="open no browser, only say the address")


def serve(url: str | None, arguments: argparse.Namespace) -> int:
    """Until Ctrl+C, which is the end it is meant to have."""
    with Server(url, arguments.host, arguments.port) as server:
        title = "the page for a picture" if url is None else f"dashboard of {emotion.without_password(url)}"
        print(f"{title}: {server.address} (Ctrl+C ends it)", flush=True)
        if not arguments.no_browser and has_display():
            webbrowser.open(server.address)
        try:
            server.serve()
        except KeyboardInterrupt:
            say("stopped")
    return 0


def has_display() -> bool:
    """Whether a browser can open a window; one that runs in the terminal is not wanted."""
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
