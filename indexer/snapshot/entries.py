"""The entries of a snapshot, read one at a time from a memory-mapped file."""

import json
import mmap
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from indexer.formats import entry_body
from indexer.glossary import Entry
from indexer.keytable import KeyTable, save_keys
from indexer.mapped import mapped
from indexer.snapshot.layout import Layout

# Entries that are kept as they were read, 8 MiB of text at most.
_MOST_KNOWN, _LONGEST_KNOWN = 2048, 4096


class EntryStore:
    """Entries by number, in the glossary's order, and by id."""

    def __init__(self, layout: Layout) -> None:
        """Open the files of ``save_entries``.

        Raises:
            ValueError: The files do not go together.
        """
        self._offsets = mapped(layout.offsets)
        # The same entries are near to many queries.
        self._known: dict[int, Entry] = {}
        self._ids = KeyTable(layout.ids)
        with layout.entries.open("rb") as file:
            self._text = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if not (len(self) == len(self._ids) and self._offsets[-1] == len(self._text)):
            raise ValueError("entries, offsets and ids do not have the same count")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> Entry:
        if not 0 <= number < len(self):
            raise IndexError(f"there is no entry {number}; there are {len(self)}")
        entry = self._known.get(number)
        if entry is None:
            line = self._line(number)
            entry = _entry(line)
            if len(line) <= _LONGEST_KNOWN:
                if len(self._known) >= _MOST_KNOWN:
                    self._known.clear()
                self._known[number] = entry
        return entry

    def __iter__(self) -> Iterator[Entry]:
        # Who wants all of them wants each once.
        return (_entry(self._line(number)) for number in range(len(self)))

    def _line(self, number: int) -> bytes:
        return self._text[int(self._offsets[number]) : int(self._offsets[number + 1])]

    def find(self, entry_id: str) -> int | None:
        """Return the number of the entry with this id."""
        for number, _ in self._ids.find(entry_id):
            if self[number].id == entry_id:
                return number
        return None


def save_entries(layout: Layout, entries: Sequence[Entry]) -> None:
    """Write the entries with their offsets and ids."""
    offsets = [0]
    with layout.entries.open("wb") as file:
        for entry in entries:
            line = json.dumps(entry_body(entry), ensure_ascii=False).encode() + b"\n"
            file.write(line)
            offsets.append(offsets[-1] + len(line))
    np.save(layout.offsets, np.array(offsets, dtype=np.int64), allow_pickle=False)
    save_keys(layout.ids, ((entry.id, number, 0) for number, entry in enumerate(entries)))


def _entry(line: bytes) -> Entry:
    values: dict[str, Any] = json.loads(line)
    lists = ("definitions", "aliases", "hidden_labels", "see_also", "broader")
    fields: dict[str, Any] = {
        key: tuple(value) if key in lists else value for key, value in values.items()
    }
    return Entry(**fields)
