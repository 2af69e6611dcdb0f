"""Saved pages of the original site, as HTML or as text: a term, and its related articles with bars.

The page has the headword and its definition, then maybe "Other definition:" with further ones, then
"Related Articles": each with its bars and the beginning of a definition.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.blocks import LONGEST_TERM, Kind
from indexer.formats.files import read_clean_source
from indexer.formats.leavings import Leavings
from indexer.formats.options import ReadOptions
from indexer.formats.pages import parse_page
from indexer.formats.records import Record, Source
from indexer.glossary import default_id

MOST_BARS = 10
_BAR = "■"
_LIST = re.compile(r"\s*related articles\s*:?\s*", re.IGNORECASE)
_OTHER = re.compile(r"\s*other definitions?\s*:?\s*", re.IGNORECASE)
# What follows "Other definition:" may stand on the same line.
_INLINE = re.compile(r"^[ \t]*(other definitions?:)(?=[ \t]*\S)", re.IGNORECASE | re.MULTILINE)
_ITEM = re.compile(rf"(?P<term>[^{_BAR}]+?)\s*(?P<bars>{_BAR}+)")
_BARS_ALONE = re.compile(rf"\s*\n\s*{_BAR}")
_SITE = re.compile(r"\s+at\s+[\w-]+(\.[\w-]+)+$")
_MORE = re.compile(r"read more", re.IGNORECASE)
_SAYS = re.compile(r"(?P<term>\S+(?: \S+){0,5}?)(?: \([^)]*\))? (?:refers? to|is|are|means?)\b")
_VERB = re.compile(r"(refers? to|is|are|means?)\b")
_ACRONYM = re.compile(r"\(([A-Z][A-Za-z0-9-]{1,9})\)\s*")


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """A related article as the page shows it."""

    term: str
    bars: int


@dataclass(frozen=True, slots=True)
class Article:
    """A page of the original site."""

    term: str
    definitions: tuple[str, ...]
    aliases: tuple[str, ...]
    related: tuple[RelatedArticle, ...]


def holds_article(text: str) -> bool:
    """Tell whether a text is such a page."""
    return "related articles" in text.lower() and (_BAR in text or "&#9632;" in text)


def read_article(path: Path, options: ReadOptions) -> Source:
    """Read the term of a page. Its related articles are a judged list, no see-also.

    Raises:
        BadGlossaryError: The file cannot be read, or is no such page.
    """
    article = parse_article(path, options)
    leavings = Leavings()
    why = "no entries of their own here; `glossary judged` makes a judged list of them"
    leavings.leave("related article", why, count=len(article.related))
    values = {
        "term": article.term,
        "definitions": list(article.definitions),
        "aliases": list(article.aliases),
    }
    return Source(path, [Record(1, values)], notes=leavings.notes())


def parse_article(path: Path, options: ReadOptions | None = None) -> Article:
    """Take a page apart.

    Raises:
        BadGlossaryError: The file cannot be read, or is no such page.
    """
    text = read_clean_source(path, options.encoding if options else None)
    headword, lines = _lines(path, _INLINE.sub("\n\\1\n", text))
    start = next((n for n, line in enumerate(lines) if _LIST.fullmatch(line)), None)
    if start is None:
        problem = 'there is no line "Related Articles" here; name another format with --format.'
        raise BadGlossaryError([Problem(path, 0, problem)])
    parts = [list(part) for ends, part in groupby(lines[:start], _is_other) if not ends]
    if not any(line.strip() for part in parts for line in part):
        problem = 'there is no definition above "Related Articles".'
        raise BadGlossaryError([Problem(path, 1, problem)])
    if not headword:
        headword, parts[0] = _headword(path, parts[0])
    aliases, first = _without_headword(headword, _joined(parts[0]))
    definitions = [first, *(_joined(part) for part in parts[1:])]
    if not any(definitions):
        problem = f"there is no definition of {headword!r} here."
        raise BadGlossaryError([Problem(path, 1, problem)])
    related = tuple(_related(path, lines[start + 1 :]))
    return Article(headword, tuple(text for text in definitions if text), aliases, related)


def _lines(path: Path, text: str) -> tuple[str, list[str]]:
    """Return the page's lines and, where HTML marks it, the headword, which they then follow."""
    if not re.search(r"<(html|body|p|div|h\d)\b", text, re.IGNORECASE):
        # Not splitlines(): it would also cut at U+2028 inside a definition.
        return "", text.split("\n")
    headword = ""
    lines: list[str] = []
    for block in parse_page(path, text).blocks:
        if block.kind is Kind.HEADING and block.level == 1 and not headword:
            headword, lines = block.text, []
        else:
            lines += [*block.lines, ""]
    return headword, lines


def _is_other(line: str) -> bool:
    return _OTHER.fullmatch(line) is not None


def _joined(lines: Sequence[str]) -> str:
    """Join lines to paragraphs, which blank lines part."""
    paragraphs = (
        " ".join(" ".join(part).split())
        for blank, part in groupby(lines, lambda line: not line.strip())
        if not blank
    )
    return "\n\n".join(paragraphs)


def _headword(path: Path, lines: list[str]) -> tuple[str, list[str]]:
    """Find the headword of a page saved as text, where nothing sets it off; return what is left.

    It is a first line of its own, or the words that the file is named after, or what stands before
    "refers to" or "is".
    """
    first = next(n for n, line in enumerate(lines) if line.strip())
    line, rest = " ".join(lines[first].split()), lines[first + 1 :]
    if len(line) <= LONGEST_TERM and line[-1] not in ".;," and any(one.strip() for one in rest):
        return line, rest
    words = line.split(" ")
    for count in range(1, min(len(words), 12) + 1):
        if default_id(" ".join(words[:count])) == default_id(path.stem):
            return " ".join(words[:count]).rstrip(":,"), lines
    if match := _SAYS.match(line):
        return match["term"], lines
    problem = (
        f"nothing tells the headword from its definition in {line[:60]!r}; "
        f"put it on a line of its own at the top."
    )
    raise BadGlossaryError([Problem(path, first + 1, problem)])


def _without_headword(headword: str, text: str) -> tuple[tuple[str, ...], str]:
    """Return an acronym in brackets, and the definition without the headword that begins it.

    A sentence about the headword ("X refers to …") stays as it is.
    """
    if not text.startswith(headword):
        return (), text
    rest = text[len(headword) :].lstrip()
    aliases: tuple[str, ...] = ()
    if match := _ACRONYM.match(rest):
        aliases, rest = (match[1],), rest[match.end() :]
    return aliases, text if _VERB.match(rest) else rest.lstrip(" :-\u2013\u2014")


def _related(path: Path, lines: Sequence[str]) -> Iterator[RelatedArticle]:
    """Yield the articles of a list; what stands between them are beginnings of definitions."""
    # Bars may stand in a cell of their own, beside their term.
    text = _BARS_ALONE.sub(_BAR, "\n".join(lines))
    for line in _MORE.sub("\n", text).split("\n"):
        if match := _ITEM.search(line):
            term = _SITE.sub("", " ".join(match["term"].split()))
            if (bars := len(match["bars"])) > MOST_BARS:
                problem = f"{term!r} has {bars} bars; a list has 1 to {MOST_BARS}."
                raise BadGlossaryError([Problem(path, 0, problem)])
            yield RelatedArticle(term, bars)
