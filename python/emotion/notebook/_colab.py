"""Colab runs far from the camera: the browser takes the pictures and sends them one by one."""

from __future__ import annotations

import base64
import importlib.util
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotion import _core
from emotion._annotate import annotate
from emotion._browser_pictures import data_url

SHOWN_PX = 960  # longest side of what is shown

# emotionStart() gives what is wrong, or "". emotionStep(shown) shows a picture, and gives the camera's next one, or ""
# after a click. emotionStop() ends the camera.
_SCRIPT = """
async function emotionStart() {
  const box = document.createElement('div');
  const video = document.createElement('video');
  const shown = document.createElement('img');
  const hint = document.createElement('p');
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({video: true});
  } catch (error) {
    return error.message;
  }
  hint.textContent = 'Click on the picture to stop.';
  box.append(shown, hint);
  document.body.append(box);
  video.srcObject = stream;
  await video.play();
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  let stopped = false;
  shown.onclick = () => { stopped = true; };
  window.emotionStep = (picture) => {
    if (picture) shown.src = picture;
    if (stopped) return '';
    canvas.getContext('2d').drawImage(video, 0, 0);
    return canvas.toDataURL('image/jpeg', 0.8);
  };
  window.emotionStop = () => {
    stream.getTracks().forEach((track) => track.stop());
    hint.textContent = 'Ended.';
  };
  return '';
}
"""


def in_colab() -> bool:
    """Whether this is a notebook of Colab."""
    try:
        return importlib.util.find_spec("google.colab") is not None
    except ModuleNotFoundError:
        return False


def watch_browser() -> _core.Timeline:
    """Shows the browser's camera with what is found until a click or an interrupt; gives the timeline.

    Raises EmotionOSError where the browser has no camera or may not use it.
    """
    from google.colab.output import eval_js

    reader = LiveReader()
    if problem := eval_js(_SCRIPT + "emotionStart()"):
        raise _core.EmotionOSError(f"the browser gives no camera: {problem}")
    try:
        shown = ""
        begin = time.monotonic()
        while taken := eval_js(f"emotionStep('{shown}')"):
            image = _core.decode_image(base64.b64decode(taken.partition(",")[2]))
            drawn = reader.step(image, time.monotonic() - begin)
            shown = data_url(drawn, SHOWN_PX)
    except KeyboardInterrupt:
        pass
    finally:
        eval_js("emotionStop()")
    return reader.timeline


class LiveReader:
    """What Emanalysis does to a frame, for frames that come when they come."""

    def __init__(self) -> None:
        self._detector = _core.FaceDetector()
        self._classifier = _core.EmotionClassifier()
        self._tracker = _core.Tracker()
        self._smoother = _core.EmotionSmoother()
        self.timeline = _core.Timeline(self._classifier.labels)

    def step(self, image: NDArray[np.uint8], time_s: float) -> NDArray[np.uint8]:
        """Adds a frame to the timeline and gives it with boxes and labels. image: (h, w, 3), red first."""
        tracks = self._tracker.update(self._detector.detect(image), time_s)
        faces = [track.face for track in tracks if track.seen_now]
        ids = [track.id for track in tracks if track.seen_now]
        now: list[Any] = self._classifier.classify(image, faces)
        emotions = [self._smoother.update(track, one, time_s) for track, one in zip(ids, now)]
        self._smoother.keep([track.id for track in tracks])
        self.timeline.add(time_s, _core.frame_statistics(len(faces), emotions))
        return annotate(image, faces, emotions)
