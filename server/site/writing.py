"""Writes a snapshot as a site: pages and data of every entry, lists, and what its search needs."""

import json
import shutil
from collections.abc import Iterator
from itertools import chain
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from indexer.bodies import related_body
from indexer.encoding import Progress
from indexer.glossary import category_slug
from indexer.lexical import Words
from indexer.lookup import Related
from indexer.snapshot import Snapshot
from indexer.stages import Stages
from server.pages.browse import Sheet
from server.pages.search import samples
from server.pages.term import term_parts
from server.site.folder import replaced_folder
from server.site.meaning import NotForBrowsers, meaning_script
from server.site.places import (
    ASSETS,
    BROWSE,
    DATA,
    MARKER,
    START,
    TERM_LIST,
    category_page,
    is_ours,
    letter_page,
    term_data,
    term_page,
)
from server.site.rendering import HERE, SERVER, Pages
from server.site.searching import titles_script, words_script
from server.site.sitemap import sitemap_files
from server.wire import listed_term_body, term_body

_FORMAT = 1
_SHARED_ASSETS = ("icon.svg", "style.css", "suggest.js")

File = tuple[PurePosixPath, str]


def write_site(
    snapshot: Snapshot, folder: Path, *, limit: int, url: str | None, stages: Stages
) -> str | None:
    """Write a snapshot as a folder of files that needs no service.

    Args:
        snapshot: What is shown; the same snapshot gives the same bytes.
        folder: Absent, empty or an earlier export.
        limit: How many related items an entry.
        url: The public address of the folder, for canonical links and a sitemap.
        stages: Told how it gets on.

    Returns:
        Why its search does not go by meaning, if it does not.

    Raises:
        GlossaryError: The folder is no place for a site, or cannot be written; it is as it was.
        BadEncoderError: The model of the snapshot is not there any more.
    """
    with replaced_folder(folder, marker=MARKER.name, is_ours=is_ours) as new:
        try:
            meaning, note = meaning_script(snapshot), None
        except NotForBrowsers as reason:
            meaning, note = None, str(reason)
        pages = Pages(snapshot, by_meaning=meaning is not None, url=url)
        count = stages.stage("Writing", len(snapshot.entries))
        shown: list[PurePosixPath] = []
        for place, text in chain(
            _data_files(snapshot, meaning),
            _list_pages(snapshot, pages),
            _entry_files(snapshot, pages, limit, count),
        ):
            _write(new / place, text)
            if place.suffix == ".html":
                shown.append(place)
        for place, text in sitemap_files(pages, shown):
            _write(new / place, text)
        shutil.copytree(HERE / "static", new / ASSETS)
        for name in _SHARED_ASSETS:
            shutil.copyfile(SERVER / "static" / name, new / ASSETS / name)
    return note


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def _data_files(snapshot: Snapshot, meaning: str | None) -> Iterator[File]:
    """Yield what the search reads, and the list of all terms for programs."""
    facts = {
        "format": _FORMAT,
        "title": snapshot.manifest.title,
        "snapshot": snapshot.name,
        "entries": len(snapshot.entries),
        "search": "words" if meaning is None else "meaning",
    }
    yield MARKER, _json(facts)
    yield DATA / "titles.js", titles_script(snapshot, by_meaning=meaning is not None)
    yield DATA / "words.js", words_script(snapshot)
    if meaning is not None:
        yield DATA / "meaning.js", meaning
    terms = [
        {
            **listed_term_body(entry),
            "page": str(term_page(entry.id)),
            "data": str(term_data(entry.id)),
        }
        for entry in (snapshot.entries[int(number)] for number in snapshot.listing.numbers())
    ]
    yield TERM_LIST, _json({"total": len(terms), "terms": terms})


def _list_pages(snapshot: Snapshot, pages: Pages) -> Iterator[File]:
    """Yield the start page, and the lists of all terms by letter and by category."""
    listing = snapshot.listing
    start = {"query": "", "samples": samples(snapshot), "listing": listing}
    yield START, pages.render(START, "pages.search", "start.html", **start)
    yield BROWSE, pages.render(BROWSE, "pages.browse", "browse.html", listing=listing)
    for section in listing.letters:
        place = letter_page(section.name)
        parts = {
            "section": section,
            "sheet": _sheet(snapshot, listing.numbers(letter=section.name)),
        }
        yield place, pages.render(place, "pages.letter", "letter.html", listing=listing, **parts)
    for section in listing.categories:
        place = category_page(category_slug(section.name))
        sheet = _sheet(snapshot, listing.numbers(category=section.name))
        parts = {"section": section, "sheet": sheet}
        yield place, pages.render(place, "pages.category", "category.html", **parts)


def _sheet(snapshot: Snapshot, numbers: NDArray[np.int32]) -> Sheet:
    """Put a list on one page: a site is read from files, where one more page is one more file."""
    return Sheet([snapshot.entries[int(number)] for number in numbers], 1, 1)


def _entry_files(
    snapshot: Snapshot, pages: Pages, limit: int, progress: Progress
) -> Iterator[File]:
    """Yield the page of every entry and, beside it, what the API answers of it, in one body."""
    related = Related(snapshot, Words(snapshot.manifest.language))
    for number, entry in enumerate(snapshot.entries):
        items = related.of(number, limit=limit)
        parts = term_parts(snapshot, number, items)
        place = term_page(entry.id)
        yield place, pages.render(place, "pages.term", "term.html", **parts)
        body = term_body(entry, parts["see_also"], parts["broader"])
        yield term_data(entry.id), _json({**body, **related_body(entry, items)})
        progress(1)


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False) + "\n"
