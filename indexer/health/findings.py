"""What a check finds, and what the checks look at."""

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.glossary import Entry, Glossary
from indexer.lexical import Words
from indexer.snapshot import Snapshot

_NAMED = 8
_BEGUN = 16


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a definition may be, in words, and how many see-also an entry may have.

    An entry that has ``most_see_also`` need not return a link; with ``None``, each has to.
    """

    fewest_words: int = 4
    most_words: int = 120
    most_see_also: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: the entries it is about, and one line about them.

    ``subject`` is what stands above that line instead of all their terms.
    """

    entries: tuple[Entry, ...]
    detail: str
    subject: str = ""

    @property
    def heading(self) -> str:
        """Return what it is about, in few words."""
        return self.subject or joined(self.entries)


def joined(entries: Sequence[Entry]) -> str:
    """Name entries by their terms, the first eight of more."""
    named = ", ".join(entry.term for entry in entries[:_NAMED])
    return f"{named}, …" if len(entries) > _NAMED else named


def begun(text: str) -> str:
    """Return the beginning of a definition, as much as tells what it says."""
    words = text.split()
    return " ".join(words[:_BEGUN]) + (" …" if len(words) > _BEGUN else "")


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding. ``key`` is its name for programs, ``about`` says what counts as one."""

    key: str
    title: str
    about: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """All checks of one snapshot, those that find nothing too."""

    title: str
    snapshot: str
    entries: int
    definitions: int
    checks: tuple[Check, ...]

    @property
    def count(self) -> int:
        """Count the findings."""
        return sum(len(check.findings) for check in self.checks)


@dataclass(frozen=True, slots=True)
class Material:
    """A snapshot with its entries in memory."""

    snapshot: Snapshot
    glossary: Glossary
    words: Words

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Material":
        """Read the entries of a snapshot."""
        manifest = snapshot.manifest
        glossary = Glossary(
            tuple(snapshot.entries), title=manifest.title, language=manifest.language
        )
        return cls(snapshot, glossary, Words(manifest.language))

    @property
    def entries(self) -> Sequence[Entry]:
        """The entries, by number."""
        return self.glossary.entries
