"""The formats that a batch job writes, and which one a file's name tells."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from indexer.errors import GlossaryError
from indexer.relating.asking import Measure
from indexer.relating.graphs import Ends, GraphML, edge_lines
from indexer.relating.job import Job
from indexer.relating.parquet import Parquet
from indexer.relating.rows import Row
from indexer.relating.tables import csv_lines, json_lines

Item = TypeVar("Item", contravariant=True)


class Format(StrEnum):
    """How the output is written; ``BODIES`` are those the service answers with, one a line."""

    BODIES = "bodies"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    GRAPHML = "graphml"
    EDGES = "edges"


class Writer(Protocol[Item]):
    """Writes a block of items to a file of its own, and joins such files to the output."""

    def write_part(self, path: Path, items: Iterable[Item]) -> int:
        """Write some items, and return how many there are."""
        ...

    def join(self, parts: Sequence[Path], output: Path) -> None:
        """Write all parts, in their order, into one file."""
        ...


_OF_SUFFIX = {
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".parquet": Format.PARQUET,
    ".graphml": Format.GRAPHML,
    ".edges": Format.EDGES,
}


def format_of(output: Path, measure: Measure) -> Format:
    """Return the format that the suffix of a file tells; related lists in JSON are bodies.

    Raises:
        GlossaryError: It tells none.
    """
    found = _OF_SUFFIX.get(output.suffix.lower())
    if found is None:
        raise GlossaryError(
            f"{output}: the suffix {output.suffix!r} tells no format; name one with --format, or "
            f"a file that ends with {', '.join(_OF_SUFFIX)}."
        )
    return Format.BODIES if found is Format.JSONL and measure is Measure.RELATED else found


def writer_of(chosen: Format, output: Path, job: Job) -> Writer[Row]:
    """Return what writes rows in a format."""
    ends = Ends(two_sided=job.between)
    match chosen:
        case Format.CSV:
            return csv_lines("\t" if output.suffix.lower() == ".tsv" else ",")
        case Format.PARQUET:
            return Parquet()
        case Format.GRAPHML:
            return GraphML(ends, directed=job.asked.limit is not None)
        case Format.EDGES:
            return edge_lines(ends)
        case _:
            return json_lines()
