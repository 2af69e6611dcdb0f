"""Search engines: what there is to read, and what to leave alone."""

from collections.abc import Sequence

from flask import Blueprint, Response, abort, render_template

from indexer.glossary import category_slug
from indexer.snapshot import Snapshot
from server.address import absolute, base_address, term_address
from server.live import Live
from server.settings import Settings

# The most that sitemaps.org allows in one file.
MOST_ADDRESSES = 50_000


def add_crawler_views(routes: Blueprint, live: Live, settings: Settings) -> None:
    """Add ``/sitemap.xml``, its parts, and ``/robots.txt``."""

    @routes.get("/sitemap.xml")
    def sitemap() -> Response:
        """List the parts of the sitemap."""
        snapshot = live.searcher.snapshot
        parts = [
            absolute(settings, "reach.sitemap_part", part=part)
            for part in range(1, len(_parts(snapshot, _pages(snapshot, settings))) + 1)
        ]
        return _xml("sitemap.xml", parts, snapshot)

    @routes.get("/sitemap-<int:part>.xml")
    def sitemap_part(part: int) -> Response:
        """List the addresses of one part: pages of all kinds first, then the terms."""
        snapshot = live.searcher.snapshot
        pages = _pages(snapshot, settings)
        parts = _parts(snapshot, pages)
        if not 1 <= part <= len(parts):
            abort(404)
        base = base_address(settings)
        addresses = [
            pages[place]
            if place < len(pages)
            else term_address(base, snapshot.entries[place - len(pages)].id)
            for place in parts[part - 1]
        ]
        return _xml("sitemap_part.xml", addresses, snapshot)

    @routes.get("/robots.txt")
    def robots() -> Response:
        """Keep crawlers to the pages.

        Results pages stay allowed: one that is not read could not say that it is not to be
        indexed.
        """
        sitemap = absolute(settings, "reach.sitemap")
        text = f"User-agent: *\nDisallow: /api/\n\nSitemap: {sitemap}\n"
        return Response(text, content_type="text/plain; charset=utf-8")


def _pages(snapshot: Snapshot, settings: Settings) -> list[str]:
    listing = snapshot.listing
    slugs = [category_slug(section.name) for section in listing.categories]
    return [
        *(absolute(settings, f"pages.{name}") for name in ("search", "browse", "map")),
        *(absolute(settings, "pages.letter", letter=section.name) for section in listing.letters),
        *(absolute(settings, "pages.category", slug=slug) for slug in slugs),
    ]


def _parts(snapshot: Snapshot, pages: Sequence[str]) -> list[range]:
    count = len(pages) + len(snapshot.entries)
    return [
        range(first, min(first + MOST_ADDRESSES, count))
        for first in range(0, count, MOST_ADDRESSES)
    ]


def _xml(template: str, addresses: Sequence[str], snapshot: Snapshot) -> Response:
    text = render_template(template, addresses=addresses, changed=snapshot.manifest.created)
    return Response(text, content_type="application/xml; charset=utf-8")
