"""What a glossary lacks: queries without a close match, put together into candidate terms."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.errors import BadGlossaryError, BadQueryError, Problem
from indexer.formats.files import read_text
from indexer.glossary import Entry
from indexer.search import Answer, Searcher
from indexer.strength import Background, strength

# Queries belong together when each two of them are this strong: of 26 to 32, which do about as
# well on paraphrases of one entry (pairwise F1 .27 on both halves of data/evaluation, where
# HDBSCAN has .26 and leaves 40 % out).
_TOGETHER = 28.0
# All pairs are compared: 4,000 queries take 0.3 GB.
_MOST_QUERIES = 4000
_QUERIES_AT_ONCE = 256
_NEAREST = 3
# A query that goes on within so long was not finished yet: the page searches while one types.
_TYPING = timedelta(seconds=10)
_LOOKED_AHEAD = 50


@dataclass(frozen=True, slots=True)
class Missed:
    """A query that found nothing close, and when."""

    query: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and how often it was asked."""

    query: str
    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A candidate term: queries that mean much the same, the most central first.

    ``nearest`` are the entries that come closest to it as it is.
    """

    label: str
    count: int
    queries: tuple[Asked, ...]
    nearest: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """The candidate terms, most asked for first, and what was left out on the way.

    ``unfinished`` counts lines of somebody still typing, ``answered`` queries that have a close
    match by now, ``rare`` those beyond the most that can be compared.
    """

    gaps: list[Gap]
    lines: int
    unfinished: int
    answered: int
    rare: int


def read_missed(paths: Sequence[Path]) -> list[Missed]:
    """Read no-match logs, oldest line first.

    Raises:
        BadGlossaryError: A file is not UTF-8 or empty, or lines are none of such a log.
    """
    missed: list[Missed] = []
    problems: list[Problem] = []
    for path in paths:
        for number, line in enumerate(read_text(path).split("\n"), start=1):
            if not line.strip():
                continue
            try:
                body = json.loads(line)
                missed.append(Missed(body["query"].strip(), datetime.fromisoformat(body["time"])))
            except (ValueError, TypeError, KeyError, AttributeError):
                problems.append(Problem(path, number, 'this line is no {"time": …, "query": …}.'))
    if problems:
        raise BadGlossaryError(problems)
    try:
        return sorted(missed, key=lambda one: one.time)
    except TypeError:
        # Some times have a zone, and some do not.
        raise BadGlossaryError(
            [Problem(paths[0], 0, "its times are partly without a time zone; add it.")]
        ) from None


def find_gaps(searcher: Searcher, missed: Sequence[Missed], *, fewest: int = 1) -> Gaps:
    """Put queries together into candidate terms that were asked for at least ``fewest`` times.

    Queries that the snapshot has a close match for by now are left out.
    """
    finished = list(_finished(missed))
    asked = _counted(finished)
    still = [(one, answer) for one, answer in _answered(searcher, asked) if not answer.close]
    kept = sorted(still, key=lambda pair: -pair[0].count)[:_MOST_QUERIES]
    rows = searcher.encode([one.query for one, _ in kept])
    chance = searcher.snapshot.manifest.calibration.texts
    gaps = [_gap(kept, rows, members) for members in _together(rows, chance)]
    return Gaps(
        gaps=sorted(
            (gap for gap in gaps if gap.count >= fewest), key=lambda gap: (-gap.count, gap.label)
        ),
        lines=len(missed),
        unfinished=len(missed) - len(finished),
        answered=len(asked) - len(still),
        rare=len(still) - len(kept),
    )


def _finished(missed: Sequence[Missed]) -> Iterator[Missed]:
    """Leave out what somebody typed on his way to a longer query."""
    for place, one in enumerate(missed):
        begun = one.query.casefold()
        for later in missed[place + 1 : place + 1 + _LOOKED_AHEAD]:
            if later.time - one.time > _TYPING:
                yield one
                break
            longer = later.query.casefold()
            if longer.startswith(begun) and longer != begun:
                break
        else:
            yield one


def _counted(missed: Iterable[Missed]) -> list[Asked]:
    """Count queries that differ in case and spaces alone as one, written as it was last."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    for one in missed:
        text = " ".join(one.query.split())
        counts[text.casefold()] += 1
        written[text.casefold()] = text
    return [Asked(written[key], count) for key, count in counts.items()]


def _answered(searcher: Searcher, asked: Sequence[Asked]) -> Iterator[tuple[Asked, Answer]]:
    for start in range(0, len(asked), _QUERIES_AT_ONCE):
        part = asked[start : start + _QUERIES_AT_ONCE]
        try:
            answers = searcher.search_many([one.query for one in part], limit=_NEAREST)
        except BadQueryError as error:
            raise BadQueryError(f"The log holds a query that no search takes: {error}") from error
        yield from zip(part, answers, strict=True)


def _together(rows: Rows, chance: Background) -> list[NDArray[np.int64]]:
    """Return the places of queries that belong together."""
    if len(rows) < 2:
        return [np.arange(len(rows))] if len(rows) else []
    from sklearn.cluster import AgglomerativeClustering  # noqa: PLC0415  1 s, and only here

    # Complete: no chain of neighbours leads from one subject to another.
    clusters = AgglomerativeClustering(
        n_clusters=None,
        metric="precomputed",
        linkage="complete",
        distance_threshold=1 - _cosine_of(_TOGETHER, chance),
    ).fit_predict((1 - rows @ rows.T).clip(0))
    return [np.flatnonzero(clusters == number) for number in range(int(clusters.max()) + 1)]


def _cosine_of(wanted: float, chance: Background) -> float:
    """Return the lowest cosine of two texts that has this strength, to the thousandth."""
    cosines = np.linspace(0, 1, 1001)
    enough = [strength(float(cosine), chance) >= wanted for cosine in cosines]
    return float(cosines[int(np.argmax(enough))]) if any(enough) else 1.0


def _gap(kept: Sequence[tuple[Asked, Answer]], rows: Rows, members: NDArray[np.int64]) -> Gap:
    counts = np.array([kept[place][0].count for place in members])
    # Nearest to all the others, each counted as often as it was asked.
    centrality = rows[members] @ (rows[members] * counts[:, None]).sum(axis=0)
    order = members[np.lexsort((members, -centrality))]
    first, answer = kept[int(order[0])]
    return Gap(
        label=first.query,
        count=int(counts.sum()),
        queries=tuple(kept[int(place)][0] for place in order),
        nearest=tuple(hit.entry for hit in answer.hits),
    )
