"""For monitors: whether the process lives, whether it answers, and its figures."""

import logging
from http import HTTPStatus

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST

from indexer.bodies import Body
from server.live import Live
from server.operation.metrics import exposition
from server.problems import problem
from server.settings import Settings
from server.wire import health_body

logger = logging.getLogger(__name__)


def health_routes(live: Live, settings: Settings) -> Blueprint:
    """Return ``/healthz``, ``/readyz`` and, where they are switched on, ``/metrics``."""
    routes = Blueprint("health", __name__)

    @routes.get("/healthz")
    def alive() -> Body:
        """Tell that the process answers, and from which snapshot."""
        return health_body(live.searcher.snapshot)

    @routes.get("/readyz")
    def ready() -> Body | Response:
        """Search once, and tell which snapshot answered and whether a newer one was refused."""
        searcher = live.searcher
        try:
            found = searcher.search(searcher.snapshot.entries[0].term, limit=1).hits
        except Exception:
            logger.exception("The service is not ready: a search failed.")
            found = []
        if not found:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "A search failed; the log says why.")
        # Why it was refused is for the log: it names folders.
        refused = live.refused.name if live.refused else None
        return {**health_body(searcher.snapshot), "refused": refused}

    if settings.metrics:

        @routes.get("/metrics")
        def metrics() -> Response:
            """Answer with all figures."""
            return Response(exposition(), content_type=CONTENT_TYPE_LATEST)

    @routes.after_request
    def fresh(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes
