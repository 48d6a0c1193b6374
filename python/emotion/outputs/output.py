"""What all outputs of a run have in common."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol

from .._core import FrameResult

__all__ = ["Output"]


class Output(Protocol):
    """Takes the results of a run, in their order: with ... as output, then output.add(frame). One thread at a time.

    What goes wrong while it runs does not end the run: it is said by `failure`.
    """

    @property
    def failure(self) -> str | None:
        """What is wrong now, as a sentence, or None. An output that comes back has None again."""

    def add(self, frame: FrameResult) -> None:
        """Takes the results of one frame. Does not wait for a server and raises nothing but what Rows do."""

    def close(self) -> None:
        """Ends the output; waits a bounded time for a server. Does nothing the second time."""

    def __enter__(self) -> Output: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
