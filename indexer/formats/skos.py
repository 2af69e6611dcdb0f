"""SKOS in Turtle, RDF/XML or JSON-LD.

A concept becomes an entry when it has a preferred label and a definition, or else a scope note, in
the language asked for. ``skos:related`` is see-also; the groups a concept is a member of are its
category. Related lists that ``skos_writing`` put in are computed, and left out when read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.graphs import read_graph
from indexer.formats.languages import Tagged, languages_of, nearest, spoken
from indexer.formats.leavings import Leavings
from indexer.formats.options import ReadOptions
from indexer.formats.records import Record, Source, one_line
from indexer.formats.vocabulary import CURATED, RELATEDNESS, SEE_ALSO, TARGET, TERM_BROADER
from indexer.glossary import default_id, id_problem

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
    from rdflib.term import Node


def holds_skos(text: str) -> bool:
    """Tell whether a text speaks of SKOS."""
    return "www.w3.org/2004/02/skos/core" in text


def read_skos(path: Path, options: ReadOptions) -> Source:
    """Read the concepts that have a label and a definition in the language asked for.

    Raises:
        BadGlossaryError: The file is no RDF, has no concept, or has nothing in this language.
    """
    from rdflib import RDF, SKOS  # noqa: PLC0415  heavy, and for RDF only

    graph = read_graph(path, options.encoding)
    concepts = list(graph.subjects(RDF.type, SKOS.Concept, unique=True))
    if not concepts:
        problem = "there is no skos:Concept in this file; name another format with --format."
        raise BadGlossaryError([Problem(path, 0, problem)])
    reader = _Reader(graph, options.language, Leavings())
    records = reader.records(concepts)
    if not records:
        raise BadGlossaryError([Problem(path, 0, reader.nothing(concepts))])
    title, licence = reader.scheme()
    return Source(path, records, notes=reader.leavings.notes(), title=title, licence=licence)


class _Reader:
    """Turns the concepts of one graph into records."""

    def __init__(self, graph: "Graph", language: str, leavings: Leavings) -> None:
        from rdflib import DCTERMS, FOAF, OWL, RDF, SKOS, Namespace, URIRef  # noqa: PLC0415

        self.graph, self.language, self.leavings = graph, language, leavings
        self.skos, self.terms, self.owl, self.rdf = SKOS, DCTERMS, OWL, RDF
        self.page = (FOAF.page, URIRef("https://schema.org/url"), URIRef("http://schema.org/url"))
        self.node, xl = URIRef, Namespace("http://www.w3.org/2008/05/skos-xl#")
        self.label_forms = (RDF.value, xl.literalForm)
        self.xl = xl

    def records(self, concepts: list["Node"]) -> list[Record]:
        kept: dict[Node, tuple[list[str], list[str]]] = {}
        for concept in concepts:
            if (texts := self._labels_and_definitions(concept)) is not None:
                kept[concept] = texts
        ids = _ids(kept)
        categories = self._categories(kept)
        return [
            Record(0, self._values(concept, labels, definitions, ids, categories))
            for concept, (labels, definitions) in kept.items()
        ]

    def _labels_and_definitions(self, concept: "Node") -> tuple[list[str], list[str]] | None:
        """Return the labels, headword first, and the definitions, or count why there are none."""
        skos, name = self.skos, _local_name(concept)
        if any(str(value) == "true" for value in self.graph.objects(concept, self.owl.deprecated)):
            self.leavings.leave("concept", "deprecated", name)
            return None
        labels = self._tagged(concept, skos.prefLabel, self.xl.prefLabel)
        if not (head := nearest(labels, self.language)):
            self.leavings.leave("concept", f"no label in {self.language!r}", name)
            return None
        definitions = nearest(self._tagged(concept, skos.definition), self.language)
        if not definitions:
            definitions = nearest(self._tagged(concept, skos.scopeNote), self.language)
            if not definitions:
                why = f"no definition or scope note in {self.language!r}"
                self.leavings.leave("concept", why, head[0])
                return None
            self.leavings.tell("concept", "defined by the scope note", head[0])
        return [head[0], *spoken(labels, self.language)], definitions

    def _values(
        self,
        concept: "Node",
        labels: list[str],
        definitions: list[str],
        ids: dict["Node", str],
        categories: dict["Node", list[str]],
    ) -> dict[str, object]:
        skos, head = self.skos, labels[0]
        hidden = self._tagged(concept, skos.hiddenLabel, self.xl.hiddenLabel)
        aliases = spoken(self._tagged(concept, skos.altLabel, self.xl.altLabel), self.language)
        examples = nearest(self._tagged(concept, skos.example), self.language)
        groups = categories.get(concept, [])
        for noun, texts in (("example", examples), ("group", groups)):
            if len(texts) > 1:
                count = len(texts) - 1
                self.leavings.leave(noun, "an entry has one", head, count=count)
        return {
            "id": ids[concept],
            "term": one_line(head),
            "definitions": definitions,
            "aliases": [*(label for label in labels[1:] if label != head), *aliases],
            "hidden_labels": spoken(hidden, self.language),
            "see_also": list(self._see_also(concept, ids)),
            "broader": list(self._broader(concept, ids)),
            "category": next(iter(groups), None),
            "example": next(iter(examples), None),
            "source": self._first(concept, self.terms.source),
            "url": self._first(concept, *self.page) or _address(concept),
        }

    def _tagged(self, subject: "Node", *properties: "URIRef") -> list[Tagged]:
        """Return the texts of a property, those of a node that stands between among them."""
        from rdflib import Literal  # noqa: PLC0415

        found: list[Tagged] = []
        for value in (v for p in properties for v in self.graph.objects(subject, p)):
            forms = [value]
            if not isinstance(value, Literal):
                forms = [f for p in self.label_forms for f in self.graph.objects(value, p)]
            found += [Tagged(str(f), f.language) for f in forms if isinstance(f, Literal)]
        return found

    def _first(self, subject: "Node", *properties: "URIRef") -> str | None:
        return next((str(v) for p in properties for v in self.graph.objects(subject, p)), None)

    def _see_also(self, concept: "Node", ids: dict["Node", str]) -> Iterator[str]:
        computed = {
            target
            for relation in self.graph.objects(concept, self.node(RELATEDNESS))
            for target in self.graph.objects(relation, self.node(TARGET))
            if str(self.graph.value(relation, self.node(CURATED))) != "true"
        }
        if computed:
            why = "computed; they are made anew when an index is built"
            self.leavings.leave("related item", why, count=len(computed))
        curated = [
            target
            for target in self.graph.objects(concept, self.skos.related)
            if target not in computed
        ]
        curated += list(self.graph.objects(concept, self.node(SEE_ALSO)))
        yield from self._links(curated, ids)

    def _broader(self, concept: "Node", ids: dict["Node", str]) -> Iterator[str]:
        found = [
            *self.graph.objects(concept, self.skos.broader),
            *self.graph.subjects(self.skos.narrower, concept),
            *self.graph.objects(concept, self.node(TERM_BROADER)),
        ]
        yield from self._links(dict.fromkeys(found), ids)

    def _links(self, targets: Iterable["Node"], ids: dict["Node", str]) -> Iterator[str]:
        """Yield the ids of concepts that became entries, and names written out as text."""
        from rdflib import Literal  # noqa: PLC0415

        for target in targets:
            if target in ids:
                yield ids[target]
            elif isinstance(target, Literal):
                yield str(target)
            else:
                why = "no concept of this glossary at its end"
                self.leavings.leave("link", why, _local_name(target))

    def _categories(self, concepts: Iterable["Node"]) -> dict["Node", list[str]]:
        from rdflib import RDFS  # noqa: PLC0415

        found: dict[Node, list[str]] = {concept: [] for concept in concepts}
        for group in self.graph.subjects(self.skos.member, unique=True):
            names = nearest(self._tagged(group, self.skos.prefLabel, RDFS.label), self.language)
            for member in self.graph.objects(group, self.skos.member):
                if names and member in found and names[0] not in found[member]:
                    found[member].append(names[0])
        return found

    def scheme(self) -> tuple[str | None, str | None]:
        """Return the title and the licence of the concept scheme."""
        for scheme in self.graph.subjects(self.rdf.type, self.skos.ConceptScheme, unique=True):
            titles = nearest(
                self._tagged(scheme, self.terms.title, self.skos.prefLabel), self.language
            )
            licence = self._first(scheme, self.terms.license, self.terms.rights)
            return next(iter(titles), None), licence
        return None, None

    def nothing(self, concepts: list["Node"]) -> str:
        """Say that no concept became an entry, and which languages there are."""
        labels = [
            label
            for concept in concepts
            for label in self._tagged(concept, self.skos.prefLabel, self.xl.prefLabel)
        ]
        return (
            f"no concept has both a label and a definition or scope note in {self.language!r}; "
            f"the labels are in {languages_of(labels)}. Choose one with --language."
        )


def _local_name(node: "Node") -> str:
    """Return what an address ends with."""
    name = str(node).rstrip("/#")
    for mark in "#/":
        name = name.rpartition(mark)[2]
    return name.rpartition(":")[2] if str(node).startswith("urn:") else name


def _ids(concepts: Iterable["Node"]) -> dict["Node", str]:
    """Name each concept by the end of its address; by the whole where two end alike."""
    from rdflib import BNode  # noqa: PLC0415

    concepts = list(concepts)
    names = {concept: unquote(_local_name(concept)) for concept in concepts}
    counts = Counter(names.values())
    ids: dict[Node, str] = {}
    for concept, name in names.items():
        if isinstance(concept, BNode):
            ids[concept] = ""
        elif counts[name] > 1:
            ids[concept] = default_id(str(concept))
        else:
            ids[concept] = name if id_problem(name) is None else default_id(name)
    return ids


def _address(concept: "Node") -> str | None:
    text = str(concept)
    return text if text.startswith(("https://", "http://")) else None
