"""The names of the projects that this library replaces, on its core: their scripts run when the import is changed.

`emotion.compat.core.Emanalisis` is the lecture room's; FaceEmotionsModel, FrameWithEmotion and the scripts
emo_on_photo, emo_on_video and emo_on_web are those for photographs, videos and the web camera; all others are those of
the diploma notebooks. What differs is in docs/moving-over.md.
"""

from . import notebook
from .face_emotions import FaceEmotionsModel
from .frame_drawing import FrameWithEmotion
from .notebook import (
    FaceDetector,
    ModelFer,
    annotate_facial_expressions,
    crop_region,
    draw_text,
    hardware_report,
    imshow_valence_arousal,
    measure_performance,
    plot_emotion_timeline,
    read_images,
    run_demo,
)

__all__ = [
    "FaceDetector",
    "FaceEmotionsModel",
    "FrameWithEmotion",
    "ModelFer",
    "annotate_facial_expressions",
    "crop_region",
    "draw_text",
    "hardware_report",
    "imshow_valence_arousal",
    "measure_performance",
    "notebook",
    "plot_emotion_timeline",
    "read_images",
    "run_demo",
]
