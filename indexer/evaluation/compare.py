"""Two evaluations of one set side by side: won, lost and tied queries, and paired differences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from indexer.evaluation.figures import columns_of, statistics_of, threshold, units_of
from indexer.evaluation.measures import Interval, Picks, interval
from indexer.evaluation.outcomes import Evaluation, Outcome, Shape


@dataclass(frozen=True, slots=True)
class Difference:
    """How a figure changed over the outcomes that both have, with its paired 95 % interval.

    ``p`` is the two-sided bootstrap p-value: how surprising the change would be if there were none.
    """

    name: str
    group: str
    count: int
    old: float
    new: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Change:
    """A query, list or no-match query that fares otherwise than before.

    ``old`` and ``new`` are ranks (``None``: not found), nDCG@10 of a list, or for a no-match query
    1 when it was let through and else 0.
    """

    key: str
    won: bool
    old: float | None
    new: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed in one set. ``unmatched`` outcomes stand on one side only, and count nowhere."""

    name: str
    won: int
    lost: int
    tied: int
    unmatched: int
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]


def compare_all(old: Sequence[Evaluation], new: Sequence[Evaluation]) -> list[Comparison]:
    """Compare the sets that stand on both sides, in the order of the new ones."""
    before = {evaluation.name: evaluation for evaluation in old}
    return [
        compare(before[evaluation.name], evaluation)
        for evaluation in new
        if evaluation.name in before and before[evaluation.name].shape is evaluation.shape
    ]


def compare(old: Evaluation, new: Evaluation) -> Comparison:
    """Compare two evaluations of a set, outcome by outcome of the same key."""
    by_key = {outcome.key: outcome for outcome in old.outcomes}
    after = [outcome for outcome in new.outcomes if outcome.key in by_key]
    before = [by_key[outcome.key] for outcome in after]
    changes = _changes(new.shape, before, after)
    won = sum(change.won for change in changes)
    return Comparison(
        name=new.name,
        won=won,
        lost=len(changes) - won,
        tied=_told(new.shape, after) - len(changes),
        unmatched=len(old.outcomes) + len(new.outcomes) - 2 * len(after),
        differences=tuple(_differences(new.shape, before, after)),
        changes=tuple(changes),
    )


def _differences(
    shape: Shape, before: Sequence[Outcome], after: Sequence[Outcome]
) -> list[Difference]:
    differences = []
    for statistic in statistics_of(shape, after):
        pairs = [(b, a) for b, a in zip(before, after, strict=True) if statistic.chosen(a)]
        rows = [new for _, new in pairs]
        old, new = statistic.over([old for old, _ in pairs]), statistic.over(rows)
        everything = np.arange(len(rows))
        found = interval(_change(old, new), units_of(rows))
        differences.append(
            Difference(
                statistic.name,
                statistic.group,
                count=statistic.counted(columns_of(rows)),
                old=old(everything),
                new=new(everything),
                low=found.low,
                high=found.high,
                p=_p_value(found),
            )
        )
    return differences


def _change(
    old: Callable[[Picks], float], new: Callable[[Picks], float]
) -> Callable[[Picks], float]:
    def change(picks: Picks) -> float:
        before, after = old(picks), new(picks)
        # Two infinite ranks are the same, and have no difference otherwise.
        return 0.0 if after == before else after - before

    return change


def _p_value(found: Interval) -> float:
    """Return twice the smaller share of draws at or beyond no change; never quite 0."""
    count = len(found.draws)
    beyond = min(int((found.draws <= 0).sum()), int((found.draws >= 0).sum()))
    return min(1.0, 2 * (beyond + 1) / (count + 1)) if count else float("nan")


def _changes(shape: Shape, before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Change]:
    if shape is Shape.RANKED:
        # A lower rank is better, and a rank is better than none.
        return [
            Change(new.key, _place(new) < _place(old), old.rank, new.rank)
            for old, new in zip(before, after, strict=True)
            if old.rank != new.rank
        ]
    if shape is Shape.LISTS:
        return [
            Change(new.key, new_gain > old_gain, old_gain, new_gain)
            for old, new in zip(before, after, strict=True)
            if (new_gain := new.values["nDCG@10"]) != (old_gain := old.values["nDCG@10"])
        ]
    if shape is Shape.LET_THROUGH and after:
        let = zip(_let_through(before), _let_through(after), after, strict=True)
        return [
            Change(outcome.key, new < old, float(old), float(new))
            for old, new, outcome in let
            if old != new and not outcome.values["answerable"]
        ]
    return []


def _told(shape: Shape, outcomes: Sequence[Outcome]) -> int:
    """Count the outcomes of which it can be told whether they won."""
    if shape in (Shape.RANKED, Shape.LISTS):
        return len(outcomes)
    if shape is Shape.LET_THROUGH:
        return sum(not outcome.values["answerable"] for outcome in outcomes)
    return 0


def _place(outcome: Outcome) -> float:
    return outcome.rank or float("inf")


def _let_through(outcomes: Sequence[Outcome]) -> list[bool]:
    edge = threshold(columns_of(outcomes))
    return [outcome.values["strength"] >= edge for outcome in outcomes]
