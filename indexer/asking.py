"""What a query asks for: one box with two modes.

A query that names a title, exactly, with the words of asking around it, by an acronym, misspelt or
cut short, finds that title first. Anything else is a description, for meaning and words to find;
nothing is rewarded there for looking like a title as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from indexer.lexical import Correction, TitleKind, TitleMatch, Words, named_part
from indexer.snapshot import Snapshot

# What an entry found by its title has, and what each wrong letter takes off.
TITLE_STRENGTH, _EDIT_STRENGTH = 100.0, 5.0
_MOST_WORDS_CORRECTED = 6


class MatchedOn(Enum):
    """What made an entry a hit: a title of it, its words, or what it means."""

    TERM = "term"
    ALIAS = "alias"
    SPELLING = "spelling"
    DEFINITION = "definition"
    MEANING = "meaning"


_BY_TITLE = {
    TitleKind.TERM: MatchedOn.TERM,
    TitleKind.ALIAS: MatchedOn.ALIAS,
    TitleKind.HIDDEN_LABEL: MatchedOn.SPELLING,
}


@dataclass(frozen=True, slots=True)
class Titled:
    """An entry found by its title, before its meaning is looked at."""

    entry: int
    matched_on: MatchedOn
    strength: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as it is searched for: corrected if need be, with what its title finds."""

    text: str
    titled: tuple[Titled, ...]
    corrected: str | None = None


class Asker:
    """Finds out what queries ask of a snapshot."""

    def __init__(self, snapshot: Snapshot, words: Words) -> None:
        self._snapshot, self._words = snapshot, words

    def asked(self, text: str, *, correct: bool) -> Asked:
        """Return what a query names; only when it names nothing is it looked at as misspelt."""
        titles = self._snapshot.titles
        parts = (text, *named_part(text))
        for part in parts:
            if matches := titles.exact(part) or titles.acronyms(part, typed=text):
                return Asked(text, tuple(map(_matched, matches)))
        for part in parts:
            if len(part.split()) <= _MOST_WORDS_CORRECTED:
                corrections = titles.corrections(part)
                begun = [found for found in corrections if found.edits == 0]
                if begun:
                    return Asked(text, tuple(map(_titled, begun)))
                # A query of known words is a short description, not a misspelt title.
                if correct and corrections and not self._is_known(part):
                    return _corrected(corrections)
        return Asked(text, ())

    def _is_known(self, text: str) -> bool:
        stems = self._words.stems(text)
        return all(np.isfinite(self._snapshot.words.rarity(stem)) for stem in stems)


def _corrected(corrections: Sequence[Correction]) -> Asked:
    """Search for the nearest title instead, and keep others that are as near."""
    first = corrections[0]
    same = [c for c in corrections if (c.edits, c.cut) == (first.edits, first.cut)]
    titled = [replace(_titled(c), matched_on=MatchedOn.SPELLING) for c in same]
    return Asked(first.title, tuple(titled), corrected=first.title)


def _matched(match: TitleMatch) -> Titled:
    lost = 0.0 if match.whole else _EDIT_STRENGTH
    return Titled(match.entry, _BY_TITLE[match.kind], TITLE_STRENGTH - lost)


def _titled(correction: Correction) -> Titled:
    lost = _EDIT_STRENGTH * (correction.edits + correction.cut)
    return Titled(correction.entry, _BY_TITLE[correction.kind], TITLE_STRENGTH - lost)
