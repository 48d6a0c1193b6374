"""Files reach a server that fails, stalls and cuts; they are deleted after its yes and not before."""

import email
import email.policy
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import tracemalloc

import pytest
from loopback_server import Answer, Cut, LoopbackServer, wait_until

pytest.importorskip("httpx")
from emotion.outputs import Outbox

QUICK = {"first_pause_s": 0.02, "longest_pause_s": 0.1}


def uploads(server):
    """Name and content of each multipart field `file`, whatever the answer was."""
    found = []
    for request in server.requests:
        head = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
        (part,) = email.message_from_bytes(head + request.body, policy=email.policy.HTTP).iter_parts()
        assert part.get_param("name", header="content-disposition") == "file"
        found.append((part.get_filename(), part.get_payload(decode=True)))
    return found


def video(folder, name="lecture.mp4", content=b"a video\r\n\x00\xff"):
    path = folder / name
    path.write_bytes(content)
    return path


def in_turn(*answers):
    """One after the other, then 200 for ever; an exception is raised."""
    left = list(answers)

    def answer(_):
        said = left.pop(0) if left else Answer()
        if isinstance(said, Exception):
            raise said
        return said

    return answer


def test_a_file_arrives_as_it_is_and_is_deleted(tmp_path):
    content = os.urandom(200_000)
    path = video(tmp_path, "2026-11-21 09-30 für.mp4", content)
    with LoopbackServer(in_turn()) as server:
        with Outbox(tmp_path / "box", server.url + "/upload?room=1", "key of the server", **QUICK) as outbox:
            outbox.add(path)
            assert not path.exists()
        assert uploads(server) == [(path.name, content)]
        (request,) = server.requests
        assert (request.method, request.path) == ("POST", "/upload?room=1")
        assert request.headers["key"] == "key of the server"
    assert outbox.failure is None and outbox.waiting == []
    assert [entry.name for entry in (tmp_path / "box").iterdir()] == [".lock"]


@pytest.mark.parametrize("wrong", [Answer(500), Answer(301, headers={"Location": "/b"}), Answer(403), Cut()])
def test_it_is_tried_again_until_the_server_takes_it(wrong, tmp_path):
    with LoopbackServer(in_turn(wrong, wrong, wrong)) as server:
        with Outbox(tmp_path / "box", server.url, "k", **QUICK) as outbox:
            outbox.add(video(tmp_path))
        assert len(server.requests) == 4 and len(set(uploads(server))) == 1
        assert len({request.headers["idempotency-key"] for request in server.requests}) == 1
    assert outbox.failure is None and outbox.waiting == []


def test_a_server_that_stalls_is_left_and_asked_again(tmp_path):
    goes_on = threading.Event()
    waits = iter([True])

    def answer(_):
        if next(waits, False):
            goes_on.wait(30)
        return Answer()

    with LoopbackServer(answer) as server:
        with Outbox(tmp_path / "box", server.url, "k", timeout_s=0.3, **QUICK) as outbox:
            outbox.add(video(tmp_path))
        assert len(server.requests) == 2 and outbox.waiting == []
        goes_on.set()


def test_without_a_server_the_files_stay_and_go_with_the_next_outbox(tmp_path):
    with LoopbackServer(in_turn()) as server:
        url = server.url
    with Outbox(tmp_path / "box", url, "k", close_s=0.1, **QUICK) as outbox:
        outbox.add(video(tmp_path, "a.mp4"))
        outbox.add(video(tmp_path, "b.mp4"))
    assert outbox.waiting == ["a.mp4", "b.mp4"]
    assert "2 files wait in" in outbox.failure and "a.mp4 was not taken" in outbox.failure
    with LoopbackServer(in_turn()) as server:
        with Outbox(tmp_path / "box", server.url, "k", **QUICK) as outbox:
            pass
        assert [name for name, _ in uploads(server)] == ["a.mp4", "b.mp4"]
    assert outbox.failure is None


def test_a_file_that_the_server_does_not_want_does_not_hold_the_others_up(tmp_path):
    def answer(request):
        return Answer(413 if b"too large" in request.body else 200)

    box = tmp_path / "box"
    with LoopbackServer(answer) as server, Outbox(box, server.url, "k", close_s=0.1, **QUICK) as outbox:
        outbox.add(video(tmp_path, "large.mp4", b"too large"))
        outbox.add(video(tmp_path, "small.mp4"))
        wait_until(lambda: outbox.waiting == ["large.mp4"], "small.mp4")
    assert "large.mp4 was not taken, the answer is 413; 1 file waits in" in outbox.failure


def test_several_outboxes_of_a_folder_send_each_file_once(tmp_path):
    with LoopbackServer(in_turn()) as server:
        boxes = [Outbox(tmp_path / "box", server.url, "k", **QUICK) for _ in range(3)]
        for number in range(12):
            boxes[number % 3].add(video(tmp_path, f"{number}.mp4"))
        wait_until(lambda: not boxes[0].waiting, "an empty outbox")
        for box in boxes:
            box.close()
        assert sorted(name for name, _ in uploads(server)) == sorted(f"{number}.mp4" for number in range(12))


PROCESS = """
import sys
from emotion.outputs import Outbox
outbox = Outbox("box", sys.argv[1], "k", first_pause_s=0.05)
for name in sys.argv[2:]:
    outbox.add(name)
print("added", flush=True)
sys.stdin.read()
"""


def start(folder, url, *names):
    return subprocess.Popen(
        [sys.executable, "-c", PROCESS, url, *names],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_kill_at_any_moment_loses_and_doubles_nothing(tmp_path):
    """The server holds back its answer to the second file: the kill comes with one file done and one on its way."""
    hold = threading.Event()

    def answer(request):
        if b"b.mp4" in request.body and not hold.is_set():
            hold.wait(30)
            raise Cut
        return Answer()

    names = ["a.mp4", "b.mp4", "c.mp4"]
    for name in names:
        video(tmp_path, name, name.encode() * 1000)
    with LoopbackServer(answer) as server:
        process = start(tmp_path, server.url, *names)
        wait_until(lambda: len(server.requests) == 2, "the second file", 60)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        hold.set()
        with Outbox(tmp_path / "box", server.url, "k", **QUICK) as outbox:
            assert outbox.waiting in (["b.mp4", "c.mp4"], ["c.mp4"], [])
        received = uploads(server)
    assert [name for name, _ in received] == ["a.mp4", "b.mp4", "b.mp4", "c.mp4"]  # b was never answered before
    assert all(content == name.encode() * 1000 for name, content in received)
    assert outbox.waiting == []


def test_what_a_kill_cut_short_is_ended(tmp_path):
    """Each state between two steps on the disk: taken but not yet ready; done but not yet deleted; half copied."""
    box = tmp_path / "box"
    for entry, name in {"aa.part": "taken.mp4", "bb.sent": "done.mp4", "cc.part": ".part", "dd.part": ".part"}.items():
        (box / entry).mkdir(parents=True)
        video(box / entry, name)
    old = time.time() - 7200
    for path in (box / "cc.part" / ".part", box / "cc.part"):
        os.utime(path, (old, old))
    with LoopbackServer(in_turn()) as server:
        with Outbox(box, server.url, "k", **QUICK):
            pass
        assert [name for name, _ in uploads(server)] == ["taken.mp4"]
    assert {path.name for path in box.iterdir()} == {".lock", "dd.part"}


def test_a_video_is_never_in_memory_as_a_whole(tmp_path):
    size = 64 << 20
    path = tmp_path / "long.mp4"
    with open(path, "wb") as file:
        file.truncate(size)
    with LoopbackServer(in_turn(), read_body=False) as server:
        tracemalloc.start()
        with Outbox(tmp_path / "box", server.url, "k", **QUICK) as outbox:
            outbox.add(path)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert int(server.requests[0].headers["content-length"]) > size
    assert outbox.waiting == [] and peak < size / 8


def test_passwords_and_keys_show_nowhere(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with LoopbackServer(in_turn(Answer(500, b"geheim"))) as server:
        url = server.url.replace("://", "://me:geheim1@") + "/up?token=geheim2"
        with Outbox(tmp_path / "box", url, "geheim3", **QUICK) as outbox:
            outbox.add(video(tmp_path))
        assert server.requests[1].headers["authorization"].startswith("Basic ")
    with Outbox(tmp_path / "box", url, "geheim3", close_s=0.05, **QUICK) as away:
        away.add(video(tmp_path))
    assert "me:***@127.0.0.1" in away.failure
    for text in (repr(outbox), repr(away), away.failure, caplog.text):
        assert "geheim" not in text
    with pytest.raises(ValueError, match="key must be") as caught:
        Outbox(tmp_path / "box", url, "geheim\n")
    assert "geheim" not in str(caught.value)


def test_mistakes_are_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="url must be of the form https://host/path, got 'ftp://a'"):
        Outbox(tmp_path / "box", "ftp://a", "k")
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"outbox .*file"):
        Outbox(tmp_path / "file", "http://127.0.0.1:1", "k")
    outbox = Outbox(tmp_path / "box", "http://127.0.0.1:1", "k", close_s=0)
    with pytest.raises(OSError, match=r"missing\.mp4 cannot be put into the outbox .*: No such file"), outbox:
        outbox.add(tmp_path / "missing.mp4")
    assert [path.name for path in (tmp_path / "box").iterdir()] == [".lock"]
