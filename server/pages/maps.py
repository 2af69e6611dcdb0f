"""The maps: a term among its neighbours, and the whole glossary."""

from flask import Blueprint, render_template, request

from indexer.neighbours import edges
from server.live import Live
from server.pages.browse import category_section
from server.pages.graph import NARROW, WIDE, draw
from server.pages.sheet import (
    HEIGHT,
    WIDTH,
    category_sheet,
    whole_sheet,
)

_NEIGHBOURS = 12


def map_pages(routes: Blueprint, live: Live) -> None:
    """Add the map of each term and the overview map."""

    @routes.get("/terms/<entry_id>/map")
    def term_map(entry_id: str) -> str:
        """Show an entry among its related items, joined where they list each other."""
        searcher = live.searcher
        number = searcher.number_of(entry_id)
        entry = searcher.snapshot.entries[number]
        items = searcher.related(number, limit=_NEIGHBOURS)
        joined = edges(searcher.snapshot, number, limit=_NEIGHBOURS)
        graphs = draw(entry, items, joined, (WIDE, NARROW))
        return render_template("term_map.html", entry=entry, items=items, graphs=graphs)

    @routes.get("/map")
    def map() -> str:  # noqa: A001  the endpoint's name
        """Show the whole glossary, for ``?category=…`` one part of it, larger."""
        snapshot = live.searcher.snapshot
        slug = request.args.get("category", "")
        section = category_section(snapshot.listing, slug) if slug else None
        sheet = category_sheet(snapshot, section) if section else whole_sheet(snapshot)
        return render_template("map.html", sheet=sheet, section=section, width=WIDTH, height=HEIGHT)
