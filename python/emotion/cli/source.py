"""What a command line names to be watched: a video file, a camera or an address."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import emotion

from ..secret_values import read_secrets

_ENDINGS = (
    *(".3gp", ".asf", ".avi", ".dav", ".flv", ".m2ts", ".m4v", ".mjpeg", ".mjpg", ".mkv", ".mov"),
    *(".mp4", ".mpeg", ".mpg", ".mts", ".ogv", ".ts", ".vob", ".webm", ".wmv"),
)

EXPECTED_VIDEO = (
    "a video (a file with an ending such as .mp4, .avi or .mkv), a camera's number or an address such as rtsp://HOST/"
)
_HOST = re.compile(r"(\d{1,3}\.){3}\d{1,3}(:\d+)?")


def looks_like_host(text: str) -> bool:
    """Whether an argument is a bare IP address, which is neither a file nor an address that can be opened."""
    return _HOST.fullmatch(text) is not None


def is_video(text: str) -> bool:
    """Whether an argument names a video file, a camera (0, /dev/video0) or an address."""
    path = Path(text)
    if "://" in text or text.startswith("/dev/video"):
        return True
    if path.exists():
        return path.is_file() and path.suffix.lower() in _ENDINGS
    return text.isdecimal()


def source_of(named: str, arguments: argparse.Namespace) -> str:
    """What is opened; of an IP camera its address, with login and password."""
    if not arguments.ip_camera:
        return named
    secrets = read_secrets(arguments.secrets)
    return emotion.ip_camera_url(named, secrets.need("ip_camera_login"), secrets.need("ip_camera_password"))
