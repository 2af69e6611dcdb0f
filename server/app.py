"""``create_app`` puts the parts together, and nothing else."""

from flask import Flask, Response

from server.api import api_routes
from server.live import Live
from server.pages import page_routes
from server.problems import register_problems
from server.reach import reach_routes
from server.settings import Settings

# Everything comes from this origin: no page asks anyone else for anything.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(live: Live, settings: Settings | None = None) -> Flask:
    """Return the WSGI app that answers for the live snapshot."""
    settings = settings or Settings()
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.register_blueprint(api_routes(live, settings))
    app.register_blueprint(page_routes(live, settings))
    app.register_blueprint(reach_routes(live, settings))
    register_problems(app)

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.update(_HEADERS)
        return response

    return app
