"""From records to a glossary: ids, rows that share a term, and the report about both.

All faults of all files are collected before anything is refused, so that a user mends them in one
go. Nothing is dropped in silence: what was joined or renamed is told in the reading's notes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import SourceFile
from indexer.formats.records import Record, Source, entry_of, union
from indexer.glossary import Entry, Glossary, default_id, title_key


@dataclass(frozen=True, slots=True)
class Reading:
    """A glossary, the files it is from, and what a user should know about how it came together."""

    glossary: Glossary
    files: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """An entry while further rows may still join it."""

    entry: Entry
    place: str
    joined: int = 0
    repeated: int = 0

    def join(self, more: Entry) -> None:
        """Take over what another row says of the same term; what stands here already wins."""
        kept = self.entry
        definitions = union(kept.definitions, more.definitions)
        self.joined += 1
        self.repeated += len(kept.definitions) + len(more.definitions) - len(definitions)
        self.entry = replace(
            kept,
            definitions=definitions,
            aliases=union(kept.aliases, more.aliases),
            hidden_labels=union(kept.hidden_labels, more.hidden_labels),
            see_also=union(kept.see_also, more.see_also),
            broader=union(kept.broader, more.broader),
            category=kept.category or more.category,
            example=kept.example or more.example,
            source=kept.source or more.source,
            url=kept.url or more.url,
        )

    def note(self) -> str | None:
        """Say that rows were joined, when they were."""
        if not self.joined:
            return None
        note = (
            f"{self.entry.term!r}: {_counted(self.joined, 'further row')} joined into {self.place}"
        )
        if self.repeated:
            note += f"; {_counted(self.repeated, 'definition')} repeated word for word, kept once"
        return f"{note}."


@dataclass(slots=True)
class _Assembly:
    """The entries drafted so far, by id and by title, and the faults found so far."""

    drafts: list[_Draft] = field(default_factory=list)
    by_id: dict[str, _Draft] = field(default_factory=dict)
    by_title: dict[str, _Draft] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, path: Path, record: Record) -> None:
        """Draft a new entry, or join the record to the entry whose term it repeats."""
        entry, faults = entry_of(record)
        self.problems.extend(Problem(path, record.line, f"{fault}.") for fault in faults)
        if entry is None:
            return
        title = title_key(entry.term)
        if not entry.id and (same := self.by_title.get(title)):
            same.join(entry)
            return
        if entry.id and (taken := self.by_id.get(entry.id)):
            message = (
                f"id {entry.id!r} stands already at {taken.place}; give one of them another id."
            )
            self.problems.append(Problem(path, record.line, message))
            return
        if not entry.id:
            entry = replace(entry, id=self._free_id(entry.term))
        draft = _Draft(entry, f"{path}:{record.line}")
        self.drafts.append(draft)
        self.by_id[entry.id] = draft
        self.by_title.setdefault(title, draft)

    def _free_id(self, term: str) -> str:
        """Number the slug when another term has it already ("C" and "C++" are both ``c``)."""
        slug = free = default_id(term)
        count = 1
        while free in self.by_id:
            count += 1
            free = f"{slug}-{count}"
        if free != slug:
            other = self.by_id[slug].entry.term
            self.notes.append(f"{term!r} got the id {free!r}: {other!r} has {slug!r}.")
        return free


def assemble(
    sources: Sequence[Source], *, title: str, language: str = "en", licence: str | None = None
) -> Reading:
    """Join the records of one or more files, in the order given, into one glossary.

    A row without an id that repeats a term adds its definitions to that entry. Titles are compared
    by ``title_key``.

    Raises:
        BadGlossaryError: A row is at fault, or a file has none. All faults are in it.
    """
    assembly = _Assembly()
    for source in sources:
        assembly.problems.extend(source.problems)
        if not source.records and not source.problems:
            assembly.problems.append(Problem(source.path, 0, "this file holds no entry."))
        for record in source.records:
            assembly.add(source.path, record)
    if assembly.problems:
        raise BadGlossaryError(sorted(assembly.problems, key=_place))
    entries = tuple(draft.entry for draft in assembly.drafts)
    glossary = Glossary(entries, title=title, language=language, licence=licence)
    joined = [note for draft in assembly.drafts if (note := draft.note())]
    files = tuple(SourceFile.of(source.path) for source in sources)
    return Reading(glossary, files, (*assembly.notes, *joined, *_dead_links(glossary)))


def _dead_links(glossary: Glossary) -> list[str]:
    return [
        f"{entry.term!r}: {kind} names {name!r}, which is no entry; no page will show it."
        for entry, kind, name in glossary.unknown_links()
    ]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _place(problem: Problem) -> tuple[str, int]:
    return str(problem.path), problem.line
