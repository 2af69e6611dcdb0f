"""Progress on a terminal; nothing when the output goes elsewhere."""

import sys
from types import TracebackType
from typing import Any, Self

from indexer.encoding import Progress


class TerminalStages:
    """One bar a stage, with rate and time left, on stderr and on a terminal only."""

    def __init__(self) -> None:
        self._bar: Any = None

    def stage(self, name: str, total: int) -> Progress:
        """Begin a stage of ``total`` steps, and end the one before."""
        from tqdm import tqdm  # noqa: PLC0415  quick help

        self.close()
        # disable=None: tqdm then asks whether the stream is a terminal.
        bar = self._bar = tqdm(
            total=total, desc=name, disable=None, file=sys.stderr, unit=" texts", smoothing=0.1
        )

        def count(steps: int) -> None:
            bar.update(steps)

        return count

    def close(self) -> None:
        """End the stage under way."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
