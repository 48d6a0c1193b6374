"""Says when an expression changes. usage: callback.py VIDEO|CAMERA|ADDRESS [CHANGES]

A program of one's own would do its work in place of print: light a lamp, write to its database. CHANGES: how many to
wait for.
"""

import sys

import emotion

source = sys.argv[1]
wanted = int(sys.argv[2]) if len(sys.argv) > 2 else None
last: dict[int, str] = {}
changes = 0


def tell(frame: emotion.FrameResult) -> bool:
    """Called with each frame, in order; False ends the run."""
    global changes
    for face in frame.faces:
        if face.emotion is not None and last.get(face.track.id) != face.emotion.label:
            last[face.track.id] = face.emotion.label
            print(f"{frame.time_s:.1f} s  head {face.track.id}: {face.emotion.label}", flush=True)
            changes += 1
    return wanted is None or changes < wanted


emotion.Emanalysis(source).run(tell)
