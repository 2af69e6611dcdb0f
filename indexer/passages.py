"""A passage is a piece of one definition that fits the encoder; its views are what is embedded."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from indexer.glossary import Entry

# Part of every passage key: raise it when a view is worded differently, or a key has other parts.
TEMPLATE = "definition | term: definition | term, aliases | sentences /3"

# A sentence ends at a full stop, question or exclamation mark, with what closes it, before a space.
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]]*(?:\s+|$)|\n{2,}")  # noqa: RUF001  CJK stops


# "In the psychology context," or "In law,"; then "X", "X (Y)"; then how it is said to be something.
_CONTEXT = r"in (?:the )?[\w -]{1,40}?(?: context| sense)?,\s*"
_SAID = (
    r"(?:\s*\([^)]*\))?\s*(?:,|:|-|\u2013|\u2014)?\s+"
    r"(?:is|are|was|were|refers? to|means?|denotes?|describes?|is defined as|can be defined as"
    r"|is a term (?:used )?for)\s+(?:when\s+|the\s+|an?\s+)?"
)
_LEAST_WORDS_LEFT = 3


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters ``start`` to ``end`` of definition number ``definition`` of an entry."""

    entry: int
    definition: int
    start: int
    end: int

    def text(self, entry: Entry) -> str:
        """Return the passage's words."""
        return entry.definitions[self.definition][self.start : self.end]


@dataclass(frozen=True, slots=True)
class Views:
    """The three texts embedded for a passage: definition alone, with its term, and titles alone."""

    definition: str
    titled: str
    titles: str


def passages_of(number: int, entry: Entry, fits: Callable[[str], bool]) -> Iterator[Passage]:
    """Cut an entry's definitions into passages, at sentence ends where there are any.

    ``fits`` tells whether a text, its term in front, stays within the encoder's window. Every
    character of a definition but the white space between passages is in one passage.
    """
    for definition, text in enumerate(entry.definitions):
        if fits(titled(entry.term, text)):
            yield Passage(number, definition, 0, len(text))
            continue
        for start, end in _pieces(text, lambda piece: fits(titled(entry.term, piece))):
            yield Passage(number, definition, start, end)


def views_of(entry: Entry, passage: Passage) -> Views:
    """Return what is embedded for a passage, without the opening that all definitions share."""
    text = without_opening(" ".join(passage.text(entry).split()), entry)
    return Views(text, titled(entry.term, text), ", ".join((entry.term, *entry.aliases)))


def without_opening(text: str, entry: Entry) -> str:
    """Take "In psychology, X refers to" off a definition: it makes all of them alike.

    What is left has at least three words; otherwise the text stays as it is.
    """
    folded = text.casefold()
    named = [name for name in (entry.term, *entry.aliases) if name.casefold() in folded]
    # Most definitions do not name their term; a pattern for each would take minutes.
    if not named:
        return text
    names = "|".join(map(re.escape, named))
    # A plural of the term opens definitions too.
    opening = re.compile(rf"(?:{_CONTEXT})?(?:an?|the)?\s*(?:{names})s?{_SAID}", re.IGNORECASE)
    found = opening.match(text)
    rest = text[found.end() :] if found else text
    return rest if len(rest.split()) >= _LEAST_WORDS_LEFT else text


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text, in order, without the white space between them."""
    cuts = [match.end() for match in _SENTENCE_END.finditer(text)]
    return [text[left:right] for left, right in _spans(text, cuts)]


def titled(term: str, text: str) -> str:
    """Put the term in front of a text."""
    return f"{term}: {text}"


def passage_key(views: Views, sentences: Sequence[str], fingerprint: str) -> bytes:
    """Return 16 bytes that change when what is embedded, or how it becomes rows, changes.

    ``sentences`` are those that have vectors of their own, of a passage that has several.
    """
    parts = [TEMPLATE, fingerprint, views.definition, views.titled, views.titles]
    # A line that ends elsewhere changes no vector.
    parts += [" ".join(sentence.split()) for sentence in sentences]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()


def _pieces(text: str, fits: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Join sentences as long as they fit; a sentence too long by itself is cut between words."""
    start = end = 0
    for left, right in _units(text, fits):
        if end > start and not fits(text[start:right]):
            yield start, end
            start = left
        elif end == start:
            start = left
        end = right
    if end > start:
        yield start, end


def _units(text: str, fits: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    for left, right in _spans(text, [match.end() for match in _SENTENCE_END.finditer(text)]):
        if fits(text[left:right]):
            yield left, right
        else:
            yield from _word_runs(text, left, right, fits)


def _word_runs(
    text: str, left: int, right: int, fits: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    """Cut one sentence into the longest runs of words that fit, by halving."""
    while left < right:
        low, high = left + 1, right
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if fits(text[left:middle]) else (low, middle - 1)
        cut = low
        # Back to a space, unless the run is one word longer than the window.
        if cut < right and (space := text.rfind(" ", left + 1, cut + 1)) > left:
            cut = space
        yield left, cut
        left = cut
        while left < right and text[left].isspace():
            left += 1


def _spans(text: str, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the parts between the cuts, without the white space around them."""
    start = 0
    for cut in (*cuts, len(text)):
        part = text[start:cut]
        if stripped := part.strip():
            left = start + part.index(stripped)
            yield left, left + len(stripped)
        start = max(start, cut)
