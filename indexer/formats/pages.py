"""HTML pages taken apart into blocks of text and scripts with data. No script is run."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from indexer.formats.blocks import Block, Kind

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


def parse_page(text: str) -> Page:
    """Take a page apart; whatever is wrong with its markup, there is some way to read it."""
    parser = _Parser()
    parser.feed(text)
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
