"""What became of the tries of one kind of fault."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class NotWholeError(AssertionError):
    """Something was lost: a snapshot or a file that is neither the old one nor the new one."""


@dataclass(slots=True)
class Tally:
    """The tries of one kind of fault. ``untold`` are those that ended without a sentence."""

    fault: str
    part: str
    tries: int = 0
    lost: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    worst: float = 0.0

    @contextmanager
    def trying(self, what: str) -> Iterator[None]:
        """Count a try, how long it took, and whether anything was lost."""
        began = time.monotonic()
        self.tries += 1
        try:
            yield
        except NotWholeError as error:
            self.lost.append(f"{what}: {error}")
        self.worst = max(self.worst, time.monotonic() - began)

    @property
    def is_whole(self) -> bool:
        """Tell whether it was tried, and nothing lost or left without a sentence."""
        return bool(self.tries) and not self.lost and not self.untold

    def row(self) -> str:
        """Return it as a row of a table in Markdown."""
        kept = self.tries - len(self.lost)
        return (
            f"| {self.fault} | {self.tries:,} | {kept:,} | {len(self.lost):,} | "
            f"{len(self.untold):,} | {self.worst:.2f} | `python -m tests.torture {self.part}` |"
        )


HEADER = (
    "| fault | tries | survived | lost | without a sentence | worst, s | again |\n"
    "| --- | --- | --- | --- | --- | --- | --- |"
)
