"""CNXML, the format of OpenStax books: the glossary at the end of a module."""

import re
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.leavings import Leavings
from indexer.formats.options import ReadOptions
from indexer.formats.records import Record, Source
from indexer.formats.xmltree import Element, below, children, name_of, read_xml, text_of

_ROOT = re.compile(r"<(\w+:)?document\b[^>]*http://cnx\.rice\.edu/cnxml")


def holds_cnxml(text: str) -> bool:
    """Tell whether a text is a CNXML document."""
    return _ROOT.search(text[:4096]) is not None


def read_cnxml(path: Path, options: ReadOptions) -> Source:
    """Read the definitions of a module; their category is the module's title.

    A definition's id belongs to its module and is not kept, so that a term that several modules
    define becomes one entry.

    Raises:
        BadGlossaryError: The file is no XML, or has no glossary.
    """
    root = read_xml(path, options.encoding)
    definitions = [
        found for glossary in below(root, "glossary") for found in below(glossary, "definition")
    ]
    if not definitions:
        problem = (
            f"there is no <glossary> with a <definition> in this file, "
            f"whose root is <{name_of(root)}>; name another format with --format."
        )
        raise BadGlossaryError([Problem(path, 0, problem)])
    title = next((text_of(found) for found in children(root, "title")), "") or None
    leavings = Leavings()
    records = [
        record for found in definitions if (record := _record(found, title, leavings)) is not None
    ]
    return Source(path, records, notes=leavings.notes(), title=title)


def _record(definition: Element, category: str | None, leavings: Leavings) -> Record | None:
    term = next((text_of(found) for found in children(definition, "term")), "")
    meanings = [text for found in children(definition, "meaning") if (text := text_of(found))]
    if not term:
        leavings.leave("definition", "no <term>", meanings[0][:60] if meanings else "")
        return None
    if not meanings:
        leavings.leave("definition", "no <meaning>", term)
        return None
    examples = [text_of(found) for found in children(definition, "example")]
    if len(examples) > 1:
        leavings.leave("example", "an entry has one", term, count=len(examples) - 1)
    see_also = [
        text_of(found) for link in children(definition, "seealso") for found in below(link, "term")
    ]
    values = {
        "term": term,
        "definitions": meanings,
        "example": examples[0] if examples else None,
        "see_also": see_also,
        "category": category,
    }
    return Record(definition.sourceline or 0, values)
