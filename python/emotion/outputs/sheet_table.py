"""Rows of a run in a Google sheet."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Union

from .._closing import Closing
from .._core import EmotionValueError, FrameResult
from .mailbox import Mailbox, MailboxOptions
from .rows import Rows
from .sheet_courier import SheetCourier, log_in
from .spool import spool_folder, spool_name

if TYPE_CHECKING:
    import gspread

__all__ = ["SheetTable"]

_Path = Union[str, "os.PathLike[str]"]


class SheetTable(Closing):
    """Appends rows to the first sheet of a Google spreadsheet, which is opened by its name or created.

    >>> with SheetTable("lecture", "account.json", "me@example.org", rows=raw_rows(run.labels)) as table:
    ...     for frame in run:
    ...         table.add(frame)

    Rows go in batches, tried again with growing pauses where Google is away, busy or the quota is used up. What it has
    not taken waits on the disk, also after a kill, and goes with the next SheetTable of the same account.
    """

    def __init__(
        self,
        name: str,
        credentials_file: _Path | None,
        share: str | Sequence[str] = (),
        *,
        rows: Rows,
        options: MailboxOptions | None = None,
        client: gspread.Client | None = None,
    ) -> None:
        """name: of the spreadsheet. share: addresses that may write in it. rows: what is written, a line of the column
        names goes before the first; raw_rows(labels) gives frame and logits.

        credentials_file: the JSON file of a Google service account; None with a client, gspread's, that is logged in
        already. options: by default a batch every 5 s, of at most 2,000 frames: within Google's 60 requests a minute.
        Raises EmotionOSError and EmotionValueError for a file that cannot be read or is none of these, UnsupportedError
        where the package gspread is missing. A server that is away raises nothing, see failure.
        """
        if not name or '"' in name or "\\" in name:
            raise EmotionValueError(f"SheetTable: name must be a text without quotes and backslashes, got '{name}'")
        options = options or MailboxOptions(every_s=5.0, batch=2000)
        client, account = (client, "client") if client else log_in(credentials_file)
        self._courier = SheetCourier(client, options.batch)
        self._rows = rows
        self._name = name
        addresses = [share] if isinstance(share, str) else list(share)
        about = {"name": name, "columns": rows.columns, "share": [address for address in addresses if address]}
        path = spool_folder("sheets", account) / spool_name(name)
        self._mailbox = Mailbox(path, about, self._courier.deliver, options)

    def __repr__(self) -> str:
        return f"SheetTable({self._name!r})"

    def add(self, frame: FrameResult) -> None:
        """Takes the rows of one frame. Does not wait for Google and raises nothing but what Rows do."""
        if found := self._rows.of(frame):
            self._mailbox.put(found)

    @property
    def failure(self) -> str | None:
        """What is wrong now, or None; after close() also that rows still wait."""
        failure = self._mailbox.failure or self._courier.refused
        return f"sheet {self._name}: {failure}" if failure else None

    def close(self) -> None:
        """Sends what waits, for at most options.close_s; the rest is kept for the next start."""
        self._mailbox.close()
