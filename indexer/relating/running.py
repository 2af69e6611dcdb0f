"""Runs a batch job: block by block, each kept when it is whole, then joined to the output."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from indexer.errors import BadQueryError
from indexer.relating.asking import Measure
from indexer.relating.comparing import Targets
from indexer.relating.job import Job
from indexer.relating.parts import Workplace, workplace
from indexer.relating.producing import body_lines, local_targets, rows_of
from indexer.relating.tables import bodies
from indexer.relating.writing import Format, Writer, writer_of
from indexer.stages import Silent, Stages

# What a run that is killed loses at most.
SOURCES_OF_BLOCK = 1024

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Report:
    """What a job did: ``kept`` of its ``blocks`` were there from a run before."""

    sources: int
    rows: int
    blocks: int
    kept: int


def relate(
    job: Job,
    output: Path,
    chosen: Format,
    *,
    threads: int | None = None,
    targets: Callable[[Job], Targets] | None = None,
    stages: Stages | None = None,
) -> Report:
    """Write the related pairs of a job to a file, whole or not at all.

    The same job, output and snapshots give the same bytes. A run that was killed is gone on with.

    Args:
        job: What is asked.
        output: The file; an old one is replaced when the new one is whole.
        chosen: Its format.
        threads: How many cores may work; ``None`` is all of them.
        targets: Puts the rows that pairs by meaning are found among where they are compared;
            ``None`` leaves them on this machine.
        stages: Shows progress.

    Raises:
        BadQueryError: What is asked cannot be had.
        BadGlossaryError: A file of terms or texts cannot be read.
        GlossaryError: The output cannot be written.
    """
    job.check()
    if chosen is Format.BODIES and job.asked.measure is not Measure.RELATED:
        raise BadQueryError("Bodies hold related lists; name another format for pairs by meaning.")
    sources = job.sources()
    settings = job.settings(format=chosen, suffix=output.suffix, block=SOURCES_OF_BLOCK)
    with workplace(output, settings) as place:
        blocks = _Blocks(place, len(sources), stages or Silent())
        if chosen is Format.BODIES:
            return blocks.run(output, body_lines(job, sources), bodies())
        spread = targets or partial(local_targets, threads=threads)
        produce = rows_of(job, sources, partial(spread, job), place)
        return blocks.run(output, produce, writer_of(chosen, output, job))


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The blocks of a job with so many sources."""

    place: Workplace
    sources: int
    stages: Stages

    def run(
        self, output: Path, produce: Callable[[range], Iterator[Item]], writer: Writer[Item]
    ) -> Report:
        """Have the missing blocks written, and join all."""
        done = {part.block for part in self.place.parts()}
        kept = len(done)
        starts = range(0, self.sources, SOURCES_OF_BLOCK)
        count = self.stages.stage("Relating", self.sources)
        for block, first in enumerate(starts):
            places = range(first, min(first + SOURCES_OF_BLOCK, self.sources))
            if block not in done:
                self.place.add(block, partial(_written, writer, produce(places)))
            count(len(places))
        rows = sum(part.rows for part in self.place.parts())
        self.place.finish(output, writer.join)
        return Report(self.sources, rows, len(starts), kept)


def _written(writer: Writer[Item], items: Iterable[Item], path: Path) -> int:
    return writer.write_part(path, items)
