"""CSV and TSV with a header row; a list in a cell is written ``one|two``."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.columns import Columns
from indexer.formats.files import read_source, write_lines
from indexer.formats.jsonl import entry_body
from indexer.formats.options import ReadOptions, WriteOptions
from indexer.formats.records import LIST_FIELDS, LONGEST_RECORD, Record, Source, too_long
from indexer.glossary import Glossary

_DELIMITERS = ",;\t|"
LIST_SEPARATOR = "|"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_SEPARATED = re.compile(r"((?:[^|\\]|\\.|\\$)*)(?:\||$)", re.DOTALL)


def read_csv(path: Path, options: ReadOptions) -> Source:
    """Read the records of a file with a header; the delimiter is the one that fits the header best.

    Raises:
        BadGlossaryError: The file is not UTF-8 or empty, or a column is no field.
    """
    text = read_source(path, options.encoding)
    delimiter = _delimiter(text)
    rows = _rows(path, text, delimiter)
    records: list[Record] = []
    problems: list[Problem] = []
    header: list[str] | None = None
    for line, row in rows:
        if isinstance(row, Problem):
            problems.append(row)
        elif header is None:
            header = row
            if wrong := options.columns.problem(path, header):
                raise BadGlossaryError([wrong])
        elif not any(cell.strip() for cell in row):
            continue
        elif len(row) != len(header):
            counts = f"this row has {len(row)} cells and the header has {len(header)}"
            problems.append(Problem(path, line, f"{counts}; is a quote missing?"))
        else:
            records.append(Record(line, _values(header, row, options.columns)))
    return Source(path, records, problems)


def write_csv(glossary: Glossary, path: Path, options: WriteOptions) -> None:
    """Write the fields that any entry has, as CSV or, for a name ending in ``.tsv``, as TSV."""
    bodies = [entry_body(entry) for entry in glossary.entries]
    names = [name for name in _written_fields() if any(name in body for body in bodies)]
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    rows = ([_cell(body.get(name, "")) for name in names] for body in bodies)
    write_lines(path, (csv_line(row, delimiter) for row in (names, *rows)))


def csv_line(row: Sequence[object], delimiter: str) -> str:
    """Write a row, without the end of the line."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(row)
    return text.getvalue()


def guarded(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula: "'" goes in front."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _written_fields() -> tuple[str, ...]:
    return ("id", "term", *LIST_FIELDS, "category", "example", "source", "url")


def _delimiter(text: str) -> str:
    """Choose by the header alone: definitions are full of commas and semicolons."""
    header = text.lstrip().split("\n", 1)[0]
    return max(_DELIMITERS, key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str] | Problem]]:
    """Yield each row with the line it starts at, or the problem that stands in its place."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    with _long_cells():
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                # The reader has lost its place: what follows would be nonsense.
                yield (
                    start,
                    Problem(path, start, f"this row cannot be read ({error}); is a quote missing?"),
                )
                return
            size = sum(len(cell.encode("utf-8", "surrogatepass")) for cell in row)
            if size > LONGEST_RECORD:
                yield start, too_long(path, start, size, "; is a quote missing?")
            else:
                yield start, row
            start = reader.line_num + 1


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell be as long as a record; the library has one limit for the whole process."""
    before = csv.field_size_limit(2 * LONGEST_RECORD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _values(header: list[str], row: list[str], columns: Columns) -> dict[str, object]:
    values: dict[str, object] = {}
    for column, cell in zip(header, row, strict=True):
        if name := columns.field_of(column):
            values[name] = split_list(cell) if name in LIST_FIELDS else cell
    return values


def split_list(cell: str) -> list[str]:
    r"""Split a cell at ``|``; ``\|`` stands for a bar inside a text and ``\\`` for a backslash."""
    parts = [match.group(1) for match in _SEPARATED.finditer(cell)]
    return [re.sub(r"\\([|\\])", r"\1", part) for part in parts if part.strip()]


def join_list(texts: list[str]) -> str:
    """Write a list as one cell that ``split_list`` takes apart again."""
    return LIST_SEPARATOR.join(re.sub(r"([|\\])", r"\\\1", text) for text in texts)


def _cell(value: object) -> str:
    return join_list(value) if isinstance(value, list) else str(value)
