"""The JSON bodies that the command line prints and the service answers with: one shape for both."""

from collections.abc import Sequence

from indexer.glossary import Entry
from indexer.lookup import RelatedItem
from indexer.search import Answer, Hit

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
