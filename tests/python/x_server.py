"""An X server without a screen (Xvfb) for tests of windows, and what stands on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

HEIGHT, WIDTH = 400, 640


class Server:
    def __init__(self, process: subprocess.Popen, display: str, folder: Path) -> None:
        self.process = process
        self.display = display
        self.picture = folder / "Xvfb_screen0"

    def screen(self) -> np.ndarray:
        """(HEIGHT, WIDTH, 3), RGB: from the file in which Xvfb keeps its screen, in the format of xwd."""
        content = np.fromfile(self.picture, np.uint8)
        header, colors = (int.from_bytes(content[4 * i : 4 * i + 4].tobytes(), "big") for i in (0, 19))
        pixels = content[header + 12 * colors :][: HEIGHT * WIDTH * 4].reshape(HEIGHT, WIDTH, 4)
        return pixels[:, :, 2::-1]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


@contextlib.contextmanager
def x_server(folder: Path) -> Iterator[Server]:
    """Skips the test where there is no Xvfb."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed (apt-get install xvfb)")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp"]
    process = subprocess.Popen([*command, "-fbdir", folder], pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    with open(reader) as ready:
        number = ready.readline().strip()  # comes when the server takes clients
    assert number, "Xvfb does not start"
    server = Server(process, f":{number}", folder)
    try:
        yield server
    finally:
        server.stop()
