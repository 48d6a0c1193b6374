"""A camera, shown live. usage: live_camera.py CAMERA|ADDRESS [SECONDS]

A line each second says what is seen and how the camera does; nothing is stored. Enter in the window or Ctrl+C ends it;
without a display it goes on without a window.
"""

import contextlib
import sys

import emotion

source = sys.argv[1]
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else None
run = emotion.Emanalysis(source, stop_after_s=seconds)
overlay = emotion.Overlay(run.labels)
try:
    window = emotion.Window(title=f"camera {source}" if source.isdigit() else "camera")
except emotion.UnsupportedError as error:
    print(error, file=sys.stderr)
    window = None

second = -1
with contextlib.suppress(KeyboardInterrupt):
    for frame in run:
        if window and not window.show(overlay.draw(frame)):
            break
        if int(frame.time_s) > second:
            second = int(frame.time_s)
            seen, health = frame.statistics, run.health()
            print(
                f"{second} s: {seen.head_count} heads, attention {seen.attention_coef:.2f}, "
                f"{health.frames_dropped} pictures dropped, {health.reconnects} reconnects",
                flush=True,
            )
