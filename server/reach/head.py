"""What a page tells search engines and link previews about itself."""

from dataclasses import dataclass
from textwrap import shorten

from flask import request
from markupsafe import Markup

from indexer.bodies import Body
from indexer.glossary import Entry, category_slug
from indexer.snapshot import Manifest
from server.address import absolute
from server.live import Live
from server.reach.structured import defined_term, defined_term_set
from server.settings import Settings

# About what a search engine shows of a description.
_DESCRIPTION_LENGTH = 160
# Arguments that make another page, and not another view of the same.
_PARTS = {"pages.letter": "page", "pages.category": "page", "pages.map": "category"}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in the head of a page.

    ``canonical`` is its one address, ``data`` is JSON-LD; what is not ``indexed`` is kept out of
    search engines.
    """

    title: str
    description: str
    canonical: str | None
    data: Body | None = None
    indexed: bool = True


def head_of_request(live: Live, settings: Settings, title: str) -> Head:
    """Describe the page that the request asks for; ``title`` is its title, as markup."""
    snapshot = live.searcher.snapshot
    plain = Markup(title).unescape().strip()  # noqa: S704  it is taken out of markup, not put in
    about = (
        f"{plain}: {snapshot.manifest.counts.entries:,} terms, found by what they mean. "
        "Describe one in your own words."
    )
    if request.endpoint == "pages.term":
        number = live.searcher.number_of(str((request.view_args or {})["entry_id"]))
        return _term(snapshot.entries[number], snapshot.manifest, settings, plain)
    if request.endpoint != "pages.search":
        return Head(plain, about, _canonical(settings))
    if request.args.get("q", "").strip():
        # There are as many results pages as queries; what they list has pages of its own.
        return Head(plain, about, None, indexed=False)
    home = absolute(settings, "pages.search")
    return Head(plain, about, home, defined_term_set(snapshot.manifest, home))


def _term(entry: Entry, manifest: Manifest, settings: Settings, title: str) -> Head:
    address = absolute(settings, "pages.term", entry_id=entry.id)
    home = absolute(settings, "pages.search")
    data = defined_term(entry, address, manifest, home)
    return Head(title, term_description(entry), address, data)


def term_description(entry: Entry) -> str:
    """Return what search engines may show of an entry."""
    return shorten(entry.definitions[0], _DESCRIPTION_LENGTH, placeholder=" …")


def _canonical(settings: Settings) -> str:
    endpoint = request.endpoint or "pages.search"
    values = dict(request.view_args or {})
    # Both may be written otherwise in an address.
    if "letter" in values:
        values["letter"] = values["letter"].upper()
    if "slug" in values:
        values["slug"] = category_slug(values["slug"])
    part = _PARTS.get(endpoint, "")
    if request.args.get(part, "") not in {"", "1"}:
        values[part] = request.args[part]
    return absolute(settings, endpoint, **values)
