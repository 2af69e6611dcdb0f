"""Browsers: the glossary as a search engine of the address bar (OpenSearch 1.1)."""

import json
from textwrap import shorten

from flask import Blueprint, Response, render_template, request

from server.address import absolute, base_address, term_address
from server.live import Live
from server.settings import Settings

# The longest names that OpenSearch 1.1 allows.
_SHORT_NAME, _LONG_NAME = 16, 48


def add_browser_views(routes: Blueprint, live: Live, settings: Settings) -> None:
    """Add ``/opensearch.xml`` and ``/suggestions``."""

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
            suggestions=absolute(settings, "reach.suggestions"),
            icon=absolute(settings, "static", filename="icon.svg"),
            itself=absolute(settings, "reach.opensearch"),
        )
        return Response(description, content_type="application/opensearchdescription+xml")

    @routes.get("/suggestions")
    def suggestions() -> Response:
        """Complete ``?q=…`` in the form of OpenSearch: query, titles, definitions, addresses."""
        query = request.args.get("q", "")
        # A browser asks before anything is typed, too.
        found = live.searcher.suggest(query) if query.strip() else []
        base = base_address(settings)
        body = [
            query,
            [suggestion.title for suggestion in found],
            [suggestion.definition for suggestion in found],
            [term_address(base, suggestion.entry.id) for suggestion in found],
        ]
        text = json.dumps(body, ensure_ascii=False)
        return Response(text, content_type="application/x-suggestions+json")


def _cut(title: str, longest: int) -> str:
    """Shorten a title between words, or within the first one when even that is too long."""
    return shorten(title, longest, placeholder="") or title.strip()[:longest]
