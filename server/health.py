"""What a monitor asks."""

from flask import Blueprint

from indexer.bodies import Body
from server.live import Live
from server.wire import health_body


def health_routes(live: Live) -> Blueprint:
    """Return the health check."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def health() -> Body:
        """Tell that the service answers, and from which snapshot."""
        return health_body(live.searcher.snapshot)

    return routes
