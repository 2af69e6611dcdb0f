"""Entries found by their words: exact terms, aliases and hidden labels."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from indexer.glossary import Entry, title_key
from indexer.keytable import KeyTable, save_keys


class TitleKind(IntEnum):
    """Which of its titles an entry was found by, best first. The numbers stand in files."""

    TERM = 0
    ALIAS = 1
    HIDDEN_LABEL = 2


@dataclass(frozen=True, slots=True)
class Title:
    """One title of an entry."""

    text: str
    kind: TitleKind


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """An entry's number, and the kind of its title that was asked for."""

    entry: int
    kind: TitleKind


def titles_of(entry: Entry) -> Iterator[Title]:
    """Yield every title of an entry, shown and hidden."""
    yield Title(entry.term, TitleKind.TERM)
    for alias in entry.aliases:
        yield Title(alias, TitleKind.ALIAS)
    for label in entry.hidden_labels:
        yield Title(label, TitleKind.HIDDEN_LABEL)


class Titles:
    """The titles of all entries, looked up by ``title_key``."""

    def __init__(self, path: Path) -> None:
        """Open a file of ``save_titles``."""
        self._keys = KeyTable(path)

    def exact(self, text: str) -> list[TitleMatch]:
        """Return the entries that have this title, terms before aliases before hidden labels.

        Two titles can share a hash, so the caller confirms a match with ``has_title``.
        """
        best: dict[int, TitleMatch] = {}
        for number, kind in self._keys.find(title_key(text)):
            best.setdefault(number, TitleMatch(number, TitleKind(kind)))
        return list(best.values())


def has_title(entry: Entry, text: str) -> bool:
    """Tell whether this is, up to case, accents and punctuation, one of the entry's titles."""
    key = title_key(text)
    return any(title_key(title.text) == key for title in titles_of(entry))


def save_titles(path: Path, entries: Iterable[Entry]) -> None:
    """Write the titles of entries numbered in the order given."""
    save_keys(
        path,
        (
            (title_key(title.text), number, int(title.kind))
            for number, entry in enumerate(entries)
            for title in titles_of(entry)
        ),
    )
