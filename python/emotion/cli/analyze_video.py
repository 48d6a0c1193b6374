"""emotion analyze of a video, a camera or an address: what is found frame by frame, drawn and written while it runs."""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import re
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import emotion

from .common import make_folder, progress_bar, say, say_beside
from .gaps import GapTeller
from .run_outputs import OUTPUT_OPTIONS, RunOutputs, add_output_options, check_outputs, find_tables
from .screen import Screen
from .video_report import as_json, text_report

# option of the command line: keyword of Emanalysis
_RUN_OPTIONS = {
    "every": "every_nth_frame",
    "detect_every": "detect_every",
    "stop_after": "stop_after_s",
    "heads_only": "headcount_only",
    "smoothing": "smoothing_s",
    "region": "region",
}
_OUTPUT_OPTIONS = ("frames", "raw", "display", "mode", "anonymize")
_DRAWING_OPTIONS = ("mode", "anonymize")


def add_video_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("for a video, a camera or an address")
    text = "the host of an IP camera is named (Dahua's form); login and password are in the secrets"
    group.add_argument("--ip-camera", action="store_true", help=text)
    group.add_argument("--frames", type=Path, metavar="FILE", help="write a table, a line for each frame")
    group.add_argument("--raw", type=Path, metavar="FILE", help="write a table, frame and logits of each face")
    text = "show a window; Enter, q or its cross end the run"
    group.add_argument("--display", action="store_true", default=None, help=text)
    group.add_argument(
        "--mode",
        choices=["picture", "graph", "board"],
        help="what is shown: the picture with all drawn on it (default), the graph alone, the graph on a black board",
    )
    group.add_argument("--anonymize", action="store_true", default=None, help="blur the faces in what is shown")
    group.add_argument(
        *("--every", "--every-nth-frame"),
        dest="every",
        type=int,
        metavar="N",
        help="analyse every N-th frame (default: 1)",
    )
    group.add_argument(
        "--detect-every", type=int, metavar="N", help="look for faces in every N-th of these, predict between"
    )
    group.add_argument("--stop-after", type=float, metavar="S", help="end after S seconds")
    group.add_argument("--heads-only", action="store_true", default=None, help="count heads, read no expressions")
    group.add_argument(
        "--smoothing", type=float, metavar="S", help="time constant along a face (default: 0.5; 0: none)"
    )
    group.add_argument("--region", type=_region, metavar="X1,Y1,X2,Y2", help="look for faces in this part only, px")
    add_output_options(parser)
    parser.set_defaults(video_name=None, must_open=True)


def _region(text: str) -> tuple[float, ...]:
    with contextlib.suppress(ValueError):
        values = tuple(float(part) for part in text.split(","))
        if len(values) == 4:
            return values
    raise argparse.ArgumentTypeError(f"expected x1,y1,x2,y2, got '{text}'")


def given_video_option(arguments: argparse.Namespace) -> str | None:
    """An option for videos that stands on the command line, as it is written there."""
    for name in (*_OUTPUT_OPTIONS, *_RUN_OPTIONS, *OUTPUT_OPTIONS):
        if getattr(arguments, name) is not None:
            return "--" + name.replace("_", "-")
    return None


@dataclass
class Outcome:
    seconds: float = 0
    interrupted: bool = False
    error: str = ""  # what ended the run before its end


def run_video(arguments: argparse.Namespace) -> int:
    if len(arguments.paths) > 1:
        raise emotion.EmotionValueError(f"a video is analysed alone, got {len(arguments.paths)} paths")
    secrets = check_outputs(arguments)
    if arguments.threads is not None:
        emotion.set_num_threads(arguments.threads)
    with emotion.VideoSource(arguments.paths[0], must_open=arguments.must_open) as source:
        outputs = find_outputs(arguments, source)
        analysis = emotion.Emanalysis(source, **run_options(arguments))
        if arguments.out:
            make_folder(arguments.out)  # an hour's video is not analysed for nothing
        drawing = {name: getattr(arguments, name) for name in _DRAWING_OPTIONS if getattr(arguments, name)}
        screen = Screen(source.name, analysis.labels, drawing) if arguments.display else None
        recorded = {**outputs, **drawing, "fps": video_fps(arguments, source)}
        run = RunOutputs(arguments, secrets, analysis.labels, source.name, recorded)
        outcome = follow(analysis, run, screen, expected_frames(arguments, source))
        analysis.cancel()
    errors = [*run.errors, *filter(None, [outcome.error])]
    summary = analysis.summary()
    if not (summary.frames_analyzed or errors or outcome.interrupted):
        errors.append(f"no frame came from {source.name}: {summary.health.last_error or 'it has none'}")
        say(errors[-1])
    if arguments.json:
        content = as_json(summary, outcome.seconds, {**outputs, **run.places}, errors, outcome.interrupted)
        json.dump(content, sys.stdout, indent=1, ensure_ascii=False)
        print()
    else:
        print(text_report(summary, outcome.seconds, {**outputs, **run.places}))
    if outcome.interrupted:
        say("stopped")
        return 130
    return 1 if errors else 0


def run_options(arguments: argparse.Namespace) -> dict[str, Any]:
    given = {keyword: getattr(arguments, name) for name, keyword in _RUN_OPTIONS.items()}
    given.update(
        detector=arguments.model_faces,
        classifier=arguments.model_emotion,
        calibration=arguments.calibration,
        min_face_px=arguments.min_face_px,
        min_score=arguments.min_score,
        device=arguments.device,
        precision=arguments.precision,
    )
    return {name: value for name, value in given.items() if value is not None}


def find_outputs(arguments: argparse.Namespace, source: emotion.VideoSource) -> dict[str, Path]:
    """The files to be written, by the keyword of Recording; none of them is the video that is read."""
    outputs = find_tables(arguments)
    given = Path(arguments.paths[0])
    for path in (*outputs.values(), *filter(None, [arguments.parquet])):
        if path.resolve() == given.resolve():
            raise emotion.EmotionValueError(f"{path} would overwrite the video")
    if arguments.out:
        video = arguments.out / f"{arguments.video_name or video_name(source, given)}.mp4"
        outputs["video"] = video if video.resolve() != given.resolve() else video.with_name(f"{video.stem}-faces.mp4")
    return outputs


def video_name(source: emotion.VideoSource, given: Path) -> str:
    if given.is_file():
        return given.stem
    name = re.sub(r"[^\w.-]+", "-", source.name).strip("-")
    if source.is_live:
        name += datetime.now().strftime("_%Y-%m-%d_%H-%M-%S")  # the next run is not to replace it
    return name


def video_fps(arguments: argparse.Namespace, source: emotion.VideoSource) -> float:
    return min(1000.0, (source.fps or 25.0) / max(1, arguments.every or 1))


def expected_frames(arguments: argparse.Namespace, source: emotion.VideoSource) -> int | None:
    if source.is_live or source.frame_count is None:
        return None
    count = source.frame_count
    if arguments.stop_after and source.fps:
        count = round(min(count, arguments.stop_after * source.fps))
    return -(-count // max(1, arguments.every or 1))


def follow(analysis: emotion.Emanalysis, outputs: RunOutputs, screen: Screen | None, total: int | None) -> Outcome:
    """Takes all results, until the window is closed; an output that fails is said at once, and the rest goes on."""
    outcome = Outcome()
    start = time.monotonic()
    with progress_bar(total, "frame") as bar, contextlib.ExitStack() as end:
        teller = FailureTeller(outputs, bar)
        end.enter_context(GapTeller(analysis.health, functools.partial(say_beside, bar)))
        end.callback(teller.tell)
        end.callback(outputs.close)
        try:
            for frame in analysis:
                outputs.add(frame)
                teller.tell()
                bar.set_postfix(faces=frame.statistics.head_count, refresh=False)
                bar.update()
                if screen and not screen.show(frame):
                    break
        except KeyboardInterrupt:
            outcome.interrupted = True
        except (emotion.EmotionError, OSError) as error:
            outcome.error = str(error)
            say_beside(bar, outcome.error)
    outcome.seconds = time.monotonic() - start
    return outcome


class FailureTeller:
    """Says each failure once."""

    def __init__(self, outputs: RunOutputs, bar: Any) -> None:
        self.outputs = outputs
        self.bar = bar
        self.said = 0

    def tell(self) -> None:
        for text in self.outputs.failures[self.said :]:
            self.said += 1
            say_beside(self.bar, text)
