"""A run of many frames takes no more memory at its end than at its beginning."""

import os
import subprocess
import sys

import pytest

LONG_RUN = """
import os
import emotion, numpy

WARM_UP, FRAMES, KEPT = 1000, 11000, 20
emotion.set_num_threads(1)
random = numpy.random.default_rng(5)
pictures = [emotion.resize(random.integers(0, 256, (6, 8, 3), dtype=numpy.uint8), 48, 64) for _ in range(KEPT)]

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

run = emotion.Emanalysis((pictures[i % KEPT] for i in range(FRAMES)), device="cpu", precision="f32", max_faces=3)
outputs = dict(video="a.mp4", faces_table="faces.csv", frames_table="frames.jsonl", raw_table="raw.csv")
faces = 0
with emotion.Recording(run.labels, **outputs) as recording:
    for count, frame in enumerate(run, start=1):
        recording.add(frame)
        faces += len(frame.faces)
        if count == WARM_UP:
            before = resident()
print(count, faces, resident() - before)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no /proc")
def test_memory_stays_flat_over_ten_thousand_frames(models, tmp_path):
    """In a process of its own; small pictures, small models, all outputs."""
    done = subprocess.run([sys.executable, "-c", LONG_RUN], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stderr
    frames, faces, grown_mib = (float(text) for text in done.stdout.split())
    assert frames == 11000 and faces > 5000
    assert grown_mib < 5
