"""emotion bench: speed on this machine."""

from __future__ import annotations

import argparse
from typing import Any

from .common import Raw


def add_parser(commands: Any, name: str) -> None:
    from emotion import bench

    parser = commands.add_parser(
        name,
        help="measure speed on this machine",
        description="Measures networks and whole calls on this machine, beside ONNX Runtime and OpenCV where they are\n"
        "installed.",
        epilog="example:\n  emotion bench",
        formatter_class=Raw,
    )
    bench.add_arguments(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from emotion import bench

    return bench.run(arguments) or 0
