"""Numbers in, numbers out: what a ranking is worth by ir-measures, and bootstrap intervals."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ir_measures import Measure

DRAWS = 1000
_SEED = 0
_LEVEL = 0.95

Numbers = NDArray[np.float64]
Picks = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure lies in 95 of 100 redrawn samples. ``draws`` are its values in them."""

    low: float
    high: float
    draws: Numbers


def first_place(ranking: Iterable[str], answers: Collection[str]) -> int | None:
    """Return the rank of the first right item, counted from 1; ``None`` when there is none."""
    return next((place for place, item in enumerate(ranking, start=1) if item in answers), None)


def ranking_values(
    rankings: Sequence[Sequence[str]], answers: Sequence[Collection[str]], *, at: Sequence[int]
) -> list[dict[str, float]]:
    """Return, per query, ``acc@k`` for each k of ``at`` (Success@k) and ``RR``."""
    from ir_measures import RR, Success  # noqa: PLC0415  quick help

    measures: dict[str, Measure] = {f"acc@{k}": Success @ k for k in at}
    measures["RR"] = RR
    return _measured(rankings, [dict.fromkeys(right, 1) for right in answers], measures)


def list_values(
    rankings: Sequence[Sequence[str]],
    listed: Sequence[Collection[str]],
    gains: Sequence[Mapping[str, int]],
) -> list[dict[str, float]]:
    """Return, per list, ``R-precision`` of what is listed and ``nDCG@10`` of the gains.

    The gain of an item is its grade itself, not 2^grade - 1, and its discount log2(rank + 1):
    what trec_eval, under ir-measures, takes for nDCG.
    """
    from ir_measures import Rprec, nDCG  # noqa: PLC0415  quick help

    found = _measured(rankings, [dict.fromkeys(terms, 1) for terms in listed], {"": Rprec})
    gained = _measured(rankings, gains, {"": nDCG @ 10})
    return [
        {"R-precision": one[""], "nDCG@10": other[""]}
        for one, other in zip(found, gained, strict=True)
    ]


def _measured(
    rankings: Sequence[Sequence[str]],
    judged: Sequence[Mapping[str, int]],
    measures: Mapping[str, "Measure"],
) -> list[dict[str, float]]:
    import ir_measures  # noqa: PLC0415  quick help

    names = {measure: name for name, measure in measures.items()}
    grades = {str(number): dict(items) for number, items in enumerate(judged)}
    # Scores that fall with the place: trec_eval sorts by them and breaks ties by name.
    run = {
        str(number): {item: -float(place) for place, item in enumerate(ranking)}
        for number, ranking in enumerate(rankings)
    }
    values = [dict.fromkeys(measures, 0.0) for _ in judged]
    for metric in ir_measures.iter_calc(list(measures.values()), grades, run):
        values[int(metric.query_id)][names[metric.measure]] = float(metric.value)
    return values


def spearman(one: Numbers, other: Numbers) -> float:
    """Return Spearman's rank correlation; NaN when one side is the same everywhere."""
    from scipy import stats  # noqa: PLC0415  takes a second

    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan")
    return float(stats.spearmanr(one, other).statistic)


def auc(right: Numbers, wrong: Numbers) -> float:
    """Return how often a right one lies above a wrong one, ties counted half; NaN without pairs."""
    from scipy import stats  # noqa: PLC0415  takes a second

    if not len(right) or not len(wrong):
        return float("nan")
    ranks = stats.rankdata(np.concatenate([right, wrong]))[: len(right)]
    return float((ranks.mean() - (len(right) + 1) / 2) / len(wrong))


def interval(
    figure: Callable[[Picks], float], units: Sequence[str], *, draws: int = DRAWS
) -> Interval:
    """Return the 95 % percentile bootstrap interval of a figure.

    Args:
        figure: Takes the numbers of the rows drawn, with repetitions.
        units: The unit each row belongs to: rows of one unit are drawn together.
        draws: How often to draw. The seed is fixed: the same rows give the same interval.
    """
    random = np.random.default_rng(_SEED)
    rows = _rows_by_unit(units)
    drawn = random.integers(0, len(rows), size=(draws, len(rows)))
    values = np.array([figure(np.concatenate([rows[unit] for unit in draw])) for draw in drawn])
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(float("nan"), float("nan"), known)
    # Not the linear way between two draws: a median rank can be infinite.
    edges = [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2]
    low, high = np.quantile(known, edges, method="inverted_cdf")
    return Interval(float(low), float(high), known)


def _rows_by_unit(units: Sequence[str]) -> list[Picks]:
    if max(Counter(units).values()) == 1:
        return list(np.arange(len(units))[:, None])
    rows: dict[str, list[int]] = {}
    for row, unit in enumerate(units):
        rows.setdefault(unit, []).append(row)
    return [np.array(numbers, dtype=np.int64) for numbers in rows.values()]
