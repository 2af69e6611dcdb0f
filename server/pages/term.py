"""The page of one entry, after the original site's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template

from indexer.glossary import Entry
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
        entry = searcher.snapshot.entries[number]
        texts = [*entry.definitions, *([entry.example] if entry.example else [])]
        parts = _linked(searcher.snapshot, number, texts)
        return render_template(
            "term.html",
            entry=entry,
            definitions=parts[: len(entry.definitions)],
            example=parts[len(entry.definitions) :],
            see_also=searcher.linked(entry.see_also),
            broader=searcher.linked(entry.broader),
            related=searcher.related(number, limit=settings.related_items),
        )


def _linked(snapshot: Snapshot, number: int, texts: Sequence[str]) -> list[list[Part]]:
    """Cut each text into what mentions an entry and what does not."""
    mentioned = Mentions(snapshot, number).of(texts)
    return [
        list(_parts(snapshot, text, found)) for text, found in zip(texts, mentioned, strict=True)
    ]


def _parts(snapshot: Snapshot, text: str, mentions: Sequence[Mention]) -> Iterator[Part]:
    done = 0
    for mention in mentions:
        yield Part(text[done : mention.start])
        yield Part(text[mention.start : mention.end], snapshot.entries[mention.entry])
        done = mention.end
    yield Part(text[done:])
