"""The JSON bodies that the command line prints and the service answers with: one shape for both."""

from collections.abc import Sequence

from indexer.freetext import Closeness
from indexer.glossary import Entry
from indexer.hits import Answer, Hit
from indexer.lookup import RelatedItem
from indexer.suggesting import Suggestion

Body = dict[str, object]


def search_body(answer: Answer) -> Body:
    """Return the answer to a query."""
    return {
        "query": answer.query,
        "corrected": answer.corrected,
        "close_match": answer.close,
        "hits": [_hit_body(hit) for hit in answer.hits],
    }


def related_body(entry: Entry, items: Sequence[RelatedItem]) -> Body:
    """Return the related list of an entry."""
    related = [_related_item_body(item) for item in items]
    return {"id": entry.id, "term": entry.term, "related": related}


def related_to_text_body(text: str, items: Sequence[RelatedItem]) -> Body:
    """Return what is related to a free text."""
    return {"text": text, "related": [_related_item_body(item) for item in items]}


def relatedness_body(found: Sequence[Closeness]) -> Body:
    """Return how close the two of each pair are."""
    return {
        "pairs": [
            {"score": _rounded(pair.score), "strength": pair.strength, "bars": pair.bars}
            for pair in found
        ]
    }


def suggestions_body(text: str, suggestions: Sequence[Suggestion]) -> Body:
    """Return what may be about to be typed."""
    return {
        "query": text,
        "suggestions": [
            {
                "id": suggestion.entry.id,
                "term": suggestion.entry.term,
                "title": suggestion.title,
                "matched_on": suggestion.matched_on.value,
                "definition": suggestion.definition,
            }
            for suggestion in suggestions
        ],
    }


def _hit_body(hit: Hit) -> Body:
    return {
        "id": hit.entry.id,
        "term": hit.entry.term,
        "definition": hit.definition,
        "sentence": hit.sentence,
        "score": _rounded(hit.score),
        "strength": hit.strength,
        "bars": hit.bars,
        "matched_on": hit.matched_on.value,
    }


def _related_item_body(item: RelatedItem) -> Body:
    return {
        "id": item.entry.id,
        "term": item.entry.term,
        "score": _rounded(item.score),
        "strength": item.strength,
        "bars": item.bars,
        "snippet": item.snippet,
        "curated": item.curated,
        "shared_words": list(item.shared_words),
        "sentence": item.sentence,
    }


def _rounded(score: float) -> float:
    """Four decimals: bfloat16 vectors differ in the third between machines."""
    return round(score, 4)
