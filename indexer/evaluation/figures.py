"""From outcomes to figures: which figures a shape has, and how each is reduced from its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.evaluation.measures import Interval, Numbers, Picks, auc, interval, spearman
from indexer.evaluation.outcomes import Evaluation, Figure, Outcome, Shape

ALL = "all"
ALL_KINDS = "all kinds"
IN_WORDS = "in words"
FIRST_TEN = "in our first 10"
# Kinds that may name their answer: their strength says little about descriptions.
NAMING_KINDS = frozenset({"misspelt", "acronym"})
KEPT = 0.95
_OF_KINDS = ("acc@1", "acc@10", "RR")
_SHOWN = {"RR": "MRR"}

Columns = Mapping[str, Numbers]


@dataclass(frozen=True, slots=True)
class Statistic:
    """A figure as a function of outcomes.

    ``chosen`` says which outcomes it is about, ``reduce`` makes one number of their columns, and
    ``counted`` says how many of them the number speaks of.
    """

    name: str
    group: str
    reduce: Callable[[Columns], float]
    chosen: Callable[[Outcome], bool] = lambda outcome: True
    counted: Callable[[Columns], int] = lambda columns: len(columns["rank"])

    def over(self, rows: Sequence[Outcome]) -> Callable[[Picks], float]:
        """Return the figure as a function of the numbers of these rows."""
        columns = columns_of(rows)

        def figure(picks: Picks) -> float:
            return self.reduce({name: column[picks] for name, column in columns.items()})

        return figure

    def measured(self, rows: Sequence[Outcome]) -> Figure:
        """Return the figure of the outcomes chosen before, with its interval."""
        figure = self.over(rows)
        found: Interval = interval(figure, units_of(rows))
        return Figure(
            self.name,
            self.group,
            count=self.counted(columns_of(rows)),
            value=figure(np.arange(len(rows))),
            low=found.low,
            high=found.high,
        )


def evaluation(
    name: str, shape: Shape, outcomes: Sequence[Outcome], *, notes: Sequence[str] = ()
) -> Evaluation:
    """Put outcomes and their figures together."""
    figures = []
    for statistic in statistics_of(shape, outcomes):
        rows = [outcome for outcome in outcomes if statistic.chosen(outcome)]
        figures.append(statistic.measured(rows))
    return Evaluation(name, shape, tuple(outcomes), tuple(figures), tuple(notes))


def columns_of(outcomes: Sequence[Outcome]) -> Columns:
    """Return the values of outcomes as columns, and their ranks (infinite: not found)."""
    names = outcomes[0].values
    columns = {name: np.array([outcome.values[name] for outcome in outcomes]) for name in names}
    columns["rank"] = np.array([outcome.rank or np.inf for outcome in outcomes])
    return columns


def units_of(outcomes: Sequence[Outcome]) -> list[str]:
    """Return what the bootstrap draws together."""
    return [outcome.unit or outcome.key for outcome in outcomes]


def statistics_of(shape: Shape, outcomes: Sequence[Outcome]) -> list[Statistic]:
    """Return the figures that a set of this shape has, those over all outcomes first."""
    if not outcomes:
        return []
    if shape is Shape.RANKED:
        return _ranked(outcomes)
    if shape is Shape.LISTS:
        return [_mean("R-precision"), _mean("nDCG@10")]
    if shape is Shape.LET_THROUGH:
        return _let_through(outcomes)
    if shape is Shape.PAIRS:
        return [_of_kind(_correlation(ALL), kind) for kind in _kinds(outcomes)]
    first = Statistic(
        "Spearman",
        FIRST_TEN,
        lambda columns: _correlated(columns, columns["in_first_10"] == 1),
        counted=lambda columns: int(columns["in_first_10"].sum()),
    )
    return [_correlation("all listed"), first]


def _ranked(outcomes: Sequence[Outcome]) -> list[Statistic]:
    names = list(outcomes[0].values)
    median = Statistic(
        "median rank (0 is first)", ALL, lambda columns: float(np.median(columns["rank"]) - 1)
    )
    kinds = [
        _of_kind(_mean(name), kind)
        for kind in _kinds(outcomes)
        for name in names
        if name in _OF_KINDS
    ]
    return [*(_mean(name) for name in names), median, *kinds]


def _let_through(outcomes: Sequence[Outcome]) -> list[Statistic]:
    groups: list[tuple[str, Callable[[Outcome], bool]]] = [(ALL_KINDS, lambda outcome: True)]
    if any(outcome.kind in NAMING_KINDS for outcome in outcomes if _is_answerable(outcome)):
        groups.append((IN_WORDS, _in_words))
    statistics = []
    for group, chosen in groups:
        statistics += [
            Statistic(name, group, reduce, chosen, counted)
            for name, reduce, counted in (
                ("threshold", threshold, _kept_count),
                ("let through", let_through, _no_match_count),
                ("AUC", _auc, _no_match_count),
            )
        ]
    for kind in _kinds([outcome for outcome in outcomes if not _is_answerable(outcome)]):
        statistics.append(
            Statistic("let through", kind, let_through, _answerable_or(kind), _no_match_count)
        )
    return statistics


def threshold(columns: Columns) -> float:
    """Return the strength that ``KEPT`` of the right answers found reach; NaN without any."""
    kept = _kept(columns)
    return float(np.quantile(kept, 1 - KEPT, method="lower")) if len(kept) else float("nan")


def let_through(columns: Columns) -> float:
    """Return the share of queries without an answer whose best hit reaches the threshold."""
    edge, best = threshold(columns), _no_match(columns)
    return float((best >= edge).mean()) if len(best) and not np.isnan(edge) else float("nan")


def _auc(columns: Columns) -> float:
    return auc(_kept(columns), _no_match(columns))


def _kept(columns: Columns) -> Numbers:
    found: Numbers = columns["strength"][
        (columns["answerable"] == 1) & np.isfinite(columns["rank"])
    ]
    return found


def _no_match(columns: Columns) -> Numbers:
    best: Numbers = columns["strength"][columns["answerable"] == 0]
    return best


def _kept_count(columns: Columns) -> int:
    return len(_kept(columns))


def _no_match_count(columns: Columns) -> int:
    return len(_no_match(columns))


def _is_answerable(outcome: Outcome) -> bool:
    return outcome.values["answerable"] == 1


def _in_words(outcome: Outcome) -> bool:
    return not _is_answerable(outcome) or outcome.kind not in NAMING_KINDS


def _answerable_or(kind: str) -> Callable[[Outcome], bool]:
    return lambda outcome: _is_answerable(outcome) or outcome.kind == kind


def _mean(column: str) -> Statistic:
    return Statistic(_SHOWN.get(column, column), ALL, lambda columns: float(columns[column].mean()))


def _correlation(group: str) -> Statistic:
    return Statistic(
        "Spearman", group, lambda columns: spearman(columns["strength"], columns["score"])
    )


def _correlated(columns: Columns, rows: NDArray[np.bool_]) -> float:
    return spearman(columns["strength"][rows], columns["score"][rows])


def _of_kind(statistic: Statistic, kind: str) -> Statistic:
    return Statistic(statistic.name, kind, statistic.reduce, lambda outcome: outcome.kind == kind)


def _kinds(outcomes: Sequence[Outcome]) -> list[str]:
    return list(dict.fromkeys(outcome.kind for outcome in outcomes if outcome.kind))
