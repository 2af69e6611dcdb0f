"""``create_app`` puts the parts together, and nothing else."""

import importlib.metadata
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_cors import CORS
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI

from server.api import PREFIX, Problem, api_routes, refuse
from server.caching import register_caching
from server.docs import SUMMARY, register_docs
from server.live import Live
from server.operation import register_operation
from server.pages import page_routes
from server.problems import register_problems
from server.reach import reach_routes
from server.settings import Settings
from server.wire import Json


class _App(OpenAPI):
    """All functions of it are plain, so that none has to be looked at before it is called."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function itself: Flask would ask of each, at each request, if it is async."""
        return func


def create_app(live: Live, settings: Settings | None = None) -> Flask:
    """Return the WSGI app that answers for the live snapshot."""
    settings = settings or Settings()
    app = _App(
        __name__,
        info=Info(
            title="Glossary API",
            version=importlib.metadata.version("glossary-search"),
            description=SUMMARY,
        ),
        # Without any it would write "null", which is no OpenAPI.
        security_schemes={},
        # The page at /docs is our own; the framework's would load from elsewhere.
        doc_ui=False,
        validation_error_status=400,
        validation_error_model=Problem,
        validation_error_callback=refuse,
    )
    app.json = Json(app)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    register_operation(app, live, settings)
    app.register_api(api_routes(live, settings))
    register_docs(app, live)
    app.register_blueprint(page_routes(live, settings))
    app.register_blueprint(reach_routes(live, settings))
    register_problems(app)
    register_caching(app, live, settings)
    if settings.cors_origins:
        CORS(
            app,
            resources={f"{PREFIX}/.*": {"origins": list(settings.cors_origins)}},
            methods=["GET", "HEAD", "POST"],
            send_wildcard=True,
        )

    return app
