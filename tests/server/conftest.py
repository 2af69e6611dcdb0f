import pytest

from server.app import create_app
from server.live import Live


@pytest.fixture
def app(searcher):
    app = create_app(Live(searcher))
    app.testing = True
    # As in service: an error of ours becomes a 500, and does not fly out of the client.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def client(app):
    return app.test_client()
