"""Search and suggestions."""

from collections.abc import Hashable
from dataclasses import dataclass

from flask import Response, current_app
from flask_openapi3.blueprint import APIBlueprint

from indexer.bodies import Body, search_body, suggestions_body
from server.api.answers import SearchAnswer, SearchAnswers, Suggestions
from server.api.requests import NoQuery, SearchQuery, SearchRequest, SuggestQuery
from server.api.views import NOT_FOUND, SEARCH
from server.live import Live
from server.memory import Memory
from server.settings import Settings

# Bytes: as many of these as are remembered have to fit into memory.
_LONGEST_REMEMBERED = 16 << 10


@dataclass(frozen=True, slots=True)
class _Answered:
    """How a query ended, and the body that was sent."""

    close: bool
    body: bytes


def add_searching(routes: APIBlueprint, live: Live, settings: Settings) -> None:
    """Add the views of search and suggestions."""
    answered: Memory[Hashable, _Answered] = Memory(settings.query_cache)

    @routes.get("/search", tags=[SEARCH], responses={200: SearchAnswer, **NOT_FOUND})
    def search(query: SearchQuery) -> Response:
        """Find the terms that a description in plain words means."""
        searcher = live.searcher
        limit = settings.hits if query.limit is None else query.limit
        # Of one snapshot, the same is answered to the same.
        narrow = (query.category, query.min_strength)
        key = (searcher.snapshot.name, query.q, limit, query.exact, *narrow)
        known = answered.get(key)
        if known is not None:
            searcher.note(
                [(query.q, known.close)], narrowed=narrow != (None, None), remembered=True
            )
            return _json(known.body)
        answer = searcher.search(
            query.q,
            limit=limit,
            correct=not query.exact,
            category=query.category,
            min_strength=query.min_strength,
        )
        body = current_app.json.dumps(search_body(answer)).encode()
        if len(body) <= _LONGEST_REMEMBERED:
            answered.put(key, _Answered(answer.close, body))
        return _json(body)

    @routes.post("/search", tags=[SEARCH], responses={200: SearchAnswers, **NOT_FOUND})
    def search_many(query: NoQuery, body: SearchRequest) -> Body:
        """Answer up to 256 queries at once."""
        answers = live.searcher.search_many(
            body.queries,
            limit=settings.hits if body.limit is None else body.limit,
            correct=not body.exact,
            category=body.category,
            min_strength=body.min_strength,
        )
        return {"answers": [search_body(answer) for answer in answers]}

    @routes.get("/suggest", tags=[SEARCH], responses={200: Suggestions})
    def suggest(query: SuggestQuery) -> Body:
        """Offer titles while one types: by their beginning, by a later word, or misspelt."""
        return suggestions_body(query.q, live.searcher.suggest(query.q, limit=query.limit))


def _json(body: bytes) -> Response:
    return Response(body, mimetype="application/json")
