"""The pages people read, by subject."""

from flask import Blueprint

from indexer.glossary import category_slug
from indexer.lookup import shortened
from server.live import Live
from server.pages.browse import browse_pages
from server.pages.maps import map_pages
from server.pages.search import search_page
from server.pages.term import term_page
from server.settings import Settings


def page_routes(live: Live, settings: Settings) -> Blueprint:
    """Return the search page, the term pages, the lists and the maps."""
    routes = Blueprint("pages", __name__)

    @routes.app_context_processor
    def site() -> dict[str, object]:
        """Give every page what stands around it."""
        snapshot = live.searcher.snapshot
        return {"glossary": snapshot.manifest, "category_slug": category_slug}

    routes.add_app_template_filter(shortened, "gist")
    search_page(routes, live, settings)
    term_page(routes, live, settings)
    browse_pages(routes, live)
    map_pages(routes, live)
    return routes
