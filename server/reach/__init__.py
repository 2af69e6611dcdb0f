"""How others find the service: browsers, search engines, link previews, pages elsewhere."""

from functools import partial

from flask import Blueprint

from server.live import Live
from server.reach.browsers import add_browser_views
from server.reach.crawlers import add_crawler_views
from server.reach.head import head_of_request
from server.reach.widget import add_widget_views
from server.settings import Settings


def reach_routes(live: Live, settings: Settings) -> Blueprint:
    """Return the routes for readers who come from elsewhere, and what ``head.html`` needs."""
    routes = Blueprint("reach", __name__)
    add_browser_views(routes, live, settings)
    add_crawler_views(routes, live, settings)
    add_widget_views(routes, settings)

    @routes.app_context_processor
    def head() -> dict[str, object]:
        """Let every page describe itself."""
        return {"page_head": partial(head_of_request, live, settings)}

    return routes
