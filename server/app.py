"""``create_app`` puts the parts together, and nothing else."""

from flask import Flask

from server.api import api_routes
from server.live import Live
from server.operation import register_operation
from server.pages import page_routes
from server.problems import register_problems
from server.settings import Settings


def create_app(live: Live, settings: Settings | None = None) -> Flask:
    """Return the WSGI app that answers for the live snapshot."""
    settings = settings or Settings()
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    register_operation(app, live, settings)
    app.register_blueprint(api_routes(live, settings))
    app.register_blueprint(page_routes(live, settings))
    register_problems(app)
    return app
