"""Drawn videos and tables of a run, while it goes on and after a kill."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import emotion
import numpy as np
import pytest

pytest.importorskip("skimage.data")
import astronaut_video

CPU = {"device": "cpu", "precision": "f32"}
HERE = os.path.dirname(__file__)


@pytest.fixture(autouse=True)
def shipped(monkeypatch):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)


@pytest.fixture(scope="module")
def run():
    """Labels and results of twelve frames."""
    analysis = emotion.Emanalysis(astronaut_video.frames(12), fps=10, **CPU)
    return analysis.labels, list(analysis)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_overlays_are_drawn_in_the_order_of_the_frames(run):
    labels, results = run
    overlay = emotion.Overlay(labels)
    drawn = [overlay.draw(result) for result in results][-1]
    frame = results[-1].image
    assert drawn.shape == frame.shape and drawn.flags.writeable and not np.shares_memory(drawn, frame)
    color = np.array(emotion.label_color("happiness"))
    box = [round(v) for v in results[-1].faces[0].track.face.box]
    assert (drawn[box[1] : box[3], box[0] : box[0] + 2] == color).all(axis=2).any()
    assert (drawn != frame).any(axis=2).mean() < 0.6
    for mode, shape in (("graph", (720, 1280, 3)), ("board", (400, 1920, 3))):
        overlay = emotion.Overlay(labels, mode=mode)
        drawn = [overlay.draw(result) for result in results][-1]
        assert drawn.shape == shape
        assert (drawn == color).all(axis=2).sum() > 50  # red first: the line of happiness is yellow, not cyan
    (bgr,) = emotion.Emanalysis([results[0].image[:, :, ::-1]], order="bgr", **CPU)
    (rgb,) = emotion.Emanalysis([results[0].image], **CPU)
    turned = emotion.Overlay(labels).draw(bgr)[:, :, ::-1]
    np.testing.assert_array_equal(turned, emotion.Overlay(labels).draw(rgb))


def test_results_of_another_classifier_are_refused(run, tmp_path):
    labels, results = run
    other = [*labels, "bored", "tired"]
    recording = emotion.Recording(other, frames_table=tmp_path / "frames.csv", faces_table=tmp_path / "faces.csv")
    with pytest.raises(ValueError, match=f"Recording: the result has {len(labels)} labels, expected {len(other)}"):
        recording.add(results[0])
    recording.close()
    assert rows_of(tmp_path / "frames.csv") == rows_of(tmp_path / "faces.csv") == []
    for mode in ("picture", "graph", "board"):
        with pytest.raises(ValueError, match="Overlay: the result has"):
            emotion.Overlay(other, mode=mode).draw(results[0])


def test_without_labels_heads_alone_are_written(run, tmp_path):
    _, results = run
    tables = {name: tmp_path / f"{name}.csv" for name in ("faces_table", "frames_table", "raw_table")}
    with emotion.Recording([], **tables) as recording:
        for result in results:
            recording.add(result)
    assert recording.failures == []
    faces = rows_of(tables["faces_table"])
    assert len(faces) == len(results) and "label" not in faces[0] and faces[0]["yaw_deg"]
    assert len(rows_of(tables["frames_table"])) == len(results) and rows_of(tables["raw_table"]) == []


def test_faces_are_blurred_on_request(run):
    labels, results = run
    x1, y1, x2, y2 = (round(v) for v in results[0].faces[0].track.face.box)
    inside = (slice(y1 + 8, y2 - 8), slice(x1 + 8, x2 - 8))

    def detail(image):
        return np.abs(np.diff(emotion.convert(np.ascontiguousarray(image), "gray")[inside].astype(int), axis=1)).mean()

    plain = emotion.Overlay(labels).draw(results[0])
    blurred = emotion.Overlay(labels, anonymize=True).draw(results[0])
    assert detail(blurred) < 0.3 * detail(plain)
    far = (slice(0, 10), slice(200, 390))
    np.testing.assert_array_equal(blurred[far], plain[far])


def test_all_outputs_say_what_the_results_say(run, tmp_path):
    labels, results = run
    paths = {"video": "a.mp4", "faces_table": "new/faces.csv", "frames_table": "frames.jsonl", "raw_table": "raw.csv"}
    with emotion.Recording(labels, **{k: tmp_path / v for k, v in paths.items()}, fps=10) as recording:
        for result in results:
            recording.add(result)
    assert recording.failures == []

    frames = list(emotion.VideoSource(tmp_path / "a.mp4"))
    assert [frame.time_s for frame in frames] == pytest.approx([r.time_s for r in results], abs=1e-3)
    overlay = emotion.Overlay(labels)
    for frame, result in zip(frames, results):
        assert np.abs(frame.image.astype(int) - overlay.draw(result)).mean() < 12

    faces = rows_of(tmp_path / "new" / "faces.csv")
    assert list(faces[0]) == [
        *("time_s", "frame", "track", "seen", "x1", "y1", "x2", "y2", "score", "label", *labels),
        *("valence", "arousal", "yaw_deg", "pitch_deg", "roll_deg"),
    ]
    assert len(faces) == 12
    for row, result in zip(faces, results):
        (face,) = result.faces
        assert (int(row["frame"]), int(row["track"]), row["seen"]) == (result.number, 1, "1")
        assert [float(row[k]) for k in ("x1", "y1", "x2", "y2")] == pytest.approx(face.track.face.box, abs=0.01)
        assert row["label"] == face.emotion.label
        assert [float(row[k]) for k in labels] == pytest.approx(face.emotion.probabilities.tolist(), abs=1e-4)
        assert float(row["yaw_deg"]) == pytest.approx(face.pose.yaw_deg, abs=0.1)

    lines = [json.loads(line) for line in (tmp_path / "frames.jsonl").read_text().splitlines()]
    assert [line["frame"] for line in lines] == list(range(12))
    assert all(line["head_count"] == 1 and line["happiness"] == 1 and line["attention_coef"] == 1 for line in lines)

    for row, result in zip(rows_of(tmp_path / "raw.csv"), results):
        assert list(row) == ["frame", *labels]
        logits = np.array([float(row[label]) for label in labels])
        assert logits == pytest.approx(np.log(np.maximum(result.faces[0].now.probabilities, 1e-9)), abs=1e-3)


def test_an_output_that_fails_is_named_and_the_rest_goes_on(run, tmp_path):
    labels, results = run
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    os.symlink("/dev/full", tmp_path / "full.csv")
    try:
        recording = emotion.Recording(labels, faces_table=tmp_path / "full.csv", frames_table=tmp_path / "b.csv")
    except OSError as error:  # seen at once
        assert "full.csv" in str(error)
        return
    for result in results:
        recording.add(result)
    recording.close()
    (failure,) = recording.failures
    assert "full.csv" in failure
    assert len(rows_of(tmp_path / "b.csv")) == 12


def test_mistakes_are_errors_with_a_sentence(tmp_path, run):
    labels, _ = run
    with pytest.raises(ValueError, match=r"must be a \.mp4 file"):
        emotion.Recording(labels, video=tmp_path / "a.avi")
    with pytest.raises(ValueError, match="two outputs have the same name"):
        emotion.Recording(labels, faces_table="a.csv", raw_table="./a.csv")
    with pytest.raises(ValueError, match=r"a table must be a \.csv or a \.jsonl file, got .*faces\.xlsx"):
        emotion.Recording.check(faces_table=tmp_path / "faces.xlsx")
    emotion.Recording.check(video=tmp_path / "a.mp4", frames_table=tmp_path / "frames.jsonl")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="'picture', 'graph' or 'board', got 'film'"):
        emotion.Overlay(labels, mode="film")
    with pytest.raises(ValueError, match="graph_points must be at least 2, got 1"):
        emotion.Recording(labels, graph_points=1)
    with pytest.raises(TypeError, match="video is an int, expected str or path or None"):
        emotion.Recording(labels, video=3)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        emotion.Recording(labels, faces_table=tmp_path / "file" / "a.csv")


KILLED = """
import sys, time
sys.path.insert(0, {here!r})
import astronaut_video, emotion
def frames():
    for frame in astronaut_video.frames(100000):
        yield frame
        time.sleep(0.02)
run = emotion.Emanalysis(frames(), fps=20, device="cpu")
outputs = dict(video="a.mp4", faces_table="faces.csv", frames_table="frames.csv")
with emotion.Recording(run.labels, **outputs, fps=20) as recording:
    for frame in run:
        recording.add(frame)
        print(frame.number, flush=True)
"""


def test_after_kill_9_the_video_plays_and_the_tables_are_whole(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED.format(here=HERE)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    last = -1
    deadline = time.monotonic() + 120
    for line in process.stdout:
        last = int(line)
        if last >= 60 or time.monotonic() > deadline:
            break
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.wait()
    last = int(rest[-1]) if rest and rest[-1].isdigit() else last
    assert last >= 60
    faces, frames = rows_of(tmp_path / "faces.csv"), rows_of(tmp_path / "frames.csv")
    assert last <= int(frames[-1]["frame"]) <= last + 1 and len(frames) == int(frames[-1]["frame"]) + 1
    assert last <= int(faces[-1]["frame"]) + 1 and all(row["roll_deg"] for row in faces)
    assert (tmp_path / "frames.csv").read_bytes()[-1:] == b"\n"
    played = list(emotion.VideoSource(tmp_path / "a.mp4"))
    assert len(played) >= last - 20 - 1  # at most the last second, and the picture that waited for its successor
    assert played[0].image.shape == (astronaut_video.HEIGHT, astronaut_video.WIDTH, 3)
