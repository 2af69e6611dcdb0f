"""Every entry in alphabetical order: by letter, by category, a page at a time."""

from dataclasses import dataclass

import numpy as np
from flask import Blueprint, render_template, request
from numpy.typing import NDArray
from werkzeug.exceptions import NotFound

from indexer.glossary import Entry, category_slug
from indexer.listing import Listing, Section
from indexer.snapshot import Snapshot
from server.live import Live

PAGE_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list. ``number`` counts from 1."""

    entries: list[Entry]
    number: int
    pages: int


def browse_pages(routes: Blueprint, live: Live) -> None:
    """Add the list of letters and categories, and the list of each."""

    @routes.get("/browse")
    def browse() -> str:
        """Show every letter and category with its count."""
        return render_template("browse.html", listing=live.searcher.snapshot.listing)

    @routes.get("/browse/letter/<letter>")
    def letter(letter: str) -> str:
        """Show the entries of a letter; ``?page=…`` asks for a later part of them."""
        snapshot = live.searcher.snapshot
        listing = snapshot.listing
        section = _letter_section(listing, letter)
        sheet = _sheet(snapshot, listing.numbers(letter=section.name))
        return render_template("letter.html", section=section, sheet=sheet, listing=listing)

    @routes.get("/browse/category/<path:slug>")
    def category(slug: str) -> str:
        """Show the entries of a category; ``?page=…`` asks for a later part of them."""
        snapshot = live.searcher.snapshot
        listing = snapshot.listing
        section = category_section(listing, slug)
        sheet = _sheet(snapshot, listing.numbers(category=section.name))
        return render_template("category.html", section=section, sheet=sheet, listing=listing)


def category_section(listing: Listing, slug: str) -> Section:
    """Return the category that a part of an address stands for, or answer that there is none."""
    wanted = category_slug(slug)
    for section in listing.categories:
        if category_slug(section.name) == wanted:
            return section
    raise NotFound(f"There is no category {slug[:80]!r} in this glossary.")


def _letter_section(listing: Listing, letter: str) -> Section:
    for section in listing.letters:
        if section.name == letter.upper():
            return section
    raise NotFound(f"No term of this glossary begins with {letter[:80]!r}.")


def _sheet(snapshot: Snapshot, numbers: NDArray[np.int32]) -> Sheet:
    """Return the part of a list that ``?page=…`` asks for."""
    pages = max(1, -(-len(numbers) // PAGE_ENTRIES))
    raw = request.args.get("page", "1")
    # int() would take "1_0" and "٣" too.
    asked = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else 0
    if not 1 <= asked <= pages:
        raise NotFound(f"This list has no page {raw[:20]!r}; its last one is {pages}.")
    first = (asked - 1) * PAGE_ENTRIES
    shown = numbers[first : first + PAGE_ENTRIES]
    return Sheet([snapshot.entries[int(number)] for number in shown], asked, pages)
