"""Glossaries as SKOS in Turtle.

Every entry is a concept of one scheme, a category a collection. See-also and related lists are
``skos:related``; the strength of the latter stands beside it in a property of ours, which the file
explains. SKOS forbids ``skos:related`` between a concept and what is broader than it, at any
distance: such a see-also is a property of ours, too. Links are written as addresses.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import GlossaryError
from indexer.formats.addresses import Addresses
from indexer.formats.files import write_lines
from indexer.formats.options import WriteOptions
from indexer.formats.vocabulary import (
    CURATED,
    MEANINGS,
    RELATEDNESS,
    SEE_ALSO,
    STRENGTH,
    TARGET,
    TERM_BROADER,
    VOCABULARY,
)
from indexer.glossary import Entry, Glossary

if TYPE_CHECKING:
    from rdflib import Literal

_PREFIXES = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "glossary": VOCABULARY,
}


def write_skos(glossary: Glossary, path: Path, options: WriteOptions) -> None:
    """Write a glossary as Turtle; ``read_skos`` gives the same entries.

    Links come back as ids of the entries they name, those that name none after the others.

    Raises:
        GlossaryError: The file cannot be written, is to be in another notation than Turtle, or the
            glossary's language is no language tag.
    """
    if path.suffix.lower() in (".rdf", ".owl", ".xml", ".jsonld", ".json"):
        raise GlossaryError(f"{path}: SKOS is written in Turtle; name a file that ends in .ttl.")
    write_lines(path, _Writer(glossary, Addresses(glossary, options)).lines())


class _Writer:
    """Writes one glossary, statement by statement."""

    def __init__(self, glossary: Glossary, addresses: Addresses) -> None:
        self.glossary, self.addresses = glossary, addresses
        self.broader = {entry.id: addresses.links(entry.broader).ids for entry in glossary.entries}
        try:
            self._literal("", tagged=True)
        except ValueError as error:
            raise GlossaryError(
                f"the language {glossary.language!r} is no BCP 47 tag; name one with --language."
            ) from error

    def lines(self) -> Iterator[str]:
        for prefix, address in _PREFIXES.items():
            yield f"@prefix {prefix}: <{address}> ."
        yield ""
        yield from self._scheme()
        for entry in self.glossary.entries:
            yield from _statement(self.addresses.of(entry.id), self._concept(entry))
        yield from self._collections()
        if any(self.addresses.related(entry) for entry in self.glossary.entries):
            for term, meaning in MEANINGS.items():
                yield from _statement(term, [f"rdfs:comment {self._plain(meaning)}"])

    def _literal(self, text: str, *, tagged: bool) -> "Literal":
        from rdflib import Literal  # noqa: PLC0415  heavy, and for RDF only

        return Literal(text, lang=self.glossary.language if tagged else None)

    def _said(self, text: str) -> str:
        return self._literal(text, tagged=True).n3()

    def _plain(self, text: str) -> str:
        return self._literal(text, tagged=False).n3()

    def _address_or_text(self, text: str) -> str:
        is_address = text.startswith(("https://", "http://")) and not set(text) & set(' <>"{}|\\^`')
        return f"<{text}>" if is_address and text.isascii() else self._plain(text)

    def _scheme(self) -> Iterator[str]:
        about = ["a skos:ConceptScheme", f"dcterms:title {self._said(self.glossary.title)}"]
        if licence := self.glossary.licence:
            written = self._address_or_text(licence)
            about.append(f"dcterms:{'license' if written[0] == '<' else 'rights'} {written}")
        yield from _statement(self.addresses.whole, about)

    def _concept(self, entry: Entry) -> Iterator[str]:
        yield "a skos:Concept"
        yield f"skos:inScheme <{self.addresses.whole}>"
        yield f"skos:prefLabel {self._said(entry.term)}"
        for name, texts in (
            ("altLabel", entry.aliases),
            ("hiddenLabel", entry.hidden_labels),
            ("definition", entry.definitions),
            ("example", (entry.example,) if entry.example else ()),
        ):
            yield from (f"skos:{name} {self._said(text)}" for text in texts)
        if entry.source:
            yield f"dcterms:source {self._plain(entry.source)}"
        if entry.url:
            yield f"foaf:page {self._address_or_text(entry.url)}"
        broader, see_also = (
            self.addresses.links(entry.broader),
            self.addresses.links(entry.see_also),
        )
        yield from (f"skos:broader <{self.addresses.of(name)}>" for name in broader.ids)
        yield from (f"{_word(TERM_BROADER)} {self._plain(name)}" for name in broader.names)
        related = self.addresses.related(entry)
        listed = dict.fromkeys((*see_also.ids, *(relation.id for relation in related)))
        above = self._above(entry.id)
        for name in listed:
            if name not in above and entry.id not in self._above(name):
                yield f"skos:related <{self.addresses.of(name)}>"
            elif name in see_also.ids:
                yield f"{_word(SEE_ALSO)} <{self.addresses.of(name)}>"
        yield from (f"{_word(SEE_ALSO)} {self._plain(name)}" for name in see_also.names)
        for relation in related:
            curated = "true" if relation.id in see_also.ids else "false"
            yield (
                f"{_word(RELATEDNESS)} [ {_word(TARGET)} <{self.addresses.of(relation.id)}> ; "
                f"{_word(STRENGTH)} {relation.strength:.1f} ; {_word(CURATED)} {curated} ]"
            )

    def _above(self, entry_id: str) -> set[str]:
        """Return the ids of all that is broader, at any distance."""
        above: set[str] = set()
        waiting = [entry_id]
        while waiting:
            found = [name for name in self.broader[waiting.pop()] if name not in above]
            above.update(found)
            waiting.extend(found)
        return above

    def _collections(self) -> Iterator[str]:
        members: dict[str, list[str]] = {}
        for entry in self.glossary.entries:
            if entry.category:
                members.setdefault(entry.category, []).append(entry.id)
        for number, (category, ids) in enumerate(members.items(), start=1):
            about = ["a skos:Collection", f"skos:prefLabel {self._said(category)}"]
            about += [f"skos:member <{self.addresses.of(entry_id)}>" for entry_id in ids]
            # A slash cannot stand in an id: no entry has this address.
            yield from _statement(f"{self.addresses.base}category/{number}", about)


def _word(address: str) -> str:
    """Write a property of ours with its prefix."""
    return f"glossary:{address.removeprefix(VOCABULARY)}"


def _statement(subject: str, about: "list[str] | Iterator[str]") -> Iterator[str]:
    yield f"<{subject}>"
    waiting = None
    for part in about:
        if waiting is not None:
            yield f"    {waiting} ;"
        waiting = part
    yield f"    {waiting} ."
    yield ""
