"""Pages of a site, rendered from the service's templates with links that hold in any folder."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup

from indexer.glossary import Entry, category_slug
from indexer.lookup import shortened
from indexer.snapshot import Snapshot
from server.reach.head import Head, term_description
from server.reach.structured import defined_term, defined_term_set
from server.site.places import START, links_from

HERE = Path(__file__).parent
SERVER = HERE.parent
# Some browsers do not count the files beside a page as its own when it was opened as a file.
_OWN = "'self' file:"
_POLICY = (
    f"default-src 'none'; style-src {_OWN}; script-src {_OWN}; img-src {_OWN} data:; "
    f"form-action {_OWN}; base-uri 'none'"
)


class Pages:
    """Renders the pages of one glossary. ``url`` is the public address, if it has one."""

    def __init__(self, snapshot: Snapshot, *, by_meaning: bool, url: str | None) -> None:
        self._manifest, self._url = snapshot.manifest, url
        loaders = [FileSystemLoader(folder / "templates") for folder in (HERE, SERVER)]
        self._environment = Environment(
            loader=ChoiceLoader(loaders), autoescape=True, trim_blocks=True, lstrip_blocks=True
        )
        self._environment.filters["gist"] = shortened
        self._environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
        self._shared: dict[str, object] = {
            "glossary": snapshot.manifest,
            "snapshot": snapshot.name,
            "category_slug": category_slug,
            "policy": _POLICY,
            "by_meaning": by_meaning,
            "box_label": None if by_meaning else "Search titles and definitions",
        }

    def render(self, place: PurePosixPath, endpoint: str, template: str, **parts: Any) -> str:
        """Return the page that lies at a place, and is what the service shows at an endpoint."""
        return self._environment.get_template(template).render(
            self._shared,
            url_for=links_from(place),
            page_head=partial(self._head, place, parts.get("entry")),
            request={"endpoint": endpoint},
            **parts,
        )

    def sitemap(self, template: str, addresses: Sequence[str]) -> str:
        """Return a sitemap, or the list of its parts."""
        return self._environment.get_template(template).render(
            addresses=addresses, changed=self._manifest.created
        )

    def address(self, place: PurePosixPath) -> str | None:
        """Return the public address of a page, if the site has one."""
        if self._url is None:
            return None
        return f"{self._url}/" if place == START else f"{self._url}/{quote(str(place))}"

    def _head(self, place: PurePosixPath, entry: Entry | None, title: str) -> Head:
        plain = Markup(title).unescape().strip()  # noqa: S704  it is taken out of markup, not put in
        address, home = self.address(place), self.address(START)
        if entry is not None:
            about = term_description(entry)
        else:
            about = f"{plain}: {self._manifest.counts.entries:,} terms and what is related to them."
        if address is None or home is None:
            return Head(plain, about, None)
        if entry is not None:
            return Head(plain, about, address, defined_term(entry, address, self._manifest, home))
        data = defined_term_set(self._manifest, home) if place == START else None
        return Head(plain, about, address, data)
