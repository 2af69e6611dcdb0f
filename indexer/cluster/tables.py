"""What goes to a cluster and comes back, as Parquet files in a folder that every node sees."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

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


def write_rows(folder: Path, numbers: Sequence[int], rows: Sequence[Rows]) -> None:
    """Write the rows of some batches, whole or not at all; once more, they are the same file."""
    import pyarrow  # noqa: PLC0415
    from pyarrow.parquet import write_table  # noqa: PLC0415

    columns = {
        "batch": pyarrow.array(numbers, pyarrow.int64()),
        "rows": pyarrow.array([part.tobytes() for part in rows], pyarrow.binary()),
    }
    file = folder / f"{numbers[0]:012}.parquet"
    # Ray may have the same batches encoded twice, after a node was lost from sight.
    work = file.with_name(f"{file.stem}.{uuid4().hex}.part")
    write_table(pyarrow.table(columns), work, compression="none")
    work.replace(file)


def read_rows(folder: Path) -> Iterator[tuple[int, Rows]]:
    """Yield the number of each batch and its rows, one after the other."""
    from pyarrow.parquet import ParquetFile  # noqa: PLC0415

    for path in sorted(folder.glob("*.parquet")):
        with ParquetFile(path) as file:
            for part in file.iter_batches():
                numbers, rows = part.column("batch"), part.column("rows")
                for number, values in zip(numbers.to_pylist(), rows.to_pylist(), strict=True):
                    yield number, np.frombuffer(values, dtype=np.float32)
