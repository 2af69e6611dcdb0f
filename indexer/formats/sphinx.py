"""Glossaries of Sphinx: ``.. glossary::`` in reStructuredText, read by docutils.

Several terms before one definition are a term and its aliases; ``:term:`` in a definition is
see-also. Nothing is included, executed or fetched.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import read_clean_source
from indexer.formats.leavings import Leavings
from indexer.formats.options import ReadOptions
from indexer.formats.records import Record, Source

if TYPE_CHECKING:
    from docutils import nodes

_ROLE = re.compile(r":([A-Za-z][\w.+:-]*):`")
_TARGET = re.compile(r"(?P<title>.*?)\s*<(?P<target>[^<>]+)>\s*", re.DOTALL)
_ERROR = 3
# Columns; each few of them make a block within a block.
_DEEPEST = 400
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 6,
    "_disable_config": True,
    "warning_stream": False,
}


def read_sphinx(path: Path, options: ReadOptions) -> Source:
    """Read the entries of every glossary directive in a file.

    Raises:
        BadGlossaryError: The file cannot be read, or has no glossary directive.
    """
    from docutils.core import publish_doctree  # noqa: PLC0415  for this format only
    from docutils.parsers.rst import directives, roles  # noqa: PLC0415

    text = read_clean_source(path, options.encoding)
    _refuse_depth(path, text)
    found = _Found()
    directives.register_directive("glossary", _directive(found))
    for name in set(_ROLE.findall(text)):
        # Sphinx has roles that docutils does not know; all we need of a role is its text.
        role: Any = _term_role if name.endswith("term") else _text_role
        roles.register_local_role(name, role)
    try:
        publish_doctree(text, source_path=str(path), settings_overrides=_SETTINGS)
    except RecursionError:
        problem = "this text is nested too deeply; a glossary has terms and definitions."
        raise BadGlossaryError([Problem(path, 0, problem)]) from None
    if not found.glossaries:
        problem = "there is no `.. glossary::` with entries in this file; see --format."
        raise BadGlossaryError([Problem(path, 0, problem)])
    return Source(path, found.records, notes=found.leavings.notes())


def _refuse_depth(path: Path, text: str) -> None:
    """Refuse lines from which docutils would make so many blocks within blocks that memory ends."""
    for number, line in enumerate(text.split("\n"), start=1):
        depth = len(line) - len(line.lstrip(" \t"))
        if depth > _DEEPEST and line.strip():
            problem = f"this text is nested too deeply: a line is indented by {depth:,} characters."
            raise BadGlossaryError([Problem(path, number, problem)])


@dataclass(slots=True)
class _Found:
    """What the glossaries of one file hold."""

    glossaries: int = 0
    records: list[Record] = field(default_factory=list)
    leavings: Leavings = field(default_factory=Leavings)


@dataclass(slots=True)
class _Draft:
    """Lines of one entry: its terms, and where its definition begins and ends in the directive."""

    line: int
    terms: list[str]
    start: int = 0
    end: int = 0


def _directive(found: _Found) -> Any:
    """Make the directive that collects entries; docutils asks for a class."""
    from docutils.parsers.rst import Directive, directives  # noqa: PLC0415

    class Glossary(Directive):
        has_content = True
        option_spec = {"sorted": directives.flag, "class": directives.class_option}  # noqa: RUF012

        def run(self) -> "list[nodes.Node]":
            found.glossaries += 1
            for draft in _drafts(list(self.content), self.content_offset):
                self._entry(draft)
            return []

        def _entry(self, draft: _Draft) -> None:
            terms = [self._inline(term, draft.line) for term in draft.terms]
            if not draft.start:
                found.leavings.leave("term", "no definition", terms[0])
                return
            body = self.content[draft.start : draft.end]
            body.trim_left(min(len(line) - len(line.lstrip()) for line in body if line.strip()))
            definition, see_also = self._definition(body, draft)
            if not definition:
                found.leavings.leave("term", "no definition", terms[0])
                return
            values = {
                "term": terms[0],
                "definition": definition,
                "aliases": terms[1:],
                "see_also": see_also,
            }
            found.records.append(Record(draft.line, values))

        def _inline(self, text: str, line: int) -> str:
            nodes_of, _ = self.state.inline_text(text, line)
            return "".join(node.astext() for node in nodes_of).strip()

        def _definition(self, body: Any, draft: _Draft) -> tuple[str, list[str]]:
            from docutils import nodes  # noqa: PLC0415

            parent = nodes.container()
            self.state.nested_parse(body, self.content_offset + draft.start, parent)
            return _text_of(parent, found.leavings), _terms_in(parent)

    return Glossary


def _drafts(lines: list[str], offset: int) -> list[_Draft]:
    """Take the lines of a directive apart: what is not indented is a term."""
    drafts: list[_Draft] = []
    in_comment = False
    for number, line in enumerate(lines):
        indented = line[:1].isspace()
        if not line.strip() or (in_comment and indented):
            continue
        in_comment = not indented and (line.startswith(".. ") or line.strip() == "..")
        if in_comment:
            continue
        if indented and drafts:
            draft = drafts[-1]
            draft.start, draft.end = draft.start or number, number + 1
        elif not indented:
            # What follows " : " sorts a term in an index.
            term = line.split(" : ")[0].strip()
            if drafts and not drafts[-1].start and lines[number - 1].strip():
                drafts[-1].terms.append(term)
            else:
                drafts.append(_Draft(offset + number + 1, [term]))
    return drafts


def _text_of(parent: "nodes.Element", leavings: Leavings) -> str:
    """Return the paragraphs of a definition, and count what is no running text."""
    from docutils import nodes  # noqa: PLC0415

    paragraphs = []
    for child in parent.children:
        if isinstance(child, nodes.system_message):
            # Lesser messages go with a graver one.
            if child["level"] >= _ERROR:
                leavings.leave("passage", "a directive or markup that is not known here")
        elif isinstance(child, (nodes.literal_block, nodes.table, nodes.image, nodes.figure)):
            leavings.leave("block", "code, a table or a picture in a definition")
        elif isinstance(child, nodes.Element) and not isinstance(child, nodes.Invisible):
            texts = [node.astext() for node in child.findall(nodes.paragraph)]
            paragraphs += [" ".join(text.split()) for text in texts]
    return "\n\n".join(text for text in paragraphs if text)


def _terms_in(parent: "nodes.Element") -> list[str]:
    from docutils import nodes  # noqa: PLC0415

    found = (node["term"] for node in parent.findall(nodes.inline) if "term" in node)
    return list(dict.fromkeys(found))


def _text_role(
    _name: str, _raw: str, text: str, _line: int, _inliner: Any, **_more: Any
) -> "tuple[list[nodes.Node], list[nodes.system_message]]":
    from docutils import nodes  # noqa: PLC0415

    match = _TARGET.fullmatch(text)
    title = match["title"] if match and match["title"] else text.lstrip("!~")
    return [nodes.inline(text, title)], []


def _term_role(
    _name: str, _raw: str, text: str, _line: int, _inliner: Any, **_more: Any
) -> "tuple[list[nodes.Node], list[nodes.system_message]]":
    from docutils import nodes  # noqa: PLC0415

    match = _TARGET.fullmatch(text)
    title, target = (match["title"], match["target"]) if match else (text, text)
    return [nodes.inline(text, title or text, term=target)], []
