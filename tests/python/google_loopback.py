"""The few calls of Google's Sheets and Drive that gspread makes, answered on a loopback address.

use_google_at(url) sends this process's calls to Google there. An account's key file is made by account_file(path, url).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from loopback_server import Answer, Request

GOOGLE = re.compile(r"https://(sheets|www|oauth2)\.googleapis\.com")


def use_google_at(url: str) -> Callable[[], None]:
    """Gives a function that ends it."""
    from requests.adapters import HTTPAdapter

    send = HTTPAdapter.send

    def redirected(self, request, *args, **kwargs):
        request.url = GOOGLE.sub(url, request.url)
        assert request.url.startswith("http://127.0.0.1"), request.url
        return send(self, request, *args, **kwargs)

    HTTPAdapter.send = redirected
    return lambda: setattr(HTTPAdapter, "send", send)


def account_file(path: Path, url: str) -> Path:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    content = {
        "type": "service_account",
        "client_email": "watcher@hall.example",
        "private_key_id": "1",
        "private_key": pem.decode(),
        "token_uri": f"{url}/token",
    }
    path.write_text(json.dumps(content))
    return path


class Google:
    """answer(request) for a LoopbackServer. fault(request), if set, goes first: an Answer, an exception or None.

    after(request) goes when the call has been carried out: it may raise, so that the answer is lost.
    """

    def __init__(self) -> None:
        self.sheets: dict[str, Spreadsheet] = {}
        self.fault: Callable[[Request], Answer | None] = lambda _: None
        self.after: Callable[[Request], None] = lambda _: None
        self._lock = threading.Lock()

    def named(self, name: str) -> Spreadsheet:
        (found,) = [sheet for sheet in self.sheets.values() if sheet.name == name]
        return found

    def answer(self, request: Request) -> Answer:
        if (said := self.fault(request)) is not None:
            return said
        with self._lock:
            status, content = self._carry_out(request)
        self.after(request)
        return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})

    def _carry_out(self, request: Request) -> tuple[int, object]:
        parts = urlsplit(request.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        if path == "/token":
            return 200, {"access_token": "t0ken", "expires_in": 3600, "token_type": "Bearer"}
        if request.headers.get("authorization") != "Bearer t0ken":
            return 401, refusal(401, "no token")
        body = json.loads(request.body) if request.body else {}
        if path == "/drive/v3/files":
            if request.method == "POST":
                number = f"id{len(self.sheets)}"
                self.sheets[number] = Spreadsheet(body["name"])
                return 200, {"id": number}
            name = re.search(r'name = "(.*)"', query["q"][0])[1]
            return 200, {"files": [{"id": k, "name": v.name} for k, v in self.sheets.items() if v.name == name]}
        match = re.match(r"/(?:drive/v3/files|v4/spreadsheets)/(\w+)", path)
        if not match or match[1] not in self.sheets:
            return 404, refusal(404, "Requested entity was not found.")
        if match := re.fullmatch(r"/drive/v3/files/(\w+)/permissions", path):
            return self.sheets[match[1]].share(body)
        if match := re.fullmatch(r"/v4/spreadsheets/(\w+)", path):
            return 200, self.sheets[match[1]].metadata()
        if match := re.fullmatch(r"/v4/spreadsheets/(\w+):batchUpdate", path):
            return self.sheets[match[1]].resize(body)
        if match := re.fullmatch(r"/v4/spreadsheets/(\w+)/values/'first'!(.+)", path):
            sheet = self.sheets[match[1]]
            return sheet.update(match[2], body) if request.method == "PUT" else sheet.first_column(match[2])
        return 404, refusal(404, path)


def refusal(code: int, message: str) -> dict[str, object]:
    return {"error": {"code": code, "message": message, "status": "REFUSED"}}


class Spreadsheet:
    def __init__(self, name: str) -> None:
        self.name = name
        self.writers: list[str] = []
        self.size = {"rowCount": 20, "columnCount": 12}
        self.values: dict[int, list[object]] = {}  # by row, from 1

    @property
    def rows(self) -> list[list[object]]:
        return [self.values.get(row, []) for row in range(1, max(self.values, default=0) + 1)]

    def metadata(self) -> dict[str, object]:
        first = {"sheetId": 0, "title": "first", "index": 0, "gridProperties": dict(self.size)}
        return {"properties": {"title": self.name}, "sheets": [{"properties": first}]}

    def share(self, body: dict[str, str]) -> tuple[int, object]:
        assert (body["type"], body["role"]) == ("user", "writer")
        if "@" not in body["emailAddress"]:
            return 400, refusal(400, "The specified emailAddress is invalid.")
        self.writers.append(body["emailAddress"])
        return 200, {"id": "1"}

    def resize(self, body: dict[str, list[dict[str, dict]]]) -> tuple[int, object]:
        for request in body["requests"]:
            self.size.update(request["updateSheetProperties"]["properties"]["gridProperties"])
        return 200, {"replies": [{}]}

    def update(self, place: str, body: dict[str, list]) -> tuple[int, object]:
        first = int(re.fullmatch(r"A(\d+)", place)[1])
        values = body["values"]
        if first + len(values) - 1 > self.size["rowCount"] or len(values[0]) > self.size["columnCount"]:
            return 400, refusal(400, f"Range ({place}) exceeds grid limits.")
        self.values.update(enumerate(values, start=first))
        return 200, {"updatedRows": len(values)}

    def first_column(self, place: str) -> tuple[int, object]:
        assert place == "A1:A"
        column = [row[0] if row else "" for row in self.rows]
        return 200, {"values": [column]} if column else {}
