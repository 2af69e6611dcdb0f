"""Rows as lines of text: JSON Lines, CSV and TSV, and an edge list."""

import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from indexer.formats.csv import csv_line, guarded
from indexer.relating.rows import COLUMNS, Row, values

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Lines(Generic[Item]):
    """A file of lines, one an item, after an optional header."""

    line: Callable[[Item], str]
    header: str | None = None

    def write_part(self, path: Path, items: Iterable[Item]) -> int:
        """Write the lines of some items, and return how many there are."""
        count = 0
        with path.open("w", encoding="utf-8", newline="") as file:
            for count, item in enumerate(items, start=1):  # noqa: B007  the last is the count
                file.write(f"{self.line(item)}\n")
        return count

    def join(self, parts: Sequence[Path], output: Path) -> None:
        """Write all parts, one after another, into a file."""
        with output.open("wb") as file:
            if self.header is not None:
                file.write(f"{self.header}\n".encode())
            for part in parts:
                with part.open("rb") as lines:
                    shutil.copyfileobj(lines, file)


def json_lines() -> Lines[Row]:
    """Write a JSON object a row."""
    return Lines(_json_line)


def csv_lines(delimiter: str) -> Lines[Row]:
    """Write a line a row; what a spreadsheet could take for a formula gets a "'" in front."""
    return Lines(partial(_csv_line, delimiter), csv_line(COLUMNS, delimiter))


def bodies() -> Lines[str]:
    """Write bodies that are lines already."""
    return Lines(str)


def _json_line(row: Row) -> str:
    return json.dumps(dict(zip(COLUMNS, values(row), strict=True)), ensure_ascii=False)


def _csv_line(delimiter: str, row: Row) -> str:
    cells = (guarded(value) if isinstance(value, str) else value for value in values(row))
    return csv_line(list(cells), delimiter)
