"""Glossaries as a schema.org DefinedTermSet in JSON-LD."""

import json
from collections.abc import Iterator
from pathlib import Path

from indexer.formats.addresses import Addresses, Links
from indexer.formats.files import write_lines
from indexer.formats.options import WriteOptions
from indexer.formats.vocabulary import MEANINGS, VOCABULARY
from indexer.glossary import Entry, Glossary

Body = dict[str, object]
_CONTEXT = (
    "https://schema.org",
    {
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "dcterms": "http://purl.org/dc/terms/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "glossary": VOCABULARY,
    },
)


def write_schemaorg(glossary: Glossary, path: Path, options: WriteOptions) -> None:
    """Write a glossary with a line a term; ``read_schemaorg`` gives the same entries.

    Links come back as ids of the entries they name, those that name none after the others.

    Raises:
        GlossaryError: The file cannot be written.
    """
    write_lines(path, _lines(glossary, Addresses(glossary, options)))


def _lines(glossary: Glossary, addresses: Addresses) -> Iterator[str]:
    about: Body = {
        "@context": list(_CONTEXT),
        "@type": "DefinedTermSet",
        "@id": addresses.whole,
        "name": glossary.title,
        "inLanguage": glossary.language,
    }
    if licence := glossary.licence:
        is_address = licence.startswith(("https://", "http://"))
        about["license"] = licence if is_address else {"@type": "CreativeWork", "name": licence}
    if any(addresses.related(entry) for entry in glossary.entries):
        about["@included"] = [
            {"@id": term, "rdfs:comment": meaning} for term, meaning in MEANINGS.items()
        ]
    yield f'{_json(about)[:-1]}, "hasDefinedTerm": ['
    last = len(glossary.entries) - 1
    for number, entry in enumerate(glossary.entries):
        yield f"{_json(_body(entry, addresses))}{',' if number < last else ''}"
    yield "]}"


def _body(entry: Entry, addresses: Addresses) -> Body:
    see_also, related = addresses.links(entry.see_also), addresses.related(entry)
    listed = dict.fromkeys((*see_also.ids, *(relation.id for relation in related)))
    fields: Body = {
        "name": entry.term,
        "description": list(entry.definitions),
        "alternateName": list(entry.aliases),
        "url": entry.url,
        "skos:hiddenLabel": list(entry.hidden_labels),
        "skos:broader": _linked(addresses.links(entry.broader), addresses),
        "skos:related": _linked(Links(tuple(listed), see_also.names), addresses),
        "skos:example": entry.example,
        "dcterms:source": entry.source,
        "glossary:category": entry.category,
        "glossary:relatedness": [
            {
                "glossary:target": {"@id": addresses.of(relation.id)},
                "glossary:strength": round(relation.strength, 1),
                "glossary:curated": relation.id in see_also.ids,
            }
            for relation in related
        ],
    }
    head = {"@type": "DefinedTerm", "@id": addresses.of(entry.id), "termCode": entry.id}
    return {**head, **{name: value for name, value in fields.items() if value}}


def _linked(links: Links, addresses: Addresses) -> list[object]:
    return [*({"@id": addresses.of(entry_id)} for entry_id in links.ids), *links.names]


def _json(body: Body) -> str:
    return json.dumps(body, ensure_ascii=False)
