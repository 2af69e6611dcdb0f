"""The JSON API, version 1."""

from flask import Blueprint, request

from indexer.bodies import Body, related_body, search_body
from server.live import Live
from server.settings import Settings
from server.wire import only, required_text, term_body, true_or_false, whole_number


def api_routes(live: Live, settings: Settings) -> Blueprint:
    """Return the routes below ``/api/v1``."""
    routes = Blueprint("api", __name__)

    @routes.get("/api/v1/search")
    def search() -> Body:
        """Answer ``?q=…&limit=…``."""
        args = only(request.args, "q", "limit", "exact")
        query = required_text(args, "q")
        limit = whole_number(args, "limit", default=settings.hits)
        exact = true_or_false(args, "exact", default=False)
        return search_body(live.searcher.search(query, limit=limit, correct=not exact))

    @routes.get("/api/v1/terms/<entry_id>")
    def term(entry_id: str) -> Body:
        """Answer with one entry."""
        only(request.args)
        searcher = live.searcher
        entry = searcher.snapshot.entries[searcher.number_of(entry_id)]
        return term_body(entry, searcher.linked(entry.see_also), searcher.linked(entry.broader))

    @routes.get("/api/v1/terms/<entry_id>/related")
    def related(entry_id: str) -> Body:
        """Answer ``?limit=…`` with an entry's related list."""
        args = only(request.args, "limit", "diverse")
        diverse = true_or_false(args, "diverse", default=False)
        limit = whole_number(args, "limit", default=settings.related_items)
        searcher = live.searcher
        number = searcher.number_of(entry_id)
        entry = searcher.snapshot.entries[number]
        return related_body(entry, searcher.related(number, limit=limit, diverse=diverse))

    return routes
