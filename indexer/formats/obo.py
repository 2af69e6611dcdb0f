"""OBO ontologies, read by fastobo.

An EXACT synonym is an alias. A NARROW or RELATED one becomes a hidden label: who types it is served
by this entry, but a page must not call it the same thing. A BROAD one is left out: who types it
means more than this entry.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import read_source
from indexer.formats.leavings import Leavings, without_dead_links
from indexer.formats.options import ReadOptions
from indexer.formats.records import Record, Source, one_line
from indexer.glossary import default_id, id_problem

_COMMENT = re.compile(r"^[ \t]*!.*", re.MULTILINE)
_TERM_ID = re.compile(r"id:[ \t]*(\S+)")


def read_obo(path: Path, options: ReadOptions) -> Source:
    """Read the terms of an OBO file; obsolete ones, and those without a definition, are left out.

    Raises:
        BadGlossaryError: The file cannot be read, or a line is no OBO.
    """
    import fastobo  # noqa: PLC0415  heavy, and for this format only

    text = read_source(path, options.encoding)
    try:
        # A line that is a comment is allowed, and a trap: fastobo 0.14 panics at it. With more than
        # one thread, terms would come in any order.
        document = fastobo.loads(_COMMENT.sub("", text), threads=1)
    except BaseException as error:
        # A panic is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise BadGlossaryError([_problem(path, text, error)]) from error
        raise
    lines = {
        match.group(1): number
        for number, line in enumerate(text.split("\n"), start=1)
        if (match := _TERM_ID.match(line))
    }
    leavings = Leavings()
    records = []
    for frame in document:
        if not isinstance(frame, fastobo.term.TermFrame):
            leavings.leave("stanza", "no [Term]", str(frame.id))
        elif (values := _values(frame, leavings)) is not None:
            records.append(Record(lines.get(str(frame.id), 0), values))
    if not records:
        raise BadGlossaryError([Problem(path, 0, "no [Term] here has both a name and a def.")])
    kept = without_dead_links(records, leavings, "term")
    return Source(path, _with_telling_categories(kept), notes=leavings.notes())


def _problem(path: Path, text: str, error: BaseException) -> Problem:
    line = getattr(error, "lineno", None) or 0
    lines = ["", *text.split("\n")]
    got = f", got {lines[line].strip()[:60]!r}" if 0 < line < len(lines) else ""
    reason = (getattr(error, "msg", None) or str(error))[:80]
    return Problem(path, line, f"this is no OBO: {reason}{got}; mend the line.")


def _values(frame: Any, leavings: Leavings) -> dict[str, object] | None:
    """Return the fields of a term, or count why it is left out."""
    clauses: dict[str, list[Any]] = {}
    for clause in frame:
        clauses.setdefault(clause.raw_tag(), []).append(clause)
    name = clauses["name"][0].name if "name" in clauses else ""
    if any(clause.obsolete for clause in clauses.get("is_obsolete", ())):
        leavings.leave("term", "obsolete", name or str(frame.id))
        return None
    if not name:
        leavings.leave("term", "no name", str(frame.id))
        return None
    definitions = [clause.definition for clause in clauses.get("def", ())]
    if not any(text.strip() for text in definitions):
        leavings.leave("term", "no definition", name)
        return None
    aliases, hidden = [], []
    for clause in clauses.get("synonym", ()):
        scope, synonym = clause.synonym.scope, clause.synonym.desc
        if scope == "EXACT":
            aliases.append(synonym)
        elif scope == "BROAD":
            leavings.leave("synonym", "BROAD, it means more than its term", synonym)
        else:
            hidden.append(synonym)
            leavings.tell("synonym", f"found but not shown: {scope}", synonym)
    return {
        "id": _entry_id(frame.id),
        "term": one_line(name),
        "definitions": definitions,
        "aliases": aliases,
        "hidden_labels": hidden,
        "broader": [_entry_id(clause.term) for clause in clauses.get("is_a", ())],
        "category": str(clauses["namespace"][0].namespace) if "namespace" in clauses else None,
    }


def _with_telling_categories(records: Sequence[Record]) -> Sequence[Record]:
    """Take the namespace out where all terms have the same."""
    if len({record.values["category"] for record in records}) > 1:
        return records
    return [Record(record.line, {**record.values, "category": None}) for record in records]


def _entry_id(identifier: object) -> str:
    """Return an identifier as it is, or what can stand in an address where it cannot."""
    text = str(identifier)
    return text if id_problem(text) is None else default_id(text)
