"""Entries: one, all in order, and what is related to one."""

from flask_openapi3.blueprint import APIBlueprint

from indexer.bodies import Body, related_body, related_to_text_body, relatedness_body
from indexer.hits import check_limit
from server.api.answers import RelatedList, Relatedness, RelatedToText, Term, Terms
from server.api.cursors import Cursor
from server.api.requests import (
    MOST_LISTED,
    NoQuery,
    RelatednessRequest,
    RelatedQuery,
    RelatedRequest,
    Side,
    TermPath,
    TermsQuery,
)
from server.api.views import NOT_FOUND, STALE, TERMS
from server.live import Live
from server.settings import Settings
from server.wire import listed_term_body, term_body


def add_terms(routes: APIBlueprint, live: Live, settings: Settings) -> None:
    """Add the views of entries and of what is related to them."""

    @routes.get("/terms", tags=[TERMS], responses={200: Terms, **NOT_FOUND, **STALE})
    def terms(query: TermsQuery) -> Body:
        """List the entries in alphabetical order, by letter and category, part by part."""
        check_limit(query.limit, MOST_LISTED)
        snapshot = live.searcher.snapshot
        start = Cursor(snapshot.name, query.letter, query.category)
        numbers = snapshot.listing.numbers(letter=query.letter, category=query.category)
        first = start.place(query.cursor) if query.cursor is not None else 0
        last = first + query.limit
        return {
            "letter": query.letter,
            "category": query.category,
            "total": len(numbers),
            "terms": [listed_term_body(snapshot.entries[int(n)]) for n in numbers[first:last]],
            "cursor": start.at(last) if last < len(numbers) else None,
        }

    @routes.get("/terms/<entry_id>", tags=[TERMS], responses={200: Term, **NOT_FOUND})
    def term(path: TermPath, query: NoQuery) -> Body:
        """Answer with one entry."""
        searcher = live.searcher
        entry = searcher.snapshot.entries[searcher.number_of(path.entry_id)]
        return term_body(entry, searcher.linked(entry.see_also), searcher.linked(entry.broader))

    @routes.get(
        "/terms/<entry_id>/related", tags=[TERMS], responses={200: RelatedList, **NOT_FOUND}
    )
    def related(path: TermPath, query: RelatedQuery) -> Body:
        """Answer with the related list of an entry."""
        limit = settings.related_items if query.limit is None else query.limit
        searcher = live.searcher
        number = searcher.number_of(path.entry_id)
        items = searcher.related(number, limit=limit, diverse=query.diverse)
        return related_body(searcher.snapshot.entries[number], items)

    @routes.post("/related", tags=[TERMS], responses={200: RelatedToText})
    def related_to(query: NoQuery, body: RelatedRequest) -> Body:
        """List the entries related to a free text."""
        limit = settings.related_items if body.limit is None else body.limit
        return related_to_text_body(body.text, live.searcher.related_to(body.text, limit=limit))

    @routes.post("/relatedness", tags=[TERMS], responses={200: Relatedness, **NOT_FOUND})
    def relatedness(query: NoQuery, body: RelatednessRequest) -> Body:
        """Tell how close the two of each pair are: terms of the glossary or texts."""
        searcher = live.searcher

        def read(side: Side) -> int | str:
            return side.text if side.text is not None else searcher.named(side.term or "")

        pairs = [(read(pair.one), read(pair.other)) for pair in body.pairs]
        return relatedness_body(searcher.compare(pairs))
