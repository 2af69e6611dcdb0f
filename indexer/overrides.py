"""Editors' rules for related lists: read from a file of their own, resolved against a glossary.

The file is JSON Lines, one rule a line, so that a line of its history is a decision:

    {"entry": "Agoraphobia", "pin": "Panic disorder"}
    {"entry": "Agoraphobia", "block": ["Acrophobia", "Market"], "note": "named alike only"}
    {"entry": "Agoraphobia", "order": ["Panic disorder", "Phobia"]}
    {"entry": "Agoraphobia", "cap": 6}

What a rule names and the glossary no longer has makes it stale: that is told, and the rest of the
file is applied. What no glossary could make sense of is refused, all of it at once.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import SourceFile, read_text, write_lines
from indexer.formats.jsonl import LineError, LongLineError, json_object
from indexer.formats.records import shown, too_long
from indexer.glossary import Entry, Glossary, title_key

_NAMING = ("pin", "block", "order")
_KINDS = (*_NAMING, "cap")
_FIELDS = ("entry", *_KINDS, "note")
_FIELD_OF = {"pin": "pins", "block": "blocks", "order": "order"}


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What editors want of one entry's list; the others are numbers of entries.

    ``order`` comes first in the list, then ``pins``, then what is closest; ``cap`` is the most
    that the list may have.
    """

    pins: tuple[int, ...] = ()
    blocks: tuple[int, ...] = ()
    order: tuple[int, ...] = ()
    cap: int | None = None


NOTHING = Arrangement()


@dataclass(frozen=True, slots=True)
class Overrides:
    """The rules for a glossary, by entry number.

    ``lines`` tells where each rule stands, by entry, kind and other entry, ``stale`` which rules
    name what is no entry.
    """

    arrangements: Mapping[int, Arrangement] = field(default_factory=dict)
    source: SourceFile | None = None
    stale: tuple[str, ...] = ()
    lines: Mapping[tuple[int, str, int | None], str] = field(default_factory=dict)

    def of(self, number: int) -> Arrangement:
        """Return what is wanted of an entry's list; nothing by default."""
        return self.arrangements.get(number, NOTHING)


def read_overrides(path: Path, glossary: Glossary) -> Overrides:
    """Read a file of rules for a glossary; entries go by their id, term or alias.

    Raises:
        BadGlossaryError: Lines are no rules, repeat or contradict each other, or name the entry
            itself; all faults are in it.
    """
    resolving = _Resolving(path, glossary)
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            resolving.add(_rule(number, json_object(line)))
        except LineError as error:
            resolving.fault(number, str(error))
        except LongLineError as error:
            resolving.problems.append(too_long(path, number, error.size))
    resolving.contradictions()
    if resolving.problems:
        raise BadGlossaryError(sorted(resolving.problems, key=lambda problem: problem.line))
    return Overrides(
        resolving.found,
        SourceFile.of(path),
        tuple(resolving.stale),
        {key: f"{path}:{line}" for key, line in resolving.lines.items()},
    )


def save_overrides(path: Path, overrides: Overrides, entries: Sequence[Entry]) -> None:
    """Write what is wanted of each list, by ids, a line an entry; ``load_overrides`` reads it."""
    lines = []
    for number, wanted in sorted(overrides.arrangements.items()):
        body = {
            key: [entries[other].id for other in value] if isinstance(value, tuple) else value
            for key, value in asdict(wanted).items()
        }
        lines.append(json.dumps({"entry": entries[number].id, **body}, ensure_ascii=False))
    write_lines(path, lines)


def load_overrides(path: Path, find: Callable[[str], int | None]) -> Overrides:
    """Read what ``save_overrides`` wrote.

    Raises:
        ValueError: The file is damaged, or does not go with the entries.
    """
    arrangements: dict[int, Arrangement] = {}
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        body = json.loads(line)
        lists = {key: body[key] for key in _FIELD_OF.values()}
        ids = {body["entry"]}.union(*lists.values())
        numbers = {entry_id: number for entry_id in ids if (number := find(entry_id)) is not None}
        if len(numbers) < len(ids):
            raise ValueError(f"the overrides of {body['entry']!r} name what is no entry")
        found = {key: tuple(numbers[one] for one in named) for key, named in lists.items()}
        arrangements[numbers[body["entry"]]] = Arrangement(**found, cap=body["cap"])
    return Overrides(arrangements)


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line: of one kind, for one entry, naming others or, for a cap, a count."""

    line: int
    kind: str
    entry: str
    others: tuple[str, ...] = ()
    cap: int | None = None


def _rule(line: int, values: Mapping[str, object]) -> _Rule:
    if unknown := [key for key in values if key not in _FIELDS]:
        raise LineError(f"{unknown[0]!r} is no field of a rule; there are {', '.join(_FIELDS)}")
    entry = values.get("entry")
    if not isinstance(entry, str) or not entry.strip():
        raise LineError(f"entry must name an entry, got {shown(entry)}")
    kinds = [key for key in _KINDS if key in values]
    if len(kinds) != 1:
        has = " and ".join(kinds) or "none"
        raise LineError(f"a rule has one of {', '.join(_KINDS)}, this line has {has}")
    kind, value = kinds[0], values[kinds[0]]
    if kind == "cap":
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise LineError(f"cap must be a whole number, 0 or more, got {shown(value)}")
        return _Rule(line, kind, entry.strip(), cap=value)
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not names:
        raise LineError(f"{kind} must be a name or a list of names, got {shown(value)}")
    if wrong := [name for name in names if not isinstance(name, str) or not name.strip()]:
        raise LineError(f"{kind} must have names only, got {shown(wrong[0])}")
    return _Rule(line, kind, entry.strip(), tuple(name.strip() for name in names))


@dataclass(slots=True)
class _Resolving:
    """Turns names into numbers, and collects what is wrong and what is stale."""

    path: Path
    glossary: Glossary
    problems: list[Problem] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    lines: dict[tuple[int, str, int | None], int] = field(default_factory=dict)
    found: dict[int, Arrangement] = field(default_factory=dict)

    def add(self, rule: _Rule) -> None:
        """Add a rule to what is wanted of its entry."""
        number = self.glossary.find(rule.entry)
        if number is None:
            self._tell_stale(rule, f"{rule.entry!r} is no entry")
            return
        if rule.kind in ("order", "cap") and not self._claim(rule, number, None):
            return
        was = self.found.get(number, NOTHING)
        if rule.kind == "cap":
            self.found[number] = replace(was, cap=rule.cap)
        else:
            name = _FIELD_OF[rule.kind]
            changed: dict[str, Any] = {name: (*getattr(was, name), *self._others(rule, number))}
            self.found[number] = replace(was, **changed)

    def contradictions(self) -> None:
        """Note where two rules cannot both be kept."""
        for number, wanted in self.found.items():
            for other in sorted({*wanted.pins, *wanted.order} & {*wanted.blocks}):
                line = self.lines[number, "block", other]
                self.fault(
                    line, f"block {self._pair(number, other)}, which another line wants; keep one"
                )
            named = len({*wanted.pins, *wanted.order})
            if wanted.cap is not None and named > wanted.cap:
                self.fault(
                    self.lines[number, "cap", None],
                    f"cap {wanted.cap} of {self._term(number)!r} leaves no room for the {named} "
                    f"entries that are pinned and ordered; raise it, or take some out",
                )

    def fault(self, line: int, message: str) -> None:
        """Note what is wrong with a line."""
        self.problems.append(Problem(self.path, line, f"{message}."))

    def _others(self, rule: _Rule, number: int) -> Iterator[int]:
        for name in rule.others:
            other = self.glossary.find(name)
            if other is None:
                self._tell_stale(rule, f"{rule.kind} of {rule.entry!r} names {name!r}, no entry")
            elif title_key(self._term(other)) == title_key(self._term(number)):
                self.fault(
                    rule.line,
                    f"{rule.kind} of {rule.entry!r} names {name!r}, which is the same term and "
                    f"never in its list; take it out",
                )
            elif self._claim(rule, number, other):
                yield other

    def _claim(self, rule: _Rule, number: int, other: int | None) -> bool:
        key = (number, rule.kind, other)
        if key not in self.lines:
            self.lines[key] = rule.line
            return True
        what = f"of {self._term(number)!r}" if other is None else self._pair(number, other)
        self.fault(
            rule.line, f"{rule.kind} {what} stands already in line {self.lines[key]}; keep one"
        )
        return False

    def _pair(self, number: int, other: int) -> str:
        return f"{self._term(other)!r} of {self._term(number)!r}"

    def _term(self, number: int) -> str:
        return self.glossary.entries[number].term

    def _tell_stale(self, rule: _Rule, message: str) -> None:
        self.stale.append(f"{self.path}:{rule.line}: {message}; take it out or mend the name.")
