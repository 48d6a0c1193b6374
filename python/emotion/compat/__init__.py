"""The names of the projects that this library replaces, on its core: their scripts run when the import is changed.

`emotion.compat.core.Emanalisis` is the lecture room's; FaceEmotionsModel, FrameWithEmotion and the scripts
emo_on_photo, emo_on_video and emo_on_web are those for photographs, videos and the web camera;
`emotion.compat.notebook` has those of the diploma notebooks. What differs is in docs/moving-over.md.
"""

from .face_emotions import FaceEmotionsModel
from .frame_drawing import FrameWithEmotion

__all__ = ["FaceEmotionsModel", "FrameWithEmotion"]
