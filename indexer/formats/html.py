"""Glossaries in HTML pages.

Read are definition lists, bold terms, headings, and data that lies in a script as JSON: of
schema.org, or a list of objects with a term and a definition. No script is run; what a program on
the page would put together is not seen.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.blocks import Block, Kind
from indexer.formats.columns import Columns
from indexer.formats.files import read_source
from indexer.formats.leavings import Leavings
from indexer.formats.options import ReadOptions
from indexer.formats.prose import read_blocks
from indexer.formats.records import Record, Source
from indexer.formats.schemaorg import Terms

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS = {"dt": Kind.TERM, "dd": Kind.DEFINITION, "li": Kind.ITEM, "p": Kind.PARAGRAPH}
_BREAKING = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "main",
        "nav",
        "ol",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    )
)
_UNSEEN = frozenset(("script", "style", "template", "noscript", "svg", "head", "nav"))
_BOLD = frozenset(("b", "strong", "dfn"))
_TERM_KEYS = ("term", "name", "word", "headword", "title")
_DEFINITION_KEYS = ("definition", "definitions", "description", "meaning")


def read_html(path: Path, options: ReadOptions) -> Source:
    """Read the entries of a page, from its data where it has some, else from its text.

    Raises:
        BadGlossaryError: The file cannot be read, or has no entries in a style known here.
    """
    page = parse_page(path, options)
    leavings = Leavings()
    records = _from_data(page, options, leavings) or read_blocks(page.blocks, leavings)
    if page.programs:
        why = "programs, which are not run: what they would show is not seen"
        leavings.leave("script", why, count=page.programs)
    if not records:
        problem = (
            "there are no entries here: no <dl>, no bold terms with definitions, no headings with "
            "text, and no list of terms in a script as JSON."
        )
        raise BadGlossaryError([Problem(path, 0, problem)])
    return Source(path, records, notes=leavings.notes(), title=page.title or None)


@dataclass(slots=True)
class Script:
    """Data in a script."""

    line: int
    kind: str
    text: str


@dataclass(slots=True)
class Page:
    """What an HTML page holds; ``programs`` counts the scripts that are no data."""

    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    data: list[Script] = field(default_factory=list)
    programs: int = 0


def parse_page(path: Path, options: ReadOptions) -> Page:
    """Take a page apart into blocks of text and scripts with data."""
    parser = _Parser()
    parser.feed(read_source(path, options.encoding))
    parser.close()
    return parser.finish()


class _Parser(HTMLParser):
    """Collects blocks; an element that begins a block ends the one before."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.block: Block | None = None
        self.unseen: list[str] = []
        self.kinds: list[tuple[str, Kind]] = []
        self.bold = 0
        self.in_title = False
        self.script: Script | None = None

    def finish(self) -> Page:
        self._end_block()
        return self.page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            kind = (dict(attrs).get("type") or "").lower()
            self.script = Script(self.getpos()[0], kind, "")
        elif tag == "title":
            self.in_title = not self.page.title
        if tag in _UNSEEN and tag != "head":
            self.unseen.append(tag)
        elif self.unseen:
            return
        elif tag in _HEADINGS:
            self._begin(Kind.HEADING, _HEADINGS[tag])
        elif tag in _KINDS:
            self._begin_kind(tag)
        elif tag == "br" and self.block is not None:
            self.block.lines.append("")
        elif tag in _BREAKING:
            self._end_block()
        elif tag in _BOLD:
            self.bold += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self.script is not None:
            self._end_script()
        elif tag == "title":
            self.in_title = False
        if self.unseen:
            if tag == self.unseen[-1]:
                self.unseen.pop()
        elif tag in _BOLD:
            self.bold = max(0, self.bold - 1)
        elif tag in _HEADINGS or tag in _KINDS or tag in _BREAKING:
            self._end_block()
            while self.kinds and tag in (*_KINDS, "dl", "ul", "ol"):
                name, _ = self.kinds.pop()
                if name == tag or tag in ("dl", "ul", "ol"):
                    break

    def handle_data(self, data: str) -> None:
        if self.script is not None:
            self.script.text += data
        elif self.in_title:
            self.page.title += data
        elif not self.unseen and (data.strip() or self.block is not None):
            self._add(data)

    def _begin_kind(self, tag: str) -> None:
        kind = _KINDS[tag]
        if tag == "p" and self.kinds:
            kind = self.kinds[-1][1]
        elif tag != "p":
            # An end tag is often left out: a new term or definition ends the one before.
            while self.kinds and self.kinds[-1][0] in ("dt", "dd", "li") and tag in ("dt", "dd"):
                self.kinds.pop()
            self.kinds.append((tag, kind))
        self._begin(kind)

    def _begin(self, kind: Kind, level: int = 0) -> None:
        self._end_block()
        self.bold = 0
        self.block = Block(kind, self.getpos()[0], [""], level=level)

    def _add(self, data: str) -> None:
        if self.block is None:
            kind = self.kinds[-1][1] if self.kinds else Kind.PARAGRAPH
            self.block = Block(kind, self.getpos()[0], [""])
        block = self.block
        if self.bold and "".join(block.lines).strip() == block.lead.strip():
            block.lead += data
        # Line breaks of the source are spaces in HTML; a break is <br>.
        block.lines[-1] += " ".join(data.split("\n"))

    def _end_block(self) -> None:
        if self.block is not None and self.block.text:
            lines = [" ".join(line.split()) for line in self.block.lines]
            self.block.lines = [line for line in lines if line]
            self.page.blocks.append(self.block)
        self.block = None

    def _end_script(self) -> None:
        script, self.script = self.script, None
        if script is None:
            return
        if "json" in script.kind:
            self.page.data.append(script)
        elif script.text.strip():
            self.page.programs += 1


def _from_data(page: Page, options: ReadOptions, leavings: Leavings) -> list[Record]:
    records: list[Record] = []
    for script in page.data:
        try:
            value = json.loads(script.text)
        except (ValueError, RecursionError):
            leavings.leave("script", f"its JSON in line {script.line} cannot be read")
            continue
        if script.kind == "application/ld+json":
            records += Terms.within(value).records(options.language, leavings)
        else:
            records += _rows(value, script.line, options.columns, leavings)
    if records:
        leavings.tell("row", "read from data in scripts", count=len(records))
        texts = sum(1 for block in page.blocks if block.kind is not Kind.OTHER)
        leavings.leave("passage", "text of the page, which has its terms as data", count=texts)
    return records


def _rows(value: Any, line: int, columns: Columns, leavings: Leavings) -> Iterator[Record]:
    """Yield the objects that have a term and a definition, from a list at any depth."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting.extend(reversed(found))
        elif isinstance(found, dict):
            row = _row(found, columns)
            if row is None:
                waiting.extend(reversed([v for v in found.values() if isinstance(v, list | dict)]))
                continue
            fields, unread = row
            for key in unread:
                leavings.leave("value", f"of the key {key!r}; --map {key}=FIELD reads it")
            yield Record(line, fields)


def _row(body: dict[str, Any], columns: Columns) -> tuple[dict[str, Any], list[str]] | None:
    """Return an object's fields and the keys that are none, if it has a term and a definition."""
    fields: dict[str, Any] = {}
    unread = []
    for key, value in body.items():
        name = columns.field_of(key)
        if name is None and key.lower() in _TERM_KEYS and "term" not in fields:
            name = "term"
        elif name is None and key.lower() in _DEFINITION_KEYS:
            name = "definition"
        if name:
            fields[name] = value
        elif name is None and value not in ("", None, [], {}):
            unread.append(key)
    has_both = "term" in fields and ("definition" in fields or "definitions" in fields)
    return (fields, unread) if has_both else None
