"""What entries are listed for: entries of a glossary, or free texts, block by block."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.encoding import Encoder
from indexer.errors import BadGlossaryError, BadQueryError, GlossaryError, Problem
from indexer.formats.files import read_text
from indexer.freetext import pieces_of
from indexer.hits import cleaned
from indexer.relating.comparing import Block
from indexer.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Name:
    """An id, and what it is called."""

    id: str
    term: str


class Sources(Protocol):
    """Things to list entries for, by their places."""

    def __len__(self) -> int:
        """Count them."""
        ...

    def name(self, place: int) -> Name:
        """Return what one is called."""
        ...

    def block(self, places: range) -> Block:
        """Return the vectors of some."""
        ...


class EntrySources:
    """Entries of a glossary. ``within`` tells that they are compared with their own glossary."""

    def __init__(self, snapshot: Snapshot, numbers: NDArray[np.int64], *, within: bool) -> None:
        self.numbers = numbers
        self._snapshot, self._within = snapshot, within

    def __len__(self) -> int:
        return len(self.numbers)

    def name(self, place: int) -> Name:
        """Return the id and the term of an entry."""
        return name_of(self._snapshot, int(self.numbers[place]))

    def block(self, places: range) -> Block:
        """Return the rows of some entries."""
        numbers = self.numbers[places.start : places.stop]
        found, counts = self._snapshot.rows_of_all(numbers)
        rows, owners = self._snapshot.index.rows(found), np.repeat(np.arange(len(numbers)), counts)
        itself = numbers if self._within else np.full(len(numbers), -1, dtype=np.int64)
        return Block(rows, owners, itself)


class TextSources:
    """The texts of a file, one a line, read when they are needed. Empty lines are no texts."""

    def __init__(self, path: Path, encoder: Encoder) -> None:
        """Look through a file.

        Raises:
            BadGlossaryError: It cannot be read, is empty, or has lines that are no proper texts.
        """
        self._path, self.encoder = path, encoder
        self._lines, self._offsets = _lines_of_texts(path)

    def __len__(self) -> int:
        return len(self._lines)

    def name(self, place: int) -> Name:
        """Return the line that a text stands in, and the text."""
        with self._path.open("rb") as file:
            file.seek(int(self._offsets[place]))
            return Name(str(self._lines[place]), cleaned(_decoded(file.readline())))

    def block(self, places: range) -> Block:
        """Encode some texts, each in as many pieces as it needs."""
        pieces: list[str] = []
        owners: list[int] = []
        for number, place in enumerate(places):
            own = pieces_of(self.name(place).term, self.encoder)
            pieces += own
            owners += [number] * len(own)
        rows = self.encoder.encode_documents(pieces)
        itself = np.full(len(places), -1, dtype=np.int64)
        return Block(rows, np.array(owners, dtype=np.int64), itself)


def all_entries(
    snapshot: Snapshot, category: str | None = None, *, within: bool = True
) -> EntrySources:
    """Take every entry of a glossary, or of a category.

    Raises:
        UnknownCategoryError: There is no such category.
    """
    chosen = np.ones(len(snapshot.entries), dtype=np.bool_)
    if category is not None:
        chosen = snapshot.listing.in_category(category)
    return EntrySources(snapshot, np.flatnonzero(chosen), within=within)


def listed_entries(snapshot: Snapshot, path: Path, *, within: bool = True) -> EntrySources:
    """Take the entries that a file names, an id, term or alias a line, each entry once.

    Raises:
        BadGlossaryError: The file cannot be read, or names what is no entry.
    """
    numbers: dict[int, None] = {}
    problems: list[Problem] = []
    for line, text in enumerate(read_text(path).split("\n"), start=1):
        if not (name := text.strip()):
            continue
        number = snapshot.find(name)
        if number is None:
            problems.append(Problem(path, line, f"no entry has the id, term or alias {name!r}."))
        else:
            numbers[number] = None
    if problems:
        raise BadGlossaryError(problems)
    return EntrySources(snapshot, np.array(list(numbers), dtype=np.int64), within=within)


def name_of(snapshot: Snapshot, number: int) -> Name:
    """Return the id and the term of an entry."""
    entry = snapshot.entries[number]
    return Name(entry.id, entry.term)


def _lines_of_texts(path: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of each line that holds a text, and where it starts, in bytes."""
    lines: list[int] = []
    offsets: list[int] = []
    problems: list[Problem] = []
    try:
        with path.open("rb") as file:
            offset = 0
            for number, line in enumerate(file, start=1):
                if line.strip() and (wrong := _problem(line)):
                    problems.append(Problem(path, number, wrong))
                elif line.strip():
                    lines.append(number)
                    offsets.append(offset)
                offset += len(line)
    except OSError as error:
        raise GlossaryError(f"{path} cannot be read: {error.strerror}.") from error
    if problems or not lines:
        raise BadGlossaryError(problems or [Problem(path, 0, "this file is empty.")])
    return np.array(lines), np.array(offsets)


def _problem(line: bytes) -> str | None:
    try:
        cleaned(_decoded(line))
    except UnicodeDecodeError:
        return "this line is not UTF-8; save the file as UTF-8."
    except BadQueryError as error:
        return str(error)
    return None


def _decoded(line: bytes) -> str:
    return line.decode("utf-8-sig").rstrip("\r\n")
