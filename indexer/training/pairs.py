"""Pairs of texts that mean the same, made from the entries of a glossary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from random import Random

from indexer.glossary import Entry, Glossary
from indexer.passages import titled, without_opening
from indexer.training.rewrites import typed

_GAP = "___"


class PairKind(Enum):
    """What the two texts of a pair are to each other."""

    TERM = "definition and term"
    TYPED = "typed words and titled definition"
    SENSES = "two definitions of a term"
    EXAMPLE = "example and titled definition"
    BROADER = "definition and its broader term's definition"


@dataclass(frozen=True, slots=True)
class Pair:
    """A text to search with and one that it should find; ``entry`` is the number of its entry.

    ``written`` is what the query was before it was rewritten, ``parts`` what the answer is put
    together from: what a teacher reads.
    """

    kind: PairKind
    query: str
    answer: str
    entry: int
    written: str
    parts: tuple[str, ...]


def pairs_of(glossary: Glossary, *, seed: int) -> list[Pair]:
    """Make the pairs of every entry, in the order of the entries.

    A definition is paired with one of its entry's titles, chosen by chance, and, as somebody
    might type it, with itself under its term. Two definitions of one entry are a pair, as are an
    example, the term blanked out, with the definition that it shows in use, and a definition with
    that of a broader term in the glossary.

    Args:
        glossary: Where the texts come from.
        seed: The same seed gives the same pairs.
    """
    random = Random(seed)  # noqa: S311  for variety, not for secrets
    pairs: list[Pair] = []
    for number, entry in enumerate(glossary.entries):
        pairs.extend(_of_entry(glossary, number, entry, random))
    return pairs


def _of_entry(glossary: Glossary, number: int, entry: Entry, random: Random) -> Iterator[Pair]:
    titles = (entry.term, *entry.aliases)
    texts = [without_opening(" ".join(text.split()), entry) for text in entry.definitions]
    for text in texts:
        # Half of the queries as written, half as typed.
        query = text if random.random() < 0.5 else typed(text, random)
        title = random.choice(titles)
        yield Pair(PairKind.TERM, query, title, number, text, (title,))
        query = typed(text, random)
        yield _to_titled(PairKind.TYPED, query, number, text, (random.choice(titles), text))
    for first, second in pairwise(texts):
        parts = (random.choice(titles), second)
        yield _to_titled(PairKind.SENSES, first, number, first, parts)
    if entry.example and (blanked := _blanked(entry.example, titles)):
        parts = (entry.term, texts[0])
        yield _to_titled(PairKind.EXAMPLE, blanked, number, entry.example, parts)
    for name in entry.broader:
        above = glossary.find(name)
        if above is not None and above != number:
            broader = glossary.entries[above]
            parts = (broader.term, broader.definitions[0])
            yield _to_titled(PairKind.BROADER, texts[0], number, texts[0], parts)
            break


def _to_titled(
    kind: PairKind, query: str, number: int, written: str, parts: tuple[str, str]
) -> Pair:
    return Pair(kind, query, titled(*parts), number, written, parts)


def _blanked(example: str, titles: tuple[str, ...]) -> str | None:
    """Blank the titles out of an example; ``None`` when it has none of them, or nothing else."""
    names = "|".join(re.escape(title) for title in sorted(titles, key=len, reverse=True))
    blanked, found = re.subn(rf"\b(?:{names})\w{{0,3}}", _GAP, example, flags=re.IGNORECASE)
    return blanked if found and len(blanked.split()) > len(titles[0].split()) + 2 else None
