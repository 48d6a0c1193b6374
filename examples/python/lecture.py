"""Heads and expressions of a lecture, minute by minute. usage: lecture.py VIDEO|CAMERA|ADDRESS FOLDER

Writes FOLDER/lecture.mp4 with all drawn on it and FOLDER/frames.csv, while it goes on. Ctrl+C ends it.
"""

import contextlib
import sys
from pathlib import Path

import emotion

source, folder = sys.argv[1], Path(sys.argv[2])
run = emotion.Emanalysis(source, detect_every=2)
recording = emotion.Recording(run.labels, video=folder / "lecture.mp4", frames_table=folder / "frames.csv")
with recording, contextlib.suppress(KeyboardInterrupt):
    for frame in run:
        recording.add(frame)
        if frame.after_gap:
            print(f"the source was away until {frame.time_s:.1f} s")
for failure in recording.failures:
    print(failure, file=sys.stderr)

for point in run.timeline().resample(60).points():
    minute = f"{point.start_s / 60:4.0f} min  "
    if not point.frames:
        print(minute + "no picture")
        continue
    best = max(range(len(run.labels)), key=point.emotion_counts.__getitem__)
    print(minute + f"{point.head_count:5.1f} heads, attention {point.attention_coef:.2f}, mostly {run.labels[best]}")
