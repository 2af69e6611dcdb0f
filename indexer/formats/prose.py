"""Glossaries written as pages: in which of a few styles, and what its entries are.

A file is read in one style, the one that most of it is in; what is in another is left out, and
the notes say how much.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from indexer.formats.blocks import LONGEST_TERM, Block, Kind
from indexer.formats.leavings import Leavings
from indexer.formats.records import Record, one_line

_TEXTS = (Kind.PARAGRAPH, Kind.ITEM)
# A reader of one style: yields records, and leaves out what it cannot read.
_Reader = Callable[[Sequence[Block], Leavings], Iterator[Record]]


def read_blocks(blocks: Sequence[Block], leavings: Leavings) -> list[Record]:
    """Read the entries of a page in the style that most of them are in; none gives no record."""
    counts = {style: style.count(blocks) for style in _STYLES}
    style = max(counts, key=lambda one: counts[one])
    if not counts[style]:
        return []
    records = list(style.read(blocks, leavings))
    leavings.tell("row", f"read as {style.name}", count=len(records))
    for block in blocks:
        if block.kind is Kind.OTHER:
            leavings.leave("block", block.what)
    return records


def _categories(blocks: Sequence[Block], *, above: int = 7) -> Iterator[tuple[Block, str | None]]:
    """Yield each block with the heading it stands under, where that can be a category.

    The page's title is none, nor is a letter of the alphabet.
    """
    category = None
    for block in blocks:
        if block.kind is Kind.HEADING and block.level < above:
            name = block.text
            category = name if block.level > 1 and 1 < len(name) <= LONGEST_TERM else None
        yield block, category


def _lists(blocks: Sequence[Block], leavings: Leavings) -> Iterator[Record]:
    """Read definition lists: terms, then their definitions."""
    entry = _ListEntry()
    for block, category in _categories(blocks):
        ends = block.kind is Kind.HEADING or (block.kind is Kind.TERM and entry.definitions)
        if ends:
            yield from entry.records(leavings)
            entry = _ListEntry()
        if block.kind is Kind.TERM:
            entry.terms.append(block)
            entry.category = category
        elif block.kind is Kind.DEFINITION and entry.terms:
            entry.definitions.append(block.text)
        elif block.kind is Kind.DEFINITION:
            leavings.leave("definition", "no term before it", block.text[:40])
        elif block.kind in _TEXTS:
            leavings.leave("paragraph", "outside the definition lists", block.text[:40])
    yield from entry.records(leavings)


@dataclass(slots=True)
class _ListEntry:
    """Terms of a definition list and the definitions that follow them."""

    terms: list[Block] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    category: str | None = None

    def records(self, leavings: Leavings) -> Iterator[Record]:
        names = [one_line(" ".join(term.lines)) for term in self.terms]
        if names and self.definitions:
            yield _record(self.terms[0], names[0], self.definitions, self.category, names[1:])
        elif names:
            leavings.leave("term", "no definition", names[0])


def _bold(blocks: Sequence[Block], leavings: Leavings) -> Iterator[Record]:
    """Read paragraphs and list items that begin with a bold term."""
    for block, category in _categories(blocks):
        if block.kind in (*_TEXTS, Kind.DEFINITION):
            if term := block.bold_term:
                yield _record(block, term, [block.bold_definition], category)
            else:
                leavings.leave("paragraph", "no bold term begins it", block.text[:40])


def _lines(blocks: Sequence[Block], leavings: Leavings) -> Iterator[Record]:
    """Read paragraphs whose first line is the term."""
    for block, category in _categories(blocks):
        if block.kind in _TEXTS:
            if _is_term_and_definition(block):
                definition = " ".join(" ".join(block.lines[1:]).split())
                yield _record(block, one_line(block.lines[0].strip()), [definition], category)
            elif len(block.lines) < 2:
                leavings.leave("paragraph", "one line only, no definition", block.text[:40])
            else:
                leavings.leave("paragraph", "its first line is no term", block.text[:40])


def _headings(blocks: Sequence[Block], leavings: Leavings) -> Iterator[Record]:
    """Read headings as terms and the text below each as its definition."""
    level = _term_level(blocks)
    heading: tuple[Block, str | None] | None = None
    texts: list[str] = []

    def entry() -> Iterator[Record]:
        if heading is not None and texts:
            yield _record(heading[0], heading[0].text, ["\n\n".join(texts)], heading[1])
        elif heading is not None:
            leavings.leave("heading", "no text below it", heading[0].text)

    for block, category in _categories(blocks, above=level):
        if block.kind is Kind.HEADING and block.level <= level:
            yield from entry()
            heading = (block, category) if block.level == level else None
            texts = []
        elif block.kind in _TEXTS:
            if heading is None:
                leavings.leave("paragraph", "under no term", block.text[:40])
            else:
                texts = [*texts, block.text]
        elif block.kind is Kind.HEADING:
            leavings.leave("heading", "within a definition", block.text)
    yield from entry()


def _record(
    block: Block,
    term: str,
    definitions: list[str],
    category: str | None,
    aliases: Iterable[str] = (),
) -> Record:
    values = {
        "term": term,
        "definitions": definitions,
        "aliases": list(aliases),
        "category": category,
    }
    return Record(block.line, values)


def _is_term_and_definition(block: Block) -> bool:
    lines = [line.strip() for line in block.lines]
    return len(lines) > 1 and 0 < len(lines[0]) <= LONGEST_TERM and any(lines[1:])


def _count_lists(blocks: Sequence[Block]) -> int:
    return sum(1 for block in blocks if block.kind is Kind.TERM)


def _count_bold(blocks: Sequence[Block]) -> int:
    kinds = (*_TEXTS, Kind.DEFINITION)
    return sum(1 for block in blocks if block.kind in kinds and block.bold_term)


def _count_lines(blocks: Sequence[Block]) -> int:
    """Leave out what is right under a heading: that may be a wrapped definition of the heading."""
    pairs = zip([None, *blocks], blocks, strict=False)
    return sum(
        1
        for before, block in pairs
        if block.kind is Kind.PARAGRAPH
        and _is_term_and_definition(block)
        and not (before is not None and before.kind is Kind.HEADING)
    )


def _count_headings(blocks: Sequence[Block]) -> int:
    level = _term_level(blocks)
    return sum(1 for found in _headings_with_text(blocks) if found.level == level)


def _term_level(blocks: Sequence[Block]) -> int:
    """Return the level that most headings with text right below are of."""
    levels = [block.level for block in _headings_with_text(blocks)]
    return max(set(levels), key=lambda level: (levels.count(level), level), default=0)


def _headings_with_text(blocks: Sequence[Block]) -> list[Block]:
    return [
        block
        for block, after in pairwise(blocks)
        if block.kind is Kind.HEADING
        and after.kind in _TEXTS
        and 0 < len(block.text) <= LONGEST_TERM
    ]


@dataclass(frozen=True, slots=True)
class _Style:
    name: str
    count: Callable[[Sequence[Block]], int]
    read: _Reader


# Where two styles have as many entries, the one that is marked more clearly.
_STYLES = (
    _Style("a definition list", _count_lists, _lists),
    _Style("a bold term and its definition", _count_bold, _bold),
    _Style("a line with the term and the definition below it", _count_lines, _lines),
    _Style("a heading and the text below it", _count_headings, _headings),
)
