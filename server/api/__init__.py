"""The JSON API, version 1, described by its own OpenAPI document."""

from flask_openapi3.blueprint import APIBlueprint

from server.api.answers import Problem
from server.api.glossary import add_glossary
from server.api.searching import add_searching
from server.api.terms import add_terms
from server.api.views import PREFIX, api_blueprint, refuse
from server.live import Live
from server.settings import Settings

__all__ = ["PREFIX", "Problem", "api_routes", "refuse"]


def api_routes(live: Live, settings: Settings) -> APIBlueprint:
    """Return the routes below ``/api/v1``."""
    routes = api_blueprint()
    add_searching(routes, live, settings)
    add_terms(routes, live, settings)
    add_glossary(routes, live)
    return routes
