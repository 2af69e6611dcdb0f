"""Proposals of equal, close and related terms between two glossaries, for people to review."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from indexer.crosswalk.pairs import Closest, Pairs
from indexer.glossary import Entry, title_key
from indexer.lexical import TitleKind, Words, titles_of
from indexer.snapshot import Snapshot
from indexer.strength import strength

# Between three pairs of psychology textbooks whose headwords were hidden, of entries that are each
# other's closest, 74 % of strength 80 or more, and 49 % of 60 or more, had the same headword.
_EQUAL, _CLOSE = 80.0, 60.0
# Entries of one title mean the same when they are closer than 99 % of chance; others may not.
_SAME_TITLE = 40.0
_SHARED_WORDS = 5
_TITLE_FIRST = 4.0


class Predicate(StrEnum):
    """How two terms go together, as SKOS calls it."""

    EQUAL = "exactMatch"
    CLOSE = "closeMatch"
    RELATED = "relatedMatch"


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two entries that may be linked, and the evidence.

    ``title`` is the one that both have, ``mutual`` tells that each is the other's closest,
    ``shared_words`` are words that both definitions use, as the first writes them.
    """

    one: Entry
    other: Entry
    predicate: Predicate
    score: float
    strength: float
    title: str | None
    mutual: bool
    shared_words: tuple[str, ...]


def crosswalk(
    one: Snapshot,
    other: Snapshot,
    *,
    limit: int = 3,
    min_strength: float = _CLOSE,
    one_to_one: bool = False,
) -> list[Proposal]:
    """Propose links from the entries of one glossary to those of another, in the one's order.

    Args:
        one: The glossary to link.
        other: The one to link it to, built with the same encoder.
        limit: How many links an entry may have; those of one title come first, then the strongest.
        min_strength: What a link without a common title needs.
        one_to_one: Whether each entry of either has one link at most, so that all of them together
            are as strong as can be. A common title comes before any strength.

    Raises:
        BadQueryError: The encoders differ, or there are too many pairs for an assignment.
    """
    pairs = Pairs.of(one, other)
    closest = pairs.closest(limit)
    judging = _Judging(
        list(one.entries), list(other.entries), closest, Words(one.manifest.language)
    )
    titled = _same_titles(judging.entries, judging.others)
    found = _assigned(pairs, titled) if one_to_one else _chosen(pairs, closest, titled, limit)
    proposals = (judging.proposal(*pair, titled) for pair in found)
    return [one for one in proposals if one.title is not None or one.strength >= min_strength]


_Titled = dict[tuple[int, int], str]
_Scored = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class _Judging:
    """Says what a pair of entries is, and why."""

    entries: Sequence[Entry]
    others: Sequence[Entry]
    closest: Closest
    words: Words

    def proposal(self, one: int, other: int, score: float, titled: _Titled) -> Proposal:
        """Return a scored pair with its predicate and its evidence."""
        mutual = int(self.closest.numbers[one, 0]) == other and int(self.closest.back[other]) == one
        value = strength(score, self.closest.chance)
        title = titled.get((one, other))
        return Proposal(
            self.entries[one],
            self.others[other],
            _predicate(value, title, mutual=mutual),
            score,
            value,
            title,
            mutual,
            self._shared_words(self.entries[one], self.others[other]),
        )

    def _shared_words(self, one: Entry, other: Entry) -> tuple[str, ...]:
        stems = set(self.words.stems(" ".join(other.definitions)))
        shared: dict[str, str] = {}
        for word in title_key(" ".join(one.definitions)).split():
            for stem in self.words.stems(word):
                if stem in stems:
                    shared.setdefault(stem, word)
        return tuple(list(shared.values())[:_SHARED_WORDS])


def _predicate(value: float, title: str | None, *, mutual: bool) -> Predicate:
    if title is not None:
        return Predicate.EQUAL if value >= _SAME_TITLE else Predicate.CLOSE
    if mutual and value >= _EQUAL:
        return Predicate.EQUAL
    return Predicate.CLOSE if mutual and value >= _CLOSE else Predicate.RELATED


def _same_titles(entries: Sequence[Entry], others: Sequence[Entry]) -> _Titled:
    """Return the pairs that have a term or an alias in common, and how the one writes it."""
    there: dict[str, list[int]] = {}
    for number, entry in enumerate(others):
        for title in titles_of(entry):
            if title.kind is not TitleKind.HIDDEN_LABEL:
                there.setdefault(title_key(title.text), []).append(number)
    found: _Titled = {}
    for number, entry in enumerate(entries):
        for title in titles_of(entry):
            if title.kind is not TitleKind.HIDDEN_LABEL:
                for other in there.get(title_key(title.text), ()):
                    found.setdefault((number, other), title.text)
    return found


def _chosen(pairs: Pairs, closest: Closest, titled: _Titled, limit: int) -> Iterator[_Scored]:
    named: dict[int, list[int]] = {}
    for one, other in titled:
        named.setdefault(one, []).append(other)
    for first, scores in pairs.blocks():
        for one in range(first, first + len(scores)):
            same = sorted(named.get(one, ()), key=lambda other: -scores[one - first, other])
            others = [other for other in closest.numbers[one].tolist() if other not in same]
            for other in (*same, *others)[:limit]:
                yield one, other, float(scores[one - first, other])


def _assigned(pairs: Pairs, titled: _Titled) -> Iterator[_Scored]:
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415  only here

    scores = pairs.all_scores()
    wanted = scores.astype(np.float64)
    for same in titled:
        # More than any two scores differ by.
        wanted[same] += _TITLE_FIRST
    for one, other in zip(*linear_sum_assignment(wanted, maximize=True), strict=True):
        yield int(one), int(other), float(scores[one, other])
