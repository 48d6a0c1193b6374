"""The lecture room's main.py with a real RTSP camera, by a clock of the test's own."""

import datetime
import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace

import emotion
import pytest
import rtsp_camera
from emotion.compat.core import Emanalisis
from loopback_server import Answer, LoopbackServer

MAIN = Path(__file__).resolve().parents[2] / "examples" / "python" / "compat" / "main.py"


class Over(Exception):
    pass


class Clock:
    """A minute passes with each sleep, the length of a run with each run."""

    def __init__(self, *start):
        self.moment = datetime.datetime(*start)

    def now(self):
        return self.moment

    def sleep(self, _seconds):
        self.moment += datetime.timedelta(minutes=1)
        if self.moment.hour == 10 and self.moment.minute > 0:
            raise Over


@pytest.fixture
def main_script(monkeypatch, tmp_path):
    monkeypatch.delenv("EMOTION_MODELS", raising=False)
    monkeypatch.chdir(tmp_path)
    specification = importlib.util.spec_from_file_location("lecture_main", MAIN)
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    return script


def test_it_runs_at_full_and_half_hours_from_nine(main_script, monkeypatch, tmp_path):
    pytest.importorskip("httpx")
    clock = Clock(2026, 3, 2, 8, 28)
    rooms = []

    class Room(Emanalisis):
        """Without a Google account, and with runs of a few seconds."""

        def __init__(self, **arguments):
            assert arguments.pop("email_to_share") == main_script.EMAILS
            super().__init__(**arguments)
            rooms.append(self)

        def run(self, filename, fps_factor, stop_time):
            super().run(filename, fps_factor=fps_factor, stop_time=stop_time / 850)
            assert self.failures == [] and self.summary.frames_analyzed > 0
            clock.moment += datetime.timedelta(seconds=stop_time)

    camera = rtsp_camera.start_or_skip()
    with LoopbackServer(lambda _: Answer()) as server:
        values = {"ip_camera_login": rtsp_camera.LOGIN, "ip_camera_password": rtsp_camera.PASSWORD}
        values.update(server_url=server.url, server_key="s3cret")
        secrets = tmp_path / "old-secrets.py"
        secrets.write_text("".join(f"{name} = {value!r}\n" for name, value in values.items()))
        monkeypatch.setenv("EMOTION_SECRETS", str(secrets))
        monkeypatch.setattr(main_script, "CAMERA", camera.address)
        monkeypatch.setattr(main_script, "Emanalisis", Room)
        monkeypatch.setattr(main_script, "time", clock)
        monkeypatch.setattr(main_script, "datetime", SimpleNamespace(datetime=clock))
        with pytest.raises(Over):
            main_script.main()
        sent = [re.search(rb'filename="(.+?)"', request.body)[1].decode() for request in server.requests]
        parts = re.split(rb"\r\n\r\n", server.requests[-1].body, maxsplit=1)
    camera.kill()
    assert sent == [f"2026-03-02_{time}.mp4" for time in ("09-00", "09-30", "10-00")]
    assert not list(tmp_path.glob("*.mp4")) and len(rooms) == 1
    (tmp_path / "sent.mp4").write_bytes(parts[1])
    frames = list(emotion.VideoSource(tmp_path / "sent.mp4"))
    assert frames[0].image.shape == (400, 1920, 3)
