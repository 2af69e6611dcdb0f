"""What an evaluation returns: per query what became of it, and the figures over all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Shape(Enum):
    """What the outcomes of a set are, and so which figures they have."""

    RANKED = "ranked"  # queries with right answers: the rank of the first
    LISTS = "lists"  # related lists: R-precision and nDCG
    LET_THROUGH = "let through"  # strengths of right answers, and of hits where none is right
    PAIRS = "pairs"  # our strength beside a human score, for each kind
    LISTED = "listed"  # our strength beside the bars of a listed item


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one query, list or pair.

    ``key`` is its name, the same in every run. ``rank`` counts from 1, ``None`` is not found.
    Outcomes of one ``unit`` hang together, and the bootstrap draws them together; by default each
    is its own.
    """

    key: str
    values: Mapping[str, float]
    kind: str | None = None
    rank: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a set, over ``count`` of its outcomes, with its 95 % interval."""

    name: str
    group: str
    count: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A judged set with its figures. ``notes`` say what a reader of the figures should know."""

    name: str
    shape: Shape
    outcomes: tuple[Outcome, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


class Keys:
    """Gives outcomes keys that differ: what stands a second time gets a number."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def of(self, text: str) -> str:
        """Return the text, numbered from its second time on."""
        count = self._counts[text] = self._counts.get(text, 0) + 1
        return text if count == 1 else f"{text} ({count})"
