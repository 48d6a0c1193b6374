"""An HTTP camera on a loopback address, for tests: multipart JPEG that can stall, cut, refuse and come back."""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class MjpegCamera:
    """Sends the JPEGs in turn, `fps` a second, until closed. `mode`: 'send', 'stall' (silence) or 'cut' (hang up)."""

    def __init__(
        self, jpegs: list[bytes], fps: float = 50, authorization: str = "", most_connections: int = 100
    ) -> None:
        self.mode = "send"
        self.connections = 0
        self.sent = 0
        camera = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                camera.connections += 1
                if camera.mode == "cut" or camera.connections > most_connections:
                    return
                if authorization and self.headers.get("Authorization") != authorization:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                    self.end_headers()
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                camera.stream(self)

            def log_message(self, *_: object) -> None:
                pass

        self._closed = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._jpegs = jpegs
        self._pause = 1 / fps
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stream(self, handler: BaseHTTPRequestHandler) -> None:
        number = 0
        while not self._closed and self.mode != "cut":
            if self.mode == "send":
                jpeg = self._jpegs[number % len(self._jpegs)]
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
                try:
                    handler.wfile.write(head.encode() + jpeg + b"\r\n")
                except OSError:
                    return
                number += 1
                self.sent += 1
            time.sleep(self._pause)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}/live"

    def close(self) -> None:
        self._closed = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> MjpegCamera:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
