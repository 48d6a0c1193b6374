"""emotion analyze of a video on a disk that is too small for one of its outputs."""

import csv
import os
import resource
import subprocess
import sys

import emotion
import pytest

pytest.importorskip("skimage.data")
import astronaut_video

FRAMES = 60


@pytest.fixture
def run(tmp_path):
    """Analyses the film with all outputs; no file may grow beyond `limit` bytes, as where a disk is full."""
    astronaut_video.write(tmp_path / "film.mp4", FRAMES)
    environment = {key: value for key, value in os.environ.items() if key != "EMOTION_MODELS"}
    command = [sys.executable, "-m", "emotion", "analyze", "film.mp4", "--out", "drawn"]

    def call(limit, *more):
        outputs = ["--csv", "faces.csv", "--frames", "frames.jsonl"]
        return subprocess.run(
            [*command, *outputs, *more],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment,
            timeout=200,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )

    return call


def test_a_parquet_file_that_was_not_made_is_not_among_the_outputs(tmp_path, run):
    pytest.importorskip("pyarrow")
    done = run(5000, "--parquet", "faces.parquet")
    assert done.returncode == 1 and "faces.parquet cannot be made" in done.stderr, done.stderr
    assert "parquet:" not in done.stdout and (tmp_path / "faces.parquet.jsonl").exists()


def test_a_video_without_room_is_named_and_stays_good_and_the_tables_go_on(run, tmp_path):
    assert run(resource.RLIM_INFINITY).returncode == 0
    video, tables = tmp_path / "drawn" / "film.mp4", [tmp_path / "faces.csv", tmp_path / "frames.jsonl"]
    whole, large_enough = video.stat().st_size, max(path.stat().st_size for path in tables)
    limit = whole * 2 // 3
    assert large_enough < limit
    done = run(limit)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    (line,) = done.stderr.splitlines()  # said once
    assert "drawn/film.mp4" in line and "File too large" in line and "are good and stay" in line, line
    assert video.stat().st_size <= limit
    played = list(emotion.VideoSource(video))
    assert 10 <= len(played) < FRAMES and played[0].image.shape == (astronaut_video.HEIGHT, astronaut_video.WIDTH, 3)
    with open(tables[0], newline="") as file:
        assert [int(row["frame"]) for row in csv.DictReader(file)] == list(range(FRAMES))
    assert len(tables[1].read_text().splitlines()) == FRAMES
    assert f"{FRAMES} frames analysed" in done.stdout


def test_a_table_without_room_ends_with_a_whole_row_and_the_others_go_on(run, tmp_path):
    done = run(2000)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 3 and "faces.csv" in done.stderr and "frames.jsonl" in done.stderr
    content = (tmp_path / "faces.csv").read_text()
    assert 1000 < len(content) <= 2000 and content.endswith("\n")
    with open(tmp_path / "faces.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["frame"]) for row in rows] == list(range(len(rows))) and rows[-1]["roll_deg"]
    assert f"{FRAMES} frames analysed" in done.stdout
