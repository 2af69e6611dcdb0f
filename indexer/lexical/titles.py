"""Entries by title: exact, by acronym, and misspelt or cut short."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from indexer.glossary import Entry, title_key
from indexer.keytable import KeyTable, save_keys
from indexer.lexical.postings import Postings

_CANDIDATES = 40
# Keeps a typo among a million titles to milliseconds; among 100,000, all trigrams count.
_TRIGRAM_ENTRIES = 300_000
_SHORTEST_CORRECTED = 4
_MOST_WORDS_WITH_ACRONYM = 3
# In front of an acronym among the keys, where no title has it: in capitals if it is a word too.
_ACRONYM = "\0"
_SMALL_WORD = re.compile(r"\b[^\W\d_A-Z]+\b")


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

    @property
    def is_acronym(self) -> bool:
        """Tell whether all of it is an acronym: "CBT", "REM", "DSM-5"."""
        return _is_acronym(self.text)

    @property
    def acronyms(self) -> list[str]:
        """Return the keys of its words that are acronyms: of "CHC theory", "chc"."""
        return [title_key(word) for word in self.text.split() if _is_acronym(word)]


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """An entry's number, and the kind of its title that was asked for, whole or one word of it."""

    entry: int
    kind: TitleKind
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Correction:
    """The title that a misspelt or cut query stands for; ``edits`` letters were wrong."""

    entry: int
    title: str
    kind: TitleKind
    edits: int
    cut: bool


def titles_of(entry: Entry) -> Iterator[Title]:
    """Yield every title of an entry, shown and hidden."""
    yield Title(entry.term, TitleKind.TERM)
    for alias in entry.aliases:
        yield Title(alias, TitleKind.ALIAS)
    for label in entry.hidden_labels:
        yield Title(label, TitleKind.HIDDEN_LABEL)


class Titles:
    """The titles of all entries, looked up by ``title_key``; ``entry_of`` reads an entry."""

    def __init__(self, path: Path, trigrams: Postings, entry_of: Callable[[int], Entry]) -> None:
        """Open a file of ``save_titles``."""
        self._keys = KeyTable(path)
        self._trigrams = trigrams
        self._entry_of = entry_of

    def exact(self, text: str) -> list[TitleMatch]:
        """Return the entries that have this title, terms before aliases before hidden labels."""
        best: dict[int, TitleMatch] = {}
        for number, kind in self._keys.find(title_key(text)):
            # Two titles can share a hash.
            if number not in best and has_title(self._entry_of(number), text):
                best[number] = TitleMatch(number, TitleKind(kind))
        return list(best.values())

    def may_be_titles(self, keys: Sequence[str]) -> NDArray[np.bool_]:
        """Tell of many title keys at once which to ask ``exact`` about: of the others, none is."""
        return self._keys.holds(keys)

    def acronyms(self, text: str, *, typed: str) -> list[TitleMatch]:
        """Return the entries with an acronym that is one word of a short text ("maoi drugs").

        Those whose whole title it is come first; of "DZ twins" it is a word. One that is an
        ordinary word of definitions too, as SAD is, counts only where it was ``typed`` in capitals.
        """
        words = title_key(text).split()
        if len(words) > _MOST_WORDS_WITH_ACRONYM:
            return []
        capitals = {title_key(word) for word in typed.split() if _is_acronym(word)}
        found: dict[int, TitleMatch] = {}
        for word in words:
            keys = [_ACRONYM + word, *([_ACRONYM + word.upper()] if word in capitals else [])]
            numbers = dict.fromkeys(number for key in keys for number, _ in self._keys.find(key))
            titles = [(n, title) for n in numbers for title in titles_of(self._entry_of(n))]
            named = [(n, title) for n, title in titles if word in title.acronyms]
            named.sort(key=lambda pair: title_key(pair[1].text) != word)
            for number, title in named:
                whole = title_key(title.text) == word
                found.setdefault(number, TitleMatch(number, title.kind, whole=whole))
        return sorted(found.values(), key=lambda match: not match.whole)

    def corrections(self, text: str, *, unfinished: bool = False) -> list[Correction]:
        """Return titles that differ from a text by few letters, or begin with it, one an entry.

        The nearest come first. A letter may be wrong, missing, extra or swapped with its neighbour:
        one in a text of 4 or 5 letters, two in up to 10, three in longer ones. The beginning of a
        title is that of whole words; when the text is ``unfinished``, any, and fewer letters may
        differ.
        """
        key = title_key(text)
        if len(key) < _SHORTEST_CORRECTED:
            return []
        found = [
            correction
            for number in self._alike(key)
            for title in titles_of(self._entry_of(number))
            if (correction := _corrected(key, number, title, unfinished=unfinished))
        ]
        found.sort(key=lambda c: (c.edits, c.cut, c.kind, c.entry))
        nearest_titles: dict[int, Correction] = {}
        for correction in found:
            nearest_titles.setdefault(correction.entry, correction)
        return list(nearest_titles.values())

    def _alike(self, key: str) -> list[int]:
        """Return the entries whose titles share most with a key, by number."""
        shares = self._trigrams.share(_trigrams(key), most=_TRIGRAM_ENTRIES)
        # Few reach half of the best: to sort those is quicker than to part a million.
        near = np.flatnonzero(shares > shares.max() / 2)
        if len(near) < _CANDIDATES:
            near = np.flatnonzero(shares)
        take = min(_CANDIDATES, len(near))
        chosen = near[np.argpartition(shares[near], len(near) - take)[len(near) - take :]]
        return sorted(map(int, chosen))


def _is_acronym(word: str) -> bool:
    """Tell whether a word is written in capitals, or mostly: "CBT", "DSM-5", "ToM", "fMRI"."""
    letters = [character for character in word if character.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    return capitals >= 2 and capitals * 2 >= len(letters) and len(letters) <= 6


def has_title(entry: Entry, text: str) -> bool:
    """Tell whether this is, up to case, accents and punctuation, one of the entry's titles."""
    key = title_key(text)
    return any(title_key(title.text) == key for title in titles_of(entry))


def save_titles(path: Path, entries: Sequence[Entry]) -> None:
    """Write the titles of entries, and the acronyms in them; entries are numbered in order."""
    titles = [(number, title) for number, entry in enumerate(entries) for title in titles_of(entry)]
    ordinary = _ordinary({a for _, title in titles for a in title.acronyms}, entries)
    save_keys(
        path,
        (
            (key, number, int(title.kind))
            for number, title in titles
            for key in (
                title_key(title.text),
                *(_ACRONYM + (a.upper() if a in ordinary else a) for a in title.acronyms),
            )
        ),
    )


def _ordinary(acronyms: Set[str], entries: Iterable[Entry]) -> set[str]:
    """Return those of some acronyms that stand in definitions in small letters: ordinary words."""
    return {
        word
        for entry in entries
        for text in (*entry.definitions, entry.example or "")
        for word in _SMALL_WORD.findall(text)
        if word in acronyms
    }


def trigrams_of(entry: Entry) -> list[str]:
    """Return the trigrams of an entry's titles, each once."""
    keys = (title_key(title.text) for title in titles_of(entry))
    return list(dict.fromkeys(trigram for key in keys for trigram in _trigrams(key)))


def _trigrams(key: str) -> list[str]:
    padded = f"  {key} "
    return [padded[start : start + 3] for start in range(len(padded) - 2)]


def _corrected(key: str, number: int, title: Title, *, unfinished: bool) -> Correction | None:
    whole = title_key(title.text)
    most = 1 if len(key) <= 5 else 2 if len(key) <= 10 else 3
    # In a short word the first letter is seldom the wrong one, and often makes another word.
    if len(key) <= 5 and whole[:1] != key[:1]:
        return None
    words = len(key.split())
    begun = " ".join(whole.split()[:words])
    for candidate, cut in ((whole, False), (begun, True)):
        # An acronym is too short to be guessed from its beginning or from a letter off.
        if (cut and begun == whole) or len(candidate) < _SHORTEST_CORRECTED:
            continue
        edits = OSA.distance(key, candidate, score_cutoff=most)
        if edits <= most:
            return Correction(number, title.text, title.kind, edits, cut)
    if unfinished:
        # Of few letters so many titles are near that the nearest alone are worth showing. A letter
        # too many or too few moves where the title has to be cut.
        most = 1 if len(key) <= 7 else 2
        lengths = range(max(len(key) - most, _SHORTEST_CORRECTED), len(key) + most + 1)
        edits = min(OSA.distance(key, whole[:length], score_cutoff=most) for length in lengths)
        if edits <= most:
            return Correction(number, title.text, title.kind, edits, cut=True)
    return None
