"""Where everything lies in a site, and how its pages link to each other.

A name becomes a file's name as it is, or, where some file system would not keep it apart from
another or at all, what can be read of it, a tilde and a part of its SHA-256.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from urllib.parse import quote

from indexer.glossary import default_id
from indexer.listing import NO_LETTER

MARKER = PurePosixPath("glossary-site.json")
START, BROWSE = PurePosixPath("index.html"), PurePosixPath("browse.html")
TERM_LIST, SITEMAP = PurePosixPath("terms.json"), PurePosixPath("sitemap.xml")
ASSETS, DATA = PurePosixPath("assets"), PurePosixPath("data")
_TERMS, _LETTERS, _CATEGORIES = (PurePosixPath(n) for n in ("terms", "letters", "categories"))
_OURS = {
    str(place)
    for place in (MARKER, START, BROWSE, TERM_LIST, ASSETS, DATA, _TERMS, _LETTERS, _CATEGORIES)
}
_SITEMAPS = re.compile(r"sitemap(-[0-9]+)?\.xml")

# Capitals are told from small letters by some file systems only; no name begins or ends with a dot.
_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9_-])?")
# Devices of Windows, whatever follows the dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_READABLE, _HASH_DIGITS = 60, 16


def file_name(name: str) -> str:
    """Return what stands for an id, a letter or a category in the names of files."""
    if _PLAIN.fullmatch(name) and not _RESERVED.fullmatch(name):
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    return f"{default_id(name)[:_READABLE].strip('-')}~{digest}"


def is_ours(name: str) -> bool:
    """Tell whether a file or folder of this name belongs into the folder of a site."""
    return name in _OURS or _SITEMAPS.fullmatch(name) is not None


def term_page(entry_id: str) -> PurePosixPath:
    """Return where the page of an entry lies."""
    return _TERMS / f"{file_name(entry_id)}.html"


def term_data(entry_id: str) -> PurePosixPath:
    """Return where what the API answers of an entry lies."""
    return _TERMS / f"{file_name(entry_id)}.json"


def letter_page(letter: str) -> PurePosixPath:
    """Return where the list of a letter lies."""
    # Letters are capitals: no two differ only by case.
    name = "signs" if letter == NO_LETTER else file_name(letter.lower())
    return _LETTERS / f"{name}.html"


def category_page(slug: str) -> PurePosixPath:
    """Return where the list of a category lies."""
    return _CATEGORIES / f"{file_name(slug)}.html"


def place_of(endpoint: str, values: dict[str, str]) -> PurePosixPath | None:
    """Return where what the service answers at an endpoint lies; ``None`` where a site has none."""
    match endpoint:
        case "pages.search":
            return START
        case "pages.browse":
            return BROWSE
        case "pages.term":
            return term_page(values["entry_id"])
        case "pages.letter":
            return letter_page(values["letter"])
        case "pages.category":
            return category_page(values["slug"])
        case "static":
            return ASSETS / values["filename"]
    return None


def links_from(page: PurePosixPath) -> Callable[..., str | None]:
    """Return the ``url_for`` of a page's template: links that hold in any folder."""
    up = "../" * (len(page.parts) - 1)

    def url_for(endpoint: str, **values: str) -> str | None:
        place = place_of(endpoint, values)
        return None if place is None else up + quote(str(place))

    return url_for
