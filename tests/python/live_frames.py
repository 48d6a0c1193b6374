"""What the tests of live sources share."""

import time

import emotion


def read_frame(source: emotion.VideoSource, seconds: float = 30) -> emotion.VideoFrame:
    """The next picture, waited for through gaps."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        frame = source.read(0.2)
        if frame is not None:
            return frame
        assert not source.ended
    raise AssertionError(f"no picture came: {source.health()}")
