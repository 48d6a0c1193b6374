"""python -m emotion.compat.app: training on FER2013's folders, and a live session that ends in the dashboard."""

import csv
import http.client
import io
import json
import os
import re
import signal
import sqlite3
import sys
import threading

import emotion
import interruptible
import numpy as np
import pytest
from emotion.compat import app
from loopback_server import wait_until

pytest.importorskip("skimage.data")
import astronaut_video
import PIL.Image
from mjpeg_server import MjpegCamera

CLASSES = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"]
SMALL = ["--epochs", "1", "--widths", "8,8,8", "--blocks", "1", "--batch-size", "8", "--warmup-steps", "1"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    monkeypatch.setenv("EMOTION_SPOOL", str(tmp_path / "spool"))
    return tmp_path


# ------------------------------------------------------------------------------------------------------------- training


@pytest.fixture
def fer2013(folder):
    """Two pictures of a face for each class and split, and a grey one without a face among the sad."""
    x1, y1, x2, y2 = astronaut_video.FACE
    face = emotion.resize(astronaut_video.portrait()[y1 - 20 : y2 + 20, x1 - 20 : x2 + 20], 96, 96)
    for split in ("fer2013/train", "fer2013/test", "extra"):
        for name in CLASSES:
            (folder / split / name).mkdir(parents=True)
            for number in range(2):
                emotion.write_image(folder / split / name / f"{number}.png", np.roll(face, number, axis=1))
    emotion.write_image(folder / "fer2013/train/sad/blank.png", np.full((96, 96), 128, np.uint8))
    return folder


def test_train_says_its_command_and_writes_a_model(fer2013, capfd):
    assert app.main(["train", "--extra", "--out", "mine", *SMALL]) == 0
    out, err = capfd.readouterr()
    assert "emotion train emotion --out mine --train fer2013/train --train extra --validation" in err
    assert "model in mine" in out
    card = json.loads((fer2013 / "mine" / "model.json").read_text())
    assert "happiness" in card["labels"]
    assert (fer2013 / "fer2013/train/sad/blank.png").exists()


def test_clean_leaves_out_what_has_no_face_and_touches_nothing(fer2013, capfd):
    assert app.main(["train", "--clean", "--out", "mine", *SMALL]) == 0
    assert "fer2013/train: 1 picture without a face left out" in capfd.readouterr().err
    with open("mine-training/clean-0.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["image"] for row in rows) == sorted(
        f"../fer2013/train/{name}/{number}.png" for name in CLASSES for number in range(2)
    )
    assert {row["emotion"] for row in rows} >= {"happiness", "anger", "sadness"}
    assert (fer2013 / "fer2013/train/sad/blank.png").exists()


def test_mistakes_are_a_sentence(fer2013, capfd):
    for arguments, code, text in (
        (["train", "--data", "nothing"], 1, "nothing/train is not there: nothing must have train and test, each with"),
        (["train", "--extra", "more"], 1, "more is not there"),
        (["start", "fer2013"], 2, "fer2013 is no video, camera or address: expected a video"),
        (["start", "99"], 1, "99"),
        (["start", "10.0.0.7", "--ip-camera"], 2, "ip_camera_login is not known"),
    ):
        assert app.main(arguments) == code
        assert text in capfd.readouterr().err
    for arguments in ([], ["start", "0", "--nothing"], ["train", "--nothing"]):
        with pytest.raises(SystemExit) as caught:
            app.main(arguments)
        assert caught.value.code == 2
    assert not list(fer2013.glob("*.db"))


# ----------------------------------------------------------------------------------------------------------------- live


@pytest.fixture
def start():
    """Starts a live session as a user does, and gives the process."""
    for name in ("dash", "pandas", "sqlalchemy"):
        pytest.importorskip(name)
    processes = []

    def begin(*arguments):
        process = interruptible.start(
            [sys.executable, "-m", "emotion.compat.app", "start", *arguments, "--port", "0"],
            env={name: text for name, text in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")},
        )
        processes.append(process)
        # A session that neither stores nor ends fails the test and does not hold it up.
        watchdog = threading.Timer(150, process.kill)
        watchdog.daemon = True
        watchdog.start()
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()


def stored_frames(path):
    """Of each run, with its exhibit."""
    if not path.exists():
        return []
    connection = sqlite3.connect(path, timeout=10)
    try:
        query = "SELECT exhibit, count(frame) FROM runs LEFT JOIN frames ON run_id = id GROUP BY id ORDER BY started"
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:  # the tables are being made
        return []
    finally:
        connection.close()


def dashboard_of(process):
    """Waits for the dashboard: what was printed before it, and the layout it gives."""
    printed = []
    for line in process.stdout:
        if found := re.search(r"dashboard of (\S+): http://127\.0\.0\.1:(\d+)/", line):
            connection = http.client.HTTPConnection("127.0.0.1", int(found.group(2)), timeout=60)
            connection.request("GET", "/_dash-layout")
            layout = connection.getresponse().read().decode()
            connection.close()
            return "".join(printed), layout
        printed.append(line)
    raise AssertionError("no dashboard: " + process.stderr.read())


def finish(process):
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0 and "Traceback" not in errors, errors
    return errors


def test_ctrl_c_ends_in_the_dashboard_of_all_that_was_collected(start, folder):
    astronaut_video.write("earlier.mp4", 12, fps=25)
    first = start("earlier.mp4", "--exhibit", "The Kiss")  # the end of a file is like Ctrl+C
    report, layout = dashboard_of(first)
    assert "12 frames analysed" in report and "The Kiss" in layout
    finish(first)
    buffer = io.BytesIO()
    PIL.Image.fromarray(next(astronaut_video.frames(1))).save(buffer, "jpeg")
    with MjpegCamera([buffer.getvalue()], fps=10) as camera:
        live = start(camera.url, "--exhibit", "Water Lilies")
        path = folder / "emotions.db"
        wait_until(lambda: len(found := stored_frames(path)) == 2 and found[1][1] > 2, "frames of the camera", 120)
        live.send_signal(signal.SIGINT)
        report, layout = dashboard_of(live)
        assert "frames analysed" in report and "The Kiss" in layout and "Water Lilies" in layout
        assert "emotion: stopped" in finish(live)
    (kiss, lilies) = stored_frames(path)
    assert kiss == ("The Kiss", 12) and lilies[0] == "Water Lilies"
    analysed = int(re.search(r"(\d+) frames analysed", report).group(1))
    assert analysed - lilies[1] in (0, 1)  # Ctrl+C costs at most the frame that is in hand
