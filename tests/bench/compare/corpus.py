"""The glossaries that are searched, and the queries that they are asked."""

from dataclasses import dataclass
from pathlib import Path

from indexer.bundled import read_bundled
from indexer.evaluation.cross_glossary import (
    FOLDER,
    Definition,
    by_term,
    glossary_of,
    read_families,
)
from indexer.evaluation.reverse_dictionary import DICTIONARY
from indexer.evaluation.rows import Faults, read_all, read_rows
from indexer.formats import write_glossary
from indexer.glossary import Entry, Glossary
from tests.bench.peers.peer import Probe
from tests.bench.queries import bundled_queries

_GLOSSARY = "openstax"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A glossary, and descriptions by others to ask of it."""

    glossary: Glossary
    queries: list[str]

    @property
    def probe(self) -> Probe:
        """Return a definition that one entry alone has, from the middle of the glossary."""
        texts = [text for entry in self.glossary.entries for text in entry.definitions]
        middle = self.glossary.entries[len(self.glossary.entries) // 2 :]
        return next(
            Probe(entry.definitions[0], entry.id)
            for entry in middle
            if texts.count(entry.definitions[0]) == 1
        )


def serving_corpus(data: Path | None) -> Corpus:
    """Return a textbook's glossary and what other authors wrote, else the bundled glossary."""
    if data is None:
        ours = read_bundled().glossary
        # Definitions too: the judged queries alone would be used up before the time is over.
        texts = [text for entry in ours.entries for text in entry.definitions]
        return Corpus(ours, [*bundled_queries(), *texts])
    faults = Faults()
    rows = [
        Definition(row.text("term"), row.text("definition"))
        for row in read_all([data / FOLDER / f"{_GLOSSARY}.jsonl"], faults)
    ]
    faults.refuse()
    families = read_families(data)
    asked = [row.text for name, rows in families.items() if name != _GLOSSARY for row in rows]
    return Corpus(glossary_of(by_term(rows), title=_GLOSSARY), asked)


def dictionary(data: Path) -> list[Entry]:
    """Return the entries of WordNet, each with its definition."""
    faults = Faults()
    entries = [
        Entry(row.text("id"), row.text("term"), (row.text("definition"),))
        for row in read_rows(data / DICTIONARY, faults)
    ]
    faults.refuse()
    return entries


def write(glossary: Glossary, path: Path) -> Path:
    """Write a glossary where the peers read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_glossary(glossary, path)
    return path


def definitions(data: Path | None, count: int) -> list[str]:
    """Return so many definitions, evenly out of WordNet or else of the bundled glossary."""
    entries = read_bundled().glossary.entries if data is None else dictionary(data)
    step = max(1, len(entries) // count)
    return [entry.definitions[0] for entry in entries[::step][:count]]
