"""emotion analyze of a video into Parquet, databases, sheets and uploads, and emotion table."""

import csv
import io
import json
import os

import emotion
import numpy as np
import pytest
from loopback_server import Answer, LoopbackServer
from small_models import LABELS

pytest.importorskip("gspread")
pytest.importorskip("httpx")
pytest.importorskip("pandas")
pytest.importorskip("psycopg")
pytest.importorskip("pyarrow")
import pandas
from emotion import cli
from google_loopback import Google, account_file, use_google_at

FRAMES = 8


@pytest.fixture(autouse=True)
def video(tmp_path, picture, models, monkeypatch):
    """lecture.mp4 in the present folder; nothing of the user's is read or written."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMOTION_SPOOL", str(tmp_path / "spool"))
    for name in [name for name in os.environ if name.startswith("EMOTION_SERVER_")] + ["EMOTION_SECRETS"]:
        monkeypatch.delenv(name, raising=False)
    with emotion.VideoWriter("lecture.mp4", *picture.shape[:2], 10) as writer:
        for step in range(FRAMES):
            writer.write(np.roll(picture, 3 * step, axis=1))
    return tmp_path / "lecture.mp4"


@pytest.fixture
def run(capfd):
    """Runs the command line in this process: exit code, what it printed, what it said."""

    def call(*arguments):
        capfd.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        return (code, *capfd.readouterr())

    return call


def numbers(row):
    return {name: float(value or "nan") for name, value in row.items() if name != "label"}


def test_all_places_get_the_same_faces(run, tmp_path):
    (tmp_path / "secrets.py").write_text("server_key = 'geheim'\n")
    url = f"sqlite:///{tmp_path}/runs.db"
    with LoopbackServer(lambda _: Answer()) as server:
        code, out, err = run(
            *("analyze", "lecture.mp4", "--csv", "faces.csv", "--parquet", "faces.parquet", "--sql", url),
            *("--sql-run", "monday", "--out", "drawn", "--upload", server.url, "--secrets", "secrets.py"),
        )
        (request,) = server.requests
    assert (code, err) == (0, "")
    for line in ("faces: faces.csv", "parquet: faces.parquet", f"database: {url}", f"upload: {server.url}"):
        assert line in out.splitlines()
    assert request.headers["key"] == "geheim" and b'name="file"; filename="lecture.mp4"' in request.body
    assert "video:" not in out and [path.name for path in (tmp_path / "drawn").rglob("*")] == ["outbox", ".lock"]

    with open("faces.csv", newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) > FRAMES
    for place in (["faces.parquet"], [url, "--run", "monday"]):
        code, out, err = run("table", *place, "--csv")
        shown = list(csv.DictReader(io.StringIO(out)))
        assert (code, err) == (0, "") and list(shown[0]) == list(expected[0]) and len(shown) == len(expected)
        for ours, theirs in zip(shown, expected):
            assert ours["label"] == theirs["label"]
            assert numbers(ours) == pytest.approx(numbers(theirs), nan_ok=True)


def test_the_runs_of_a_database_are_shown(run, tmp_path):
    url = f"sqlite:///{tmp_path}/runs.db"
    assert run("analyze", "lecture.mp4", "--sql", url)[0] == 0
    assert run("analyze", "lecture.mp4", "--sql", url, "--heads-only", "--sql-run", "heads")[0] == 0
    code, out, _ = run("table", url)
    header, *lines = out.splitlines()
    assert code == 0 and len(lines) == 2 and header.split()[:3] == ["id", "name", "source"]
    assert "lecture.mp4" in lines[0] and "heads" in lines[1] and lines[0].split()[-1] == str(FRAMES)
    code, out, _ = run("table", url, "--run", "heads", "--frames", "--json")
    frames = json.loads(out)
    assert code == 0 and [frame["frame"] for frame in frames] == list(range(FRAMES)) and "valence" not in frames[0]
    code, out, _ = run("table", url, "--run", "lecture.mp4")
    assert code == 0 and out.splitlines()[0].split()[:3] == ["time_s", "frame", "track"]


def test_a_sheet_gets_the_raw_table_or_another(run, tmp_path):
    google = Google()
    with LoopbackServer(google.answer) as server:
        end = use_google_at(server.url)
        try:
            account_file(tmp_path / "account.json", server.url)
            (tmp_path / "s.toml").write_text('credentials_file = "account.json"\n')
            sheet = ("analyze", "lecture.mp4", "--secrets", "s.toml", "--sheet")
            code, out, err = run(*sheet, "raw", "--share", "a@b.example", "--share", "c@d.example", "--raw", "raw.csv")
            assert (code, err) == (0, "") and "sheet: raw" in out.splitlines()
            assert run(*sheet, "faces", "--sheet-rows", "faces")[0] == 0
            assert run(*sheet, "heads", "--heads-only")[0] == 0
        finally:
            end()
    assert google.named("raw").writers == ["a@b.example", "c@d.example"]
    with open("raw.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert google.named("raw").rows[0] == header == ["frame", *LABELS]
    assert np.array(google.named("raw").rows[1:]) == pytest.approx(np.array(rows, float), abs=1.01e-4)
    assert google.named("faces").rows[0][:4] == ["time_s", "frame", "track", "seen"]
    assert [row[1] for row in google.named("heads").rows[1:]] == list(range(FRAMES))


def test_servers_that_are_away_are_said_and_the_rest_goes_on(run, tmp_path, monkeypatch):
    monkeypatch.setattr("emotion.cli.run_outputs.Outbox.close", lambda box: box._courier.close(0.1, None))
    monkeypatch.setenv("EMOTION_SERVER_KEY", "geheim1")
    with LoopbackServer(lambda _: Answer(503)) as server:
        monkeypatch.setenv("EMOTION_SERVER_URL", server.url.replace("//", "//me:geheim2@"))
        code, out, err = run(
            *("analyze", "lecture.mp4", "--csv", "faces.csv", "--out", "drawn", "--upload", "--json"),
            *("--sql", "postgresql://me:geheim3@127.0.0.1:1/a"),
        )
    content = json.loads(out)
    assert code == 1 and content["frames_analyzed"] == FRAMES and len(pandas.read_csv("faces.csv")) > FRAMES
    database, upload = content["errors"]
    assert "frames waiting in" in database and f": {FRAMES}, they go with the next run" in database
    assert "lecture.mp4 was not taken, the answer is 503; 1 file waits in drawn/outbox" in upload
    assert database in err and upload in err and err.count("the answer is 503") <= 2
    assert "geheim" not in out + err and "me:***@127.0.0.1" in content["outputs"]["upload"]
    (kept,) = (tmp_path / "drawn" / "outbox").glob("*/lecture.mp4")
    assert len(list(emotion.VideoSource(kept))) == FRAMES


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["--parquet", "lecture.mp4"], 2, "would overwrite the video"),
        (["--parquet", "file/a.parquet"], 1, "file"),
        (["--parquet", "a.csv", "--csv", "./a.csv"], 2, "two outputs have the same name, a.csv"),
        (["--sql", "nothing"], 2, "expected an address such as sqlite:///"),
        (["--share", "a@b.example"], 2, "--share is for a sheet"),
        (["--sheet-rows", "faces"], 2, "--sheet-rows is for a sheet: give --sheet as well"),
        (["--sheet", "hall"], 2, "credentials_file is not known"),
        (["--sql-run", "monday"], 2, "--sql-run names a run in a database: give --sql as well"),
        (["--exhibit", "moon"], 2, "--exhibit is kept in a database: give --sql as well"),
        (["--mode", "board"], 2, "--mode is for what is drawn: give --out or --display as well"),
        (["--anonymize", "--csv", "a.csv"], 2, "--anonymize is for what is drawn: give --out or --display as well"),
        (
            ["--heads-only", "--raw", "a.csv"],
            2,
            "--raw has the logits of expressions, which --heads-only does not read",
        ),
        (["--upload", "http://127.0.0.1:1"], 2, "--upload sends the video of --out"),
        (["--upload", "http://127.0.0.1:1", "--out", "d"], 2, "server_key is not known"),
        (["--upload", "--out", "d"], 2, "server_url is not known"),
        (["--secrets", "none.toml"], 1, "none.toml: No such file"),
    ],
)
def test_mistakes_are_a_sentence_before_the_run_begins(arguments, code, text, run, video):
    (video.parent / "file").write_text("")
    before = video.read_bytes()
    got, out, err = run("analyze", "lecture.mp4", *arguments)
    assert (got, out) == (code, "") and text in err and "Traceback" not in err
    assert video.read_bytes() == before and not (video.parent / "spool").exists()


@pytest.mark.parametrize(
    "mistake",
    [["--sql", "nothing"], ["--share", "a@b.example"], ["--sheet", "hall", "--secrets", "none.json"], ["--display"]],
)
def test_a_mistake_leaves_files_that_are_there(mistake, run, tmp_path, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    (tmp_path / "none.json").write_text("credentials_file = 'none.json'")  # no key of a service account
    files = {"--parquet": "a.parquet", "--csv": "a.csv", "--frames": "b.csv", "--raw": "c.jsonl"}
    for name in files.values():
        (tmp_path / name).write_text("of yesterday")
    code, _, err = run("analyze", "lecture.mp4", *(word for pair in files.items() for word in pair), *mistake)
    assert code in (1, 2) and "Traceback" not in err and err.count("\n") == 1
    assert {(tmp_path / name).read_text() for name in files.values()} == {"of yesterday"}


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["sqlite:///none.db"], 1, "none.db is not there"),
        (["lecture.mp4"], 1, "lecture.mp4 is no Parquet file"),
        (["lectures.db"], 1, "lectures.db is no Parquet file; of a database give its address, such as sqlite:///lect"),
        (["none.parquet"], 1, "no such file: none.parquet"),
        (["a.parquet", "--run", "b"], 2, "--run is for a database"),
        (["sqlite:///none.db", "--frames"], 2, "--frames is for a run"),
    ],
)
def test_mistakes_of_table_are_a_sentence(arguments, code, text, run, tmp_path):
    (tmp_path / "lectures.db").write_bytes(b"SQLite format 3")
    got, out, err = run("table", *arguments)
    assert (got, out) == (code, "") and text in err


def test_pictures_have_none_of_these_outputs(run, picture):
    emotion.write_image("a.png", picture)
    code, _, err = run("analyze", "a.png", "--parquet", "a.parquet")
    assert code == 2 and "--parquet is for videos" in err
