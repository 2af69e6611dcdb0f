"""What goes to a cluster and comes back, as Parquet files in a folder that every node sees."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from indexer.encoding import Rows

# A node reads a file at a time.
_BATCHES_OF_FILE = 64


def write_batches(folder: Path, batches: Sequence[Sequence[str]]) -> None:
    """Write batches of texts, each a row of a table, numbered from 0, into a new folder."""
    import pyarrow  # noqa: PLC0415  quick help
    from pyarrow.parquet import write_table  # noqa: PLC0415

    folder.mkdir()
    for start in range(0, len(batches), _BATCHES_OF_FILE):
        part = batches[start : start + _BATCHES_OF_FILE]
        columns = {
            "batch": pyarrow.array(range(start, start + len(part)), pyarrow.int64()),
            "texts": pyarrow.array(part, pyarrow.list_(pyarrow.string())),
        }
        write_table(pyarrow.table(columns), folder / f"{start:012}.parquet", compression="zstd")


def read_rows(folder: Path) -> Iterator[tuple[int, Rows]]:
    """Yield the number of each batch and its rows, one after the other, in no set order."""
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415

    for path in sorted(folder.glob("*.parquet")):
        with ParquetFile(path) as file:
            for part in file.iter_batches():
                numbers, rows = part.column("batch"), part.column("rows")
                for number, values in zip(numbers.to_pylist(), rows.to_pylist(), strict=True):
                    yield number, np.frombuffer(values, dtype=np.float32)
