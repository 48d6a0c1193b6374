"""Live video in a notebook: a real kernel, with the part of the browser played by the test."""

import base64
import sys
import time
from pathlib import Path

import emotion
import numpy as np
import pretended_colab
import pytest
from emotion import notebook

pytest.importorskip("ipywidgets")
jupyter_client = pytest.importorskip("jupyter_client")

FRAMES = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
import itertools, time
import emotion
from astronaut_video import frames
from emotion import notebook
"""


@pytest.fixture
def kernel():
    manager, client = jupyter_client.manager.start_new_kernel(startup_timeout=120, kernel_name="python3")
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client, code, on_message=lambda message: None) -> tuple[str, list[dict]]:
    """What a cell prints and all its messages; an error of the cell fails the test."""
    identity = client.execute(code)
    printed, messages = "", []
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        message = client.get_iopub_msg(timeout=90)
        if message["parent_header"].get("msg_id") != identity:
            continue
        messages.append(message)
        on_message(message)
        if message["msg_type"] == "stream":
            printed += message["content"]["text"]
        assert message["msg_type"] != "error", "\n".join(message["content"]["traceback"])
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            return printed, messages
    raise AssertionError("the cell does not end")


def opened(message, model: str) -> bool:
    state = message["content"].get("data", {}).get("state", {})
    return message["msg_type"] == "comm_open" and state.get("_model_name") == model


def test_frames_are_shown_and_the_timeline_has_them(kernel):
    run(kernel, FRAMES)
    code = "live = notebook.watch(frames(6), fps=5)\nlive.wait()\ntotal = live.timeline().total()\n"
    printed, messages = run(kernel, code + "print(live, total.frames, total.head_count)")
    assert printed == "Live(ended) 6 1.0\n"
    assert any(message["msg_type"] == "display_data" for message in messages)
    image = next(message["content"]["comm_id"] for message in messages if opened(message, "ImageModel"))
    shown = [
        bytes(message["buffers"][0])
        for message in messages
        if message["msg_type"] == "comm_msg" and message["content"]["comm_id"] == image and message["buffers"]
    ]
    assert shown and emotion.decode_image(shown[0]).shape == (240, 400, 3)


def click(client, button: str) -> None:
    """What a browser sends."""
    content = {"comm_id": button, "data": {"method": "custom", "content": {"event": "click"}}}
    client.shell_channel.send(client.session.msg("comm_msg", content))


def test_a_click_on_stop_ends_a_video_without_an_end(kernel):
    code = FRAMES + "live = notebook.watch(itertools.cycle(list(frames(3))), stop_after_s=400)\nprint(live.running)"
    printed, messages = run(kernel, code)
    assert printed == "True\n"
    button = next(message["content"]["comm_id"] for message in messages if opened(message, "ButtonModel"))
    wait = (
        "while not live.timeline().points(): time.sleep(0.02)\nprint(live.timeline().total().frames > 0, live.running)"
    )
    assert run(kernel, wait)[0] == "True True\n"
    click(kernel, button)
    assert run(kernel, "live.wait(60)\nprint(live, live.timeline().total().end_s < 400)")[0] == "Live(ended) True\n"


def test_the_demo_shows_a_file_and_its_timeline_can_be_plotted(kernel, tmp_path):
    code = f"""
from emotion.compat import plot_emotion_timeline, run_demo
with emotion.VideoWriter({str(tmp_path / "a.mp4")!r}, 240, 400, fps=5) as video:
    for image in frames(6):
        video.write(image)
timeline = run_demo({str(tmp_path / "a.mp4")!r})
timeline.wait()
axes = plot_emotion_timeline(timeline)
print(timeline.timeline().total().frames, len(axes.lines))
"""
    assert run(kernel, FRAMES + code)[0] == "6 8\n"


def test_an_error_of_the_video_comes_out(kernel):
    code = """
def broken():
    yield from frames(2)
    raise RuntimeError("the camera fell down")
live = notebook.watch(broken())
for ask in (live.wait, live.timeline):
    try:
        ask()
    except Exception as error:
        print(error)
"""
    printed, _ = run(kernel, FRAMES + code)
    assert printed.count("the camera fell down") == 2


def test_outside_of_a_notebook_it_says_so(models):
    with pytest.raises(emotion.UnsupportedError, match="this is no notebook"):
        notebook.watch([np.zeros((8, 8, 3), np.uint8)])


@pytest.mark.parametrize("package", ["ipywidgets", "PIL.Image"])
def test_missing_packages_are_named(models, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(emotion.UnsupportedError, match=r"ipywidgets and pillow: pip install 'emotion\[notebook\]'"):
        notebook.watch([np.zeros((8, 8, 3), np.uint8)])


def test_in_colab_the_browser_sends_the_pictures_until_it_is_clicked(models, monkeypatch, tmp_path, picture):
    emotion.write_image(tmp_path / "a.jpg", picture)
    sent = "data:image/jpeg;base64," + base64.b64encode((tmp_path / "a.jpg").read_bytes()).decode()
    answers = ["", sent, sent, "", None]
    asked = []

    def eval_js(script):
        asked.append(script)
        return answers[len(asked) - 1]

    pretended_colab.pretend(monkeypatch, eval_js)
    live = notebook.watch()
    live.wait()
    timeline = live.timeline()
    assert timeline.total().frames == 2 and timeline.total().head_count > 0 and len(asked) == 5
    assert asked[1] == "emotionStep('')" and "getUserMedia" in asked[0] and asked[4] == "emotionStop()"
    shown = base64.b64decode(asked[2].partition(",")[2].removesuffix("')"))
    assert emotion.decode_image(shown).shape == picture.shape
    with pytest.raises(ValueError, match="takes no options"):
        notebook.watch(0, anonymize=True)
