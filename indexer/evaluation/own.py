"""Judged sets on the entries of an open snapshot: queries, no-match queries and related lists."""

from collections.abc import Callable, Collection, Iterator, Sequence

from indexer.errors import UnknownEntryError
from indexer.evaluation.figures import evaluation
from indexer.evaluation.measures import first_place, list_values, ranking_values
from indexer.evaluation.outcomes import Evaluation, Outcome, Shape
from indexer.evaluation.sets import JudgedList, JudgedQuery, NoMatchQuery, OwnSet, OwnSets
from indexer.search import Hit, Searcher

# A right answer further down counts as not found: nobody reads as far.
DEPTH = 100
# As many as a snapshot stores.
RELATED_DEPTH = 50
RIGHT_GRADE = 2
_BEST_OF = 10
_QUERIES_AT_ONCE = 256


def evaluate_own(
    searcher: Searcher, sets: OwnSets, *, only: Collection[OwnSet] = tuple(OwnSet)
) -> list[Evaluation]:
    """Evaluate these of the sets, in their order. No-match queries need the queries beside them."""
    runs: dict[OwnSet, Callable[[], Evaluation]] = {
        OwnSet.QUERIES: lambda: evaluate_queries(searcher, sets.queries),
        OwnSet.NO_MATCH: lambda: evaluate_no_match(searcher, sets.queries, sets.no_match),
        OwnSet.RELATED: lambda: evaluate_related(searcher, sets.related),
    }
    return [run() for own, run in runs.items() if own in only]


def evaluate_queries(searcher: Searcher, queries: Sequence[JudgedQuery]) -> Evaluation:
    """Rank the right answers of queries, to ``DEPTH``."""
    rankings = [
        [hit.entry.id for hit in hits]
        for hits in answers_to(searcher, [judged.query for judged in queries], depth=DEPTH)
    ]
    answers = [judged.answers for judged in queries]
    values = ranking_values(rankings, answers, at=(1, 3, 10))
    outcomes = [
        Outcome(judged.query, worth, judged.kind, first_place(ranking, judged.answers))
        for judged, ranking, worth in zip(queries, rankings, values, strict=True)
    ]
    return evaluation("queries", Shape.RANKED, outcomes)


def evaluate_no_match(
    searcher: Searcher, queries: Sequence[JudgedQuery], no_match: Sequence[NoMatchQuery]
) -> Evaluation:
    """Tell right answers from hits where none is right, by strength alone.

    The threshold is the strength that 95 % of the first right answers to ``queries`` reach. Those
    whose right answer is not found within ``DEPTH`` have no strength, and take no part.
    """
    asked = [judged.query for judged in queries]
    outcomes = [
        _answerable(judged, hits)
        for judged, hits in zip(queries, answers_to(searcher, asked, depth=DEPTH), strict=True)
    ]
    asked = [judged.query for judged in no_match]
    for judged, hits in zip(no_match, answers_to(searcher, asked, depth=_BEST_OF), strict=True):
        best = max((hit.strength for hit in hits), default=0.0)
        outcomes.append(Outcome(judged.query, {"strength": best, "answerable": 0.0}, judged.kind))
    return evaluation("no-match", Shape.LET_THROUGH, outcomes)


def evaluate_related(searcher: Searcher, lists: Sequence[JudgedList]) -> Evaluation:
    """Compare stored related lists with judged ones: R-precision over grade 2 and 3, and nDCG."""
    rankings = []
    for judged in lists:
        number = searcher.snapshot.entries.find(judged.id)
        if number is None:
            raise UnknownEntryError(judged.id)
        items = searcher.related(number, limit=RELATED_DEPTH)
        rankings.append([item.entry.id for item in items])
    listed = [
        [entry_id for entry_id, grade in judged.grades.items() if grade >= RIGHT_GRADE]
        for judged in lists
    ]
    values = list_values(rankings, listed, [judged.grades for judged in lists])
    outcomes = [Outcome(judged.id, worth) for judged, worth in zip(lists, values, strict=True)]
    return evaluation("related", Shape.LISTS, outcomes)


def answers_to(searcher: Searcher, queries: Sequence[str], *, depth: int) -> Iterator[list[Hit]]:
    """Yield the hits of each query; not all at once, since hits are many."""
    for start in range(0, len(queries), _QUERIES_AT_ONCE):
        yield from searcher.rank_many(queries[start : start + _QUERIES_AT_ONCE], depth=depth)


def _answerable(judged: JudgedQuery, hits: Sequence[Hit]) -> Outcome:
    rank = first_place((hit.entry.id for hit in hits), judged.answers)
    strength = hits[rank - 1].strength if rank else 0.0
    values = {"strength": strength, "answerable": 1.0}
    return Outcome(judged.query, values, judged.kind, rank)
