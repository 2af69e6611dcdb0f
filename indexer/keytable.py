"""A table from text keys to numbers that is looked up on disk, without being loaded."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.mapped import mapped

_ROW = np.dtype([("hash", "<u8"), ("number", "<i4"), ("kind", "u1")])


class KeyTable:
    """Finds the numbers, and their kinds, saved under a key.

    Keys are kept as 64-bit hashes: a caller compares what a found number stands for with what was
    asked, since two keys can, rarely, share a hash.
    """

    def __init__(self, path: Path) -> None:
        """Open a file of ``save_keys``.

        Raises:
            ValueError: The file is no such table.
        """
        rows = mapped(path)
        if rows.dtype != _ROW or rows.ndim != 1:
            raise ValueError(f"{path.name} holds {rows.dtype}, not keys")
        self._rows: NDArray[np.void] = rows
        # Its own copy, side by side: a search in the column of a table copies it each time.
        self._hashes = np.ascontiguousarray(rows["hash"])

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, key: str) -> list[tuple[int, int]]:
        """Return (number, kind) of everything under this key, by kind and then number."""
        wanted = _hash(key)
        first = int(np.searchsorted(self._hashes, wanted, side="left"))
        last = int(np.searchsorted(self._hashes, wanted, side="right"))
        return sorted(
            ((int(row["number"]), int(row["kind"])) for row in self._rows[first:last]),
            key=lambda found: (found[1], found[0]),
        )

    def holds(self, keys: Sequence[str]) -> NDArray[np.bool_]:
        """Tell for each key whether anything is saved under it, many at once."""
        wanted = np.array([_hash(key) for key in keys], dtype=np.uint64)
        places = np.searchsorted(self._hashes, wanted)
        inside = places < len(self._hashes)
        found = np.zeros(len(wanted), dtype=np.bool_)
        found[inside] = self._hashes[places[inside]] == wanted[inside]
        return found


def save_keys(path: Path, keys: Iterable[tuple[str, int, int]]) -> None:
    """Write (key, number, kind) triples as a table."""
    rows = np.array([(_hash(key), number, kind) for key, number, kind in keys], dtype=_ROW)
    np.save(path, np.sort(rows, order=["hash", "kind", "number"]), allow_pickle=False)


def _hash(key: str) -> np.uint64:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))
