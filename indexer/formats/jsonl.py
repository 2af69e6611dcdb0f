"""JSON Lines: an object a line, with ``definition`` (a text) or ``definitions`` (a list)."""

import json
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import read_source, write_lines
from indexer.formats.options import ReadOptions, WriteOptions
from indexer.formats.records import LONGEST_RECORD, Record, Source, shown, too_long
from indexer.glossary import Entry, Glossary


def read_jsonl(path: Path, options: ReadOptions) -> Source:
    """Read the records of a JSON Lines file. Blank lines are allowed.

    Raises:
        BadGlossaryError: The file is not UTF-8 or empty, or has keys that are no field.
    """
    records: list[Record] = []
    problems: list[Problem] = []
    keys: dict[str, None] = {}
    # Not splitlines(): it would also cut at U+2028 inside a definition.
    for number, line in enumerate(read_source(path, options.encoding).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = json_object(line)
        except LineError as error:
            problems.append(Problem(path, number, f"{error}."))
            continue
        except LongLineError as error:
            problems.append(too_long(path, number, error.size))
            continue
        keys.update(dict.fromkeys(values))
        fields = {
            name: value for key, value in values.items() if (name := options.columns.field_of(key))
        }
        records.append(Record(number, fields))
    # Once for the whole file: a stray key usually stands in every line.
    if keys and (wrong := options.columns.problem(path, list(keys))):
        raise BadGlossaryError([wrong, *problems])
    return Source(path, records, problems)


def write_jsonl(glossary: Glossary, path: Path, options: WriteOptions) -> None:
    """Write a line an entry, with the fields it has; ``read_jsonl`` gives the same entries."""
    lines = (json.dumps(entry_body(entry), ensure_ascii=False) for entry in glossary.entries)
    write_lines(path, lines)


def entry_body(entry: Entry) -> dict[str, object]:
    """Return the fields an entry has, ready for JSON."""
    body: dict[str, object] = {"id": entry.id, "term": entry.term}
    body["definitions"] = list(entry.definitions)
    for name in ("aliases", "hidden_labels", "see_also", "broader"):
        if texts := getattr(entry, name):
            body[name] = list(texts)
    for name in ("category", "example", "source", "url"):
        if text := getattr(entry, name):
            body[name] = text
    return body


class LineError(ValueError):
    """A line is no JSON object; the message says why."""


class LongLineError(ValueError):
    """A line is too long to be an entry."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def json_object(line: str) -> dict[str, object]:
    """Read a line as one JSON object.

    Raises:
        LineError: It is none, or has a key twice.
        LongLineError: It has more than ``LONGEST_RECORD`` bytes.
    """
    size = len(line.encode("utf-8", "surrogatepass"))
    if size > LONGEST_RECORD:
        raise LongLineError(size)
    try:
        values = _DECODER.decode(line)
    except json.JSONDecodeError as error:
        raise LineError(f"this is not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError:
        raise LineError("this JSON is nested too deeply; an entry is one flat object") from None
    if not isinstance(values, dict):
        raise LineError(f"a line must be a JSON object, got {shown(values)}")
    return values


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse a key that stands twice: JSON would keep the last and lose the first in silence."""
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LineError(f"the key {twice!r} stands twice; keep one")
    return values


# Once: ``json.loads`` would make one for each line.
_DECODER = json.JSONDecoder(object_pairs_hook=_unique)
