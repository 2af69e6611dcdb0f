"""The pieces that a page is made of, whether it is written in Markdown or HTML."""

from dataclasses import dataclass, field
from enum import Enum, auto

# A longer first line is no term, a longer heading a sentence.
LONGEST_TERM = 100
# Dashes of three lengths set a term off as a colon does.
_DASHES = "-\u2013\u2014"
_MARKS = f" \t:{_DASHES}"


class Kind(Enum):
    """What a block of a page is."""

    HEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()
    TERM = auto()
    DEFINITION = auto()
    OTHER = auto()


@dataclass(slots=True)
class Block:
    """A piece of a page: its lines of text, and the bold text it begins with.

    ``level`` is that of a heading. ``what`` names a block that is no text, for the notes.
    """

    kind: Kind
    line: int
    lines: list[str] = field(default_factory=list)
    lead: str = ""
    level: int = 0
    what: str = ""

    @property
    def text(self) -> str:
        """Return the text on one line."""
        return " ".join(" ".join(self.lines).split())

    @property
    def bold_term(self) -> str:
        """Return the bold beginning when it is set off from what follows: "**Term:** text"."""
        lead = " ".join(self.lead.split())
        rest = self.text[len(lead) :] if self.text.startswith(lead) else ""
        set_off = lead.endswith(":") or rest.lstrip()[:1] in tuple(f":{_DASHES}")
        broken = bool(self.lines) and " ".join(self.lines[0].split()) == lead
        term = lead.rstrip(_MARKS)
        has_both = bool(term) and bool(rest.strip(_MARKS))
        return term if has_both and (set_off or broken) and len(term) <= LONGEST_TERM else ""

    @property
    def bold_definition(self) -> str:
        """Return what follows the bold beginning."""
        return self.text[len(" ".join(self.lead.split())) :].lstrip(_MARKS)
