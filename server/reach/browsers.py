"""Browsers: the glossary as a search engine of the address bar (OpenSearch 1.1)."""

from textwrap import shorten

from flask import Blueprint, Response, render_template

from server.address import absolute
from server.live import Live
from server.settings import Settings

# The longest names that OpenSearch 1.1 allows.
_SHORT_NAME, _LONG_NAME = 16, 48


def add_browser_views(routes: Blueprint, live: Live, settings: Settings) -> None:
    """Add ``/opensearch.xml``."""

    @routes.get("/opensearch.xml")
    def opensearch() -> Response:
        """Describe the search to a browser."""
        manifest = live.searcher.snapshot.manifest
        description = render_template(
            "opensearch.xml",
            manifest=manifest,
            short_name=_cut(manifest.title, _SHORT_NAME),
            long_name=_cut(manifest.title, _LONG_NAME),
            search=absolute(settings, "pages.search"),
            icon=absolute(settings, "static", filename="icon.svg"),
            itself=absolute(settings, "reach.opensearch"),
        )
        return Response(description, content_type="application/opensearchdescription+xml")


def _cut(title: str, longest: int) -> str:
    """Shorten a title between words, or within the first one when even that is too long."""
    return shorten(title, longest, placeholder="") or title.strip()[:longest]
