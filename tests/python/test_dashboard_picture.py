"""The page /picture: what it says of a picture, and that no file, however broken, brings the server down."""

import base64
import http.client
import io
import threading

import emotion
import numpy as np
import pytest

pytest.importorskip("dash")
pytest.importorskip("pandas")
pytest.importorskip("sqlalchemy")
pytest.importorskip("PIL")
from emotion.dashboard import _picture
from PIL import Image
from served_dashboard import served


def encoded(image, kind="PNG"):
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind)
    return file.getvalue()


@pytest.fixture
def astronaut():
    return pytest.importorskip("skimage.data").astronaut()


@pytest.fixture
def server():
    with served(None) as server:
        yield server


def post(server, content, field="picture", **headers):
    """HTTP's status and the page."""
    place = server.address.removeprefix("http://").strip("/")
    mark = b"--a-mark-that-no-picture-has"
    head = f'\r\nContent-Disposition: form-data; name="{field}"; filename="a.png"\r\n\r\n'.encode()
    body = mark + head + content + b"\r\n" + mark + b"--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=" + mark[2:].decode()}
    connection = http.client.HTTPConnection(place, timeout=60)
    connection.request("POST", "/picture", body, {**kind, **headers})
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, page


# ------------------------------------------------------------------------------------------------------------- pictures


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_faces_come_from_left_to_right_with_what_they_show(astronaut, kind, monkeypatch):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    double = np.hstack([np.roll(astronaut, -60, axis=0), astronaut])
    seen = _picture.PictureReader().read(encoded(double, kind))
    assert [face.emotion.label for face in seen.faces] == ["happiness"] * 2
    assert all(face.emotion.valence > 0.3 for face in seen.faces)
    drawn = emotion.decode_image(decoded(seen.picture))
    assert drawn.shape == double.shape
    middle = drawn.shape[1] // 2
    for half in (drawn[:, :middle], drawn[:, middle:]):
        assert (np.abs(half.astype(int) - emotion.label_color("happiness")).max(axis=2) < 60).sum() > 200
    first, second = (emotion.decode_image(decoded(face.picture)) for face in seen.faces)
    for face in (first, second):
        assert max(face.shape) == 96 and np.abs(face.mean(axis=(0, 1)) - first.mean(axis=(0, 1))).max() < 5


def decoded(address):
    head, _, text = address.partition(",")
    assert head == "data:image/jpeg;base64"
    return base64.b64decode(text)


def test_large_and_thin_and_grey_pictures_are_taken(models):
    reader = _picture.PictureReader()
    for image, shown in (
        (np.full((1500, 6000), 90, np.uint8), (320, 1280, 3)),
        (np.full((1, 5000, 3), 90, np.uint8), (1, 1280, 3)),
        (np.full((1, 1, 4), 90, np.uint8), (1, 1, 3)),
    ):
        assert emotion.decode_image(decoded(reader.read(encoded(image)).picture)).shape == shown


def test_models_are_loaded_once_and_with_the_first_picture(models, picture, monkeypatch):
    loaded = []
    detector = emotion._core.FaceDetector
    monkeypatch.setattr("emotion._core.FaceDetector", lambda: loaded.append("faces") or detector())
    reader = _picture.PictureReader()
    assert not loaded
    threads = [threading.Thread(target=reader.read, args=(encoded(picture),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loaded == ["faces"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: b"", "no picture was chosen"),
        (lambda: b"<svg/>", "is no picture: expected JPEG or PNG"),
        (lambda: encoded(np.zeros((8, 8, 3), np.uint8), "GIF"), "is no picture"),
        (lambda: encoded(np.zeros((8, 8, 3), np.uint8), "TIFF"), "is no picture"),
        (lambda: bytes(_picture.MOST_BYTES + 1), "too large: at most 16 MB"),
        (lambda: encoded(np.zeros((7100, 7100), bool)), "too large: at most 50 megapixels"),
        (lambda: encoded(np.zeros((20000, 20000), bool)), "too large: at most 50 megapixels"),
        (lambda: encoded(np.eye(300, dtype=np.uint8) * 255, "JPEG")[:-700], "truncated or damaged"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_picture_is_a_sentence(models, make, message):
    with pytest.raises(OSError, match=message):
        _picture.PictureReader().read(make())


# --------------------------------------------------------------------------------------------------------------- server


def test_the_page_shows_the_face_and_stores_nothing(server, astronaut, monkeypatch, tmp_path):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "not-there"))  # a temporary file would be an error
    noise = np.random.default_rng(1).integers(0, 256, (512, 700, 3), dtype=np.uint8)
    data = encoded(np.hstack([astronaut, noise]))
    assert len(data) > 1_000_000
    status, page = post(server, data)
    assert status == 200 and ">1 face<" in page and "<td>happiness</td>" in page
    assert page.count("data:image/jpeg;base64,") == 2
    status, page = post(server, encoded(np.full((60, 80), 99, np.uint8)))
    assert status == 200 and "No face was found." in page and "<table>" not in page


def test_broken_files_get_a_sentence_and_the_server_goes_on(server, models, picture):
    whole = encoded(picture, "JPEG")
    random = np.random.default_rng(5)
    for _ in range(40):
        broken = bytearray(whole)
        for place in random.integers(0, len(whole), 12):
            broken[place] = random.integers(0, 256)
        status, page = post(server, bytes(broken[: random.integers(1, len(whole) + 1)]))
        assert status in (200, 400) and 'id="said"' in page
    for content, field, expected in (
        (bytes(_picture.MOST_BYTES + 200_000), "picture", 413),
        (b"", "picture", 400),
        (whole, "other", 400),
    ):
        status, page = post(server, content, field)
        assert status == expected and 'role="alert"' in page and "<img" not in page
    assert post(server, whole)[0] == 200


def test_another_page_cannot_have_a_browser_send_pictures(server, models, picture):
    for site, allowed in (("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)):
        status, page = post(server, encoded(picture), **{"Sec-Fetch-Site": site})
        assert (status, "its own form" in page) == ((200, False) if allowed else (403, True))
    assert post(server, encoded(picture), Host="rebound.example")[0] == 400
