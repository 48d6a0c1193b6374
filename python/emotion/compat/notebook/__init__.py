"""The names of the diploma notebooks, on the core: reading, classes, faces, drawing, demo and performance.

>>> from emotion.compat import FaceDetector, annotate_facial_expressions, read_images
>>> images, skipped = read_images(["a.jpg", "b.jpg"], return_skipped=True)
>>> annotate_facial_expressions(images[0], FaceDetector()(images[0]))

docs/moving-over.md says what is different.
"""

from __future__ import annotations

from .demo import run_demo
from .drawing import annotate_facial_expressions, draw_text, imshow_valence_arousal, plot_emotion_timeline
from .faces import FaceDetector, crop_region
from .model import ModelFer
from .performance import hardware_report, measure_performance
from .reading import read_images

__all__ = [
    "FaceDetector",
    "ModelFer",
    "annotate_facial_expressions",
    "crop_region",
    "draw_text",
    "hardware_report",
    "imshow_valence_arousal",
    "measure_performance",
    "plot_emotion_timeline",
    "read_images",
    "run_demo",
]
