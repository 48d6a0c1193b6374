"""The server of the page."""

from __future__ import annotations

import logging
import socket
from typing import Any

from .._closing import Closing
from .._core import EmotionOSError, EmotionValueError
from ._page import make_pages

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Server(Closing):
    """Serves the page on a database, and /picture, by default to this computer alone.

    Whoever reaches it sees everything in the database.

    >>> with Server("sqlite:///lectures.db") as server:
    ...     print(server.address)
    ...     server.serve()  # until Ctrl+C

    On loopback, requests for any other host name are refused, so that no web page can have them sent by a browser.
    """

    def __init__(self, url: str | None, host: str = "127.0.0.1", port: int = 8050) -> None:
        """Listens at once. url: of the database; None serves /picture alone. port: 0 takes a free one.

        Raises UnsupportedError where Dash is missing, EmotionOSError where the database or the port is not to be had,
        EmotionValueError for a port outside [0, 65535].
        """
        if not 0 <= port <= 65535:
            raise EmotionValueError(f"Server: port must be in [0, 65535], got {port}")
        pages = make_pages(url)
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.WARNING)  # not a line for every request
        if host in _LOOPBACK:
            pages.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost", "[::1]"]
        self._socket = _listen(host, port)
        self._server: Any = make_server(host, port, pages, threaded=True, fd=self._socket.fileno())
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{self._socket.getsockname()[1]}/"

    def serve(self) -> None:
        """Answers until Ctrl+C or stop()."""
        self._server.serve_forever(poll_interval=0.2)

    def stop(self) -> None:
        """Ends serve() of another thread."""
        self._server.shutdown()

    def close(self) -> None:
        """Listens no more. Does nothing the second time."""
        self._server.server_close()
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise EmotionOSError(f"{host}:{port} is not to be had: {error.strerror}") from None
