"""The pages people read."""

from flask import Blueprint, render_template, request

from indexer.asking import MatchedOn
from indexer.glossary import Entry
from indexer.snapshot import Snapshot
from server.live import Live
from server.settings import Settings

_SAMPLES = 6
_REASONS = {
    MatchedOn.TERM: "by its name",
    MatchedOn.ALIAS: "by another name of it",
    MatchedOn.SPELLING: "by a similar spelling",
    MatchedOn.DEFINITION: "by its words and meaning",
    MatchedOn.MEANING: "by its meaning",
}


def _parted(text: str, sentence: str) -> tuple[str, str, str]:
    """Cut a text into what stands before a sentence of it, the sentence, and what follows."""
    before, found, after = text.partition(sentence)
    # The only sentence is the whole text: there is nothing to point out.
    return (before, found, after) if found and (before or after).strip() else (text, "", "")


def _samples(snapshot: Snapshot) -> list[Entry]:
    """Return entries from all over the glossary, to begin with."""
    entries = snapshot.entries
    step = max(1, len(entries) // _SAMPLES)
    return [entries[number] for number in range(step // 2, len(entries), step)][:_SAMPLES]


def page_routes(live: Live, settings: Settings) -> Blueprint:
    """Return the search page and the term pages."""
    routes = Blueprint("pages", __name__)

    @routes.app_context_processor
    def site() -> dict[str, object]:
        """Give every page what stands around it."""
        manifest = live.searcher.snapshot.manifest
        return {"glossary": manifest, "reasons": _REASONS, "parted": _parted}

    @routes.get("/")
    def search() -> str:
        """Show the search box and, for ``?q=…``, what was found."""
        # A shared link may carry parameters of others; they do no harm here.
        query = request.args.get("q", "").strip()
        exact = request.args.get("exact") == "true"
        searcher = live.searcher
        samples = _samples(searcher.snapshot)
        answer = searcher.search(query, limit=settings.hits, correct=not exact) if query else None
        return render_template("search.html", query=query, answer=answer, samples=samples)

    @routes.get("/terms/<entry_id>")
    def term(entry_id: str) -> str:
        """Show an entry with its related articles."""
        searcher = live.searcher
        number = searcher.number_of(entry_id)
        entry = searcher.snapshot.entries[number]
        return render_template(
            "term.html",
            entry=entry,
            see_also=searcher.linked(entry.see_also),
            broader=searcher.linked(entry.broader),
            related=searcher.related(number, limit=settings.related_items),
        )

    return routes
