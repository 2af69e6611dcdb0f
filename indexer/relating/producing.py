"""Which part finds the pairs of a job, by what it asks for."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Rows
from indexer.lexical import Words
from indexer.lookup import Related
from indexer.relating.asking import Measure
from indexer.relating.chance import chance_of_entries, chance_of_texts
from indexer.relating.comparing import Targets
from indexer.relating.job import Job
from indexer.relating.lists import ListedBodies, ListedRows, TextRows, Wanted
from indexer.relating.meaning import AllPairs, ClosestPairs, Once
from indexer.relating.parts import Workplace
from indexer.relating.rows import Naming, Row
from indexer.relating.sources import EntrySources, TextSources
from indexer.search import Searcher
from indexer.strength import Background
from indexer.vectors import Candidates, FlatIndex


@dataclass(frozen=True, slots=True)
class LocalVectors:
    """An index of this machine, on so many cores."""

    index: FlatIndex
    threads: int | None

    @property
    def count(self) -> int:
        """Count the rows."""
        return self.index.count

    def nearest(self, queries: Rows, k: int) -> Candidates:
        """Return about the ``k`` nearest rows of each query."""
        return self.index.nearest(queries, k, threads=self.threads)

    def above(self, queries: Rows, score: float) -> Candidates:
        """Return all rows of each query that score above this."""
        return self.index.above(queries, score, threads=self.threads)


def chosen_rows(job: Job) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the rows that sources are compared with, of all entries or of a category, and owners.

    Owners are the entries that the rows are of.
    """
    owners = job.target.owners
    if job.asked.category is None:
        return np.arange(len(owners)), owners
    rows = np.flatnonzero(job.target.listing.in_category(job.asked.category)[owners])
    return rows, owners[rows]


def local_targets(job: Job, threads: int | None) -> Targets:
    """Take the rows of a glossary as they lie on disk, or those of a category into memory."""
    index = job.target.index.exact
    rows, owners = chosen_rows(job)
    if len(rows) < index.count:
        index = FlatIndex.of(index.rows(rows))
    return Targets(LocalVectors(index, threads), owners)


def body_lines(job: Job, sources: EntrySources | TextSources) -> Callable[[range], Iterator[str]]:
    """Return what yields the bodies of related lists."""
    if isinstance(sources, TextSources):
        return TextRows(_searcher(job, sources), sources, _wanted(job)).bodies
    related = Related(job.snapshot, Words(job.snapshot.manifest.language))
    return ListedBodies(job.snapshot, sources, related, _wanted(job)).rows


def rows_of(
    job: Job,
    sources: EntrySources | TextSources,
    targets: Callable[[], Targets],
    place: Workplace,
) -> Callable[[range], Iterator[Row]]:
    """Return what yields the rows of a job; what it counts strength from stays in its folder."""
    if job.asked.measure is Measure.MEANING:
        return _by_meaning(job, sources, targets(), place)
    if isinstance(sources, TextSources):
        return TextRows(_searcher(job, sources), sources, _wanted(job)).rows
    chance = job.snapshot.manifest.calibration.related
    naming = Naming.of(sources, job.snapshot, chance, job.asked.min_strength)
    return ListedRows(job.snapshot, sources, naming, _wanted(job)).rows


def _by_meaning(
    job: Job, sources: EntrySources | TextSources, targets: Targets, place: Workplace
) -> Callable[[range], Iterator[Row]]:
    chance = _chance(job, sources, place)
    naming = Naming.of(sources, job.target, chance, job.asked.min_strength)
    if job.asked.limit is not None:
        return ClosestPairs(sources, targets, naming, job.asked.limit).rows
    once = None
    if isinstance(sources, EntrySources) and job.other is None:
        once = Once.of(sources.numbers, targets, len(job.target.entries))
    return AllPairs(sources, targets, naming, once).rows


def _chance(job: Job, sources: EntrySources | TextSources, place: Workplace) -> Background:
    def measured() -> str:
        if isinstance(sources, TextSources):
            return json.dumps(asdict(chance_of_texts(job.target, sources.encoder)))
        return json.dumps(asdict(chance_of_entries(job.snapshot, job.target)))

    found = json.loads(place.remembered("chance.json", measured))
    return Background(tuple(found["chances"]), tuple(found["scores"]))


def _wanted(job: Job) -> Wanted:
    asked = job.asked
    assert asked.limit is not None  # noqa: S101  checked: lists have one
    return Wanted(asked.limit, asked.min_strength, asked.category)


def _searcher(job: Job, sources: TextSources) -> Searcher:
    return Searcher(job.snapshot, sources.encoder)
