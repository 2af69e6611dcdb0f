"""The search page."""

from flask import Blueprint, render_template, request

from indexer.asking import MatchedOn
from indexer.glossary import Entry
from indexer.snapshot import Snapshot
from server.live import Live
from server.settings import Settings

_SAMPLES = 6
REASONS = {
    MatchedOn.TERM: "by its name",
    MatchedOn.ALIAS: "by another name of it",
    MatchedOn.SPELLING: "by a similar spelling",
    MatchedOn.DEFINITION: "by its words and meaning",
    MatchedOn.MEANING: "by its meaning",
}


def search_page(routes: Blueprint, live: Live, settings: Settings) -> None:
    """Add the search page."""

    @routes.get("/")
    def search() -> str:
        """Show the search box and, for ``?q=…``, what was found."""
        # A shared link may carry parameters of others; they do no harm here.
        query = request.args.get("q", "").strip()
        exact = request.args.get("exact") == "true"
        category = request.args.get("category") or None
        searcher = live.searcher
        answer = (
            searcher.search(query, limit=settings.hits, correct=not exact, category=category)
            if query
            else None
        )
        return render_template(
            "search.html",
            query=query,
            category=category,
            answer=answer,
            reasons=REASONS,
            parted=_parted,
            samples=[] if answer else samples(searcher.snapshot),
            listing=searcher.snapshot.listing,
        )


def _parted(text: str, sentence: str) -> tuple[str, str, str]:
    """Cut a text into what stands before a sentence of it, the sentence, and what follows."""
    before, found, after = text.partition(sentence)
    # The only sentence is the whole text: there is nothing to point out.
    return (before, found, after) if found and (before or after).strip() else (text, "", "")


def samples(snapshot: Snapshot) -> list[Entry]:
    """Return entries from all over the glossary, to begin with."""
    entries = snapshot.entries
    step = max(1, len(entries) // _SAMPLES)
    return [entries[number] for number in range(step // 2, len(entries), step)][:_SAMPLES]
