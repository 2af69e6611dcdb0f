"""Terms mentioned in the texts of an entry, so that a page can link them.

The longest title that stands there counts, in whole words and in the plural too, each entry once
and never the entry itself. An acronym counts only in capitals, and a word of everyday use only
where the two entries are related, or stand in one category. The windows of words of a text are
looked up by their keys: of the entries, only those found are read.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from indexer.glossary import title_key
from indexer.lexical import Title, TitleKind, TitleMatch, Words, titles_of
from indexer.snapshot import Snapshot

_LONGEST = 8
# The same words stand in the texts of many entries.
_key_of = lru_cache(maxsize=1 << 14)(title_key)
# "obsessive-compulsive" and "Alzheimer's" are one word each: "stress" is not in "stress-related".
_WORD = re.compile(r"\w+(?:[-\u2010\u2011'\u2019]\w+)*")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
# A title goes on over a space, a line's end or a slash; not over a comma, a bracket or a full stop.
_GAP = re.compile(r"[ \t\u00a0]*[\n/&\u2013]?[ \t\u00a0]*")
# Endings of the plural and of the singular; what comes of them counts only if it is a title.
_ENDINGS = (
    ("ies", "y"),
    ("ses", "sis"),
    ("es", ""),
    ("s", ""),
    ("i", "us"),
    ("a", "on"),
    ("a", "um"),
    ("y", "ies"),
    ("", "s"),
)
_SINGULAR_S = ("ss", "us", "is")
# A word that stands in this share of the entries, or in more, is an everyday one.
_EVERYDAY = 0.002


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters ``start`` to ``end`` of a text name the entry with this number."""

    start: int
    end: int
    entry: int


class _Reading(NamedTuple):
    """Words ``first`` to ``last`` of a text, read as the title that has this key."""

    first: int
    last: int
    start: int
    end: int
    key: str


class Mentions:
    """Finds what the texts of one entry mention."""

    def __init__(self, snapshot: Snapshot, number: int) -> None:
        self._snapshot = snapshot
        self._words = Words(snapshot.manifest.language)
        self._english = snapshot.manifest.language.split("-")[0].lower() == "en"
        entry = snapshot.entries[number]
        self._own = {title_key(title.text) for title in titles_of(entry)}
        self._category = entry.category
        self._related = frozenset(snapshot.related.numbers[number].tolist())

    def of(self, texts: Sequence[str]) -> list[list[Mention]]:
        """Return the mentions in each text, in order; an entry counts where it comes first."""
        seen: set[int] = set()
        return [list(self._of_one(text, seen)) for text in texts]

    def _of_one(self, text: str, seen: set[int]) -> Iterator[Mention]:
        readings = list(_readings(text, plurals=self._english))
        known = self._snapshot.titles.may_be_titles([reading.key for reading in readings])
        done = -1
        for reading, may_be_title in zip(readings, known, strict=True):
            if reading.first <= done or not may_be_title:
                continue
            if reading.key in self._own:
                # Nothing inside the term itself is linked either.
                done = reading.last
                continue
            entry = self._meant(reading.key, text[reading.start : reading.end])
            if entry is not None:
                done = reading.last
                if entry not in seen:
                    seen.add(entry)
                    yield Mention(reading.start, reading.end, entry)

    def _meant(self, key: str, written: str) -> int | None:
        """Return the entry that these words mean, unless it cannot be told."""
        found = [
            match
            for match in self._snapshot.titles.exact(key)
            if match.kind is not TitleKind.HIDDEN_LABEL
            and any(
                title_key(title.text) == key and _written_as(title, written)
                for title in titles_of(self._snapshot.entries[match.entry])
            )
        ]
        best = [match for match in found if match.kind is found[0].kind]
        if len(best) > 1 or self._is_everyday(key, written):
            best = [match for match in best if self._is_near(match)]
        return best[0].entry if len(best) == 1 else None

    def _is_near(self, match: TitleMatch) -> bool:
        if match.entry in self._related:
            return True
        same = self._snapshot.entries[match.entry].category == self._category is not None
        return same and match.kind is TitleKind.TERM

    def _is_everyday(self, key: str, written: str) -> bool:
        if " " in key or Title(written.removesuffix("s"), TitleKind.TERM).is_acronym:
            return False
        stems = self._words.stems(key)
        # exp(-rarity) is the share of the entries that have the word; stop words have no stem.
        return not stems or math.exp(-self._snapshot.words.rarity(stems[0])) >= _EVERYDAY


def _written_as(title: Title, written: str) -> bool:
    """Tell an acronym from the word of the same letters: "ACT" is not "act"."""
    if title.is_acronym:
        return written.removesuffix("s") == title.text or written == title.text
    return not Title(written, title.kind).is_acronym


def _readings(text: str, *, plurals: bool) -> Iterator[_Reading]:
    """Yield what may be titles: from left to right, the longest first, as written first."""
    words = list(_WORD.finditer(text))
    keys = [_key_of(word.group()) for word in words]
    for first, word in enumerate(words):
        last = first
        while (
            last + 1 < min(len(words), first + _LONGEST)
            and _GAP.fullmatch(text, words[last].end(), words[last + 1].start())
        ):  # fmt: skip
            last += 1
        for end in range(last, first - 1, -1):
            begun = " ".join(keys[first:end])
            for key, stop in _forms(words[end], keys[end], plurals=plurals):
                yield _Reading(first, end, word.start(), stop, f"{begun} {key}".strip())


def _forms(word: re.Match[str], key: str, *, plurals: bool) -> Iterator[tuple[str, int]]:
    """Yield the keys that the last word of a title may have, and where it ends in the text."""
    yield key, word.end()
    if possessive := _POSSESSIVE.search(word.group()):
        yield title_key(word.group()[: possessive.start()]), word.start() + possessive.start()
    if plurals and len(key) > 3:
        for ending, other in _ENDINGS:
            if key.endswith(ending) and not (ending == "s" and key.endswith(_SINGULAR_S)):
                yield key.removesuffix(ending) + other, word.end()
