"""What browsers are told, and that no debug mode can be reached."""

import pytest

from server.app import create_app
from server.live import Live
from server.settings import Settings


@pytest.mark.parametrize(
    "path", ["/", "/api/v1/search", "/terms/zebra", "/static/style.css", "/healthz", "/nothing"]
)
def test_every_answer_has_the_headers(client, path):
    with client.get(path) as response:
        headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_https_is_insisted_on_only_by_setting_and_over_https(make_app):
    client = make_app(hsts_seconds=300).test_client()
    assert "Strict-Transport-Security" not in client.get("/").headers
    found = client.get("/", base_url="https://localhost").headers["Strict-Transport-Security"]
    assert found == "max-age=300; includeSubDomains"


def test_https_before_a_proxy_counts_where_the_proxy_is_known(make_app):
    told = {"X-Forwarded-Proto": "https"}
    for proxies, insisted in ((0, False), (1, True)):
        client = make_app(hsts_seconds=300, proxies=proxies).test_client()
        found = client.get("/", headers=told).headers
        assert ("Strict-Transport-Security" in found) is insisted


def test_a_script_for_other_pages_may_be_loaded_by_them(make_app):
    with make_app().test_client().get("/widget.js") as response:
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_view_may_set_a_header_of_its_own(make_app):
    app = make_app()
    app.add_url_rule("/x", "x", lambda: ("", 200, {"Referrer-Policy": "origin"}))
    assert app.test_client().get("/x").headers["Referrer-Policy"] == "origin"


def test_the_environment_cannot_switch_a_debug_mode_on(searcher, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    monkeypatch.setenv("FLASK_ENV", "development")
    app = create_app(Live(searcher), Settings())
    assert not app.debug

    def broken(self, query, **options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("indexer.search.Searcher.search", broken)
    response = app.test_client().get("/?q=x&__debugger__=yes&cmd=resource&f=style.css")
    assert response.status_code == 500
    assert "secret" not in response.get_data(as_text=True)
    assert "Traceback" not in response.get_data(as_text=True)
