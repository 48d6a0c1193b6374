"""Where `emotion analyze` of a video writes to: files through Recording, all else through emotion.outputs."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import emotion

from ..outputs import Outbox, Output, ParquetTable, SheetTable, SqlTable, face_rows, frame_rows, raw_rows
from ..secret_values import Secrets, read_secrets

OUTPUT_OPTIONS = ("parquet", "sql", "sql_run", "exhibit", "sheet", "sheet_rows", "share", "upload", "secrets")
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
    group.add_argument("--secrets", type=Path, metavar="FILE", help="server_key, server_url, credentials_file")


def open_outputs(
    arguments: argparse.Namespace, labels: Sequence[str], source: str, secrets: Secrets
) -> Iterator[tuple[str, str, Output]]:
    """What it is, where it goes to, and the output. labels: of the classifier. source: the name of what is analysed.

    Parquet comes last: it replaces a file, which a mistake in another option is not to cost.
    """
    if arguments.sheet:
        rows = _SHEET_ROWS[arguments.sheet_rows or ("raw" if labels else "frames")](labels)
        account = secrets.need("credentials_file")
        yield "sheet", arguments.sheet, SheetTable(arguments.sheet, account, arguments.share or (), rows=rows)
    if arguments.sql:
        name, model = arguments.sql_run or source, f"{arguments.model_faces}, {arguments.model_emotion}"
        exhibit = arguments.exhibit or ""
        table = SqlTable(arguments.sql, name, labels=labels, source=source, model=model, exhibit=exhibit)
        yield "database", emotion.without_password(arguments.sql), table
    if arguments.parquet:
        yield "parquet", str(arguments.parquet), ParquetTable(arguments.parquet, face_rows(labels))


class RunOutputs:
    """All outputs of a run as one, the Recording among them. `failures` says each failure when it begins."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        labels: Sequence[str],
        source: str,
        recording: emotion.Recording,
        video: Path | None,
    ) -> None:
        """recording, video: what it writes is closed, and then uploaded if that was asked for."""
        if arguments.share and not arguments.sheet:
            raise emotion.EmotionValueError("--share is for a sheet: give --sheet as well")
        if arguments.upload is not None and not video:
            raise emotion.EmotionValueError("--upload sends the video of --out: give --out as well")
        if arguments.exhibit and not arguments.sql:
            raise emotion.EmotionValueError("--exhibit is kept in a database: give --sql as well")
        self.failures: list[str] = []
        self.places: dict[str, str] = {}
        self._recording, self._video, self._outbox = recording, video, None
        self._outputs: list[Output] = []
        self._not_sent: str | None = None
        self._failing: set[int] = set()
        secrets = read_secrets(arguments.secrets)
        with contextlib.ExitStack() as opened:
            if arguments.upload is not None and video:
                url = arguments.upload or secrets.need("server_url")
                outbox = Outbox(video.parent / "outbox", url, secrets.need("server_key"))
                self._outbox = opened.enter_context(outbox)
                self.places["upload"] = emotion.without_password(url)
            for name, place, output in open_outputs(arguments, labels, source, secrets):
                self._outputs.append(opened.enter_context(output))
                self.places[name] = place
            opened.pop_all()

    def add(self, frame: emotion.FrameResult) -> None:
        self._recording.add(frame)
        for output in self._outputs:
            output.add(frame)
        self._look()

    def close(self) -> None:
        """Ends all files; waits a bounded time for servers, and for an upload while it goes on."""
        self._recording.close()
        for output in self._outputs:
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
