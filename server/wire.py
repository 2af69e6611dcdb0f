"""JSON in and out; the bodies that the command line prints too are the indexer's."""

from collections.abc import Sequence
from typing import Any

from flask.json.provider import DefaultJSONProvider
from pydantic_core import from_json

from indexer.bodies import Body
from indexer.glossary import Entry
from indexer.listing import Section
from indexer.lookup import shortened
from indexer.snapshot import Snapshot
from indexer.strength import Background


class Json(DefaultJSONProvider):
    """Writes letters of all scripts as they are, keys in their order; reads JSON strictly."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Read JSON.

        Python's reader takes ``NaN`` and half a surrogate pair, and fails in lists a thousand deep.

        Raises:
            ValueError: It is none.
        """
        return from_json(s, allow_inf_nan=False)


def term_body(entry: Entry, see_also: Sequence[Entry], broader: Sequence[Entry]) -> Body:
    """Return an entry with its links resolved. Hidden labels stay hidden."""
    return {
        "id": entry.id,
        "term": entry.term,
        "definitions": list(entry.definitions),
        "aliases": list(entry.aliases),
        "category": entry.category,
        "example": entry.example,
        "see_also": [_link_body(linked) for linked in see_also],
        "broader": [_link_body(linked) for linked in broader],
        "source": entry.source,
        "url": entry.url,
    }


def listed_term_body(entry: Entry) -> Body:
    """Return what the listing shows of an entry."""
    return {
        "id": entry.id,
        "term": entry.term,
        "category": entry.category,
        "definition": shortened(entry.definitions[0]),
    }


def glossary_body(snapshot: Snapshot) -> Body:
    """Return what a snapshot is of, and what was measured when it was built."""
    manifest, listing = snapshot.manifest, snapshot.listing
    model, calibration = manifest.encoder.model, manifest.calibration
    return {
        "title": manifest.title,
        "language": manifest.language,
        "licence": manifest.licence,
        "snapshot": snapshot.name,
        "created": manifest.created,
        "counts": {
            "entries": manifest.counts.entries,
            "definitions": manifest.counts.definitions,
            "related": manifest.counts.related,
        },
        "model": {
            "name": model.name,
            "dimension": model.dimension,
            "precision": manifest.encoder.precision,
            "sha256": model.weights_sha256,
            "base": model.base or None,
            "adapter_sha256": model.adapter_sha256 or None,
        },
        "categories": _sections(listing.categories),
        "letters": _sections(listing.letters),
        "calibration": {
            "search": _chances(calibration.search),
            "related": _chances(calibration.related),
            "texts": _chances(calibration.texts),
            "free": _chances(calibration.free),
        },
        # A snapshot carries no figures of judged sets.
        "quality": None,
    }


def health_body(snapshot: Snapshot) -> Body:
    """Return what a monitor wants to know."""
    return {"status": "ok", "snapshot": snapshot.name, "entries": snapshot.manifest.counts.entries}


def problem_body(status: int, title: str, detail: str) -> Body:
    """Return the one shape of every error (problem details, RFC 9457)."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}


def _link_body(entry: Entry) -> Body:
    return {"id": entry.id, "term": entry.term}


def _sections(sections: Sequence[Section]) -> list[Body]:
    return [{"name": section.name, "count": section.count} for section in sections]


def _chances(background: Background) -> list[Body]:
    pairs = zip(background.chances, background.scores, strict=True)
    return [{"chance": chance, "score": score} for chance, score in pairs]
