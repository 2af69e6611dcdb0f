"""What was measured: for each measure and subject the values of all rounds, and what to know."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of a part's table; ``more`` tells whether more is better."""

    part: str
    name: str
    digits: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """The values of one subject in the rounds, in their order; ``size`` is the glossary's."""

    measure: Measure
    subject: str
    size: int
    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        """Return the middle one."""
        return statistics.median(self.values)


@dataclass(slots=True)
class Findings:
    """All of a run."""

    series: dict[tuple[Measure, str, int], Series] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)

    def add(self, measure: Measure, subject: str, value: float, *, size: int = 0) -> None:
        """Take in a value of the round that is under way."""
        key = (measure, subject, size)
        self.series.setdefault(key, Series(*key)).values.append(value)

    def note(self, part: str, text: str) -> None:
        """Say what a reader of a part's figures should know, once."""
        if text not in (notes := self.notes.setdefault(part, [])):
            notes.append(text)

    def of(self, part: str) -> Iterator[Series]:
        """Yield the series of a part."""
        yield from (one for one in self.series.values() if one.measure.part == part)


def times_better(ours: Series, other: Series) -> float:
    """Return how many times better ours is: the median of the ratios within a round."""
    ratios = [
        mine / theirs if ours.measure.more else theirs / mine
        for mine, theirs in zip(ours.values, other.values, strict=True)
    ]
    return statistics.median(ratios)


def best(series: list[Series]) -> Series:
    """Return the one whose median is best."""
    return (max if series[0].measure.more else min)(series, key=lambda one: one.median)
