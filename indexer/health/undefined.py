"""Terms that definitions use and no entry defines: candidates, found by counting."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from indexer.health.findings import Check, Finding, Material, joined
from indexer.lexical import is_stop_word, titles_of

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W\d_]+)*")
# A phrase ends where one would breathe; a hyphen holds its words together.
_BREATH = re.compile(r"[.,;:()\[\]!?\"\u201c\u201d\u2013\u2014/]|\s-\s")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]+s?")
_POSSESSIVE = re.compile(r"['\u2019]s?$")
# Words that make no part of a term, beside the stop words.
_LOOSE = frozenset(
    """another many much two three four five first second third last given toward towards based
    later better later around across within without among either neither every including using used
    out set like several different specific particular certain kind type form part""".split()  # noqa: SIM905
)
# Greek and Latin endings: a word that has one is technical, whoever uses it.
_TECHNICAL = re.compile(
    r"(?!organism|mechanism|criticism).{3,}(?:ism|osis|itis|ology|pathy|ography|ometry|genesis|lepsy|algia|aemia|emia|phobia|ectomy"
    r"|cyte|blast|trophy|plasia)"
)
_LONGEST = 3
# How much more often than chance the words of a phrase stand together, as a power of e.
_TOGETHER = 2.0

_Stems = tuple[str, ...]


@dataclass(slots=True)
class _Counts:
    """In which entries words and phrases stand, and how they are written."""

    words: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    phrases: dict[_Stems, set[int]] = field(default_factory=lambda: defaultdict(set))
    written: dict[_Stems, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, stems: _Stems, text: str, number: int) -> None:
        """Count a phrase in an entry."""
        self.phrases[stems].add(number)
        self.written[stems][text] += 1


@dataclass(frozen=True, slots=True)
class _Titles:
    """The titles of a glossary by their stems, and what stands within them or ends them."""

    whole: frozenset[_Stems]
    within: frozenset[_Stems]
    heads: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A phrase, by its stems and as it is mostly written, and the entries that use it."""

    stems: _Stems
    text: str
    numbers: frozenset[int]
    is_name: bool

    def is_within(self, other: "_Candidate") -> bool:
        """Tell whether its words stand side by side in a longer phrase."""
        length = len(self.stems)
        return length < len(other.stems) and any(
            other.stems[first : first + length] == self.stems
            for first in range(len(other.stems) - length + 1)
        )


def undefined_terms(material: Material) -> Check:
    """Find phrases that many definitions use as terms and that are no title."""
    least = fewest_entries(len(material.entries))
    if material.glossary.language.split("-")[0].lower() != "en":
        return _check(least, ())
    titles, counts = _titles(material), _Counts()
    for number, entry in enumerate(material.entries):
        for text in entry.definitions:
            for part in _BREATH.split(text):
                _count(material, titles, counts, number, part)
    found = _longest(_candidates(counts, titles, least, len(material.entries)))
    return _check(
        least,
        tuple(
            Finding(
                users := tuple(material.entries[number] for number in sorted(one.numbers)),
                f"in {len(users)} entries: {joined(users)}",
                subject=one.text,
            )
            for one in sorted(found, key=lambda one: (one.is_name, -len(one.numbers), one.text))
        ),
    )


def _check(least: int, findings: tuple[Finding, ...]) -> Check:
    return Check(
        "undefined_terms",
        "Terms used, not defined",
        f"Of at least {least} entries' definitions: acronyms and capitalised names; words with a "
        "technical ending; and phrases whose words stand together more often than chance, and "
        "whose last word ends a title. None is a title, or stands in one. They are candidates, "
        "and looked for in English only.",
        findings,
    )


def fewest_entries(entries: int) -> int:
    """Return how many entries must use a term: more in a larger glossary, but few more."""
    return max(3, round(math.sqrt(entries) / 10))


def _titles(material: Material) -> _Titles:
    whole = {
        stems
        for entry in material.entries
        for title in titles_of(entry)
        if (stems := _stems(material, _WORD.findall(title.text)))
    }
    within = {
        stems[first:last]
        for stems in whole
        for first in range(len(stems))
        for last in range(first + 1, len(stems) + 1)
    }
    return _Titles(frozenset(whole), frozenset(within), frozenset(stems[-1] for stems in whole))


def _count(material: Material, titles: _Titles, counts: _Counts, number: int, part: str) -> None:
    found = list(_WORD.finditer(part))
    words = [word.group() for word in found]
    stems = _stems(material, words)
    for stem in stems:
        counts.words[stem].add(number)
    free = _outside_titles(stems, titles.whole)
    for first in range(len(words)):
        for last in range(first + 1, min(first + _LONGEST, len(words)) + 1):
            if all(free[first:last]) and _may_be_term(words[first:last], first):
                text = part[found[first].start() : found[last - 1].end()]
                counts.add(stems[first:last], _POSSESSIVE.sub("", text), number)


def _stems(material: Material, words: Sequence[str]) -> _Stems:
    return tuple(material.words.stem(_POSSESSIVE.sub("", word)) for word in words)


def _outside_titles(stems: _Stems, titles: frozenset[_Stems]) -> list[bool]:
    """Tell for each word whether it stands in no title of several words."""
    free = [True] * len(stems)
    for first in range(len(stems)):
        for last in range(len(stems), first + 1, -1):
            if stems[first:last] in titles:
                free[first:last] = [False] * (last - first)
                break
    return free


def _may_be_term(words: Sequence[str], first: int) -> bool:
    if len(words) == 1:
        word = words[0]
        # "I", "II" and the like count something.
        return bool(_ACRONYM.fullmatch(word) or _TECHNICAL.fullmatch(word))
    names = [word[0].isupper() for word in words]
    # A capital at the beginning of a sentence is no name; elsewhere a phrase is one or is none.
    if any(names[1:]) and not all(names):
        return False
    if names[0] and not any(names[1:]) and first > 0:
        return False
    return all(
        len(word) > 2
        and word.isalpha()
        and not is_stop_word(word.lower())
        and word.lower() not in _LOOSE
        and not word.endswith("ly")
        for word in words
    )


def _candidates(counts: _Counts, titles: _Titles, least: int, entries: int) -> Iterator[_Candidate]:
    for stems, numbers in counts.phrases.items():
        if len(numbers) < least or stems in titles.within:
            continue
        text = counts.written[stems].most_common(1)[0][0]
        is_name = len(stems) > 1 and all(word[0].isupper() for word in text.split())
        if len(stems) > 1 and not is_name:
            apart = math.prod(len(counts.words[stem]) for stem in stems)
            together = math.log(len(numbers) * entries ** (len(stems) - 1) / apart)
            if together < _TOGETHER or stems[-1] not in titles.heads:
                continue
        yield _Candidate(stems, text, frozenset(numbers), is_name)


def _longest(candidates: Iterable[_Candidate]) -> Iterator[_Candidate]:
    """Leave out what only ever stands within a longer candidate."""
    kept: list[_Candidate] = []
    for one in sorted(candidates, key=lambda one: -len(one.stems)):
        if not any(one.numbers <= other.numbers and one.is_within(other) for other in kept):
            kept.append(one)
            yield one
