"""What the dashboard sums up of a database, and its server on loopback."""

import http.client
import json
import os
import re
import signal
import sys

import emotion
import interruptible
import numpy as np
import pytest
from loopback_server import wait_until
from made_results import made_frame
from small_models import LABELS

pytest.importorskip("pandas")
pytest.importorskip("sqlalchemy")
from emotion.dashboard import choose, read_runs, sum_up
from emotion.dashboard._summary import find_step
from made_museum import write_museum, write_run
from served_dashboard import served


@pytest.fixture(autouse=True)
def spool(tmp_path, monkeypatch):
    monkeypatch.setenv("EMOTION_SPOOL", str(tmp_path / "spool"))


@pytest.fixture
def museum(tmp_path):
    url = f"sqlite:///{tmp_path}/museum.db"
    write_museum(url)
    return url


# -------------------------------------------------------------------------------------------------------------- numbers


def test_runs_are_chosen_by_day_source_and_exhibit(museum):
    runs = read_runs(museum)

    def names(*filters):
        return "".join(sorted(run.name for run in choose(runs, *filters)))

    assert names() == "abcd" and names((), (), ()) == "abcd"
    assert names(["2026-03-02"]) == "ab" and names(["2026-03-02", "2026-03-03"]) == "abcd"
    assert names((), ["camera 0"]) == "ac" and names((), ["camera 0"], ["Water Lilies"]) == "c"
    assert names((), (), ["(none)"]) == "d" and names(["2026-03-04"]) == ""


def test_a_stretch_is_the_mean_of_its_frames(museum):
    (run,) = choose(read_runs(museum), ["2026-03-02"], ["camera 0"])
    summary = sum_up(museum, [run])
    statistics = [made_frame(number).statistics for number in range(120)]  # 25 a second from a full second on
    assert (summary.labels, summary.step_s, summary.frames, summary.runs) == (tuple(LABELS), 1, 120, 1)
    assert [f"{time:%d %H:%M:%S}" for time in summary.times] == [f"02 09:30:0{second}" for second in range(5)]
    for second in range(5):
        mine = statistics[25 * second : 25 * second + 25]
        assert summary.faces[second] == pytest.approx(np.mean([one.emotion_counts for one in mine], axis=0))
        assert summary.valence[second] == pytest.approx(np.mean([one.valence for one in mine]), abs=1e-4)
        assert summary.arousal[second] == pytest.approx(np.mean([one.arousal for one in mine]), abs=1e-4)
    assert summary.heads.tolist() == summary.most_heads.tolist() == [2] * 5
    shares = np.sum([one.emotion_counts for one in statistics], axis=0) / 240
    assert summary.shares == pytest.approx(shares) and summary.shares.sum() == pytest.approx(1)


def test_runs_at_once_share_their_stretches_by_frames(museum):
    summary = sum_up(museum, choose(read_runs(museum), ["2026-03-02"]))
    assert (summary.frames, summary.runs) == (180, 2)
    assert summary.heads == pytest.approx([2.5, 2.5, (25 * 2 + 10 * 3) / 35, 2, 2])
    assert summary.most_heads.tolist() == [3, 3, 3, 2, 2]
    assert summary.mean_heads == pytest.approx((120 * 2 + 60 * 3) / 180)


def test_a_pause_has_no_stretches_and_heads_alone_no_emotions(museum):
    day = choose(read_runs(museum), ["2026-03-03"])
    summary = sum_up(museum, day, stretches=200)
    assert summary.step_s == 30 and [f"{time:%H:%M:%S}" for time in summary.times] == ["14:00:00", "15:00:00"]
    assert summary.faces[0].sum() == pytest.approx(1) and summary.faces[1].sum() == 0
    assert np.isfinite(summary.valence).tolist() == [True, False]
    heads_only = sum_up(museum, choose(day, (), ["hall.mp4"]))
    assert heads_only.labels == () and heads_only.faces.shape == (1, 0) and heads_only.heads.tolist() == [4]


def test_models_with_other_labels_stand_beside_each_other(museum):
    write_run(museum, "e", "2026-03-02T09:30:00", 25, 2, ["anger", "glad"])
    summary = sum_up(museum, choose(read_runs(museum), ["2026-03-02"]))
    assert set(summary.labels) == {*LABELS, "glad"} and summary.shares.sum() == pytest.approx(1)
    assert summary.faces[0].sum() == pytest.approx((2 + 3 + 2) / 3)


def test_nothing_chosen_is_empty(museum):
    summary = sum_up(museum, [])
    assert (summary.frames, summary.times, summary.mean_heads) == (0, [], 0)
    assert summary.faces.shape == (0, 0) and summary.heads.shape == (0,)


@pytest.mark.parametrize(
    ("least", "step"), [(0, 1), (1, 1), (1.01, 2), (59, 60), (3601, 7200), (86400, 86400), (86401, 172800)]
)
def test_stretches_are_round(least, step):
    assert find_step(least) == step


# -------------------------------------------------------------------------------------------------------------- figures


def test_lines_break_in_a_pause_and_have_the_colours_of_labels(museum):
    pytest.importorskip("plotly")
    from emotion.dashboard import _figures

    summary = sum_up(museum, read_runs(museum), stretches=2000)
    times, heads = _figures.with_breaks(summary, summary.heads)
    assert heads.count(None) == 2 and times == sorted(times)  # one between the days, one between 14 and 15 o'clock
    assert [value for value in heads if value is not None] == pytest.approx(summary.heads)
    lines = {trace.name: trace for trace in _figures.emotion_timeline(summary).data if trace.name}
    assert list(lines) == LABELS
    assert all(lines[label].line.color == "rgb({},{},{})".format(*emotion.label_color(label)) for label in LABELS)
    (bars,) = _figures.shares(summary).data
    assert sum(bars.x) == pytest.approx(100)
    path = _figures.valence_arousal(summary).data[-1]
    assert len(path.x) == len(summary.times) and path.x[-1] is None  # heads only


# --------------------------------------------------------------------------------------------------------------- server


@pytest.fixture
def server(museum):
    pytest.importorskip("dash")
    with served(museum) as server:
        yield server


def ask(server, method, path, body=None, host="127.0.0.1"):
    port = int(re.search(r":(\d+)/", server.address).group(1))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Host": f"{host}:{port}", "Content-Type": "application/json"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, content


def ask_graphs(server, *filters):
    (callback,) = json.loads(ask(server, "GET", "/_dash-dependencies")[1])
    outputs = [
        {"id": part.partition(".")[0], "property": part.partition(".")[2]}
        for part in callback["output"].strip(".").split("...")
    ]
    inputs = [{**one, "value": value} for one, value in zip(callback["inputs"], filters)]
    request = {"output": callback["output"], "outputs": outputs, "inputs": inputs, "changedPropIds": []}
    status, content = ask(server, "POST", "/_dash-update-component", json.dumps(request))
    assert status == 200
    return json.loads(content)["response"]


def test_the_server_answers_with_graphs(server):
    assert ask(server, "GET", "/")[0] == 200
    layout = ask(server, "GET", "/_dash-layout")[1]
    assert "The Kiss" in layout and "2026-03-03" in layout and "camera 1" in layout
    answer = ask_graphs(server, ["2026-03-02"], [], ["The Kiss"])
    assert answer["numbers"]["children"] == "1 run, 120 frames, 2.0 heads on average, 1 s a point"
    names = [trace.get("name") for trace in answer["timeline"]["figure"]["data"]]
    assert [name for name in names if name] == LABELS
    assert "no frames" in ask_graphs(server, ["2026-03-03"], [], ["The Kiss"])["numbers"]["children"]


def test_a_database_that_goes_away_is_said_on_the_page(server, tmp_path):
    (tmp_path / "museum.db").rename(tmp_path / "elsewhere.db")
    assert "museum.db is not there" in ask(server, "GET", "/_dash-layout")[1]
    assert "museum.db is not there" in ask_graphs(server, [], [], [])["numbers"]["children"]


def test_another_host_name_is_refused_on_loopback(server):
    assert ask(server, "GET", "/_dash-layout", host="rebound.example")[0] == 400
    assert ask(server, "GET", "/_dash-layout", host="localhost")[0] == 200


def test_mistakes_are_a_sentence(museum, tmp_path, server):
    from emotion.dashboard import Server

    port = int(server.address.split(":")[-1].strip("/"))
    with pytest.raises(OSError, match=f"127.0.0.1:{port} is not to be had: "):
        Server(museum, port=port)
    with pytest.raises(ValueError, match=r"port must be in \[0, 65535\], got 70000"):
        Server(museum, port=70000)
    with pytest.raises(OSError, match=r"new\.db is not there"):
        Server(f"sqlite:///{tmp_path}/new.db", port=0)


def test_without_dash_the_extra_is_named(museum, monkeypatch):
    from emotion.dashboard import Server

    monkeypatch.setitem(sys.modules, "dash", None)
    with pytest.raises(emotion.UnsupportedError, match=r"pip install 'emotion\[dashboard\]'"):
        Server(museum, port=0)


@pytest.mark.parametrize("with_runs", [True, False])
def test_the_command_serves_until_ctrl_c(museum, with_runs):
    pytest.importorskip("dash")
    environment = {name: text for name, text in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    databases = [museum] if with_runs else []
    command = [sys.executable, "-m", "emotion", "dashboard", *databases, "--port", "0"]
    process = interruptible.start(command, env=environment)
    try:
        said = process.stdout.readline()
        port = int(re.search(r"http://127\.0\.0\.1:(\d+)/", said).group(1))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        wait_until(lambda: connection.request("GET", "/") or connection.getresponse().read(), "an answer")
        connection.request("GET", "/picture")
        assert ("look at the runs" in connection.getresponse().read().decode()) == with_runs
        connection.close()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0 and "Traceback" not in err and not out
