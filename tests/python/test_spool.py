"""What waits for a server: kept in order, for one output at a time, and brought again and again."""

import threading

import pytest
from emotion.outputs import MailboxOptions
from emotion.outputs.courier import Courier, Undelivered, grown_pause_s
from emotion.outputs.spool import Spool, SpoolBusy, leftovers
from loopback_server import wait_until


def test_values_wait_in_order_and_the_file_goes_when_none_is_left(tmp_path):
    spool = Spool(tmp_path / "deep" / "a")
    values = [{"a": [1, None, "ü"]}, "text", 3.5, [], 0]
    for value in values:
        spool.put(value)
    first = spool.first(2)
    assert [value for _, value in first] == values[:2] and len(spool) == 5
    spool.drop(first[-1][0], row=7)
    assert [value for _, value in spool.first(9)] == values[2:] and spool.noted("row") == 7
    spool.note(row=None, name="x")
    spool.close()
    again = Spool(tmp_path / "deep" / "a")
    assert [value for _, value in again.first(9)] == values[2:] and len(again) == 3
    assert (again.noted("row"), again.noted("name"), again.noted("never")) == (None, "x", None)
    again.put("last")
    again.drop(again.first(9)[-1][0])
    again.close()
    again.close()
    assert list((tmp_path / "deep").iterdir()) == []


def test_one_output_at_a_time_has_it(tmp_path):
    spool = Spool(tmp_path / "a")
    spool.put(1)
    with pytest.raises(SpoolBusy, match=r"a\.spool is in use by another output"):
        Spool(tmp_path / "a")
    assert list(leftovers(tmp_path)) == []
    spool.close()
    (left,) = leftovers(tmp_path)
    assert len(left) == 1
    left.close()


def test_a_full_one_refuses_and_takes_again_when_there_is_room(tmp_path):
    spool = Spool(tmp_path / "a", limit_mb=1)
    with pytest.raises(OSError, match="it may have 1 MB"):
        for _ in range(1000):
            spool.put("x" * 10_000)
    count = len(spool)
    assert 50 < count < 110 and len(spool.first(1000)) == count
    spool.drop(spool.first(50)[-1][0])
    spool.put("more")
    assert [value for _, value in spool.first(1000)][-1] == "more"
    spool.close()


def test_what_is_no_spool_is_an_error(tmp_path):
    (tmp_path / "a.spool").write_bytes(b"x" * 5000)
    with pytest.raises(OSError, match=r"a\.spool: file is not a database"):
        Spool(tmp_path / "a")
    assert list(leftovers(tmp_path)) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        Spool(tmp_path / "file" / "a")


def test_pauses_grow_to_the_longest():
    assert [grown_pause_s(failed, 0.5, 10) for failed in (1, 2, 3, 4, 5, 6, 1000)] == [0.5, 1, 2, 4, 8, 10, 10]


def test_failures_are_said_until_a_delivery_is_good():
    go = threading.Semaphore(0)
    answers = iter([Undelivered("away"), ZeroDivisionError(), True, False])
    calls = []

    def deliver():
        go.acquire()
        answer = next(answers, False)
        calls.append(answer)
        if isinstance(answer, Exception):
            raise answer
        return answer

    ended = threading.Event()
    courier = Courier(deliver, ended.set, every_s=0.01, first_pause_s=0.01, longest_pause_s=0.02)
    for expected in ("away", "ZeroDivisionError", None):
        go.release()
        wait_until(lambda expected=expected: calls and courier.failure == expected, expected)
    go.release(10)
    courier.close(retry_s=5, wait_s=30)
    assert ended.is_set() and len(calls) >= 4


def test_a_delivery_that_hangs_is_said_and_does_not_hold_the_end_up():
    goes_on, ended = threading.Event(), threading.Event()
    courier = Courier(lambda: goes_on.wait(60) and False, ended.set, hangs_s=0.05)
    wait_until(lambda: courier.failure == "no answer for 0 s", "word of it")
    courier.close(retry_s=0, wait_s=0.1)
    assert not ended.is_set()
    goes_on.set()
    assert ended.wait(30) and courier.failure is None


@pytest.mark.parametrize(
    "given", [{"every_s": 0}, {"batch": 0}, {"close_s": -1}, {"limit_mb": 0}, {"every_s": float("nan")}]
)
def test_options_out_of_their_bounds_are_refused(given):
    ((name, value),) = given.items()
    with pytest.raises(ValueError, match=rf"MailboxOptions: {name} must be at least .*, got {value}"):
        MailboxOptions(**given)
