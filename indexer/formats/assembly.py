"""From records to a glossary: ids, rows and sources that share a term, and the report about them.

All faults of all files are collected before anything is refused, so that a user mends them in one
go. Nothing is dropped in silence: what was joined or renamed is told in the reading's notes.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from indexer.errors import BadGlossaryError, Problem
from indexer.formats.files import SourceFile
from indexer.formats.leavings import counted
from indexer.formats.records import Source, entry_of, union
from indexer.glossary import Entry, Glossary, default_id, title_key


@dataclass(frozen=True, slots=True)
class Reading:
    """A glossary, the files it is from, and what a user should know about how it came together."""

    glossary: Glossary
    files: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """An entry while further rows may still join it; ``source`` counts the files."""

    entry: Entry
    place: str
    source: int
    joined: int = 0
    repeated: int = 0
    former_ids: list[str] = field(default_factory=list)

    def join(self, more: Entry, former_id: str) -> None:
        """Take over what another row says of the same term; what stands here already wins."""
        kept = self.entry
        definitions = union(kept.definitions, more.definitions)
        self.joined += 1
        self.repeated += len(kept.definitions) + len(more.definitions) - len(definitions)
        if former_id not in ("", kept.id):
            self.former_ids.append(former_id)
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
            f"{self.entry.term!r}: {counted(self.joined, 'further row')} joined into {self.place}"
        )
        if self.former_ids:
            note += (
                f", under the id {self.entry.id!r}; no more {', '.join(map(repr, self.former_ids))}"
            )
        if self.repeated:
            note += f"; {counted(self.repeated, 'definition')} repeated word for word, kept once"
        return f"{note}."


@dataclass(frozen=True, slots=True)
class _Row:
    """An entry on its way in, and the id that its file gives it."""

    entry: Entry
    line: int
    given_id: str


@dataclass(slots=True)
class _Assembly:
    """The entries drafted so far, by id and by title, and the faults found so far."""

    merge: bool
    drafts: list[_Draft] = field(default_factory=list)
    by_id: dict[str, _Draft] = field(default_factory=dict)
    by_title: dict[str, _Draft] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add_source(self, number: int, source: Source) -> None:
        """Draft the entries of a file, or join them to those whose terms they repeat."""
        self.notes += [f"{source.path.name}: {note}" for note in source.notes]
        self.problems.extend(source.problems)
        if not source.records and not source.problems:
            why = "".join(f"; {note.rstrip('.')}" for note in source.notes)
            self.problems.append(Problem(source.path, 0, f"this file holds no entry{why}."))
        rows = []
        for record in source.records:
            entry, faults = entry_of(record)
            self.problems.extend(Problem(source.path, record.line, f"{f}.") for f in faults)
            if entry is not None:
                rows.append(_Row(entry, record.line, entry.id))
        if self.merge:
            rows = self._renamed(source.path, rows)
        before = len(self.drafts)
        for row in rows:
            self._add(number, source.path, row)
        if self.merge and number and (joined := len(rows) - len(self.drafts) + before):
            name = source.path.name
            self.notes.append(f"{name}: {counted(joined, 'row')} of it joined by term.")

    def _add(self, number: int, path: Path, row: _Row) -> None:
        entry, title = row.entry, title_key(row.entry.term)
        same = self.by_title.get(title)
        if same and (not entry.id or (self.merge and same.source < number)):
            same.join(entry, row.given_id)
            return
        place = f"{path}:{row.line}" if row.line else str(path)
        if entry.id and (taken := self.by_id.get(entry.id)):
            remedy = "" if taken.source == number else ", or join the files by term with --merge"
            message = (
                f"id {entry.id!r} stands already at {taken.place}; "
                f"give one of them another id{remedy}."
            )
            self.problems.append(Problem(path, row.line, message))
            return
        if not entry.id:
            entry = replace(entry, id=self._free_id(entry.term))
        draft = _Draft(entry, place, number)
        self.drafts.append(draft)
        self.by_id[entry.id] = draft
        self.by_title.setdefault(title, draft)

    def _renamed(self, path: Path, rows: Sequence[_Row]) -> list[_Row]:
        """Give rows the ids they will have, and links the ids that their targets will have.

        A row whose term another file has takes that entry's id. An id that another file gives to
        another term is numbered.
        """
        taken = {row.entry.id for row in rows} | self.by_id.keys()
        new_ids: dict[str, str] = {}
        for row in rows:
            given = row.entry.id
            if not given or given in new_ids:
                continue
            if same := self.by_title.get(title_key(row.entry.term)):
                new_ids[given] = same.entry.id
            elif other := self.by_id.get(given):
                new_ids[given] = free = _numbered(given, taken)
                taken.add(free)
                self.notes.append(
                    f"{path.name}: {row.entry.term!r} got the id {free!r}: "
                    f"{other.entry.term!r} has {given!r}."
                )
        return [
            replace(row, entry=_with_ids(row.entry, new_ids)) if new_ids else row for row in rows
        ]

    def _free_id(self, term: str) -> str:
        """Number the slug when another term has it already ("C" and "C++" are both ``c``)."""
        slug = default_id(term)
        free = _numbered(slug, self.by_id)
        if free != slug:
            other = self.by_id[slug].entry.term
            self.notes.append(f"{term!r} got the id {free!r}: {other!r} has {slug!r}.")
        return free


def assemble(
    sources: Sequence[Source],
    *,
    title: str,
    language: str = "en",
    licence: str | None = None,
    merge: bool = False,
) -> Reading:
    """Join the records of one or more files, in the order given, into one glossary.

    A row without an id that repeats a term adds its definitions to that entry. With ``merge``, so
    does a row with an id, where the entry is of an earlier file. Titles are compared by
    ``title_key``.

    Raises:
        BadGlossaryError: A row is at fault, or a file has none. All faults are in it.
    """
    assembly = _Assembly(merge)
    for number, source in enumerate(sources):
        assembly.add_source(number, source)
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


def _numbered(wanted: str, taken: Container[str]) -> str:
    free, count = wanted, 1
    while free in taken:
        count += 1
        free = f"{wanted}-{count}"
    return free


def _with_ids(entry: Entry, new_ids: Mapping[str, str]) -> Entry:
    return replace(
        entry,
        id=new_ids.get(entry.id, entry.id),
        see_also=tuple(new_ids.get(name, name) for name in entry.see_also),
        broader=tuple(new_ids.get(name, name) for name in entry.broader),
    )


def _place(problem: Problem) -> tuple[str, int]:
    return str(problem.path), problem.line
