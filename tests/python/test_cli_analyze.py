"""emotion analyze, run as users run it."""

import csv
import json
import signal
import subprocess
import sys
import time

import emotion
import interruptible
import numpy as np
import pytest
from small_models import LABELS

HEADER = ["picture", "face", "x1", "y1", "x2", "y2", "score", "label", *LABELS, "valence", "arousal"]


@pytest.fixture
def album(tmp_path, picture):
    """a.png, b.jpg, sub/a.png, notes.txt and a hidden picture."""
    folder = tmp_path / "album"
    (folder / "sub").mkdir(parents=True)
    emotion.write_image(folder / "a.png", picture)
    emotion.write_image(folder / "b.jpg", picture[:, ::-1])
    emotion.write_image(folder / "sub" / "a.png", picture[:200])
    emotion.write_image(folder / ".hidden.png", picture)
    (folder / "notes.txt").write_text("not a picture")
    return folder


def read_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_table_says_what_python_says(run_cli, album, tmp_path, detector, classifier, picture):
    done = run_cli("analyze", "album/a.png", "--csv", "faces.csv", "--device", "cpu", "--precision", "f32")
    assert done.returncode == 0, done.stderr
    rows = read_rows(tmp_path / "faces.csv")
    faces = detector.detect(picture)
    said = classifier.classify(picture, faces)
    assert len(rows) == len(faces) >= 1
    assert list(rows[0]) == HEADER
    for number, (row, face, one) in enumerate(zip(rows, faces, said), start=1):
        assert (row["picture"], row["face"], row["label"]) == ("album/a.png", str(number), one.label)
        assert [float(row[key]) for key in ("x1", "y1", "x2", "y2")] == pytest.approx(face.box, abs=0.01)
        assert float(row["score"]) == pytest.approx(face.score, abs=1e-3)
        assert [float(row[label]) for label in LABELS] == pytest.approx(one.probabilities.tolist(), abs=1e-3)
        assert sum(float(row[label]) for label in LABELS) == pytest.approx(1, abs=1e-3)
        assert float(row["valence"]) == pytest.approx(one.valence, abs=1e-3)
        assert float(row["arousal"]) == pytest.approx(one.arousal, abs=1e-3)


def test_a_folder_is_searched_and_its_shape_kept(run_cli, album, tmp_path, picture):
    done = run_cli("analyze", "album", "--out", "drawn", "--csv", "deep/faces.csv")
    assert done.returncode == 0, done.stderr
    written = sorted(str(p.relative_to(tmp_path / "drawn")) for p in (tmp_path / "drawn").rglob("*") if p.is_file())
    assert written == ["a.png", "b.jpg", "sub/a.png"]
    drawn = emotion.read_image(tmp_path / "drawn" / "a.png")
    assert drawn.shape == picture.shape and (drawn != picture).any()
    np.testing.assert_array_equal(emotion.read_image(album / "a.png"), picture)
    named = {row["picture"] for row in read_rows(tmp_path / "deep" / "faces.csv")}
    assert named <= {"album/a.png", "album/b.jpg", "album/sub/a.png"} and "album/a.png" in named
    assert "3 pictures" in done.stdout and "drawn" in done.stdout and "deep/faces.csv" in done.stdout


def test_outputs_never_meet_inputs_or_each_other(run_cli, album, tmp_path, picture):
    before = {path: path.read_bytes() for path in album.rglob("*") if path.is_file()}
    for _ in range(2):
        done = run_cli("analyze", "album/a.png", "album/sub/a.png", "album/a.png", "--out", "album")
        assert done.returncode == 0, done.stderr
        assert {path: path.read_bytes() for path in before} == before
        new = sorted(path.name for path in album.iterdir() if path not in before and path.is_file())
        assert new == ["a-faces-2.png", "a-faces.png"]
    assert emotion.read_image(album / "a-faces-2.png").shape[0] == 200


def test_results_inside_the_folder_are_not_analysed_again(run_cli, album):
    for _ in range(2):
        done = run_cli("analyze", "album", "--out", "album/results", "--json")
        assert len(json.loads(done.stdout)["pictures"]) == 3


def test_formats_that_cannot_be_written_become_png(run_cli, tmp_path, picture):
    height, width = picture.shape[:2]
    (tmp_path / "a.ppm").write_bytes(b"P6 %d %d 255\n" % (width, height) + picture.tobytes())
    assert run_cli("analyze", "a.ppm", "--out", "out").returncode == 0
    assert emotion.read_image(tmp_path / "out" / "a.ppm.png").shape == picture.shape


def test_json_has_everything(run_cli, album, picture):
    (album / "broken.png").write_bytes(b"\x89PNG nonsense")
    done = run_cli("analyze", "album", "--json", "--device", "cpu")
    assert done.returncode == 1
    content = json.loads(done.stdout)
    assert content["labels"] == LABELS and len(content["pictures"]) == 3
    first = content["pictures"][0]
    assert (first["picture"], first["height"], first["width"]) == ("album/a.png", *picture.shape[:2])
    face = first["faces"][0]
    assert len(face["box"]) == 4 and len(face["landmarks"]) == 5 and len(face["probabilities"]) == 8
    assert face["label"] in LABELS and -1 <= face["valence"] <= 1
    assert [item["picture"] for item in content["failed"]] == ["album/broken.png"]


def test_without_any_output_a_table_is_printed(run_cli, album):
    done = run_cli("analyze", "album/a.png")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].split() == [
        "picture",
        "face",
        "x1",
        "y1",
        "x2",
        "y2",
        "score",
        "label",
        "prob",
        "valence",
        "arousal",
    ]
    assert lines[1].split()[:2] == ["album/a.png", "1"]
    assert done.stderr == ""


def test_the_table_can_go_to_the_screen(run_cli, album):
    done = run_cli("analyze", "album/a.png", "--csv", "-")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert list(rows[0]) == HEADER


def test_a_broken_picture_is_named_and_the_rest_goes_on(run_cli, album, tmp_path):
    (album / "a broken.jpg").write_bytes(b"\xff\xd8\xff nonsense")
    (album / "c.png").write_bytes((album / "a.png").read_bytes()[:2000])
    done = run_cli("analyze", "album", "album/notes.txt", "--out", "drawn", "--csv", "faces.csv")
    assert done.returncode == 1
    errors = done.stderr.splitlines()
    assert len(errors) == 3 and all(line.startswith("emotion: ") for line in errors)
    for name in ("a broken.jpg", "c.png", "notes.txt"):
        assert sum(name in line for line in errors) == 1
    assert len([p for p in (tmp_path / "drawn").rglob("*") if p.is_file()]) == 3
    assert {row["picture"] for row in read_rows(tmp_path / "faces.csv")} >= {"album/a.png"}
    assert "3 of 6 pictures could not be analysed" in done.stdout


def test_thresholds_reach_the_detector(run_cli, album, tmp_path):
    counts = []
    for score in ("0", "1"):
        run_cli("analyze", "album/a.png", "--csv", "faces.csv", "--min-score", score)
        counts.append(len(read_rows(tmp_path / "faces.csv")))
    assert counts[0] > 5 and counts[1] == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["analyze"], "PATH"),
        (["analyze", "nowhere.jpg"], "no such file or folder: nowhere.jpg"),
        (["analyze", "10.0.0.7"], "no such file or folder: 10.0.0.7; of a camera give rtsp://HOST/..., or --ip-camera"),
        (["analyze", "empty"], "no pictures found in empty"),
        (["analyze", "album/a.png", "--min-score", "2"], r"min_score must be in [0, 1], got 2"),
        (["analyze", "album/a.png", "--min-score", "nan"], "min_score"),
        (["analyze", "album/a.png", "--min-face-px", "x"], "--min-face-px"),
        (["analyze", "album/a.png", "--model-faces", "nobody"], "nobody"),
        (["analyze", "album/a.png", "--device", "gpu"], "gpu"),
        (["analyze", "album/a.png", "--precision", "f8"], "f8"),
        (["analyze", "album/a.png", "--threads", "0"], "0"),
        (["analyze", "album/a.png", "--csv", "album/a.png"], "would overwrite a picture"),
        (["analyze", "album/a.png", "--csv", "-", "--json"], "--csv"),
        (["analyze", "album/a.png", "--csv", "faces.xlsx"], "must be a .csv file, got faces.xlsx"),
        (["nonsense"], "nonsense"),
        ([], "COMMAND"),
    ],
)
def test_what_cannot_be_understood_is_exit_code_2_and_a_sentence(arguments, text, run_cli, album, tmp_path):
    (tmp_path / "empty").mkdir()
    before = (album / "a.png").read_bytes()
    done = run_cli(*arguments)
    assert done.returncode == 2, done.stderr
    assert text in done.stderr and "Traceback" not in done.stderr and done.stdout == ""
    assert (album / "a.png").read_bytes() == before


def test_an_unwritable_place_is_a_sentence(run_cli, album, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "taken.csv").mkdir()
    for option, place, text in (
        ("--out", "file", "cannot make the folder file: Not a directory"),
        ("--out", "file/deep", "cannot make the folder file/deep: Not a directory"),
        ("--csv", "file/faces.csv", "cannot make the folder file: Not a directory"),
        ("--csv", "taken.csv", "cannot write taken.csv: Is a directory"),
    ):
        done = run_cli("analyze", "album", option, place)
        assert (done.returncode, done.stderr, done.stdout) == (1, f"emotion: {text}\n", "")


def test_an_old_table_stays_when_nothing_new_is_made(run_cli, album, tmp_path):
    (tmp_path / "faces.csv").write_text("old")
    assert run_cli("analyze", "album/a.png", "--csv", "faces.csv", "--model-emotion", "nobody").returncode == 2
    assert (tmp_path / "faces.csv").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["album", "faces.csv"]


def test_ctrl_c_keeps_what_is_done(models, album, tmp_path, picture):
    many = tmp_path / "many"
    many.mkdir()
    large = emotion.resize(picture, 1500, 2000)
    emotion.write_image(many / "000.jpg", large)
    for i in range(1, 400):
        (many / f"{i:03}.jpg").write_bytes((many / "000.jpg").read_bytes())
    command = [sys.executable, "-m", "emotion", "analyze", "many", "--out", "drawn", "--csv", "faces.csv"]
    process = interruptible.start(
        command,
        cwd=tmp_path,
    )
    deadline = time.monotonic() + 120
    while not (tmp_path / "drawn" / "002.jpg").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors and "of 400 pictures are done" in errors
    rows = read_rows(tmp_path / "faces.csv")
    assert {"many/000.jpg", "many/001.jpg"} <= {row["picture"] for row in rows}
    assert all(row["arousal"] for row in rows)
    assert not [p for p in tmp_path.rglob(".*") if p.is_file() and p.parent != album]


def test_the_screen_may_go_away(models, album, tmp_path):
    command = f"{sys.executable} -m emotion analyze album album album --json | head -c 1"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0 and "Traceback" not in done.stderr
