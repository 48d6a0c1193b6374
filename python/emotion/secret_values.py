"""Logins, passwords and keys: from arguments, the environment or a file that is read and never run.

>>> secrets = read_secrets("secrets.toml", ip_camera_login="hall")
>>> secrets.server_key
'...'
"""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Union

from ._core import EmotionOSError, EmotionValueError

__all__ = ["Secrets", "read_secrets"]

_Path = Union[str, "os.PathLike[str]"]


@dataclass(frozen=True, repr=False)
class Secrets:
    """What is known of these; None: not known. The repr shows names only."""

    server_key: str | None = None  # of the server that videos are uploaded to, see emotion.outputs.Outbox
    server_url: str | None = None
    ip_camera_login: str | None = None  # see emotion.ip_camera_url
    ip_camera_password: str | None = None
    credentials_file: str | None = None  # JSON of a Google service account, see emotion.outputs.SheetTable

    def need(self, name: str) -> str:
        """The value of this name. Raises EmotionValueError that says where it can be given, if it is not known."""
        value: str | None = getattr(self, name)
        if value is None:
            where = f"as an argument, as {_variable(name)} in the environment or in a file of secrets"
            raise EmotionValueError(f"{name} is not known: give it {where}")
        return value

    def __repr__(self) -> str:
        shown = (f"{name}={None if getattr(self, name) is None else '***'}" for name in _NAMES)
        return f"Secrets({', '.join(shown)})"


_NAMES = tuple(field.name for field in fields(Secrets))


def read_secrets(path: _Path | None = None, **given: str | None) -> Secrets:
    """Each value from the first place that has it: `given`, the environment (EMOTION_SERVER_KEY and so on), the file.

    path: a text file of lines `name = "value"`, TOML or the plain assignments of a secrets.py; None: the one that
    EMOTION_SECRETS names, if it is set. Other lines are passed over, nothing in it is run. An empty text counts as not
    given. Raises EmotionValueError for an unknown name and a file that is not understood, EmotionOSError for one that
    cannot be read; no value stands in a message.
    """
    for name in given:
        if name not in _NAMES:
            raise EmotionValueError(f"read_secrets: expected {', '.join(_NAMES)}, got '{name}'")
    path = path or os.environ.get("EMOTION_SECRETS")
    filed = _read_file(Path(path)) if path else {}
    return Secrets(**{name: given.get(name) or os.environ.get(_variable(name)) or filed.get(name) for name in _NAMES})


def _variable(name: str) -> str:
    return "EMOTION_" + name.upper()


def _read_file(path: Path) -> dict[str, str]:
    """The values of the known names; TOML's lines of this form are Python's as well."""
    try:
        lines = ast.parse(path.read_text(encoding="utf-8-sig")).body
    except OSError as error:
        raise EmotionOSError(f"{path}: {error.strerror}") from None
    except (SyntaxError, ValueError) as error:
        place = f"line {error.lineno}" if isinstance(error, SyntaxError) else "it"
        raise EmotionValueError(f'{path}: expected lines of the form name = "value", but {place} is none') from None
    values = {}
    for line in lines:
        if not isinstance(line, ast.Assign):
            continue
        for target in line.targets:
            if isinstance(target, ast.Name) and target.id in _NAMES:
                values[target.id] = _text(line.value, f"{path}, line {line.lineno}: {target.id}")
    return values


def _text(value: ast.expr, place: str) -> str:
    try:
        text = ast.literal_eval(value)
    except ValueError:
        text = None
    if not isinstance(text, str):
        raise EmotionValueError(f"{place} must be a text in quotes")
    return text
