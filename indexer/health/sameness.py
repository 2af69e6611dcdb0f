"""Entries that say the same, and one title that stands for several entries."""

from collections.abc import Iterator

import numpy as np

from indexer.glossary import title_key
from indexer.health.findings import Check, Finding, Material, begun
from indexer.lexical import titles_of
from indexer.passages import without_opening

# Read by hand in two psychology glossaries. Above the first, definitions say the same, or nearly;
# below, most are of opposites and of neighbouring stages, unless they share words as well. Terms
# that differ in one word (anterograde and retrograde amnesia) are told apart by it.
_SAME = 0.95
_ALIKE, _SHARED_WORDS = 0.84, 0.4
_BLOCK = 2048


def near_duplicates(material: Material) -> Check:
    """Find pairs of definitions that say much the same, of one entry or of two."""
    pairs = sorted(_close_pairs(material), key=lambda pair: -pair[0])
    return Check(
        "near_duplicates",
        "Near-duplicate definitions",
        f"Two definitions whose vectors have a cosine of {_SAME} or more; or of {_ALIKE} or more "
        f"while {_SHARED_WORDS:.0%} of the words of both are shared and their terms differ in more "
        "than one word. Vectors alone cannot tell opposites from duplicates: definitions of "
        "opposites in the same words are found too.",
        tuple(finding for _, finding in pairs),
    )


def shared_titles(material: Material) -> Check:
    """Find titles that several entries have, and whether their definitions agree."""
    owners: dict[str, dict[int, str]] = {}
    for number, entry in enumerate(material.entries):
        for title in titles_of(entry):
            owners.setdefault(title_key(title.text), {}).setdefault(number, title.text)
    return Check(
        "conflicting_definitions",
        "One title, several entries",
        "A term, alias or hidden label that stands for several entries, whose definitions may "
        "contradict each other. Case, accents and punctuation make no difference.",
        tuple(
            Finding(
                tuple(material.entries[number] for number in numbers),
                f"{next(iter(numbers.values()))!r} stands for {len(numbers)} entries; "
                f"cosine of their definitions {_closeness(material, list(numbers)):.2f}",
            )
            for numbers in owners.values()
            if len(numbers) > 1
        ),
    )


def _closeness(material: Material, numbers: list[int]) -> float:
    """Return the lowest cosine between the first passages of entries."""
    starts = [material.snapshot.rows_of(number)[0] for number in numbers]
    rows = material.snapshot.index.rows(starts)
    return float((rows @ rows.T).min())


def _close_pairs(material: Material) -> Iterator[tuple[float, Finding]]:
    snapshot, entries = material.snapshot, material.entries
    stems: dict[int, frozenset[str]] = {}
    for cosine, one, other in _close_rows(material):
        passages = [snapshot.passage(one), snapshot.passage(other)]
        first, second = (entries[passage.entry] for passage in passages)
        if passages[0].entry == passages[1].entry and (
            passages[0].definition == passages[1].definition
        ):
            continue
        for row, passage in zip((one, other), passages, strict=True):
            entry = entries[passage.entry]
            text = without_opening(passage.text(entry), entry)
            stems.setdefault(row, frozenset(material.words.stems(text)))
        both = len(stems[one] | stems[other])
        shared = len(stems[one] & stems[other]) / both if both else 0.0
        if cosine >= _SAME or (
            shared >= _SHARED_WORDS and not _are_siblings(first.term, second.term)
        ):
            named = (first,) if first is second else (first, second)
            texts = " / ".join(
                begun(entry.definitions[passage.definition])
                for entry, passage in zip((first, second), passages, strict=True)
            )
            detail = f"cosine {cosine:.2f}, {shared:.0%} of their words shared: {texts}"
            yield cosine, Finding(named, detail)


def _close_rows(material: Material) -> Iterator[tuple[float, int, int]]:
    """Yield the cosines of pairs of rows from ``_ALIKE`` on, block by block."""
    index = material.snapshot.index
    for first in range(0, index.count, _BLOCK):
        rows = index.rows(range(first, min(first + _BLOCK, index.count)))
        for second in range(first, index.count, _BLOCK):
            others = index.rows(range(second, min(second + _BLOCK, index.count)))
            cosines = rows @ others.T
            for one, other in np.argwhere(cosines >= _ALIKE):
                if first + one < second + other:
                    yield float(cosines[one, other]), int(first + one), int(second + other)


def _are_siblings(one: str, other: str) -> bool:
    words, others = title_key(one).split(), title_key(other).split()
    differing = sum(word != with_ for word, with_ in zip(words, others, strict=False))
    return len(words) == len(others) > 1 and differing == 1
