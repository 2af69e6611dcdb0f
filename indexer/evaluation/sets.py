"""Judged sets on one's own entries: queries, queries without an answer, related entries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Protocol, TypeVar

from indexer.errors import GlossaryError
from indexer.evaluation.rows import Faults, Row, read_rows

LEAST_GRADE, MOST_GRADE = 1, 3


class Split(Enum):
    """Which half of a set: one is for choosing settings, the other for reporting."""

    DEV = "dev"
    TEST = "test"
    ALL = "all"


class OwnSet(Enum):
    """A judged set on one's own entries."""

    QUERIES = "queries"
    NO_MATCH = "no-match"
    RELATED = "related"


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the ids of the entries that answer it."""

    query: str
    answers: tuple[str, ...]
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class NoMatchQuery:
    """A query that no entry answers."""

    query: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedList:
    """The entries an editor would list with an entry: ids with grades, 3 essential, 1 loosely."""

    id: str
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """Files of judged sets; ``None`` leaves a set out."""

    queries: Path | None = None
    no_match: Path | None = None
    related: Path | None = None

    @classmethod
    def bundled(cls, glossary: Path) -> "OwnFiles":
        """Return the files that lie beside the bundled glossary."""
        folder = glossary.parent / "evaluation"
        return cls(
            *(folder / name for name in ("queries.jsonl", "no_match.jsonl", "related.jsonl"))
        )

    def of(self, own: OwnSet) -> Path | None:
        """Return the file of a set."""
        paths = (self.queries, self.no_match, self.related)
        return dict(zip(OwnSet, paths, strict=True))[own]


@dataclass(frozen=True, slots=True)
class OwnSets:
    """What stands in the files, of one split."""

    queries: tuple[JudgedQuery, ...] = ()
    no_match: tuple[NoMatchQuery, ...] = ()
    related: tuple[JudgedList, ...] = ()


class Ids(Protocol):
    """Knows ids; the entries of a snapshot do."""

    def find(self, entry_id: str) -> int | None:
        """Return the number of the entry with this id, or ``None``."""
        ...


def read_own_sets(
    files: OwnFiles, snapshots: Sequence[Ids], *, split: Split = Split.ALL
) -> OwnSets:
    """Read judged sets whose ids every snapshot knows.

    Raises:
        BadGlossaryError: Lines are malformed, stand twice, or name an entry that is not there;
            every fault of every file is in it.
        GlossaryError: Nothing is left of a file in this split.
    """
    faults = Faults()
    reader = _Reader(snapshots, split)
    sets = OwnSets(
        queries=_kept(files.queries, faults, reader.query),
        no_match=_kept(files.no_match, faults, reader.no_match),
        related=_kept(files.related, faults, reader.related),
    )
    faults.refuse()
    for own, rows in zip(OwnSet, (sets.queries, sets.no_match, sets.related), strict=True):
        path = files.of(own)
        if path is not None and not rows:
            raise GlossaryError(f"{path} has no row of the split {split.value!r}; use another.")
    return sets


Judged = TypeVar("Judged", covariant=True)


class _Read(Protocol[Judged]):
    def __call__(self, row: Row) -> Judged | None: ...


def _kept(path: Path | None, faults: Faults, read: _Read[Judged]) -> tuple[Judged, ...]:
    if path is None:
        return ()
    return tuple(found for row in read_rows(path, faults) if (found := read(row)) is not None)


@dataclass(slots=True)
class _Reader:
    """Turns rows into judgements; those of the other split are checked all the same."""

    snapshots: Sequence[Ids]
    split: Split
    seen: set[tuple[str, str]] = field(default_factory=set)

    def query(self, row: Row) -> JudgedQuery | None:
        row.allow(("query", "answers", "kind", "split"))
        query, answers = row.text("query"), row.texts("answers", least=1)
        self._once(row, "query", query)
        self._known(row, answers)
        judged = JudgedQuery(query, answers, row.optional_text("kind"))
        return judged if self._chosen(row) else None

    def no_match(self, row: Row) -> NoMatchQuery | None:
        row.allow(("query", "kind", "split"))
        query = row.text("query")
        # Across both files: what has an answer cannot be without one.
        self._once(row, "query", query)
        judged = NoMatchQuery(query, row.optional_text("kind"))
        return judged if self._chosen(row) else None

    def related(self, row: Row) -> JudgedList | None:
        row.allow(("id", "related", "split"))
        entry_id, items = row.text("id"), row.rows("related")
        grades: dict[str, int] = {}
        for item in items:
            item.allow(("id", "grade"))
            other = item.text("id")
            if other in grades or other == entry_id:
                row.fault(f"related names {other!r} twice, or in its own list; take it out.")
            grades[other] = item.whole_number("grade", LEAST_GRADE, MOST_GRADE)
        self._once(row, "id", entry_id)
        self._known(row, [entry_id, *grades])
        return JudgedList(entry_id, grades) if self._chosen(row) else None

    def _chosen(self, row: Row) -> bool:
        name = row.optional_text("split")
        if name not in (None, Split.DEV.value, Split.TEST.value):
            row.fault(f"'split' must be 'dev' or 'test', got {name!r}.")
        if name is None and self.split is not Split.ALL:
            row.fault(f"there is no 'split' here to tell whether it is {self.split.value!r}.")
        return self.split is Split.ALL or name == self.split.value

    def _once(self, row: Row, name: str, value: str) -> None:
        if value and (name, value) in self.seen:
            row.fault(f"{name} {value!r} stands twice; keep one.")
        self.seen.add((name, value))

    def _known(self, row: Row, ids: Collection[str]) -> None:
        for entry_id in ids:
            if entry_id and any(snapshot.find(entry_id) is None for snapshot in self.snapshots):
                row.fault(f"no entry has the id {entry_id!r}; mend it, or name another --index.")
