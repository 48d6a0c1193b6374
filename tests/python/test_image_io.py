"""Reading and writing pictures."""

import emotion
import numpy as np
import pytest


@pytest.mark.parametrize("ending", [".png", ".bmp", ".tif"])
@pytest.mark.parametrize("order", ["rgb", "bgr"])
def test_lossless_formats_give_back_what_was_written(tmp_path, picture, ending, order):
    path = tmp_path / ("a" + ending)
    emotion.write_image(path, picture, order)
    np.testing.assert_array_equal(emotion.read_image(path, order), picture)
    np.testing.assert_array_equal(
        emotion.read_image(str(path), order)[:, :, ::-1], emotion.read_image(path, "bgr" if order == "rgb" else "rgb")
    )
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_slices_and_grey_are_written_as_they_look(tmp_path, picture):
    emotion.write_image(tmp_path / "slice.png", picture[10:90, 20:70])
    np.testing.assert_array_equal(emotion.read_image(tmp_path / "slice.png"), picture[10:90, 20:70])
    grey = np.ascontiguousarray(picture[:, :, 0])
    emotion.write_image(tmp_path / "grey.png", grey)
    np.testing.assert_array_equal(emotion.read_image(tmp_path / "grey.png", "gray"), grey)
    assert emotion.read_image(tmp_path / "grey.png").shape == picture.shape


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, lambda b: np.frombuffer(b, np.uint8)])
def test_bytes_decode_like_the_file(tmp_path, picture, wrap):
    emotion.write_image(tmp_path / "a.jpg", picture)
    data = (tmp_path / "a.jpg").read_bytes()
    np.testing.assert_array_equal(emotion.decode_image(wrap(data)), emotion.read_image(tmp_path / "a.jpg"))


def test_what_is_no_picture_file_is_an_os_error(tmp_path, picture):
    with pytest.raises(OSError, match=r"missing\.png"):
        emotion.read_image(tmp_path / "missing.png")
    (tmp_path / "text.jpg").write_text("not a picture")
    with pytest.raises(OSError, match=r"text\.jpg"):
        emotion.read_image(tmp_path / "text.jpg")
    with pytest.raises(OSError):
        emotion.decode_image(b"")
    with pytest.raises(OSError):
        emotion.write_image(tmp_path / "no" / "such" / "folder.png", picture)
    with pytest.raises(TypeError, match="data is a str"):
        emotion.decode_image("text")
    with pytest.raises(ValueError, match="'rgb', 'bgr' or 'gray'"):
        emotion.read_image(tmp_path / "text.jpg", "hsv")


def test_endings_of_pictures():
    assert emotion.is_image_path("a/b.JPG") and emotion.is_image_path("x.webp")
    assert not emotion.is_image_path("a.txt") and not emotion.is_image_path("jpg")
