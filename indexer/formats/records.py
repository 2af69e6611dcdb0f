"""A record is one row of a glossary file; here it is checked and becomes an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.errors import Problem
from indexer.glossary import Entry, id_problem, text_problem

TEXT_FIELDS = ("id", "term", "category", "example", "source", "url")
LIST_FIELDS = ("definitions", "aliases", "hidden_labels", "see_also", "broader")
# "definition" holds one text and "definitions" a list; both may stand in one record.
FIELDS = ("id", "term", "definition", *LIST_FIELDS, "category", "example", "source", "url")
LONGEST_RECORD = 1 << 20
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a file: values by field name, as read. ``line`` counts from 1; 0 is unknown."""

    line: int
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader found in one file.

    ``problems`` are rows it could not turn into records, ``notes`` what it left out and why.
    ``title`` and ``licence`` are those of the glossary, where the file says so.
    """

    path: Path
    records: Sequence[Record]
    problems: Sequence[Problem] = ()
    notes: Sequence[str] = ()
    title: str | None = None
    licence: str | None = None


def entry_of(record: Record) -> tuple[Entry | None, list[str]]:
    """Check a record; return the entry (its id ``""`` when it has none), or what is wrong."""
    check = _Check(record)
    texts = {name: check.text(name) for name in TEXT_FIELDS}
    lists = {name: check.texts(name) for name in LIST_FIELDS}
    definition = check.text("definition")
    definitions = union((definition,) if definition else (), lists.pop("definitions"))
    if not check.faults:
        check.whole(texts["id"], texts["term"], definitions)
    if check.faults:
        return None, check.faults
    entry = Entry(
        id=texts["id"],
        term=texts["term"],
        definitions=definitions,
        aliases=lists["aliases"],
        hidden_labels=lists["hidden_labels"],
        see_also=lists["see_also"],
        broader=lists["broader"],
        category=texts["category"] or None,
        example=texts["example"] or None,
        source=texts["source"] or None,
        url=texts["url"] or None,
    )
    return entry, []


@dataclass(slots=True)
class _Check:
    """Reads the fields of one record and collects what is wrong with them."""

    record: Record
    faults: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return a field without white space around it; ``""`` when it is absent or empty."""
        value = self.record.values.get(name)
        return "" if value is None else self._clean(name, value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list without empty and repeated texts. A text alone is a list of one."""
        value = self.record.values.get(name)
        if value is None:
            return ()
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list):
            self.faults.append(f"{name} must be a list of texts, got {shown(value)}")
            return ()
        texts = [self._clean(name, item) for item in items]
        return tuple(dict.fromkeys(text for text in texts if text))

    def whole(self, entry_id: str, term: str, definitions: tuple[str, ...]) -> None:
        """Check what an entry must have."""
        if not term:
            self.faults.append("there is no term; every row needs one")
        elif len(term.splitlines()) > 1 or "\t" in term:
            self.faults.append(
                f"term {shown(term)} has a line break or a tab; write it on one line"
            )
        elif not definitions:
            self.faults.append(f"term {shown(term)} has no definition; add one or take the row out")
        if entry_id and (wrong := id_problem(entry_id)):
            self.faults.append(wrong)

    def _clean(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            self.faults.append(f"{name} must be text, got {shown(value)}; put it in quotes")
            return ""
        if wrong := text_problem(value):
            self.faults.append(f"{name} {shown(value)} has a {wrong}; take it out")
            return ""
        return value.strip()


def too_long(path: Path, line: int, size: int, hint: str = "") -> Problem:
    """Refuse a row over ``LONGEST_RECORD`` bytes."""
    message = f"this row has {size:,} bytes, at most {LONGEST_RECORD:,} are allowed{hint}."
    return Problem(path, line, message)


def one_line(text: str) -> str:
    """Put a text on one line; one that is on one line already stays as it is."""
    broken = len(text.splitlines()) > 1 or "\t" in text
    return " ".join(text.split()) if broken else text


def union(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts of both in order, each once."""
    return tuple(dict.fromkeys(first + second))


def shown(value: object) -> str:
    """Quote a value for a message, cut when it is long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
