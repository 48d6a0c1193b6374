"""Packages that only some parts need, each of an extra of pip's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from ._core import UnsupportedError

__all__ = ["needs"]


@contextlib.contextmanager
def needs(what: str, extra: str) -> Iterator[None]:
    """Around imports: where one fails, raises UnsupportedError with `what` and the extra to install.

    >>> with needs("uploads need the package httpx", "upload"):
    ...     import httpx
    """
    try:
        yield
    except ImportError:
        raise UnsupportedError(f"{what}: pip install 'emotion[{extra}]'") from None
