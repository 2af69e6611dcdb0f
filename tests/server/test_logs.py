"""One line a request, with its id, and without what was searched for."""

import io
import json
import logging

import pytest

from server.operation.logs import log_handler
from server.settings import LogFormat, Settings

QUERY = "dread of spiders"


@pytest.fixture
def logged(make_app):
    """Return a client with these settings, and what it has logged so far."""
    handlers = []

    def start(**settings):
        handler = log_handler(Settings(**settings))
        assert isinstance(handler, logging.StreamHandler)
        stream = io.StringIO()
        handler.setStream(stream)
        logging.getLogger().addHandler(handler)
        handlers.append(handler)
        return make_app(**settings).test_client(), stream

    loggers = [logging.getLogger(name) for name in ("glossary.request", "gunicorn.error")]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.INFO)
    yield start
    for one, level in zip(loggers, before, strict=True):
        one.setLevel(level)
    for handler in handlers:
        logging.getLogger().removeHandler(handler)


def lines(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_one_line_of_json_with_its_id(logged):
    client, stream = logged()
    response = client.get("/terms/phobia?x=1", headers={"X-Request-ID": "from-the-proxy.1"})
    assert response.headers["X-Request-ID"] == "from-the-proxy.1"
    (line,) = lines(stream)
    assert line["request_id"] == "from-the-proxy.1"
    assert line["level"] == "INFO"
    assert line["time"].endswith("+00:00")
    wanted = {"method": "GET", "path": "/terms/phobia", "route": "/terms/<entry_id>", "status": 200}
    assert line.items() >= wanted.items()
    assert line["bytes"] == len(response.get_data())
    assert line["ms"] > 0


@pytest.mark.parametrize("given", [None, "", "two words", "x" * 65, "é", "a\tb", "<script>"])
def test_an_id_that_is_not_sane_is_replaced(client, given):
    headers = {} if given is None else {"X-Request-ID": given}
    found = client.get("/healthz", headers=headers).headers["X-Request-ID"]
    assert found != given
    assert len(found) == 16
    assert int(found, 16)


def test_every_request_has_an_id_of_its_own(client):
    ids = {client.get(path).headers["X-Request-ID"] for path in ("/", "/", "/nothing", "/healthz")}
    assert len(ids) == 4


@pytest.mark.parametrize("path", ["/", "/api/v1/search"])
def test_what_was_searched_for_is_in_no_line(logged, path):
    client, stream = logged()
    client.get(path, query_string={"q": QUERY})
    client.get(path, query_string={"q": QUERY, "limit": "x"})
    client.get("/nothing", query_string={"q": QUERY})
    assert len(lines(stream)) == 3
    assert "spiders" not in stream.getvalue()


@pytest.mark.parametrize("log_format", list(LogFormat))
def test_nor_in_a_traceback(logged, monkeypatch, log_format):
    def broken(self, query, **options):
        try:
            int(query)
        except ValueError as error:
            raise RuntimeError(f"cannot search {query}") from error

    monkeypatch.setattr("indexer.search.Searcher.search", broken)
    client, stream = logged(log_format=log_format)
    assert client.get("/api/v1/search", query_string={"q": QUERY}).status_code == 500
    text = stream.getvalue()
    assert "spiders" not in text
    # Where it failed, and as what, is still told.
    assert "RuntimeError: (message withheld" in text
    assert "ValueError: (message withheld" in text
    assert "test_logs.py" in text


def test_nor_in_what_the_server_itself_tells(logged):
    _, stream = logged()
    try:
        int(QUERY)
    except ValueError:
        logging.getLogger("gunicorn.error").exception("Error handling request %s", f"/?q={QUERY}")
    (line,) = lines(stream)
    assert line["message"] == "Error handling request /?…"
    assert "spiders" not in stream.getvalue()


def test_all_of_it_is_there_when_it_is_asked_for(logged, monkeypatch):
    client, stream = logged(log_queries=True)
    client.get("/", query_string={"q": QUERY})
    assert lines(stream)[0]["query"] == QUERY

    def broken(self, query, **options):
        raise RuntimeError(f"cannot search {query}")

    monkeypatch.setattr("indexer.search.Searcher.search", broken)
    client.get("/api/v1/search", query_string={"q": QUERY})
    assert f"cannot search {QUERY}" in stream.getvalue()


def test_errors_outside_of_requests_keep_their_message(logged):
    _, stream = logged()
    try:
        int("the disk is full")
    except ValueError:
        logging.getLogger("server.watching").exception("Opening failed.")
    assert "the disk is full" in lines(stream)[0]["exc_info"]


def test_a_path_cannot_break_a_line(logged):
    client, stream = logged(log_format=LogFormat.TEXT)
    client.get("/a%0Ab%1b[31m")
    (line,) = stream.getvalue().splitlines()
    assert "GET /a%0Ab%1B%5B31m 404" in line


def test_addresses_of_clients_are_not_logged(logged):
    client, stream = logged()
    client.get("/", environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert "203.0.113" not in stream.getvalue()
