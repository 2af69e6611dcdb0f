"""Glossaries in HTML pages.

Read are definition lists, bold terms, headings, and data that lies in a script as JSON: of
schema.org, or a list of objects with a term and a definition. No script is run; what a program on
the page would put together is not seen.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.blocks import Kind
from indexer.formats.columns import Columns
from indexer.formats.definedterms import Terms
from indexer.formats.files import read_clean_source
from indexer.formats.leavings import Leavings
from indexer.formats.options import ReadOptions
from indexer.formats.pages import Page, parse_page
from indexer.formats.prose import read_blocks
from indexer.formats.records import Record, Source

_TERM_KEYS = ("term", "name", "word", "headword", "title")
_DEFINITION_KEYS = ("definition", "definitions", "description", "meaning")


def read_html(path: Path, options: ReadOptions) -> Source:
    """Read the entries of a page, from its data where it has some, else from its text.

    Raises:
        BadGlossaryError: The file cannot be read, or has no entries in a style known here.
    """
    page = parse_page(path, read_clean_source(path, options.encoding))
    leavings = Leavings()
    records = _from_data(page, options, leavings) or read_blocks(page.blocks, leavings)
    if page.programs:
        why = "programs, which are not run: what they would show is not seen"
        leavings.leave("script", why, count=page.programs)
    if not records:
        problem = (
            "there are no entries here: no <dl>, no bold terms with definitions, no headings with "
            "text, and no list of terms in a script as JSON."
        )
        raise BadGlossaryError([Problem(path, 0, problem)])
    return Source(path, records, notes=leavings.notes(), title=page.title or None)


def _from_data(page: Page, options: ReadOptions, leavings: Leavings) -> list[Record]:
    records: list[Record] = []
    for script in page.data:
        try:
            value = json.loads(script.text)
        except (ValueError, RecursionError):
            leavings.leave("script", f"its JSON in line {script.line} cannot be read")
            continue
        if script.kind == "application/ld+json":
            records += Terms.within(value).records(options.language, leavings)
        else:
            records += _rows(value, script.line, options.columns, leavings)
    if records:
        leavings.tell("row", "read from data in scripts", count=len(records))
        texts = sum(1 for block in page.blocks if block.kind is not Kind.OTHER)
        leavings.leave("passage", "text of the page, which has its terms as data", count=texts)
    return records


def _rows(value: Any, line: int, columns: Columns, leavings: Leavings) -> Iterator[Record]:
    """Yield the objects that have a term and a definition, from a list at any depth."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, list):
            waiting.extend(reversed(found))
        elif isinstance(found, dict):
            row = _row(found, columns)
            if row is None:
                waiting.extend(reversed([v for v in found.values() if isinstance(v, list | dict)]))
                continue
            fields, unread = row
            for key in unread:
                leavings.leave("value", f"of the key {key!r}; --map {key}=FIELD reads it")
            yield Record(line, fields)


def _row(body: dict[str, Any], columns: Columns) -> tuple[dict[str, Any], list[str]] | None:
    """Return an object's fields and the keys that are none, if it has a term and a definition."""
    fields: dict[str, Any] = {}
    unread = []
    for key, value in body.items():
        name = columns.field_of(key)
        if name is None and key.lower() in _TERM_KEYS and "term" not in fields:
            name = "term"
        elif name is None and key.lower() in _DEFINITION_KEYS:
            name = "definition"
        if name:
            fields[name] = value
        elif name is None and value not in ("", None, [], {}):
            unread.append(key)
    has_both = "term" in fields and ("definition" in fields or "definitions" in fields)
    return (fields, unread) if has_both else None
