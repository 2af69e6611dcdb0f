"""What a running service needs besides its answers: health, figures, logs, limits, headers."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from server.live import Live
from server.operation.access import register_access
from server.operation.headers import register_headers
from server.operation.health import health_routes
from server.operation.limits import register_limits
from server.operation.metrics import register_metrics
from server.operation.requests import register_requests
from server.settings import Settings


def register_operation(app: Flask, live: Live, settings: Settings) -> None:
    """Give an app everything of this folder; first of all parts, so that it sees every request."""
    # FLASK_DEBUG in the environment would switch it on.
    app.debug = False
    register_requests(app, settings)
    register_metrics(app)
    register_headers(app, settings)
    register_access(app, settings)
    register_limits(app, settings)
    app.register_blueprint(health_routes(live, settings))
    if settings.proxies:
        # Not X-Forwarded-Host: a proxy that passes it on unchecked lets the client choose it.
        proxied = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0)
        app.wsgi_app = proxied  # type: ignore[method-assign]
