"""Every error a user can mend, in one family.

    GlossaryError
    ├── BadGlossaryError     a glossary file cannot be read; carries all its problems
    ├── BadQueryError        a query or a limit is out of range
    ├── UnknownEntryError    no entry has this id, term or alias
    ├── UnknownCategoryError no entry is of this category
    ├── BadEncoderError      a model cannot be found, loaded or trusted
    ├── LowMemoryError       a limit on the process leaves less memory than is needed
    └── BadSnapshotError     a snapshot is missing, damaged or of another format

The message says what is wrong, with the value, and what to do. Anything that is not a
``GlossaryError`` is a bug and keeps its traceback.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHOWN_PROBLEMS = SHOWN_NAMES = 20


class GlossaryError(Exception):
    """Something the user can mend; ``str()`` is the sentence to show."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a glossary file. ``line`` counts from 1; 0 means the file as a whole."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        """Write it the way editors can jump to."""
        place = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{place}: {self.message}"


class BadGlossaryError(GlossaryError):
    """A glossary file cannot become a glossary; ``problems`` holds every fault found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        if len(self.problems) > SHOWN_PROBLEMS:
            rest = len(self.problems) - SHOWN_PROBLEMS
            lines.append(f"… and {rest} more; {len(self.problems)} problems in all.")
        super().__init__("\n".join(lines))


class BadQueryError(GlossaryError):
    """A query, or an argument beside it, is refused."""


class UnknownEntryError(GlossaryError):
    """No entry of the glossary goes by ``name``; ``nearest`` are terms to offer instead."""

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        self.name, self.nearest = name, tuple(nearest)
        offer = f" Nearest terms: {', '.join(nearest)}." if nearest else ""
        super().__init__(f"No entry has the id, term or alias {name!r}.{offer}")


class UnknownCategoryError(GlossaryError):
    """No entry of the glossary is of the category ``name``; ``known`` are all there are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        shown = ", ".join(self.known[:SHOWN_NAMES]) or "none"
        more = ", …" if len(self.known) > SHOWN_NAMES else ""
        super().__init__(f"There is no category {name[:80]!r} here; known: {shown}{more}.")


class BadEncoderError(GlossaryError):
    """A model cannot be found, loaded or trusted."""


class LowMemoryError(GlossaryError, MemoryError):
    """A limit on this process leaves less memory than a library needs to work.

    Also what Python raises then: who must not take a lack of memory for another fault need not
    know both.
    """


class BadSnapshotError(GlossaryError):
    """A snapshot is missing, damaged, out of step or of a format this version does not know."""
