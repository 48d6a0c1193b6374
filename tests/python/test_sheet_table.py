"""Rows reach a Google sheet, each once, through a quota, failures, cuts and kills."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from loopback_server import Answer, Cut, LoopbackServer, wait_until
from made_results import made_frame
from small_models import LABELS

pytest.importorskip("gspread")
import gspread
from emotion.outputs import MailboxOptions, Rows, SheetTable, face_rows, raw_rows
from google_loopback import Google, account_file, refusal, use_google_at

QUICK = MailboxOptions(every_s=0.05, batch=50, close_s=20, first_pause_s=0.02, longest_pause_s=0.2)


@pytest.fixture(autouse=True)
def spool(tmp_path, monkeypatch):
    folder = tmp_path / "spool"
    monkeypatch.setenv("EMOTION_SPOOL", str(folder))
    return folder


@pytest.fixture
def google():
    with LoopbackServer(Google().answer) as server:
        google = server.answer.__self__
        google.server = server
        end = use_google_at(server.url)
        yield google
        end()


@pytest.fixture
def account(google, tmp_path):
    return account_file(tmp_path / "account.json", google.server.url)


def expected(rows, numbers):
    """Header and rows as they stand in a sheet."""
    made = [row for number in numbers for row in rows.of(made_frame(number))]
    return [rows.columns] + [["" if cell is None else cell for cell in row] for row in made]


def waiting_files(spool):
    return [path for path in spool.rglob("*") if path.is_file()]


def test_a_sheet_is_created_shared_and_filled(google, account, spool):
    rows = raw_rows(LABELS)
    with SheetTable("2026-11-21_09-30", account, ["a@b.example", "c@d.example"], rows=rows, options=QUICK) as table:
        for number in range(60):
            table.add(made_frame(number))
    assert table.failure is None and waiting_files(spool) == []
    sheet = google.named("2026-11-21_09-30")
    assert sheet.writers == ["a@b.example", "c@d.example"]
    assert sheet.rows == expected(rows, range(60))
    assert sheet.rows[0] == ["frame", *LABELS] and sheet.rows[3][0] == 1


def test_a_sheet_that_is_there_goes_on_below(google, account):
    rows = face_rows(LABELS)  # more columns than a new sheet has here
    for numbers in (range(5), range(5, 30)):
        with SheetTable("hall", account, "me@b.example", rows=rows, options=QUICK) as table:
            for number in numbers:
                table.add(made_frame(number))
    assert google.named("hall").rows == expected(rows, range(30))


def test_own_columns_can_be_written(google, account):
    rows = Rows({"frame": int, "who": str}, lambda frame: [[frame.number, "all"]])
    with SheetTable("own", account, rows=rows, options=QUICK) as table:
        table.add(made_frame(1))
        table.add(made_frame(2, faces=0))
    assert google.named("own").rows == [["frame", "who"], [1, "all"], [2, "all"]]


@pytest.mark.parametrize("wrong", ["quota", "error", "drive quota", "cut before", "cut after", "nonsense"])
def test_no_failure_loses_or_doubles_a_row(wrong, google, account):
    """Every third call fails in the way asked for; where it is cut after, the server has done what it was told."""
    count = 0

    def is_turn(request):
        nonlocal count
        count += request.path != "/token"
        return count % 3 == 2

    def fault(request):
        if wrong == "cut after" or not is_turn(request):
            return None
        if wrong == "cut before":
            raise Cut
        said = {"quota": refusal(429, "Quota exceeded"), "error": refusal(503, "away"), "nonsense": ["what?"]}
        said["drive quota"] = refusal(403, "User rate limit exceeded.")
        content = said[wrong]
        code = 200 if wrong == "nonsense" else content["error"]["code"]
        return Answer(code, json.dumps(content).encode())

    def after(request):
        if wrong == "cut after" and is_turn(request):
            raise Cut

    google.fault, google.after = fault, after
    rows = raw_rows(LABELS)
    with SheetTable("hall", account, "me@b.example", rows=rows, options=QUICK) as table:
        for number in range(200):
            table.add(made_frame(number))
    assert table.failure is None
    sheet = google.named("hall")
    assert sheet.rows == expected(rows, range(200)) and set(sheet.writers) == {"me@b.example"}


def test_a_server_that_stalls_holds_nothing_up_and_gets_the_rest_later(google, account, spool):
    goes_on = threading.Event()
    google.fault = lambda request: goes_on.wait(60) and None
    rows = raw_rows(LABELS)
    table = SheetTable("hall", account, rows=rows, options=MailboxOptions(0.05, 50, close_s=0.2))
    table.add(made_frame(0))
    wait_until(lambda: google.server.requests, "a first call")
    for number in range(1, 300):
        table.add(made_frame(number))
    table.close()
    assert "frames waiting in" in table.failure and ": 300, they go with the next run" in table.failure
    google.fault = lambda request: None
    goes_on.set()
    wait_until(lambda: len(waiting_files(spool)) <= 1, "the end of the call that hung")
    with SheetTable("other", account, rows=rows, options=QUICK) as later:
        later.add(made_frame(1))
    assert google.named("hall").rows == expected(rows, range(300)) and later.failure is None
    assert waiting_files(spool) == []


PROCESS = """
import sys, time
sys.path.insert(0, {here!r})
from emotion.outputs import MailboxOptions, SheetTable, raw_rows
from google_loopback import use_google_at
from made_results import made_frame
from small_models import LABELS
use_google_at(sys.argv[1])
options = MailboxOptions(every_s=0.05, batch=20)
table = SheetTable("hall", sys.argv[2], "me@b.example", rows=raw_rows(LABELS), options=options)
for number in range(100000):
    table.add(made_frame(number))
    print(number, flush=True)
    time.sleep(0.005)
"""


def test_after_kill_9_the_next_start_sends_the_rest_once(google, account, spool):
    code = PROCESS.format(here=str(Path(__file__).parent))
    process = subprocess.Popen(
        [sys.executable, "-c", code, google.server.url, account], stdout=subprocess.PIPE, text=True
    )

    def after(request):  # the third batch is written, its answer is lost with the process
        if request.method == "PUT" and len(google.named("hall").rows) > 100:
            process.send_signal(signal.SIGKILL)
            process.wait()
            raise Cut

    google.after = after
    said = process.stdout.read().split()
    process.wait()
    assert process.returncode == -signal.SIGKILL
    google.after = lambda _: None
    rows = raw_rows(LABELS)
    with SheetTable("next lecture", account, rows=rows, options=QUICK) as table:
        table.add(made_frame(7))
    written = google.named("hall").rows
    last = written[-1][0]
    assert last >= int(said[-1]) and written == expected(rows, range(last + 1))
    assert google.named("next lecture").rows == expected(rows, [7]) and waiting_files(spool) == []


def test_an_address_that_google_refuses_is_said_and_the_rows_go_on(google, account):
    rows = raw_rows(LABELS)
    with SheetTable("hall", account, ["nobody", "me@b.example"], rows=rows, options=QUICK) as table:
        table.add(made_frame(0))
    assert google.named("hall").writers == ["me@b.example"] and google.named("hall").rows == expected(rows, [0])
    assert table.failure == (
        "sheet hall: not shared with nobody (Google answers 400, The specified emailAddress is invalid.)"
    )


def test_a_sheet_that_someone_has_made_larger_is_not_made_smaller(google, account):
    rows = raw_rows(LABELS)
    with SheetTable("hall", account, rows=rows, options=QUICK) as table:
        table.add(made_frame(0))
        wait_until(lambda: google.sheets and len(google.named("hall").rows) == 3, "the first rows")
        google.named("hall").size["rowCount"] = 5000
        for number in range(1, 30):
            table.add(made_frame(number))
    assert google.named("hall").size["rowCount"] == 5000
    assert google.named("hall").rows == expected(rows, range(30))


def test_a_sheet_that_someone_has_deleted_is_made_again(google, account):
    rows = raw_rows(LABELS)
    with SheetTable("hall", account, "me@b.example", rows=rows, options=QUICK) as table:
        table.add(made_frame(0))
        wait_until(lambda: google.sheets and len(google.named("hall").rows) == 3, "the first rows")
        google.sheets.clear()
        table.add(made_frame(1))
    assert table.failure is None and google.named("hall").writers == ["me@b.example"]
    assert google.named("hall").rows == expected(rows, [1])


def test_a_client_that_is_logged_in_does_as_well(google, account):
    client = gspread.service_account(account)
    with SheetTable("hall", None, rows=raw_rows(LABELS), client=client, options=QUICK) as table:
        table.add(made_frame(0))
    assert len(google.named("hall").rows) == 3


def test_the_next_run_waits_for_a_call_of_the_last_that_hangs(google, account):
    goes_on = threading.Event()
    google.fault = lambda request: goes_on.wait(60) and None
    rows = raw_rows(LABELS)
    first = SheetTable("hall", account, rows=rows, options=MailboxOptions(0.05, 50, close_s=0.1))
    first.add(made_frame(0))
    wait_until(lambda: google.server.requests, "a first call")
    first.close()
    threading.Timer(0.5, goes_on.set).start()
    with SheetTable("hall", account, rows=rows, options=QUICK) as second:
        second.add(made_frame(1))
    assert google.named("hall").rows == expected(rows, [0, 1]) and second.failure is None


def test_mistakes_are_a_sentence(google, account, tmp_path, monkeypatch):
    monkeypatch.setattr("emotion.outputs.mailbox._BUSY_S", 0.1)
    rows = raw_rows(LABELS)
    with pytest.raises(OSError, match=r"none\.json: No such file"):
        SheetTable("hall", tmp_path / "none.json", rows=rows)
    for content in ("{", "[]", '{"client_email": "a", "private_key": "geheim", "token_uri": "x"}', '"text"'):
        (tmp_path / "bad.json").write_text(content)
        with pytest.raises(ValueError, match=r"bad\.json is not the JSON file of a Google service account") as caught:
            SheetTable("hall", tmp_path / "bad.json", rows=rows)
        assert "geheim" not in str(caught.value)
    with pytest.raises(ValueError, match="credentials_file must be"):
        SheetTable("hall", None, rows=rows)
    for name in ("", 'a"b', "a\\b"):
        with pytest.raises(ValueError, match="name must be a text without quotes"):
            SheetTable(name, account, rows=rows)
    with SheetTable("hall", account, rows=rows, options=QUICK) as table:
        with pytest.raises(OSError, match="in use by another output"):
            SheetTable("hall", account, rows=rows)
        assert "private" not in repr(table)
