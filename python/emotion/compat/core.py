"""The lecture room: `from emotion.compat.core import Emanalisis`, where the old script had `from core import ...`.

>>> room = Emanalisis(input_mode=1, channel="10.0.0.7", record_video=True, email_to_share="me@example.org")
>>> room.run(filename="2026-03-02_09-30", fps_factor=25, stop_time=1700)
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Union

import numpy as np
from numpy.typing import NDArray

from .._core import (
    Emanalysis,
    EmotionOSError,
    EmotionValueError,
    Overlay,
    Recording,
    RunSummary,
    Timeline,
    VideoSource,
    Window,
    find_model,
    ip_camera_url,
    read_model_card,
    resize,
    resolve_device,
    without_password,
)
from ..outputs import Outbox, SheetTable, frame_rows
from ..secret_values import Secrets, read_secrets
from .labels import LECTURE_LABELS, lecture_rows

__all__ = ["Emanalisis"]

_Path = Union[str, "os.PathLike[str]"]

_WEBCAM, _IP_CAMERA, _FILE = 0, 1, 2
_WIDE_PX = 1000
_DRAWINGS = ("picture", "graph", "board")  # by output_mode

_log = logging.getLogger("emotion.compat")


class Emanalisis:
    """Counts heads and emotions of a lecture, records a video and a table; docs/moving-over.md says what differs.

    After a run: `summary` and `timeline` (as emotion.Emanalysis has them) and `failures`, a sentence for each output
    that failed; these are also logged as warnings. One run at a time.
    """

    def __init__(
        self,
        input_mode: int = 0,
        output_mode: int = 0,
        record_video: bool = False,
        email_to_share: str | Sequence[str] | None = None,
        channel: _Path | int = 0,
        on_gpu: bool = False,
        display: bool = False,
        only_headcount: bool = False,
        send_to_nvr: bool = False,
        parallel: bool = False,
        *,
        detector: _Path = "faces",
        model: _Path = "emotion",
        secrets: Secrets | _Path | None = None,
        outbox: _Path = "outbox",
    ) -> None:
        """input_mode: 0 the web camera; 1 an IP camera, `channel` is its address (see emotion.ip_camera_url), login and
        password are in the secrets; 2 the video file `channel`. output_mode: what is shown and recorded: 0 the picture
        with all drawn on it, 1 the graph alone, 2 graph and counters on a black board.

        record_video: writes FILENAME.mp4. email_to_share: one address or several, who may write in the Google sheet
        FILENAME. display: a window, ended by Enter. only_headcount: no expressions. send_to_nvr: uploads the video,
        which has to be recorded, and deletes it here when the server has it. parallel: has no effect, reading,
        detection and classification always run side by side. on_gpu: CUDA, else the processor.

        detector, model: name or folder. secrets: what read_secrets gives, or a file for it; None: the environment.
        outbox: the folder in which videos wait for the upload.

        Raises EmotionValueError for another mode, for secrets that are needed and not known and for send_to_nvr without
        record_video, UnsupportedError for on_gpu where there is no CUDA and for display where there is none.
        """
        if input_mode not in (_WEBCAM, _IP_CAMERA, _FILE):
            raise EmotionValueError(f"Emanalisis: input_mode must be 0, 1 or 2, got {input_mode}")
        if output_mode not in (0, 1, 2):
            raise EmotionValueError(f"Emanalisis: output_mode must be 0, 1 or 2, got {output_mode}")
        if send_to_nvr and not record_video:
            raise EmotionValueError("Emanalisis: send_to_nvr sends the video, so it needs record_video=True")
        self.input_mode = input_mode
        self.output_mode = output_mode
        self.record_video = record_video
        self.email_to_share = email_to_share
        self.save_into_sheet = email_to_share is not None
        self.on_gpu = on_gpu
        self.display = display
        self.only_headcount = only_headcount
        self.send_to_nvr = send_to_nvr
        self.parallel = parallel
        self.device = resolve_device("cuda" if on_gpu else "cpu")
        self.class_labels = list(LECTURE_LABELS)
        self.detector = detector
        self.model = model
        self.outbox = Path(outbox)
        self.failures: list[str] = []
        self.summary: RunSummary | None = None
        self.timeline: Timeline | None = None
        self._secrets = secrets if isinstance(secrets, Secrets) else read_secrets(secrets)
        self._channel: str | int = 0 if input_mode == _WEBCAM else str(channel)
        if input_mode == _IP_CAMERA:
            self.ip = str(channel)
            self._source()
        needed = ["credentials_file"] * self.save_into_sheet + ["server_url", "server_key"] * send_to_nvr
        for name in needed:
            self._secrets.need(name)
        if display:
            Window().close()

    @property
    def channel(self) -> str | int:
        """What is watched, without a password."""
        source = self._source()
        return without_password(source) if isinstance(source, str) else source

    def _source(self) -> str | int:
        """Made anew each time, so that no password is kept here."""
        if self.input_mode != _IP_CAMERA:
            return self._channel
        return ip_camera_url(self.ip, self._secrets.need("ip_camera_login"), self._secrets.need("ip_camera_password"))

    def run(self, filename: _Path, fps_factor: int = 1, stop_time: float = -1) -> None:
        """Watches until the end of the file, for `stop_time` seconds by the clock (-1: without end), until Enter in the
        window or Ctrl+C. Every `fps_factor`-th frame is looked at.

        filename: of the video without .mp4, its last part also the sheet's name; ':' becomes '-' in it. An IP camera
        that is away is waited for. Raises EmotionOSError for a file or web camera that cannot be opened,
        EmotionValueError for a stop_time that is no number and a recording that would overwrite the video.
        """
        if math.isnan(stop_time):
            raise EmotionValueError("Emanalisis: stop_time must be seconds, or -1 for no end, got nan")
        path = Path(filename)
        video = path.with_name(path.name.replace(":", "-") + ".mp4")
        if self.record_video and self.input_mode == _FILE and video.resolve() == Path(str(self._channel)).resolve():
            raise EmotionValueError(f"Emanalisis: the recording {video} would overwrite the video")
        self.failures, self.summary, self.timeline = [], None, None
        with contextlib.ExitStack() as ends:  # undone from its last line to its first
            if self.send_to_nvr:
                outbox = Outbox(self.outbox, self._secrets.need("server_url"), self._secrets.need("server_key"))
                ends.callback(self._send, video, outbox)  # what waits from earlier runs goes meanwhile
            source = ends.enter_context(self._open_source())
            analysis = ends.enter_context(self._analyse(source, fps_factor))
            ends.callback(self._sum_up, analysis)
            mode = _DRAWINGS[self.output_mode]
            fps = min(1000.0, (source.fps or 25.0) / fps_factor)
            recording = Recording(analysis.labels, video=video if self.record_video else None, mode=mode, fps=fps)
            ends.callback(lambda: self._note(*recording.failures))
            ends.enter_context(recording)
            sheet = self._open_sheet(video.stem, analysis.labels) if self.save_into_sheet else None
            if sheet:
                ends.callback(lambda: self._note(sheet.failure))
                ends.enter_context(sheet)
            window = ends.enter_context(Window(title="Face Detector")) if self.display else None
            overlay = Overlay(analysis.labels, mode=mode)
            if stop_time >= 0:
                ends.enter_context(_stop_after(stop_time, analysis))
            for frame in analysis:
                recording.add(frame)
                if sheet:
                    sheet.add(frame)
                if window and is_ended(window, overlay.draw(frame)):
                    break

    def _open_source(self) -> VideoSource:
        try:
            return VideoSource(self._source(), order="bgr")
        except EmotionOSError as error:
            if self.input_mode != _IP_CAMERA:
                raise
            _log.warning("%s; it is waited for", error)
            return VideoSource(self._source(), order="bgr", must_open=False)

    def _analyse(self, source: VideoSource, fps_factor: int) -> Emanalysis:
        """As the lecture room counted: each frame for itself, faces from the detector's threshold on."""
        return Emanalysis(
            source,
            detector=self.detector,
            classifier=self.model,
            every_nth_frame=fps_factor,
            headcount_only=self.only_headcount,
            device=self.device,
            smoothing_s=0,
            low_score=read_model_card(find_model(self.detector)).defaults["min_score"],
        )

    def _open_sheet(self, name: str, labels: Sequence[str]) -> SheetTable:
        share = self.email_to_share or ()
        rows = lecture_rows(labels) if labels else frame_rows(labels)
        return SheetTable(name, self._secrets.need("credentials_file"), share, rows=rows)

    def _sum_up(self, analysis: Emanalysis) -> None:
        self.summary, self.timeline = analysis.summary(), analysis.timeline()

    def _send(self, video: Path, outbox: Outbox) -> None:
        try:
            if self.summary and self.summary.frames_analyzed and video.exists():
                outbox.add(video)
        except EmotionOSError as error:
            self._note(str(error))
        outbox.close()
        self._note(outbox.failure)

    def _note(self, *failures: str | None) -> None:
        for text in filter(None, failures):
            self.failures.append(text)
            _log.warning("%s", text)


def is_ended(window: Window, image: NDArray[np.uint8]) -> bool:
    """Shows a picture, halved where it is wide; whether Enter was pressed or the window closed."""
    height, width = image.shape[:2]
    if width >= _WIDE_PX:
        image = resize(image, height // 2, width // 2)
    return not window.show(image, order="bgr")


@contextlib.contextmanager
def _stop_after(seconds: float, analysis: Emanalysis) -> Iterator[None]:
    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), analysis.stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
