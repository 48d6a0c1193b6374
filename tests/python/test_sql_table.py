"""A run into SQLite and into a real PostgreSQL server that is killed: each frame once, and out again as it was."""

import logging
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import emotion
import pytest
from loopback_server import wait_until
from made_results import made_frame
from postgres_server import PostgresServer, find_programs
from small_models import LABELS

pytest.importorskip("pandas")
pytest.importorskip("psycopg")
pytest.importorskip("sqlalchemy")
import sqlalchemy
from emotion.outputs import MailboxOptions, SqlTable, faces_table, frames_table, list_runs, read_run
from emotion.outputs.sql_tables import Database
from pandas.testing import assert_frame_equal

QUICK = MailboxOptions(every_s=0.05, batch=50, close_s=20, first_pause_s=0.02, longest_pause_s=0.2)
HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def spool(tmp_path, monkeypatch):
    folder = tmp_path / "spool"
    monkeypatch.setenv("EMOTION_SPOOL", str(folder))
    return folder


@pytest.fixture(scope="module")
def postgres():
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server: package postgresql")
    with PostgresServer(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/deep/runs.db"
    return request.getfixturevalue("postgres").url


def assert_stored(url, run, numbers, labels=LABELS):
    frames = [made_frame(number, labels=labels) for number in numbers]
    stored = read_run(url, run)
    assert_frame_equal(stored.frames, frames_table(frames, labels))
    assert_frame_equal(stored.faces, faces_table(frames, labels))
    return stored


def waiting_files(spool):
    return [path for path in spool.rglob("*") if path.is_file()]


def test_a_run_comes_out_as_it_went_in(url, spool):
    with SqlTable(
        url, "monday", labels=LABELS, source="rtsp://me:geheim@10.0.0.7/", model="faces 1", options=QUICK
    ) as t:
        for number in range(120):
            t.add(made_frame(number))
    assert t.failure is None and waiting_files(spool) == []
    stored = assert_stored(url, "monday", range(120))
    assert stored.about["source"] == "rtsp://me:***@10.0.0.7/" and stored.about["labels"] == LABELS
    assert stored.faces["valence"].isna().sum() == 120 and len(stored.faces) == 240


def test_runs_are_listed_and_found_by_name_and_id(url):
    runs = {}
    for name, labels, count in (("a", LABELS, 3), ("b", ["sad", "glad"], 2), ("b", [], 4), ("empty", LABELS, 0)):
        with SqlTable(url, name, labels=labels, options=QUICK) as table:
            for number in range(count):
                table.add(made_frame(number, labels=labels))
        runs[table.run_id] = (name, count, labels)
    listed = list_runs(url)
    mine = listed[listed["id"].isin(runs)]
    assert list(zip(mine["name"], mine["frames"])) == [("a", 3), ("b", 2), ("b", 4), ("empty", 0)]
    assert mine["started"].is_monotonic_increasing and str(mine["started"].dt.tz) == "UTC"
    assert_stored(url, "b", range(4), labels=[])  # the later one
    for number, (_, count, labels) in runs.items():
        assert_stored(url, number, range(count), labels)
    with pytest.raises(ValueError, match=r"has no run 'c'"):
        read_run(url, "c")


def test_a_database_from_before_exhibits_is_read_and_gets_them(url):
    with SqlTable(url, "old", labels=LABELS, options=QUICK) as old:
        old.add(made_frame(1))
    engine = sqlalchemy.create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("ALTER TABLE runs DROP COLUMN exhibit"))
    engine.dispose()
    assert read_run(url, old.run_id).about["exhibit"] == ""
    with SqlTable(url, "new", labels=LABELS, exhibit="The Kiss", options=QUICK) as new:
        new.add(made_frame(2))
    assert new.failure is None
    listed = list_runs(url).set_index("id")["exhibit"]
    assert (listed[old.run_id], listed[new.run_id]) == ("", "The Kiss")
    assert_stored(url, old.run_id, [1])
    assert_stored(url, new.run_id, [2])


def test_labels_can_be_asked_for_in_sql(tmp_path):
    with SqlTable(f"sqlite:///{tmp_path}/a.db", "a", labels=LABELS, options=QUICK) as table:
        table.add(made_frame(1))
    connection = sqlite3.connect(tmp_path / "a.db")
    query = "SELECT json_extract(probabilities, '$.fear') FROM faces WHERE face = 0"
    (found,) = connection.execute(query).fetchone()
    connection.close()
    assert found == faces_table([made_frame(1)])["fear"][0] > 0


def test_a_server_that_is_killed_in_mid_run_has_all_frames_once(postgres):
    with SqlTable(postgres.url, "killed", labels=LABELS, options=QUICK) as table:
        for number in range(600):
            table.add(made_frame(number))
            if number in (150, 300, 450):
                postgres.kill()
            if number == 310:
                wait_until(lambda: table.failure, "word of the failure")
                assert "frames waiting in" in table.failure and "geheim" not in table.failure
            if number in (160, 350, 451):
                postgres.start()
    assert table.failure is None
    assert_stored(postgres.url, "killed", range(600))


def test_without_a_server_the_frames_stay_and_go_with_the_next_run(postgres, spool):
    postgres.kill()
    with SqlTable(postgres.url, "away", labels=LABELS, options=MailboxOptions(0.05, 50, close_s=0.2)) as table:
        for number in range(30):
            table.add(made_frame(number))
    assert "frames waiting in" in table.failure and ": 30, they go with the next run" in table.failure
    with pytest.raises(OSError, match=r"postgresql.*emotion:\*\*\*@127"):
        list_runs(postgres.url)
    postgres.start()
    with SqlTable(postgres.url, "later", labels=LABELS, options=QUICK) as later:
        later.add(made_frame(5))
    assert later.failure is None and waiting_files(spool) == []
    assert_stored(postgres.url, "away", range(30))
    assert_stored(postgres.url, "later", [5])


PROCESS = """
import sys
sys.path.insert(0, {here!r})
from emotion.outputs import MailboxOptions, SqlTable
from made_results import made_frame
from small_models import LABELS
table = SqlTable(sys.argv[1], "process", labels=LABELS, options=MailboxOptions(every_s=0.05, batch=20))
print(table.run_id, flush=True)
for number in range(100000):
    table.add(made_frame(number))
    print(number, flush=True)
"""


def test_after_kill_9_the_next_start_sends_the_rest_once(url, spool):
    process = subprocess.Popen(
        [sys.executable, "-c", PROCESS.format(here=str(HERE)), url], stdout=subprocess.PIPE, text=True
    )
    run_id = process.stdout.readline().strip()
    wait_until(lambda: int(process.stdout.readline()) > 300, "frames", 60)
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read().split()
    process.wait()
    with SqlTable(url, "next", labels=LABELS, options=QUICK):
        pass
    last = read_run(url, run_id).frames["frame"].max()
    assert last >= int(said[-1] if said else 301)
    assert_stored(url, run_id, range(last + 1))
    assert waiting_files(spool) == []


def test_two_runs_at_once_do_not_mix(url):
    left, right = (SqlTable(url, name, labels=LABELS, options=QUICK) for name in ("left", "right"))
    with left, right:
        for number in range(100):
            left.add(made_frame(number))
            right.add(made_frame(number * 2))
    assert_stored(url, left.run_id, range(100))
    assert_stored(url, right.run_id, range(0, 200, 2))


def test_runs_that_begin_at_once_make_the_tables_once(postgres):
    """PostgreSQL refuses the one that comes second."""
    databases = [Database(postgres.url) for _ in range(8)]
    problems = []
    for _ in range(5):
        with databases[0].engine.begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS faces, frames, runs")
        together = threading.Barrier(len(databases))

        def make(database, together=together):
            together.wait()
            try:
                database.make_tables()
            except Exception as problem:
                problems.append(problem)

        threads = [threading.Thread(target=make, args=[database]) for database in databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for database in databases:
        database.engine.dispose()
    assert problems == []


def test_a_database_that_another_has_locked_holds_nothing_up(tmp_path):
    url = f"sqlite:///{tmp_path}/a.db"
    SqlTable(url, "first", labels=LABELS, options=QUICK).close()
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with SqlTable(url, "a", labels=LABELS, options=QUICK) as table:
        for number in range(200):
            table.add(made_frame(number))
        wait_until(lambda: "database is locked" in (table.failure or ""), "word of the failure")
        other.execute("ROLLBACK")
    other.close()
    assert table.failure is None
    assert_stored(url, "a", range(200))


def test_a_full_spool_is_said_and_what_fits_is_sent(postgres):
    postgres.kill()
    options = MailboxOptions(0.05, 50, close_s=20, first_pause_s=0.02, longest_pause_s=0.2, limit_mb=1)
    with SqlTable(postgres.url, "full", labels=LABELS, options=options) as table:
        number = 0
        while not (table.failure or "").count("lost"):
            table.add(made_frame(number, faces=20))
            number += 1
        postgres.start()
    assert "frames lost: 1, " in table.failure and "1 MB" in table.failure
    assert read_run(postgres.url, "full").frames["frame"].tolist() == list(range(number - 1))


def test_passwords_show_nowhere(postgres, caplog):
    caplog.set_level(logging.DEBUG)
    wrong = postgres.url.replace("geheim", "geheim2")
    with SqlTable(wrong, "a", labels=LABELS, options=MailboxOptions(0.05, 50, close_s=0.2)) as table:
        table.add(made_frame(0))
    assert "password authentication failed" in table.failure
    assert "geheim" not in repr(table) + table.failure + caplog.text


def test_mistakes_are_a_sentence(tmp_path):
    for url in ("nothing", "", "sqlite://me:geheim@:x/y"):
        with pytest.raises(ValueError, match="expected an address such as") as caught:
            SqlTable(url, "a", labels=LABELS)
        assert "geheim" not in str(caught.value)
    with pytest.raises(ValueError, match="run must be a name"):
        SqlTable("sqlite://", "", labels=LABELS)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        SqlTable(f"sqlite:///{tmp_path}/file/a.db", "a", labels=LABELS)
    with pytest.raises(OSError, match=r"new\.db is not there"):
        list_runs(f"sqlite:///{tmp_path}/new.db")
    assert not (tmp_path / "new.db").exists()
    with pytest.raises(OSError, match="no such table"):
        list_runs(f"sqlite:///{tmp_path}/file")


def test_the_package_of_another_database_is_named_without_an_extra_that_lacks_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "MySQLdb", None)
    with pytest.raises(emotion.UnsupportedError) as raised:
        SqlTable("mysql://me:geheim@h/a", "a", labels=LABELS)
    assert str(raised.value) == "mysql://me:***@h/a needs the package MySQLdb"
