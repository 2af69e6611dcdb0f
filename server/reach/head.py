"""What a page tells search engines and link previews about itself."""

from dataclasses import dataclass
from textwrap import shorten

from flask import request

from indexer.bodies import Body
from indexer.snapshot import Snapshot
from server.address import absolute
from server.live import Live
from server.reach.structured import defined_term, defined_term_set
from server.settings import Settings

# About what a search engine shows of a description.
_DESCRIPTION_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Head:
    """The description of a page.

    ``canonical`` is its one address; a page without one is kept out of indexes. ``data`` is
    JSON-LD.
    """

    description: str
    canonical: str | None
    data: Body | None = None


def head_of_request(live: Live, settings: Settings) -> Head:
    """Describe the page that the request asks for."""
    snapshot = live.searcher.snapshot
    if request.endpoint == "pages.term":
        return _term(snapshot, str((request.view_args or {})["entry_id"]), settings)
    canonical = absolute(settings, request.endpoint or "pages.search", **(request.view_args or {}))
    if request.endpoint != "pages.search":
        return Head(_about(snapshot), canonical)
    if request.args.get("q", "").strip():
        # There are as many results pages as queries; what they list has pages of its own.
        return Head(_about(snapshot), None)
    return Head(_about(snapshot), canonical, defined_term_set(snapshot.manifest, canonical))


def _term(snapshot: Snapshot, entry_id: str, settings: Settings) -> Head:
    number = snapshot.entries.find(entry_id)
    if number is None:
        return Head(_about(snapshot), None)
    entry = snapshot.entries[number]
    canonical = absolute(settings, "pages.term", entry_id=entry.id)
    home = absolute(settings, "pages.search")
    description = shorten(entry.definitions[0], _DESCRIPTION_LENGTH, placeholder=" …")
    return Head(description, canonical, defined_term(entry, canonical, snapshot.manifest, home))


def _about(snapshot: Snapshot) -> str:
    manifest = snapshot.manifest
    return (
        f"{manifest.title}: {manifest.counts.entries:,} terms, found by what they mean. "
        "Describe one in your own words."
    )
