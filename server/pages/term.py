"""The page of one entry, after the original site's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template

from indexer.glossary import Entry
from indexer.lookup import RelatedItem, linked
from indexer.mentions import Mention, Mentions
from indexer.snapshot import Snapshot
from server.live import Live
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; ``entry`` is what it mentions, if anything."""

    text: str
    entry: Entry | None = None


def term_page(routes: Blueprint, live: Live, settings: Settings) -> None:
    """Add the term pages."""

    @routes.get("/terms/<entry_id>")
    def term(entry_id: str) -> str:
        """Show an entry with its related articles."""
        searcher = live.searcher
        number = searcher.number_of(entry_id)
        related = searcher.related(number, limit=settings.related_items)
        return render_template("term.html", **term_parts(searcher.snapshot, number, related))


def term_parts(snapshot: Snapshot, number: int, related: Sequence[RelatedItem]) -> dict[str, Any]:
    """Return what ``term.html`` shows of an entry."""
    entry = snapshot.entries[number]
    texts = [*entry.definitions, *([entry.example] if entry.example else [])]
    mentioned = Mentions(snapshot, number).of(texts)
    parts = [
        list(_parts(snapshot, text, found)) for text, found in zip(texts, mentioned, strict=True)
    ]
    return {
        "entry": entry,
        "definitions": parts[: len(entry.definitions)],
        "example": parts[len(entry.definitions) :],
        "see_also": linked(snapshot, entry.see_also),
        "broader": linked(snapshot, entry.broader),
        "related": related,
    }


def _parts(snapshot: Snapshot, text: str, mentions: Sequence[Mention]) -> Iterator[Part]:
    done = 0
    for mention in mentions:
        yield Part(text[done : mention.start])
        yield Part(text[mention.start : mention.end], snapshot.entries[mention.entry])
        done = mention.end
    yield Part(text[done:])
