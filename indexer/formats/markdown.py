"""Glossaries in Markdown, read by markdown-it-py; definition lists are those of its plugin."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.blocks import Block, Kind
from indexer.formats.files import read_clean_source
from indexer.formats.leavings import Leavings
from indexer.formats.options import ReadOptions
from indexer.formats.prose import read_blocks
from indexer.formats.records import Source

if TYPE_CHECKING:
    from markdown_it.token import Token

_OTHER = {
    "fence": "code",
    "code_block": "indented text, which Markdown takes for code",
    "html_block": "HTML",
    "table_open": "a table",
}
# Each opening bracket may begin a link, and costs the parser 50 microseconds to find out.
_FEW_BRACKETS, _CHARACTERS_A_BRACKET = 10_000, 10
_TITLE = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)


def read_markdown(path: Path, options: ReadOptions) -> Source:
    """Read the entries of a page in the style that most of them are in.

    Raises:
        BadGlossaryError: The file cannot be read, or has no entries in a style known here.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415  for this format only
    from mdit_py_plugins.deflist import deflist_plugin  # noqa: PLC0415
    from mdit_py_plugins.front_matter import front_matter_plugin  # noqa: PLC0415

    text = read_clean_source(path, options.encoding)
    if text.count("[") > max(_FEW_BRACKETS, len(text) // _CHARACTERS_A_BRACKET):
        problem = (
            f"more than one in {_CHARACTERS_A_BRACKET} characters of this text is an opening "
            "bracket; a glossary has terms and definitions."
        )
        raise BadGlossaryError([Problem(path, 0, problem)])
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin).use(deflist_plugin)
    try:
        tokens = parser.parse(text)
    except RecursionError:
        problem = "this text is nested too deeply; a glossary has terms and definitions."
        raise BadGlossaryError([Problem(path, 0, problem)]) from None
    leavings = Leavings()
    records = read_blocks(list(_blocks(tokens)), leavings)
    if not records:
        problem = (
            "there are no entries here; write them as a definition list, as **Term:** definition, "
            "as a line with the term and the definition below, or as headings with text."
        )
        raise BadGlossaryError([Problem(path, 0, problem)])
    title = _title(tokens)
    return Source(path, records, notes=leavings.notes(), title=title)


def _blocks(tokens: "Sequence[Token]") -> Iterator[Block]:
    """Turn tokens into blocks; what stands within a list or a definition is of that kind."""
    within: list[Kind] = []
    skipped = ""
    for number, token in enumerate(tokens):
        line = token.map[0] + 1 if token.map else 0
        if skipped:
            skipped = "" if token.type == skipped else skipped
        elif token.type in _OTHER:
            yield Block(Kind.OTHER, line, what=_OTHER[token.type])
            skipped = "table_close" if token.type == "table_open" else ""
        elif token.type in ("list_item_open", "dd_open"):
            within.append(Kind.ITEM if token.type == "list_item_open" else Kind.DEFINITION)
        elif token.type in ("list_item_close", "dd_close"):
            within.pop()
        elif token.type == "inline":
            yield _block(token, tokens[number - 1], within[-1] if within else Kind.PARAGRAPH)


def _block(token: "Token", opening: "Token", kind: Kind) -> Block:
    line = token.map[0] + 1 if token.map else 0
    if not line and opening.map:
        line = opening.map[0] + 1
    block = Block(kind, line, _lines(token))
    if opening.type == "heading_open":
        block.kind, block.level = Kind.HEADING, int(opening.tag[1:])
    elif opening.type == "dt_open":
        block.kind = Kind.TERM
    else:
        block.lead = _lead(token)
    return block


def _lines(token: "Token") -> list[str]:
    """Return the text of each line, without its markup."""
    lines = [""]
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            lines.append("")
        elif child.type != "html_inline":
            lines[-1] += child.content
    return lines


def _lead(token: "Token") -> str:
    """Return the bold text that a paragraph begins with."""
    children = [child for child in token.children or () if child.type != "text" or child.content]
    if not children or children[0].type != "strong_open":
        return ""
    lead = ""
    for child in children[1:]:
        if child.type == "strong_close":
            break
        lead += child.content
    return lead


def _title(tokens: "Sequence[Token]") -> str | None:
    """Return the title that the front matter states."""
    front = next((token.content for token in tokens if token.type == "front_matter"), "")
    match = _TITLE.search(front)
    return match.group(1).strip().strip("\"'") or None if match else None
