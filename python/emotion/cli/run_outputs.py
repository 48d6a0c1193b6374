"""Where `emotion analyze` of a video writes to: files through Recording, all else through emotion.outputs."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import emotion

from ..outputs import Outbox, Output, ParquetTable, SheetTable, SqlTable, face_rows, frame_rows, raw_rows
from ..outputs.sql_tables import Database
from ..secret_values import Secrets, read_secrets

OUTPUT_OPTIONS = ("parquet", "sql", "sql_run", "exhibit", "sheet", "sheet_rows", "share", "upload", "secrets")
# option: one of those that it needs, and what it does
_NEEDED = {
    "share": (["sheet"], "is for a sheet"),
    "sheet_rows": (["sheet"], "is for a sheet"),
    "sql_run": (["sql"], "names a run in a database"),
    "exhibit": (["sql"], "is kept in a database"),
    "upload": (["out"], "sends the video of --out"),
    "mode": (["out", "display"], "is for what is drawn"),
    "anonymize": (["out", "display"], "is for what is drawn"),
}
_SHEET_ROWS = {"raw": raw_rows, "faces": face_rows, "frames": frame_rows}


def add_output_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("for a video: other places than files of text (see docs/outputs.md)")
    group.add_argument("--parquet", type=Path, metavar="FILE", help="write the table of faces as a Parquet file")
    group.add_argument("--sql", metavar="URL", help="a database: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME")
    group.add_argument("--sql-run", metavar="NAME", help="the run's name there (default: the video's)")
    text = "what the faces look at, kept with the run of --sql: emotion dashboard sums by it"
    group.add_argument("--exhibit", metavar="NAME", help=text)
    group.add_argument("--sheet", metavar="NAME", help="a Google sheet, opened or created")
    group.add_argument("--sheet-rows", choices=list(_SHEET_ROWS), help="what --sheet gets (default: raw, the logits)")
    group.add_argument("--share", action="append", metavar="ADDRESS", help="who may write in it (may be repeated)")
    group.add_argument(
        "--upload",
        nargs="?",
        const="",
        metavar="URL",
        help="send the video of --out here, or to the server_url of the secrets, and delete it when it has arrived",
    )
    text = "server_key, server_url, credentials_file, ip_camera_login and ip_camera_password (see docs/outputs.md)"
    group.add_argument("--secrets", type=Path, metavar="FILE", help=text)


def find_tables(arguments: argparse.Namespace) -> dict[str, Path]:
    """The tables that a Recording writes, by its keyword. No file is asked for twice."""
    given = {"faces_table": arguments.csv, "frames_table": arguments.frames, "raw_table": arguments.raw}
    tables = {name: Path(path) for name, path in given.items() if path}
    seen = set()
    for path in (*tables.values(), *filter(None, [arguments.parquet])):
        if path.resolve() in seen:
            raise emotion.EmotionValueError(f"two outputs have the same name, {path}")
        seen.add(path.resolve())
    return tables


def check_outputs(arguments: argparse.Namespace) -> Secrets:
    """The secrets. Raises for a mistake in the options of the outputs; nothing is sent and no file replaced."""
    if arguments.csv == "-":
        raise emotion.EmotionValueError("--csv - is for pictures: give the table of a video a file name")
    for option, (needed, text) in _NEEDED.items():
        if getattr(arguments, option) is not None and not any(getattr(arguments, other) for other in needed):
            others = " or ".join("--" + other for other in needed)
            raise emotion.EmotionValueError(f"--{option.replace('_', '-')} {text}: give {others} as well")
    if arguments.heads_only and (arguments.raw or arguments.sheet_rows == "raw"):
        option = "--raw" if arguments.raw else "--sheet-rows raw"
        raise emotion.EmotionValueError(f"{option} has the logits of expressions, which --heads-only does not read")
    tables: dict[str, Any] = {**find_tables(arguments)}
    emotion.Recording.check(**tables)
    secrets = read_secrets(arguments.secrets)
    if arguments.sheet:
        secrets.need("credentials_file")
    if arguments.upload is not None:
        upload_url(arguments, secrets)
        secrets.need("server_key")
    if arguments.sql:
        Database(arguments.sql)
    return secrets


def upload_url(arguments: argparse.Namespace, secrets: Secrets) -> str:
    return arguments.upload or secrets.need("server_url")


def open_outputs(
    arguments: argparse.Namespace, labels: Sequence[str], source: str, secrets: Secrets
) -> Iterator[tuple[str, str, Output]]:
    """What it is, where it goes to, and the output. labels: of the classifier. source: the name of what is analysed."""
    if arguments.sheet:
        rows = _SHEET_ROWS[arguments.sheet_rows or ("raw" if labels else "frames")](labels)
        account = secrets.need("credentials_file")
        yield "sheet", arguments.sheet, SheetTable(arguments.sheet, account, arguments.share or (), rows=rows)
    if arguments.sql:
        name, model = arguments.sql_run or source, f"{arguments.model_faces}, {arguments.model_emotion}"
        exhibit = arguments.exhibit or ""
        table = SqlTable(arguments.sql, name, labels=labels, source=source, model=model, exhibit=exhibit)
        yield "database", emotion.without_password(arguments.sql), table


class RunOutputs:
    """All outputs of a run as one, the Recording among them. `failures` says each failure when it begins."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        secrets: Secrets,
        labels: Sequence[str],
        source: str,
        recorded: Mapping[str, Any],
    ) -> None:
        """secrets: of check_outputs. recorded: the options of Recording; its video is uploaded if that was asked for.

        What replaces a file comes last, so that no file is lost by a mistake in another option.
        """
        self.failures: list[str] = []
        self.places: dict[str, Path | str] = {}
        self._video, self._outbox = recorded.get("video"), None
        self._outputs: list[Output] = []
        self._not_sent: str | None = None
        self._failing: set[int] = set()
        with contextlib.ExitStack() as opened:
            if arguments.upload is not None and self._video:
                url = upload_url(arguments, secrets)
                outbox = Outbox(self._video.parent / "outbox", url, secrets.need("server_key"))
                self._outbox = opened.enter_context(outbox)
                self.places["upload"] = emotion.without_password(url)
            for name, place, output in open_outputs(arguments, labels, source, secrets):
                self._outputs.append(opened.enter_context(output))
                self.places[name] = place
            self._recording = opened.enter_context(emotion.Recording(labels, **recorded))
            if arguments.parquet:
                self._outputs.append(opened.enter_context(ParquetTable(arguments.parquet, face_rows(labels))))
                self.places["parquet"] = arguments.parquet
            opened.pop_all()

    def add(self, frame: emotion.FrameResult) -> None:
        self._recording.add(frame)
        for output in self._outputs:
            output.add(frame)
        self._look()

    def close(self) -> None:
        """Ends all files, then waits a bounded time for servers, and for an upload while it goes on."""
        self._recording.close()
        for output in reversed(self._outputs):
            output.close()
        if self._outbox and self._video:
            try:
                if self._video.exists():
                    self._outbox.add(self._video)
            except OSError as error:
                self._not_sent = str(error)
            self._outbox.close()
        self._look()
        self.failures += [text for text in self.errors if text not in self.failures]

    @property
    def errors(self) -> list[str]:
        """What is wrong now; a server that was away and has come back is not."""
        return self._recording.failures + [text for text in self._texts() if text]

    def _texts(self) -> list[str | None]:
        return [*(output.failure for output in (*self._outputs, self._outbox) if output), self._not_sent]

    def _look(self) -> None:
        for place, text in enumerate([*self._texts(), *self._recording.failures]):
            if text and place not in self._failing:
                self._failing.add(place)
                self.failures.append(text)
            elif not text:
                self._failing.discard(place)
