"""An RTSP camera on a loopback address for tests: rtsp_server.py as a process that can be stopped and killed."""

from __future__ import annotations

import functools
import socket
import subprocess
from pathlib import Path

import pytest

SERVER = Path(__file__).with_name("rtsp_server.py")
PYTHON = "/usr/bin/python3"  # the one that Debian's bindings of GStreamer belong to
LOGIN, PASSWORD = "admin", "p@ss/w:rd"


@functools.cache
def is_installed() -> bool:
    return Path(PYTHON).exists() and not subprocess.run([PYTHON, SERVER], capture_output=True, timeout=120).returncode


def start_or_skip() -> RtspCamera:
    if not is_installed():
        pytest.skip("no GStreamer RTSP server: gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-good -ugly")
    return RtspCamera()


class RtspCamera:
    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.start()

    def start(self) -> None:
        port = self.address.split(":")[1]
        self._process = subprocess.Popen([PYTHON, SERVER, port, LOGIN, PASSWORD], stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None and self._process.stdout.readline() == "ready\n"

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()
