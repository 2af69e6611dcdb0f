"""Judged files: a JSON object a line, plain or gzipped, read with every fault collected."""

import gzip
import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import read_text


@dataclass(slots=True)
class Faults:
    """What is wrong with the files read so far, to be told all at once."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path, line: int, message: str) -> None:
        """Note a fault."""
        self.problems.append(Problem(path, line, message))

    def refuse(self) -> None:
        """Do nothing when there is no fault.

        Raises:
            BadGlossaryError: There are faults; all of them are in it.
        """
        if self.problems:
            raise BadGlossaryError(self.problems)


@dataclass(frozen=True, slots=True)
class Row:
    """One object of a file. A field that is not as it should be is noted, and reads as empty."""

    path: Path
    line: int
    values: dict[str, object]
    faults: Faults

    def fault(self, message: str) -> None:
        """Note what is wrong with this row."""
        self.faults.add(self.path, self.line, message)

    def allow(self, names: Collection[str]) -> None:
        """Note every key that is none of these names."""
        for key in self.values:
            if key not in names:
                self.fault(f"{key!r} is no field here; there are {', '.join(names)}.")

    def text(self, name: str) -> str:
        """Return a text that must be there."""
        value = self.values.get(name)
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{name!r} must be a text, got {value!r}.")
            return ""
        return value.strip()

    def optional_text(self, name: str) -> str | None:
        """Return a text that may be absent."""
        return self.text(name) if name in self.values else None

    def number(self, name: str) -> float:
        """Return a number."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(f"{name!r} must be a number, got {value!r}.")
            return 0.0
        return float(value)

    def whole_number(self, name: str, least: int, most: int) -> int:
        """Return a whole number of this range."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.fault(f"{name!r} must be a whole number from {least} to {most}, got {value!r}.")
            return least
        return value

    def texts(self, name: str, *, least: int = 0) -> tuple[str, ...]:
        """Return a list of texts, at least so many."""
        value = self.values.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(f"{name!r} must be a list of texts, got {value!r}.")
            return ()
        if len(value) < least:
            self.fault(f"{name!r} must have at least {least}, got {value!r}.")
        return tuple(value)

    def rows(self, name: str) -> "list[Row]":
        """Return a list of objects, at least one."""
        value = self.values.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
            self.fault(f"{name!r} must be a list of objects, got {value!r}.")
            return []
        return [Row(self.path, self.line, item, self.faults) for item in value]


def read_rows(path: Path, faults: Faults) -> list[Row]:
    """Read the objects of a file; blank lines are allowed, and what is no object is noted."""
    rows: list[Row] = []
    # Not splitlines(): it would also cut at U+2028 inside a text.
    for number, line in enumerate(_text(path, faults).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            faults.add(path, number, f"this line is not JSON: {error}.")
            continue
        if isinstance(values, dict):
            rows.append(Row(path, number, values, faults))
        else:
            faults.add(path, number, "this line must be a JSON object.")
    return rows


def read_all(paths: Sequence[Path], faults: Faults) -> Iterator[Row]:
    """Yield the objects of several files, in the order given."""
    for path in paths:
        yield from read_rows(path, faults)


def _text(path: Path, faults: Faults) -> str:
    try:
        if path.suffix != ".gz":
            return read_text(path)
        return gzip.decompress(path.read_bytes()).decode("utf-8-sig")
    except BadGlossaryError as error:
        faults.problems.extend(error.problems)
    except FileNotFoundError:
        faults.add(path, 0, "there is no such file.")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        faults.add(path, 0, f"this is no gzipped UTF-8 text: {error}.")
    return ""
