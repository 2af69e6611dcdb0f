"""Rows as Parquet. The only file that imports pyarrow."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from indexer.relating.rows import COLUMNS, Row, values

# A row group of the file, and what is in memory at a time.
_ROWS_OF_GROUP = 1 << 16


@dataclass(frozen=True, slots=True)
class Parquet:
    """A table with a column a field, compressed."""

    def write_part(self, path: Path, items: Iterable[Row]) -> int:
        """Write some rows, and return how many there are."""
        import pyarrow  # noqa: PLC0415  quick help

        rows, count = iter(items), 0
        with closing(_writer(path)) as writer:
            while batch := list(islice(rows, _ROWS_OF_GROUP)):
                columns = [list(column) for column in zip(*map(values, batch), strict=True)]
                writer.write_table(pyarrow.table(columns, schema=_schema()))
                count += len(batch)
        return count

    def join(self, parts: Sequence[Path], output: Path) -> None:
        """Write the rows of all parts into one file."""
        import pyarrow  # noqa: PLC0415

        with closing(_writer(output)) as writer:
            waiting, count = [], 0
            for batch in _batches(parts):
                waiting.append(batch)
                count += batch.num_rows
                if count >= _ROWS_OF_GROUP:
                    writer.write_table(pyarrow.Table.from_batches(waiting))
                    waiting, count = [], 0
            writer.write_table(pyarrow.Table.from_batches(waiting, schema=_schema()))


def _batches(parts: Sequence[Path]) -> Iterator[Any]:
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415

    for part in parts:
        with ParquetFile(part) as file:
            yield from file.iter_batches(_ROWS_OF_GROUP)


def _writer(path: Path) -> Any:
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415

    return ParquetWriter(path, _schema(), compression="zstd")


def _schema() -> Any:
    import pyarrow  # noqa: PLC0415

    types = (pyarrow.string(),) * 4 + (pyarrow.float64(),) * 2 + (pyarrow.int32(),)
    return pyarrow.schema(
        [
            pyarrow.field(name, kind, nullable=False)
            for name, kind in zip(COLUMNS, types, strict=True)
        ]
    )
