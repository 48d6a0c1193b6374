"""The lecture room's main.py: a run at every full and half hour from nine, with only its import changed.

It watches an IP camera whose login and password are in the environment or in the file that EMOTION_SECRETS names, see
docs/moving-over.md. `emotion watch` does the same without a program of one's own.
"""

import datetime
import time

from emotion.compat.core import Emanalisis  # before: from core import Emanalisis

CAMERA = "10.0.0.7"
EMAILS = ["lecturer@example.org", "assistant@example.org"]


def is_due(now: datetime.datetime) -> bool:
    return now.hour >= 9 and now.minute in (0, 30)


def main() -> None:
    room = Emanalisis(
        input_mode=1,
        output_mode=2,
        channel=CAMERA,
        record_video=True,
        email_to_share=EMAILS,
        send_to_nvr=True,
        on_gpu=False,
        display=False,
    )
    while True:
        now = datetime.datetime.now()
        if is_due(now):
            room.run(filename=now.strftime("%Y-%m-%d_%H-%M"), fps_factor=25, stop_time=1700)
        time.sleep(1)


if __name__ == "__main__":
    main()
