"""What assistants are answered: entries, each with what it takes to cite it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from indexer.glossary import Entry
from indexer.snapshot import Manifest
from server.address import term_address


class Cited(BaseModel, frozen=True):
    """An entry, with what it takes to cite it."""

    id: str
    term: str
    citation: str = Field(description="Term, glossary, licence and address, ready to quote.")
    url: str | None = Field(description="The page of the term; null where it has none.")


class FoundTerm(Cited, frozen=True):
    """An entry found by search."""

    definition: str = Field(description="The definition that matched best.")
    strength: float = Field(description="0 to 100; from 50 on it is a close match.")
    matched_on: str = Field(description="term, alias, spelling, definition (its words) or meaning.")


class Found(BaseModel, frozen=True):
    """The answer to search, best first."""

    query: str
    corrected: str | None = Field(description="The title searched for instead of a misspelt query.")
    close_match: bool = Field(description="False: the hits are only the nearest there are.")
    hits: list[FoundTerm]


class Definition(Cited, frozen=True):
    """The answer to define."""

    definitions: list[str]
    aliases: list[str]
    category: str | None
    example: str | None
    see_also: list[Cited]
    broader: list[Cited]
    source: str | None = Field(description="Where the glossary has the definition from.")
    source_url: str | None


class RelatedTerm(Cited, frozen=True):
    """An entry related to another."""

    strength: float = Field(description="0 to 100, how rare such closeness is by chance.")
    snippet: str = Field(description="How its definition begins.")
    curated: bool = Field(description="Whether the editors of the glossary link the two.")
    shared_words: list[str]


class RelatedTerms(Cited, frozen=True):
    """The answer to related, closest first."""

    related: list[RelatedTerm]


@dataclass(frozen=True, slots=True)
class Citing:
    """Cites the entries of a glossary."""

    manifest: Manifest
    address: str | None

    def facts(self, entry: Entry) -> dict[str, Any]:
        """Return the fields of ``Cited``."""
        address = (self.address or "").rstrip("/")
        url = term_address(address, entry.id) if address else None
        licence = f" ({self.manifest.licence})" if self.manifest.licence else ""
        citation = f"“{entry.term}”, {self.manifest.title}{licence}"
        if url is not None:
            citation += f", {url}"
        return {"id": entry.id, "term": entry.term, "citation": citation, "url": url}

    def all(self, entries: Sequence[Entry]) -> list[Cited]:
        """Cite several."""
        return [Cited(**self.facts(entry)) for entry in entries]
