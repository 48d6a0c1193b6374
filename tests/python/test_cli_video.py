"""emotion analyze of a video, run as users run it."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import emotion
import interruptible
import pytest

pytest.importorskip("skimage.data")
import astronaut_video
import rtsp_camera


@pytest.fixture
def run(tmp_path):
    """Runs the command line with the shipped models in an empty folder."""
    environment = {key: value for key, value in os.environ.items() if key != "EMOTION_MODELS"}

    def call(*arguments):
        command = [sys.executable, "-m", "emotion", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=200)

    return call


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return astronaut_video.write(tmp_path_factory.mktemp("film") / "lecture.mp4", 20)


@pytest.fixture
def video(film, tmp_path):
    path = tmp_path / "lecture.mp4"
    path.write_bytes(film.read_bytes())
    return path


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_all_outputs_are_written_and_summed_up(run, video, tmp_path):
    before = video.read_bytes()
    done = run(
        *("analyze", "lecture.mp4", "--out", ".", "--csv", "faces.csv", "--frames", "t/frames.csv"),
        *("--raw", "raw.csv", "--anonymize"),
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert video.read_bytes() == before
    assert len(list(emotion.VideoSource(tmp_path / "lecture-faces.mp4"))) == 20
    assert len(rows_of(tmp_path / "faces.csv")) == len(rows_of(tmp_path / "raw.csv")) == 20
    frames = rows_of(tmp_path / "t" / "frames.csv")
    assert [row["head_count"] for row in frames] == ["1"] * 20 and frames[-1]["time_s"] == "1.900"
    for text in ("lecture.mp4: 20 frames analysed", "1.00 on average, 1 at most, 1 track", "happiness 1.00"):
        assert text in done.stdout
    for text in ("video: lecture-faces.mp4", "faces: faces.csv", "frames: t/frames.csv", "logits: raw.csv"):
        assert text in done.stdout.splitlines()


def test_json_is_the_summary(run, video):
    done = run("analyze", "lecture.mp4", "--json", "--every", "2", "--stop-after", "1")
    assert done.returncode == 0, done.stderr
    content = json.loads(done.stdout)
    assert content["source"] == "lecture.mp4" and content["frames_analyzed"] == 5 and not content["interrupted"]
    assert content["total"]["head_count"] == 1 and content["total"]["emotion_counts"]["happiness"] == 1
    (track,) = content["tracks"]
    assert (track["id"], track["first_s"], track["last_s"], track["sights"]) == (1, 0, 0.8, 5)
    assert sum(track["probabilities"].values()) == pytest.approx(1, abs=1e-3)
    assert content["health"]["frames_dropped"] == 0 and content["errors"] == []


def test_heads_only_and_the_other_modes(run, video, tmp_path):
    done = run("analyze", "lecture.mp4", "--heads-only", "--csv", "heads.csv", "--region", "0,0,400,240")
    assert done.returncode == 0, done.stderr
    assert "label" not in rows_of(tmp_path / "heads.csv")[0] and "emotions" not in done.stdout
    done = run("analyze", "lecture.mp4", "--mode", "board", "--out", "drawn", "--stop-after", "0.5")
    assert done.returncode == 0, done.stderr
    assert next(emotion.VideoSource(tmp_path / "drawn" / "lecture.mp4")).image.shape == (400, 1920, 3)


def test_a_run_without_end_is_as_long_as_the_video(run, video):
    done = run("analyze", "lecture.mp4", "--stop-after", "inf", "--heads-only")
    assert done.returncode == 0 and "20 frames analysed" in done.stdout, done.stderr


def test_recordings_of_cameras_are_known_by_their_endings(run, video, tmp_path):
    video.rename(tmp_path / "hall.DAV")
    done = run("analyze", "hall.DAV", "--heads-only")
    assert done.returncode == 0 and "20 frames analysed" in done.stdout, done.stderr


def test_an_ip_camera_gets_its_login_from_the_secrets(run, tmp_path):
    camera = rtsp_camera.start_or_skip()
    secrets = f"ip_camera_login = {rtsp_camera.LOGIN!r}\nip_camera_password = {rtsp_camera.PASSWORD!r}\n"
    (tmp_path / "secrets").write_text(secrets)
    try:
        options = ["--ip-camera", "--secrets", "secrets", "--heads-only", "--stop-after", "1"]
        done = run("analyze", camera.address, *options)
    finally:
        camera.kill()
    assert done.returncode == 0, done.stderr
    assert f"rtsp://{rtsp_camera.LOGIN}:***@{camera.address}/cam/" in done.stdout and "frames analysed" in done.stdout


def test_a_video_of_an_unknown_ending_is_told_what_was_expected(run, video, tmp_path):
    video.rename(tmp_path / "lecture.film")
    emotion.write_image(tmp_path / "picture.png", astronaut_video.portrait())
    (tmp_path / "picture.png").rename(tmp_path / "picture")
    (tmp_path / "broken.png").write_text("no picture")
    done = run("analyze", "lecture.film", "picture", "broken.png", "--csv", "faces.csv")
    assert done.returncode == 1 and [row["picture"] for row in rows_of(tmp_path / "faces.csv")] == ["picture"]
    film, broken = done.stderr.splitlines()
    assert "lecture.film is not a picture" in film and "broken.png" in broken and "expected" not in broken
    expected = ("a picture", "a folder", "a video (a file with an ending such as .mp4", "a camera's number", "rtsp://")
    assert all(text in film.partition("; expected ")[2] for text in expected), film


def test_damage_is_said(run, video):
    content = bytearray(video.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    video.write_bytes(content)
    done = run("analyze", "lecture.mp4", "--heads-only")
    assert done.returncode == 0 and "frames analysed" in done.stdout, done.stderr
    assert "last error: lecture.mp4: a part after" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["missing.mp4"], 2, "missing.mp4"),
        (["lecture.mp4", "lecture.mp4"], 2, "a video is analysed alone, got 2 paths"),
        (["lecture.mp4", "--parquet", "lecture.mp4"], 2, "would overwrite the video"),
        (["lecture.mp4", "--csv", "-"], 2, "--csv -"),
        (["lecture.mp4", "--csv", "a.csv", "--raw", "./a.csv"], 2, "two outputs have the same name"),
        (["lecture.mp4", "--every", "0"], 2, "every_nth_frame must be at least 1, got 0"),
        (["lecture.mp4", "--region", "1,2,3"], 2, "expected x1,y1,x2,y2, got '1,2,3'"),
        (["lecture.mp4", "--mode", "film"], 2, "film"),
        (["lecture.mp4", "--out", "file/deep"], 1, "file"),
        (["lecture.mp4", "--csv", "file/a.csv"], 1, "file"),
        (["broken.mp4"], 1, "broken.mp4"),
        (["987"], 1, "camera 987"),
        (["rtsp://me:geheim@127.0.0.1:1/x"], 1, "me:***@127.0.0.1"),
        (["picture.png", "--mode", "graph"], 2, "picture.png is none: expected a video (a file with an ending"),
        (["picture.png", "--detect-every", "2"], 2, "--detect-every is for videos"),
        (["--ip-camera"], 2, "arguments are required: PATH"),
        (["127.0.0.1:1", "--ip-camera"], 2, "ip_camera_login is not known"),
        (["10.0.0.7", "10.0.0.8", "--ip-camera", "--secrets", "secrets"], 2, "a video is analysed alone, got 2"),
        (["hall/1", "--ip-camera", "--secrets", "secrets"], 2, "address must be a host, or host:port, got 'hall/1'"),
        (["127.0.0.1:1", "--ip-camera", "--secrets", "secrets"], 1, "me:***@127.0.0.1:1/cam/realmonitor?channel=1"),
    ],
)
def test_mistakes_are_a_sentence_and_an_exit_code(arguments, code, text, run, video, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    (tmp_path / "secrets").write_text('ip_camera_login = "me"\nip_camera_password = "geheim"\n')
    emotion.write_image(tmp_path / "picture.png", astronaut_video.portrait())
    done = run("analyze", *arguments)
    assert done.returncode == code and text in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and "geheim" not in done.stdout + done.stderr


def test_a_folder_that_cannot_be_made_is_said_before_the_video_is_analysed(run, video, tmp_path):
    (tmp_path / "file").write_text("")
    done = run("analyze", "lecture.mp4", "--out", "file", "--csv", "faces.csv")
    assert (done.returncode, done.stdout) == (1, "") and not (tmp_path / "faces.csv").exists()
    assert done.stderr == "emotion: cannot make the folder file: Not a directory\n"


def test_an_output_that_fails_is_named_and_the_run_goes_on(run, video, tmp_path):
    """The video's place is taken by a folder, which is seen with the first frame."""
    (tmp_path / "drawn" / "lecture.mp4").mkdir(parents=True)
    done = run("analyze", "lecture.mp4", "--out", "drawn", "--csv", "faces.csv")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "drawn/lecture.mp4" in line
    assert len(rows_of(tmp_path / "faces.csv")) == 20 and "20 frames" in done.stdout


def test_ctrl_c_ends_cleanly_with_everything_written(tmp_path):
    astronaut_video.write(tmp_path / "long.mp4", 400)
    environment = {key: value for key, value in os.environ.items() if key != "EMOTION_MODELS"}
    command = [sys.executable, "-m", "emotion", "analyze", "long.mp4", "--out", "d", "--frames", "f.csv", "--json"]
    process = interruptible.start(
        command,
        cwd=tmp_path,
        env=environment,
    )
    table = tmp_path / "f.csv"
    deadline = time.monotonic() + 120
    while not (table.exists() and table.read_bytes().count(b"\n") > 5) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and errors == "emotion: stopped\n", errors
    content = json.loads(output)
    assert content["interrupted"] and 5 <= content["frames_analyzed"] < 400
    assert abs(len(rows_of(table)) - content["frames_analyzed"]) <= 1
    assert len(list(emotion.VideoSource(tmp_path / "d" / "long.mp4"))) == len(rows_of(table))
