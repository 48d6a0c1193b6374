"""How fast a model is here."""

from __future__ import annotations

import os
import platform
import shutil
import time
from collections.abc import Iterable, Sequence
from itertools import cycle
from typing import Any

from emotion import _core


def measure_performance(model: Any, batches: Iterable[Any], how_long_s: float = 10.0) -> str:
    """Seconds for a picture, as '0.037s/img (27fps)'; prints it below a report of the machine.

    model: an object with predict_batch(images), ModelFer say. batches: arrays (b, h, w, c), taken again and again until
    how_long_s is over; the first one also once before, uncounted. Raises EmotionValueError where there is no picture.
    """
    given: Sequence[Any] = [batch for batch in batches if len(batch)]
    if not given:
        raise _core.EmotionValueError("measure_performance: expected batches with at least one picture, got none")
    model.predict_batch(given[0])
    pictures = 0
    begin = time.perf_counter()
    for batch in cycle(given):
        model.predict_batch(batch)
        pictures += len(batch)
        taken = time.perf_counter() - begin
        if taken >= how_long_s:
            break
    each = taken / pictures
    result = f"{each:.3f}s/img ({1 / each:.0f}fps)"
    print(f"{hardware_report()}\n{result}")
    return result


def hardware_report() -> str:
    """Processor, memory, GPU and disk, a line each."""
    gib = 2**30
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / gib
    disk = shutil.disk_usage(".")
    lines = [
        f"CPU: {_processor()}, {os.cpu_count()} cores, {_core.num_threads()} threads used",
        f"memory: {memory:.1f} GiB",
        f"GPU: {'CUDA' if _core.cuda_available() else 'none that can be used'}",
        f"disk: {disk.free / gib:.0f} of {disk.total / gib:.0f} GiB free",
    ]
    return "\n".join(lines)


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    except OSError:
        names = []
    return names[0] if names else platform.machine()
