"""Search and suggestions."""

from flask_openapi3.blueprint import APIBlueprint

from indexer.bodies import Body, search_body, suggestions_body
from server.api.answers import SearchAnswer, SearchAnswers, Suggestions
from server.api.requests import NoQuery, SearchQuery, SearchRequest, SuggestQuery
from server.api.views import NOT_FOUND, SEARCH
from server.live import Live
from server.settings import Settings


def add_searching(routes: APIBlueprint, live: Live, settings: Settings) -> None:
    """Add the views of search and suggestions."""

    @routes.get("/search", tags=[SEARCH], responses={200: SearchAnswer, **NOT_FOUND})
    def search(query: SearchQuery) -> Body:
        """Find the terms that a description in plain words means."""
        answer = live.searcher.search(
            query.q,
            limit=settings.hits if query.limit is None else query.limit,
            correct=not query.exact,
            category=query.category,
            min_strength=query.min_strength,
        )
        return search_body(answer)

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
