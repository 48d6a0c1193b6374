"""Programs that a test ends by Ctrl+C."""

from __future__ import annotations

import signal
import subprocess
from typing import Any


def start(command: list[Any], **keywords: Any) -> subprocess.Popen[str]:
    """With its output in text pipes. Tests run in the background of a shell inherit an ignored Ctrl+C; it does not."""
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **keywords,
    )
