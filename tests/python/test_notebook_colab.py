"""The browser's camera of a notebook in Colab: its script in a headless Chromium with a camera that is a film.

Colab itself is played by the test: it hands scripts to the browser and gives back what they come to.
"""

import io

import chromium
import emotion
import pytest
from emotion import notebook
from loopback_server import Answer, LoopbackServer, wait_until

pytest.importorskip("skimage.data")
pytest.importorskip("selenium")
import astronaut_video
import PIL.Image
import pretended_colab
from selenium.webdriver.common.by import By

# A promise is waited for, as Colab does.
EVALUATE = """
const done = arguments[arguments.length - 1];
Promise.resolve((0, eval)(arguments[0])).then((value) => done(value ?? null), (error) => done(String(error)));
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chromium")
    film = bytearray()
    for image in astronaut_video.frames(20):
        file = io.BytesIO()
        PIL.Image.fromarray(image).save(file, "JPEG")
        film += file.getvalue()
    (folder / "film.mjpeg").write_bytes(film)
    camera = ("use-fake-device-for-media-stream", f"use-file-for-fake-video-capture={folder / 'film.mjpeg'}")
    with chromium.started(folder / "profile", *camera, "use-fake-ui-for-media-stream") as browser:
        browser.set_script_timeout(60)
        yield browser


@pytest.fixture
def colab(browser, monkeypatch):
    """Opens an empty page; gives a list to which a test adds what shall be done before each step."""
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    before_steps = []

    def eval_js(script):
        if script.startswith("emotionStep(") and before_steps:
            before_steps.pop(0)()
        return browser.execute_async_script(EVALUATE, script)

    pretended_colab.pretend(monkeypatch, eval_js)
    with LoopbackServer(
        lambda _: Answer(200, b"<!DOCTYPE html><body></body>", {"Content-Type": "text/html"})
    ) as server:
        browser.get(server.url)  # a camera is given to pages of this computer
        yield before_steps


def watch_tracks(browser):
    """Has the page keep the camera's streams where the test can see them."""
    browser.execute_script("""
const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
window.streams = [];
navigator.mediaDevices.getUserMedia = async (wish) => { const s = await real(wish); window.streams.push(s); return s; };
""")


def camera_states(browser):
    return browser.execute_script("return window.streams.flatMap((s) => s.getTracks().map((t) => t.readyState))")


def test_frames_come_and_are_shown_until_a_click(browser, colab):
    watch_tracks(browser)
    widths = []

    def look():
        (shown,) = browser.find_elements(By.TAG_NAME, "img")
        wait_until(lambda: shown.get_property("naturalWidth"), "a picture")
        widths.append((shown.get_property("naturalWidth"), shown.get_property("naturalHeight")))
        assert camera_states(browser) == ["live"]

    def click():
        chromium.keep(browser, "notebook_colab")
        browser.find_element(By.TAG_NAME, "img").click()

    colab += [lambda: None, lambda: None, look, look, click]
    live = notebook.watch()
    total = live.timeline().total()
    assert total.frames == 4 and total.head_count == 1.0 and not colab
    assert widths == [(astronaut_video.WIDTH, astronaut_video.HEIGHT)] * 2
    assert camera_states(browser) == ["ended"]
    assert browser.find_element(By.TAG_NAME, "p").text == "Ended."


def test_an_interrupt_ends_the_camera_and_keeps_the_timeline(browser, colab):
    watch_tracks(browser)

    def interrupt():
        raise KeyboardInterrupt

    colab += [lambda: None, lambda: None, interrupt]
    assert notebook.watch().timeline().total().frames == 2
    assert camera_states(browser) == ["ended"]


def test_a_camera_that_is_refused_is_a_sentence(browser, colab):
    browser.execute_script("""
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('Permission denied', 'NotAllowedError'); };
""")
    with pytest.raises(emotion.EmotionOSError, match="the browser gives no camera: Permission denied"):
        notebook.watch()
    assert not browser.find_elements(By.TAG_NAME, "img")
