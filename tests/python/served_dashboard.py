"""A dashboard that answers on a loopback address while a test looks at it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

from emotion.dashboard import Server


@contextlib.contextmanager
def served(url: str | None) -> Iterator[Server]:
    """The server of a database, or of the page for a picture alone, on a free port and a thread of its own."""
    with Server(url, port=0) as server:
        thread = threading.Thread(target=server.serve)
        thread.start()
        try:
            yield server
        finally:
            server.stop()
            thread.join(20)
        assert not thread.is_alive()
