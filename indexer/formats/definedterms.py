"""schema.org's DefinedTerms, found in JSON-LD wherever they are: in a file, or in a script."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from indexer.formats.languages import Tagged, distance, nearest, spoken
from indexer.formats.leavings import Leavings
from indexer.formats.records import Record, one_line
from indexer.glossary import id_problem

_PREFIXES = ("https://schema.org/", "http://schema.org/", "schema:")
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Terms:
    """The DefinedTerms found in a JSON-LD value, the sets they are of, and its language."""

    bodies: list[Body]
    sets: list[Body]
    language: str | None

    @classmethod
    def within(cls, value: Any) -> "Terms":
        """Find all terms and sets, in the order of the file."""
        bodies: list[Body] = []
        sets: list[Body] = []
        waiting = [value]
        while waiting:
            found = waiting.pop()
            if isinstance(found, dict):
                body = {_bare(key): item for key, item in found.items()}
                kinds = _listed(body.get("@type"))
                if any(_bare(kind) == "DefinedTermSet" for kind in kinds):
                    sets.append(body)
                elif any(_bare(kind) == "DefinedTerm" for kind in kinds):
                    bodies.append(body)
                waiting.extend(reversed(list(found.values())))
            elif isinstance(found, list):
                waiting.extend(reversed(found))
        return cls(bodies, sets, _default_language(value))

    def texts(self, body: Body, name: str) -> list[Tagged]:
        """Return the texts of a property, in one of the forms that JSON-LD allows."""
        return list(self._texts(body.get(name)))

    def _texts(self, value: Any) -> Iterator[Tagged]:
        for item in _listed(value):
            if isinstance(item, str):
                yield Tagged(item, self.language)
            elif isinstance(item, dict) and isinstance(item.get("@value"), str):
                yield Tagged(item["@value"], item.get("@language"))
            elif isinstance(item, dict) and not any(key.startswith("@") for key in item):
                # A map from languages to texts.
                for tag, texts in item.items():
                    yield from (Tagged(t, tag) for t in _listed(texts) if isinstance(t, str))

    def records(self, language: str, leavings: Leavings) -> list[Record]:
        """Return the terms as records, and count what is left out."""
        kept: list[tuple[Body, str, list[str]]] = []
        for body in self._distinct(leavings):
            names = nearest(self.texts(body, "name"), language)
            definitions = nearest(self.texts(body, "description"), language)
            if not names:
                what = str(body.get("termCode") or body.get("@id") or "")
                leavings.leave("term", f"no name in {language!r}", what)
            elif not definitions:
                leavings.leave("term", f"no description in {language!r}", names[0])
            else:
                kept.append((body, names[0], definitions))
        ids = _ids([body for body, _, _ in kept])
        by_address = {
            body["@id"]: entry_id
            for (body, _, _), entry_id in zip(kept, ids, strict=True)
            if isinstance(body.get("@id"), str) and entry_id
        }
        return [
            Record(
                0, self._values(body, name, definitions, entry_id, by_address, language, leavings)
            )
            for (body, name, definitions), entry_id in zip(kept, ids, strict=True)
        ]

    def _distinct(self, leavings: Leavings) -> list[Body]:
        """Drop bodies that are references only, and those that stand twice."""
        seen: set[str] = set()
        distinct = []
        for body in self.bodies:
            if not set(body) - {"@id", "@type", "@context"}:
                continue
            key = json.dumps(body, sort_keys=True)
            if key in seen:
                leavings.leave("term", "it stands twice, word for word")
            else:
                distinct.append(body)
            seen.add(key)
        return distinct

    def _values(
        self,
        body: Body,
        name: str,
        definitions: list[str],
        entry_id: str,
        by_address: Mapping[str, str],
        language: str,
        leavings: Leavings,
    ) -> dict[str, object]:
        computed = _computed(body)
        if computed:
            why = "computed; they are made anew when an index is built"
            leavings.leave("related item", why, count=len(computed))
        return {
            "id": entry_id,
            "term": one_line(name),
            "definitions": definitions,
            "aliases": spoken(self.texts(body, "alternateName"), language),
            "hidden_labels": spoken(self.texts(body, "skos:hiddenLabel"), language),
            "see_also": _links(body, "skos:related", by_address, computed, leavings),
            "broader": _links(body, "skos:broader", by_address, frozenset(), leavings),
            "category": next(iter(spoken(self.texts(body, "glossary:category"), language)), None),
            "example": next(iter(spoken(self.texts(body, "skos:example"), language)), None),
            "source": next(iter(spoken(self.texts(body, "dcterms:source"), language)), None),
            "url": _url(body),
        }

    def about(self, language: str, leavings: Leavings) -> tuple[str | None, str | None]:
        """Return the title and the licence of the first set that has them."""
        title = licence = None
        for found in self.sets:
            title = title or next(iter(nearest(self.texts(found, "name"), language)), None)
            licence = licence or _licence(found.get("license"))
            said = found.get("inLanguage")
            if isinstance(said, str) and distance(said, language) is None:
                leavings.tell("set", f"in {said!r}, read as {language!r}: see --language", said)
        return title, licence


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _bare(name: Any) -> Any:
    """Take schema.org's prefix off a name."""
    for prefix in _PREFIXES:
        if isinstance(name, str) and name.startswith(prefix):
            return name[len(prefix) :]
    return name


def _default_language(value: Any) -> str | None:
    contexts = _listed(value.get("@context")) if isinstance(value, dict) else []
    for context in contexts:
        if isinstance(context, dict) and isinstance(tag := context.get("@language"), str):
            return tag
    return None


def _ids(bodies: list[Body]) -> list[str]:
    """Name each term by its code, else by the end of its address, where that is its alone."""
    codes = []
    for body in bodies:
        code = body.get("termCode")
        address = body.get("@id")
        name = code if isinstance(code, str) else ""
        if not name and isinstance(address, str):
            name = unquote(address.rstrip("/#").replace("#", "/").rpartition("/")[2])
        codes.append(name if name and id_problem(name) is None else "")
    counts = Counter(codes)
    return [code if counts[code] == 1 else "" for code in codes]


def _links(
    body: Body,
    name: str,
    by_address: Mapping[str, str],
    computed: frozenset[str],
    leavings: Leavings,
) -> list[str]:
    """Return the ids of linked terms, and names written out as text."""
    found = []
    for link in _listed(body.get(name)):
        address = link.get("@id") if isinstance(link, dict) else None
        if isinstance(link, str):
            found.append(link)
        elif isinstance(address, str) and address in by_address and address not in computed:
            found.append(by_address[address])
        elif address not in computed:
            leavings.leave("link", "no term of this glossary at its end", str(address))
    return found


def _computed(body: Body) -> frozenset[str]:
    """Return the addresses of related terms that no editor has linked."""
    found = set()
    for relation in _listed(body.get("glossary:relatedness")):
        if isinstance(relation, dict) and relation.get("glossary:curated") is not True:
            target = relation.get("glossary:target")
            if isinstance(target, dict) and isinstance(target.get("@id"), str):
                found.add(target["@id"])
    return frozenset(found)


def _url(body: Body) -> str | None:
    url, address = body.get("url"), body.get("@id")
    if isinstance(url, str) and url.strip():
        return url
    is_address = isinstance(address, str) and address.startswith(("https://", "http://"))
    return address if is_address else None


def _licence(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("name") or value.get("@id") or value.get("url")
    return value if isinstance(value, str) and value.strip() else None
