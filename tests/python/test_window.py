"""Windows: pictures on a display, and what is said where there is none."""

import os
import subprocess
import sys
import time

import emotion
import numpy as np
import pytest

pytest.importorskip("skimage.data")
import astronaut_video
from x_server import x_server


def command_line(*arguments, display, cwd):
    environment = {key: value for key, value in os.environ.items() if key not in ("EMOTION_MODELS", "DISPLAY")}
    if display:
        environment["DISPLAY"] = display
    command = [sys.executable, "-m", "emotion", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def write_film(path, count):
    astronaut_video.write(path, count)


def test_without_a_display_there_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(emotion.UnsupportedError, match="there is no display to show pictures on: DISPLAY is not set"):
        emotion.Window()
    with pytest.raises(ValueError, match="max_width must be at least 1 px, got 0"):
        emotion.Window(max_width=0)
    with pytest.raises(TypeError, match="Window: max_width is a str, expected int or None"):
        emotion.Window(max_width="wide")
    write_film(tmp_path / "film.mp4", 3)
    process = command_line("analyze", "film.mp4", "--display", "--csv", "a.csv", display=None, cwd=tmp_path)
    _, errors = process.communicate(timeout=200)
    assert process.returncode == 1 and errors.count("\n") == 1 and "there is no display" in errors, errors


def test_pictures_are_shown_in_their_colours(monkeypatch, tmp_path, picture):
    with x_server(tmp_path) as server:
        monkeypatch.setenv("DISPLAY", server.display)
        with emotion.Window(title="caf\u00e9") as window:
            assert window.is_open and window.show(picture)
            np.testing.assert_array_equal(server.screen()[:240, :320], picture)
            assert window.show(picture[:, :, ::-1], order="bgr")
            np.testing.assert_array_equal(server.screen()[:240, :320], picture)
            assert window.show(picture[::2, :, 0])
            np.testing.assert_array_equal(server.screen()[:120, :320], picture[::2, :, :1].repeat(3, axis=2))
            assert not server.screen()[120:].any()
        assert not window.is_open and not window.show(picture)
        with emotion.Window(max_width=160) as window:
            assert window.show(picture)
            assert not server.screen()[120:].any() and not server.screen()[:, 160:].any()
            reduced = emotion.resize(picture, 120, 160)
            np.testing.assert_array_equal(server.screen()[:120, :160], reduced)


def test_a_run_is_shown_until_the_window_is_gone(tmp_path):
    write_film(tmp_path / "film.mp4", 600)
    with x_server(tmp_path) as server:
        process = command_line("analyze", "film.mp4", "--display", display=server.display, cwd=tmp_path)
        deadline = time.monotonic() + 100
        box_color = np.array(emotion.label_color("happiness"))
        while (server.screen() == box_color).all(axis=2).sum() < 200 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert (server.screen() == box_color).all(axis=2).sum() >= 200
        assert process.poll() is None
        server.stop()
        output, errors = process.communicate(timeout=100)
    assert process.returncode == 0 and errors == "", errors
    frames = int(output.split(" frame")[0].split()[-1])
    assert 0 < frames < 600 and "happiness" in output
