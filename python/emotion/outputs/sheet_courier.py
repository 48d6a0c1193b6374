"""Batches of rows to Google's sheets through gspread."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from .._core import EmotionOSError, EmotionValueError
from .._needs import needs
from .courier import Undelivered
from .rows import Cell
from .spool import Spool

if TYPE_CHECKING:
    import gspread

__all__ = ["SheetCourier", "log_in"]

_TIMEOUT_S = (10.0, 20.0)  # to connect, and between two pieces of an answer
_SPARE_ROWS = 1000  # a sheet grows by so many more than it needs
_Path = Union[str, "os.PathLike[str]"]


def log_in(credentials_file: _Path | None) -> tuple[gspread.Client, str]:
    """A client of this service account, and the account's address. Nothing is sent yet."""
    with needs("Google sheets need the package gspread", "sheets"):
        import gspread
    if credentials_file is None:
        raise EmotionValueError("SheetTable: credentials_file must be the JSON file of a Google service account")
    path = Path(credentials_file)
    try:
        content = json.loads(path.read_bytes())
        return gspread.service_account_from_dict(content), str(content["client_email"])
    except OSError as error:
        raise EmotionOSError(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, KeyError, AttributeError):  # google-auth's errors of content are ValueErrors
        raise EmotionValueError(f"{path} is not the JSON file of a Google service account") from None


class SheetCourier:
    """Writes the rows of a spool, each to a place that it keeps: what is written twice is in the sheet once."""

    def __init__(self, client: gspread.Client, batch: int) -> None:
        client.http_client.set_timeout(_TIMEOUT_S)
        self._client = client
        self._batch = batch
        self._spreadsheets: dict[Path, gspread.Spreadsheet] = {}  # by spool, like the next
        self._sheets: dict[Path, gspread.Worksheet] = {}
        self._refused: dict[str, str] = {}
        self._lock = threading.Lock()  # this run's thread and that of earlier ones have one client

    @property
    def refused(self) -> str | None:
        """The addresses that the sheet cannot be shared with, or None."""
        if not self._refused:
            return None
        return "not shared with " + ", ".join(f"{address} ({why})" for address, why in self._refused.items())

    def deliver(self, spool: Spool) -> bool:
        """One batch; gives whether more waits."""
        waiting = spool.first(self._batch)
        if not waiting:
            return False
        with self._lock, _undelivered(), self._forgotten_when_gone(spool):
            sheet = self._sheets.get(spool.path) or self._open(spool)
            values: list[list[Cell]] = [row for _, rows in waiting for row in rows]
            first_row = spool.noted("next_row") or self._find_row(spool, sheet)
            self._write(spool, sheet, first_row, values)
        spool.drop(waiting[-1][0], next_row=first_row + len(values))
        return len(spool) > 0

    @contextlib.contextmanager
    def _forgotten_when_gone(self, spool: Spool) -> Iterator[None]:
        """A spreadsheet that someone has deleted is made anew, with what still waits."""
        import gspread

        try:
            yield
        except gspread.exceptions.APIError as error:
            if error.response.status_code == 404:
                spool.note(next_row=None, shared=[])
            if 400 <= error.response.status_code < 500 and not _is_temporary(error):
                self._spreadsheets.pop(spool.path, None)
                self._sheets.pop(spool.path, None)
            raise

    def _open(self, spool: Spool) -> gspread.Worksheet:
        """Opens or creates the sheet and shares it; what has been done is not done again after a failure."""
        spreadsheet = self._spreadsheets.get(spool.path) or self._find(spool.noted("name"))
        self._spreadsheets[spool.path] = spreadsheet
        self._share(spool, spreadsheet)
        self._sheets[spool.path] = spreadsheet.get_worksheet(0)
        return self._sheets[spool.path]

    def _find_row(self, spool: Spool, sheet: gspread.Worksheet) -> int:
        """For what waits: below all that is there; an empty sheet gets the names of the columns first."""
        filled = len(sheet.col_values(1))
        if not filled:
            self._write(spool, sheet, 1, [spool.noted("columns")])
        spool.note(next_row=max(filled, 1) + 1)
        return max(filled, 1) + 1

    def _find(self, name: str) -> gspread.Spreadsheet:
        import gspread

        try:
            return self._client.open(name)
        except gspread.exceptions.SpreadsheetNotFound:
            return self._client.create(name)

    def _share(self, spool: Spool, spreadsheet: gspread.Spreadsheet) -> None:
        import gspread

        for address in spool.noted("share"):
            shared = spool.noted("shared") or []
            if address in shared or address in self._refused:
                continue
            try:
                if "id" not in spreadsheet.share(address, perm_type="user", role="writer").json():
                    raise ValueError  # no answer of Drive's
            except gspread.exceptions.APIError as error:
                if _is_temporary(error):
                    raise
                self._refused[address] = _message(error)  # the rows go on
            else:
                spool.note(shared=[*shared, address])

    def _write(self, spool: Spool, sheet: gspread.Worksheet, first_row: int, values: list[list[Cell]]) -> None:
        last_row, columns = first_row + len(values) - 1, len(values[0])
        if last_row > sheet.row_count or columns > sheet.col_count:
            sheet = sheet.spreadsheet.get_worksheet(0)  # its present size: someone may have made it larger
            rows = sheet.row_count if last_row <= sheet.row_count else last_row + _SPARE_ROWS
            sheet.resize(rows, max(columns, sheet.col_count))
            self._sheets[spool.path] = sheet
        cells = [["" if cell is None else cell for cell in row] for row in values]
        if sheet.update(cells, f"A{first_row}", raw=True)["updatedRows"] != len(cells):
            raise ValueError


def _is_temporary(error: gspread.exceptions.APIError) -> bool:
    status = error.response.status_code
    return status in (408, 429) or status >= 500 or (status == 403 and "limit" in json.dumps(error.error).lower())


def _message(error: gspread.exceptions.APIError) -> str:
    said = str(error.error.get("message", "")).splitlines()
    return f"Google answers {error.response.status_code}" + (f", {said[0][:200]}" if said else "")


@contextlib.contextmanager
def _undelivered() -> Iterator[None]:
    """What gspread and the packages below it raise, as Undelivered."""
    import gspread
    import requests
    from google.auth.exceptions import GoogleAuthError

    try:
        yield
    except gspread.exceptions.APIError as error:
        raise Undelivered(_message(error), _pause_s(error.response.headers.get("Retry-After"))) from None
    except GoogleAuthError as error:
        raise Undelivered(f"the login at Google failed ({type(error).__name__})") from None
    except requests.RequestException as error:
        raise Undelivered(f"Google cannot be reached ({type(error).__name__})") from None
    except PermissionError:
        raise Undelivered("Google answers 403, this account may not open the sheet") from None
    except (gspread.exceptions.GSpreadException, KeyError, TypeError, ValueError) as error:
        raise Undelivered(f"Google's answer is not understood ({type(error).__name__})") from None


def _pause_s(wish: Any) -> float:
    return min(float(wish), 3600.0) if wish and str(wish).isdecimal() else 0.0
