"""The page /picture: a form that takes a picture, and what the picture shows. It works without JavaScript."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

import flask
from werkzeug.exceptions import RequestEntityTooLarge

from .._core import EmotionError
from ._picture import MOST_BYTES, TOO_LARGE, PictureReader, ShownPicture

_MORE_THAN_THE_FILE = 64 * 1024  # the form around it


class _Request(flask.Request):
    def _get_file_stream(self, *_: Any, **__: Any) -> BinaryIO:
        """Uploads stay in memory; werkzeug would write larger ones to a temporary file."""
        return io.BytesIO()


def add_picture_page(server: flask.Flask, with_runs: bool) -> None:
    """server: gets the page. with_runs: it has the page of the runs too, which is linked."""
    server.request_class = _Request
    reader = PictureReader()
    pages = flask.Blueprint("picture", __name__, template_folder="templates")

    @pages.route("/picture", methods=["GET", "POST"])
    def picture() -> Any:
        shown, problem, status = _answer(reader) if flask.request.method == "POST" else (None, "", 200)
        page = flask.render_template("picture.html", shown=shown, problem=problem, with_runs=with_runs)
        return page, status, {"Cache-Control": "no-store"}

    server.register_blueprint(pages)


def _answer(reader: PictureReader) -> tuple[ShownPicture | None, str, int]:
    """What is shown, or what is wrong, and HTTP's status."""
    request = flask.request
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return None, "this page takes pictures from its own form only", 403
    request.max_content_length = MOST_BYTES + _MORE_THAN_THE_FILE
    try:
        file = request.files.get("picture")
        return reader.read(file.read() if file else b""), "", 200
    except RequestEntityTooLarge:
        return None, TOO_LARGE, 413
    except EmotionError as error:
        return None, str(error).removeprefix("read_image: "), 400
    except MemoryError:
        return None, "there is not enough memory for this picture", 503
