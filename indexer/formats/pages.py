"""HTML pages taken apart into blocks of text and scripts with data. No script is run."""

from dataclasses import dataclass, field
from pathlib import Path

from indexer.formats.blocks import Block, Kind
from indexer.formats.xmltree import Element, events, html_root, name_of, text_of

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_KINDS = {"dt": Kind.TERM, "dd": Kind.DEFINITION, "li": Kind.ITEM}
# fmt: off
_BREAKING = frozenset((
    "address", "article", "aside", "blockquote", "body", "div", "dl", "fieldset", "figure",
    "footer", "form", "header", "hr", "html", "main", "nav", "ol", "section", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
))
# fmt: on
_UNSEEN = frozenset(("script", "style", "template", "noscript", "svg", "head", "nav"))
_BOLD = frozenset(("b", "strong", "dfn"))


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


def parse_page(path: Path, text: str) -> Page:
    """Take a page apart.

    Raises:
        BadGlossaryError: It is nested too deeply.
    """
    collector = _Collector()
    root = html_root(path, text)
    for event, element in events(root) if root is not None else ():
        if event == "start":
            collector.start(element)
        else:
            collector.end(element)
    collector.end_block()
    return collector.page


class _Collector:
    """Collects blocks; an element that begins a block ends the one before."""

    def __init__(self) -> None:
        self.page = Page()
        self.block: Block | None = None
        self.unseen = 0
        self.kinds: list[Kind] = []
        self.bold = 0

    def start(self, element: Element) -> None:
        tag, line = name_of(element), element.sourceline or 0
        if tag in _UNSEEN:
            self.unseen += 1
        if tag == "script":
            self._script(element, line)
        elif tag == "title" and not self.page.title:
            self.page.title = text_of(element)
        elif not self.unseen:
            self._see(tag, line)
            self._add(element.text or "", line)

    def _see(self, tag: str, line: int) -> None:
        if tag in _HEADINGS:
            self._begin(Kind.HEADING, line, _HEADINGS[tag])
        elif tag == "p":
            self._begin(self.kinds[-1] if self.kinds else Kind.PARAGRAPH, line)
        elif tag in _KINDS:
            self.kinds.append(_KINDS[tag])
            self._begin(_KINDS[tag], line)
        elif tag == "br" and self.block is not None:
            self.block.lines.append("")
        elif tag in _BREAKING:
            self.end_block()
        elif tag in _BOLD:
            self.bold += 1

    def end(self, element: Element) -> None:
        tag = name_of(element)
        if tag in _UNSEEN:
            self.unseen -= 1
        elif not self.unseen:
            if tag in _BOLD:
                self.bold = max(0, self.bold - 1)
            elif tag in _HEADINGS or tag in _KINDS or tag in _BREAKING or tag == "p":
                self.end_block()
            if tag in _KINDS:
                self.kinds.pop()
        if not self.unseen:
            self._add(element.tail or "", element.sourceline or 0)

    def _begin(self, kind: Kind, line: int, level: int = 0) -> None:
        self.end_block()
        self.bold = 0
        self.block = Block(kind, line, [""], level=level)

    def _add(self, text: str, line: int) -> None:
        if self.block is None:
            if not text.strip():
                return
            kind = self.kinds[-1] if self.kinds else Kind.PARAGRAPH
            self.block = Block(kind, line, [""])
        block = self.block
        if self.bold and "".join(block.lines).strip() == block.lead.strip():
            block.lead += text
        # Line breaks of the source are spaces in HTML; a break is <br>.
        block.lines[-1] += text.replace("\n", " ")

    def end_block(self) -> None:
        """Keep the block, if it has text."""
        if self.block is not None and self.block.text:
            lines = [" ".join(line.split()) for line in self.block.lines]
            self.block.lines = [line for line in lines if line]
            self.page.blocks.append(self.block)
        self.block = None

    def _script(self, element: Element, line: int) -> None:
        kind, text = (element.get("type") or "").lower(), element.text or ""
        if "json" in kind:
            self.page.data.append(Script(line, kind, text))
        elif text.strip():
            self.page.programs += 1
