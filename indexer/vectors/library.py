"""What every index asks of faiss. The only file that imports it."""

from pathlib import Path
from typing import Any

import numpy as np

from indexer.encoding import Rows
from indexer.errors import BadSnapshotError
from indexer.processor import cores


def faiss() -> Any:
    """Return the library, imported when it is needed: that keeps `glossary --help` quick."""
    import faiss as library  # noqa: PLC0415

    # Its stubs know the C++ side alone.
    return library


def open_index(path: Path, flags: int = 0) -> Any:
    """Read an index.

    Raises:
        BadSnapshotError: The file is none.
    """
    try:
        return faiss().read_index(str(path), flags)
    except RuntimeError as error:
        raise BadSnapshotError(f"{path} is no FAISS index; build the snapshot again.") from error


def write_index(path: Path, index: Any) -> None:
    """Write an index.

    Raises:
        OSError: It cannot be written.
    """
    try:
        faiss().write_index(index, str(path))
    except RuntimeError as error:
        # A full disk, as a rule; its own message is a piece of C++.
        raise OSError(f"{path} cannot be written") from error


def use_threads(queries: int, threads: int | None = None) -> None:
    """Let so many cores work for so many queries; ``None`` is all of them."""
    # One query gains nothing from a thread pool, and many requests share the cores.
    faiss().omp_set_num_threads(1 if queries == 1 else cores(threads))


def packed(rows: Rows) -> Rows:
    """Return rows as faiss takes them: float32, side by side."""
    return np.ascontiguousarray(rows, dtype=np.float32)
