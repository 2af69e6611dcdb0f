"""TBX (ISO 30042): version 2 (``martif``) and version 3 (``tbx``), in DCA and in DCT style.

A preferred term is the headword, else the first one that is not deprecated. The others are aliases;
deprecated and superseded ones become hidden labels, found and not shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.languages import Tagged, distance, languages_of, nearest
from indexer.formats.leavings import Leavings, without_dead_links
from indexer.formats.options import ReadOptions
from indexer.formats.records import Record, Source
from indexer.formats.xmltree import (
    Element,
    below,
    children,
    language_of,
    name_of,
    read_xml,
    text_of,
)
from indexer.glossary import default_id, id_problem

_ROOT = re.compile(r"<(\w+:)?(martif|tbx)\b")
_CONCEPTS = ("conceptEntry", "termEntry")
_LANGUAGES = ("langSec", "langSet")
_TERM_SECTIONS = ("termSec", "tig", "ntig")
_SEE_ALSO = ("crossReference", "relatedConcept")
_BROADER = ("superordinateConceptGeneric", "superordinateConceptPartitive", "broaderConcept")
_GENERAL = frozenset(
    ("descrip", "termNote", "admin", "adminNote", "ref", "xref", "descripNote", "transac")
)


def holds_tbx(text: str) -> bool:
    """Tell whether a text is a TBX document."""
    return _ROOT.search(text[:8192]) is not None


def read_tbx(path: Path, options: ReadOptions) -> Source:
    """Read the concepts that have a term and a definition in the language asked for.

    Raises:
        BadGlossaryError: The file is no XML or no TBX, or has nothing in this language.
    """
    root = read_xml(path, options.encoding)
    concepts = list(below(root, *_CONCEPTS))
    if not concepts:
        problem = (
            f"there is no <conceptEntry> or <termEntry> in this file, whose root is "
            f"<{name_of(root)}>; name another format with --format."
        )
        raise BadGlossaryError([Problem(path, 0, problem)])
    leavings = Leavings()
    records = [
        record
        for concept in concepts
        if (record := _record(concept, options.language, leavings)) is not None
    ]
    if not records:
        raise BadGlossaryError([Problem(path, 0, _nothing(concepts, options.language))])
    kept = without_dead_links(records, leavings, "concept")
    return Source(path, kept, notes=leavings.notes())


def _nothing(concepts: list[Element], language: str) -> str:
    tags = [
        Tagged("", language_of(section))
        for concept in concepts
        for section in below(concept, *_LANGUAGES)
    ]
    return (
        f"no concept has both a term and a definition in {language!r}; the languages here are "
        f"{languages_of(tags)}. Choose one with --language."
    )


@dataclass(frozen=True, slots=True)
class _Term:
    """One term of a concept, and what its status says."""

    text: str
    preferred: bool
    deprecated: bool


def _record(concept: Element, language: str, leavings: Leavings) -> Record | None:
    entry_id = concept.get("id") or ""
    sections = _sections(concept, language)
    terms = [term for section in sections for term in _terms(section)]
    if not terms:
        leavings.leave("concept", f"no term in {language!r}", entry_id)
        return None
    head = next(
        (term for term in terms if term.preferred),
        next((term for term in terms if not term.deprecated), terms[0]),
    )
    definitions = [text for section in sections for text in _values(section, "definition")]
    definitions = definitions or _of_concept(concept, language)
    if not definitions:
        leavings.leave("concept", f"no definition in {language!r}", head.text)
        return None
    others = [term for term in terms if term.text != head.text]
    for term in others:
        if term.deprecated:
            leavings.tell("term", "found but not shown: deprecated or superseded", term.text)
    values = {
        "id": _entry_id(entry_id),
        "term": head.text,
        "definitions": definitions,
        "aliases": [term.text for term in others if not term.deprecated],
        "hidden_labels": [term.text for term in others if term.deprecated],
        "see_also": _links(concept, *_SEE_ALSO),
        "broader": _links(concept, *_BROADER),
        "category": next(iter(_values(concept, "subjectField")), None),
        "example": _example(sections, head.text, leavings),
        "source": next((text for s in sections for text in _sources(s)), None),
        "url": next((t for t in _targets(concept, "externalCrossReference")), None),
    }
    return Record(concept.sourceline or 0, values)


def _example(sections: list[Element], term: str, leavings: Leavings) -> str | None:
    contexts = [text for section in sections for text in _values(section, "context")]
    if len(contexts) > 1:
        leavings.leave("context", "an entry has one example", term, count=len(contexts) - 1)
    return next(iter(contexts), None)


def _sections(concept: Element, language: str) -> list[Element]:
    """Return the language sections nearest to the language asked for."""
    found: dict[int, list[Element]] = {}
    for section in children(concept, *_LANGUAGES):
        if (far := distance(language_of(section), language)) is not None:
            found.setdefault(far, []).append(section)
    return found[min(found)] if found else []


def _terms(section: Element) -> Iterator[_Term]:
    for group in children(section, *_TERM_SECTIONS):
        for term in below(group, "term"):
            status = " ".join(
                _values(group, "administrativeStatus") + _values(group, "normativeAuthorization")
            ).lower()
            if text := text_of(term):
                old = "deprecated" in status or "superseded" in status
                yield _Term(text, "preferred" in status, old)


def _of_concept(concept: Element, language: str) -> list[str]:
    """Return definitions that stand beside the language sections and may be in any language."""
    found = [
        Tagged(text_of(element), language_of(element))
        for element in _outside_languages(concept)
        if _category(element) == "definition"
    ]
    return nearest(found, language)


def _outside_languages(concept: Element) -> Iterator[Element]:
    for child in concept:
        if name_of(child) not in _LANGUAGES:
            yield from child.iter()


def _category(element: Element) -> str:
    """Return the data category: the ``type`` in DCA style, the element's own name in DCT style."""
    name = name_of(element)
    return element.get("type") or "" if name in _GENERAL else name


def _values(element: Element, category: str) -> list[str]:
    """Return what stands under a data category, each text once."""
    texts = (text_of(found) for found in element.iter() if _category(found) == category)
    return list(dict.fromkeys(text for text in texts if text))


def _targets(concept: Element, *categories: str) -> Iterator[str]:
    for element in concept.iter():
        if _category(element) in categories and (target := element.get("target")):
            yield target


def _links(concept: Element, *categories: str) -> list[str]:
    found = (_entry_id(target.lstrip("#")) for target in _targets(concept, *categories))
    return list(dict.fromkeys(found))


def _sources(section: Element) -> Iterator[str]:
    """Yield the sources of the definitions."""
    for group in below(section, "descripGrp"):
        if any(_category(element) == "definition" for element in group):
            yield from _values(group, "source")


def _entry_id(identifier: str) -> str:
    """Return an identifier as it is, or what can stand in an address where it cannot."""
    return (
        identifier if not identifier or id_problem(identifier) is None else default_id(identifier)
    )
