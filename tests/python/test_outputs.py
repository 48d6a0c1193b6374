"""Results as pandas tables and Parquet files: the same as Recording's CSV, and whole after a kill."""

import csv
import json
import signal
import subprocess
import sys
from pathlib import Path

import emotion
import numpy as np
import pytest
from loopback_server import wait_until
from made_results import made_frame
from small_models import LABELS

pytest.importorskip("pandas")
pytest.importorskip("pyarrow")
import pandas
import pyarrow.parquet
from emotion.outputs import ParquetTable, face_rows, faces_table, frame_rows, frames_table, raw_rows

HERE = Path(__file__).parent


def pictures(picture, count):
    return [np.roll(picture, 3 * step, axis=1) for step in range(count)]


@pytest.fixture
def results(models, picture):
    analysis = emotion.Emanalysis(pictures(picture, 6), fps=10, device="cpu")
    found = list(analysis)
    assert sum(len(frame.faces) for frame in found) > 6
    return analysis.labels, found


def csv_rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, rows


def test_rows_are_those_that_recording_writes(results, tmp_path):
    labels, frames = results
    kinds = {"faces_table": face_rows, "frames_table": frame_rows, "raw_table": raw_rows}
    with emotion.Recording(labels, **{name: tmp_path / f"{name}.csv" for name in kinds}) as recording:
        for frame in frames:
            recording.add(frame)
    for name, kind in kinds.items():
        header, written = csv_rows(tmp_path / f"{name}.csv")
        rows = kind(labels)
        made = [row for frame in frames for row in rows.of(frame)]
        assert rows.columns == header and len(made) == len(written)
        for ours, theirs in zip(made, written):
            for cell, text, column in zip(ours, theirs, header):
                if column == "label" or text == "":
                    assert (cell or "") == text
                else:
                    assert cell == pytest.approx(float(text), abs=1e-9 if name != "raw_table" else 1.01e-4), column


def test_heads_only_has_no_columns_of_expressions(models, picture, tmp_path):
    analysis = emotion.Emanalysis(pictures(picture, 2), headcount_only=True, device="cpu")
    frames = list(analysis)
    with emotion.Recording((), faces_table=tmp_path / "a.csv", frames_table=tmp_path / "b.csv") as recording:
        for frame in frames:
            recording.add(frame)
    assert list(faces_table(frames)) == face_rows(()).columns == csv_rows(tmp_path / "a.csv")[0]
    assert list(frames_table(frames)) == frame_rows(()).columns == csv_rows(tmp_path / "b.csv")[0]


def test_results_of_another_classifier_are_refused_and_without_labels_heads_are_counted():
    frame = made_frame(1)
    for kind in (face_rows, frame_rows, raw_rows):
        with pytest.raises(ValueError, match=f"the result has {len(LABELS)} labels, expected 2"):
            kind(["calm", "tense"]).of(frame)
    for kind, count in ((face_rows, 2), (frame_rows, 1), (raw_rows, 0)):
        rows = kind([])
        assert [len(row) for row in rows.of(frame)] == [len(rows.columns)] * count


def test_a_run_becomes_a_table(models, picture, results):
    labels, frames = results
    table = faces_table(emotion.Emanalysis(pictures(picture, 6), fps=10, device="cpu"))
    pandas.testing.assert_frame_equal(table, faces_table(frames))
    assert table["label"].isin(labels).all() and str(table["track"].dtype) == "Int64"
    assert frames_table(frames)["head_count"].sum() == len(table)


def test_what_is_not_known_is_empty():
    table = faces_table([made_frame(0, faces=2), made_frame(1, faces=0)])
    assert table["valence"].isna().tolist() == table["yaw_deg"].isna().tolist() == [False, True]
    frames = frames_table([made_frame(1, faces=0)], LABELS)
    assert frames["valence"].isna().all() and frames["happiness"].tolist() == [0]
    assert list(faces_table([])) == face_rows(()).columns and len(faces_table([], LABELS)) == 0


def test_a_parquet_file_has_all_rows_in_groups(tmp_path):
    frames = [made_frame(number, faces=number % 4) for number in range(50)]
    path = tmp_path / "deep" / "faces.parquet"
    with ParquetTable(path, face_rows(LABELS), group_rows=30) as table:
        for frame in frames:
            table.add(frame)
        assert not path.exists()
        lines = (tmp_path / "deep" / "faces.parquet.jsonl").read_text().splitlines()
        assert len(lines) == 73 and json.loads(lines[-1])["frame"] == 49
    assert table.failure is None and [entry.name for entry in path.parent.iterdir()] == ["faces.parquet"]
    assert pyarrow.parquet.ParquetFile(path).num_row_groups == 3
    stored = pandas.read_parquet(path)
    expected = faces_table(frames)
    pandas.testing.assert_frame_equal(stored.astype(expected.dtypes), expected)


def test_a_parquet_file_without_rows_has_its_columns(tmp_path):
    with ParquetTable(tmp_path / "a.parquet", frame_rows(LABELS)):
        pass
    assert list(pandas.read_parquet(tmp_path / "a.parquet")) == frame_rows(LABELS).columns


PROCESS = """
import sys
sys.path.insert(0, {here!r})
from emotion.outputs import ParquetTable, face_rows
from made_results import made_frame
from small_models import LABELS
table = ParquetTable("a.parquet", face_rows(LABELS))
for number in range(100000):
    table.add(made_frame(number))
    print(number, flush=True)
"""


def test_after_kill_9_the_rows_are_there(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", PROCESS.format(here=str(HERE))], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    wait_until(lambda: int(process.stdout.readline()) > 200, "frames", 60)
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split()
    process.wait()
    rows = [json.loads(line) for line in (tmp_path / "a.parquet.jsonl").read_text().splitlines()]
    last = rows[-1]["frame"]
    assert last >= int(said[-1] if said else 201) and not (tmp_path / "a.parquet").exists()
    expected = face_rows(LABELS)
    made = [dict(zip(expected.columns, row)) for n in range(last + 1) for row in expected.of(made_frame(n))]
    assert rows == made


FULL = """
import resource, sys
sys.path.insert(0, {here!r})
from emotion.outputs import ParquetTable, face_rows
from made_results import made_frame
from small_models import LABELS
resource.setrlimit(resource.RLIMIT_FSIZE, (8000, resource.RLIM_INFINITY))
with ParquetTable("a.parquet", face_rows(LABELS)) as table:
    for number in range(100):
        table.add(made_frame(number))
    print(table.failure)
print(table.failure)
"""


def test_where_there_is_no_room_whole_rows_stay_and_the_run_goes_on(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FULL.format(here=str(HERE))], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    during, end = done.stdout.splitlines()
    assert during == "a.parquet.jsonl: File too large" and done.stderr == ""
    assert "a.parquet cannot be made, the rows are in a.parquet.jsonl" in end
    rows = [json.loads(line) for line in (tmp_path / "a.parquet.jsonl").read_text().splitlines()]
    assert len(rows) > 10 and len(rows) % 2 == 0 and rows[-1]["frame"] == len(rows) // 2 - 1
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet.jsonl"]


def test_mistakes_are_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        ParquetTable(tmp_path / "file" / "a.parquet", face_rows(LABELS))
    with pytest.raises(OSError, match="Is a directory"):
        ParquetTable(tmp_path, face_rows(LABELS))


MISSING = """
import sys
sys.modules[{package!r}] = None
import emotion, emotion.outputs as outputs
try:
    {call}
except emotion.UnsupportedError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("package", "call", "extra"),
    [
        ("pandas", "outputs.faces_table([])", "tables"),
        ("pyarrow", "outputs.ParquetTable('a.parquet', outputs.face_rows([]))", "tables"),
        ("sqlalchemy", "outputs.SqlTable('sqlite:///a.db', 'a', labels=[])", "sql"),
        ("psycopg", "outputs.SqlTable('postgresql://h/d', 'a', labels=[])", "sql"),
        ("gspread", "outputs.SheetTable('a', 'a.json', rows=outputs.raw_rows([]))", "sheets"),
        ("httpx", "outputs.Outbox('box', 'http://127.0.0.1:1', 'k')", "upload"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(package, call, extra, tmp_path):
    code = MISSING.format(package=package, call=call)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.stderr == "" and package in done.stdout and f"pip install 'emotion[{extra}]'" in done.stdout
    assert list(tmp_path.iterdir()) == []
