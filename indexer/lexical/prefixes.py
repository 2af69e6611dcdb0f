"""Titles by how they, or one of their words, begin: a sorted table, looked up on disk."""

import mmap
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.glossary import Entry, title_key
from indexer.lexical.titles import Title, TitleKind, titles_of
from indexer.mapped import mapped

FILES = ("bounds.npy", "entries.npy", "starts.npy", "keys.bin")
_END = b"\0"


class Begun(IntEnum):
    """What begins with the text asked for, best first. The numbers stand in files."""

    TERM = 0
    ALIAS = 1
    LATER_WORD = 2


class Prefixes:
    """Finds the entries with a shown title of which a word begins with a text.

    Each row of the table is a place in a title where a word starts; rows are sorted by what
    stands from there on, so that a lookup reads a few dozen of them, however many there are.
    """

    def __init__(self, folder: Path) -> None:
        """Open the files of ``save_prefixes``.

        Raises:
            ValueError: The files do not go together.
        """
        bounds, entries, starts = (mapped(folder / name) for name in FILES[:3])
        self._bounds = [int(bound) for bound in bounds]
        self._entries: NDArray[np.int32] = entries
        self._starts: NDArray[np.int64] = starts
        with (folder / FILES[3]).open("rb") as file:
            self._keys = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if not len(self._entries) == len(self._starts) == self._bounds[-1]:
            raise ValueError("the beginnings of titles and their entries do not go together")

    def find(self, text: str, kind: Begun, *, most: int) -> list[int]:
        """Return up to ``most`` entries of this kind in alphabetical order of what begins so.

        Terms and aliases begin with the text themselves; of later words, one does, in a title
        of either kind.
        """
        wanted = title_key(text).encode("utf-8", "surrogatepass")
        if not wanted:
            return []
        rows = range(self._bounds[kind], self._bounds[kind + 1])
        first = bisect_left(rows, wanted, key=lambda row: self._begins(row, len(wanted)))
        last = bisect_right(rows, wanted, lo=first, key=lambda row: self._begins(row, len(wanted)))
        found: dict[int, None] = {}
        # An entry with several such titles has several rows.
        for row in rows[first:last]:
            if len(found) == most:
                break
            found[int(self._entries[row])] = None
        return list(found)

    def _begins(self, row: int, length: int) -> bytes:
        start = int(self._starts[row])
        return self._keys[start : start + length]


def begun_title(entry: Entry, text: str, kind: Begun) -> Title | None:
    """Return the title for which ``Prefixes`` found an entry, of several the shortest."""
    key = title_key(text)
    found = [title for title in titles_of(entry) if _has_begun(title, key, kind)]
    return min(found, key=lambda title: len(title_key(title.text)), default=None)


def save_prefixes(folder: Path, entries: Sequence[Entry]) -> None:
    """Write the table of the shown titles of entries."""
    folder.mkdir()
    rows: dict[Begun, list[tuple[bytes, int, int]]] = {kind: [] for kind in Begun}
    start = 0
    with (folder / FILES[3]).open("wb") as file:
        for number, entry in enumerate(entries):
            for title in titles_of(entry):
                if title.kind is TitleKind.HIDDEN_LABEL:
                    continue
                key = title_key(title.text).encode("utf-8", "surrogatepass")
                file.write(key + _END)
                kind = Begun.TERM if title.kind is TitleKind.TERM else Begun.ALIAS
                rows[kind].append((key, number, start))
                rows[Begun.LATER_WORD].extend(
                    (key[place:], number, start + place) for place in _later_words(key)
                )
                start += len(key) + len(_END)
    for kind in Begun:
        rows[kind].sort()
    ordered = [row for kind in Begun for row in rows[kind]]
    bounds = np.cumsum([0, *(len(rows[kind]) for kind in Begun)])
    numbers = np.array([number for _, number, _ in ordered], dtype=np.int32)
    starts = np.array([start for _, _, start in ordered], dtype=np.int64)
    arrays: tuple[NDArray[Any], ...] = (bounds, numbers, starts)
    for name, array in zip(FILES[:3], arrays, strict=True):
        np.save(folder / name, array, allow_pickle=False)


def _later_words(key: bytes) -> Iterator[int]:
    place = key.find(b" ")
    while place >= 0:
        yield place + 1
        place = key.find(b" ", place + 1)


def _has_begun(title: Title, key: str, kind: Begun) -> bool:
    if title.kind is TitleKind.HIDDEN_LABEL:
        return False
    if kind is Begun.LATER_WORD:
        return f" {key}" in title_key(title.text)
    return int(title.kind) == int(kind) and title_key(title.text).startswith(key)
