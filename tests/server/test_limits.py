"""How much one client may ask for, and what it is told when it was too much."""

import io

import pytest
from werkzeug.test import EnvironBuilder

from server.operation.limits import WAITED

ELSEWHERE = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def limited(make_app):
    return make_app(rate_limit="3 per minute").test_client()


def statuses(client, count, path="/api/v1/search?q=fear", **environ):
    found = []
    for _ in range(count):
        with client.get(path, environ_base=ELSEWHERE | environ) as response:
            found.append(response.status_code)
    return found


def test_too_many_requests_are_refused_with_when_to_come_again(limited):
    assert statuses(limited, 4) == [200, 200, 200, 429]
    response = limited.get("/api/v1/search?q=fear", environ_base=ELSEWHERE)
    assert response.content_type == "application/problem+json"
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert response.get_json()["detail"].startswith(
        "Too many requests from your address: at most 3 per 1 minute are answered. Try again in "
    )


def test_a_page_says_so_to_people(limited):
    statuses(limited, 3)
    response = limited.get("/?q=fear", environ_base=ELSEWHERE)
    assert response.status_code == 429
    assert "Too many requests" in response.get_data(as_text=True)
    assert response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_has_no_limit(limited, address):
    assert set(statuses(limited, 8, REMOTE_ADDR=address)) == {200}


def test_addresses_are_counted_apart(limited):
    statuses(limited, 4)
    assert statuses(limited, 1, REMOTE_ADDR="203.0.113.8") == [200]


def test_an_ipv6_network_counts_as_one_address(limited):
    for last in range(3):
        assert statuses(limited, 1, REMOTE_ADDR=f"2001:db8::{last}") == [200]
    assert statuses(limited, 1, REMOTE_ADDR="2001:db8::9") == [429]
    assert statuses(limited, 1, REMOTE_ADDR="2001:db8:0:1::9") == [200]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/style.css"])
def test_monitors_and_files_of_a_page_have_no_limit(limited, path):
    assert set(statuses(limited, 8, path)) == {200}


def test_the_default_is_more_than_a_fast_typist_comes_to(make_app):
    """Ten keys a second for a minute, each with a request of its own."""
    client = make_app().test_client()
    assert set(statuses(client, 40)) == {200}


def test_no_limit_is_a_setting(make_app):
    client = make_app(rate_limit="").test_client()
    assert set(statuses(client, 100)) == {200}


def test_behind_a_proxy_its_clients_are_counted_only_when_told_so(make_app):
    def asked(client, forwarded):
        headers = {"X-Forwarded-For": forwarded}
        return client.get("/api/v1/search?q=fear", headers=headers).status_code

    alone = make_app(rate_limit="3 per minute").test_client()
    assert {asked(alone, "203.0.113.7") for _ in range(6)} == {200}
    proxied = make_app(rate_limit="3 per minute", proxies=1).test_client()
    assert [asked(proxied, "203.0.113.7") for _ in range(4)] == [200, 200, 200, 429]
    # What a client puts in front of the proxy's own is not believed.
    assert asked(proxied, "127.0.0.1, 203.0.113.7") == 429
    assert asked(proxied, "203.0.113.8") == 200


def test_the_scheme_and_never_the_host_is_taken_from_a_proxy(make_app):
    app = make_app(proxies=1)

    @app.get("/where")
    def where():
        from flask import request

        return request.url

    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    assert app.test_client().get("/where", headers=headers).get_data(as_text=True) == (
        "https://localhost/where"
    )


def test_a_body_too_large_is_refused_by_its_length_and_by_what_comes(make_app):
    client = make_app(body_bytes=1024).test_client()
    response = client.post("/api/v1/search", data=b"x" * 2000)
    assert response.status_code == 413
    assert response.get_json()["detail"] == (
        "The request body may have at most 1,024 bytes; send less at once."
    )


def test_a_body_of_unknown_length_is_cut_off(make_app):
    app = make_app(body_bytes=1024)

    @app.post("/api/count")
    def count():
        from flask import request

        return str(len(request.get_data()))

    def post(body):
        builder = EnvironBuilder(path="/api/count", method="POST", input_stream=io.BytesIO(body))
        environ = builder.get_environ() | {"wsgi.input_terminated": True}
        environ.pop("CONTENT_LENGTH", None)
        return app.test_client().open(environ)

    assert post(b"x" * 1000).get_data(as_text=True) == "1000"
    assert post(b"x" * 2000).status_code == 413


@pytest.mark.parametrize(("waited", "status"), [(9.9, 200), (10.1, 503)])
def test_a_request_that_waited_too_long_is_answered_at_once(client, waited, status):
    response = client.get("/api/v1/search?q=fear", environ_base={WAITED: waited})
    assert response.status_code == status


def test_a_busy_service_tells_when_to_come_again_and_still_answers_monitors(client):
    response = client.get("/api/v1/search?q=fear", environ_base={WAITED: 12.4})
    assert response.headers["Retry-After"] == "5"
    assert response.get_json() == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The service is busy: this request waited 12 seconds for its turn. "
        "Try again in 5 seconds.",
    }
    assert client.get("/healthz", environ_base={WAITED: 99.0}).status_code == 200


def test_waiting_can_be_allowed_without_end(make_app):
    client = make_app(wait_seconds=0.0).test_client()
    assert client.get("/?q=fear", environ_base={WAITED: 99.0}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/terms/acrophobia", "/api/v1/search?q=fear", "/nowhere"])
def test_a_host_that_is_none_is_refused(make_app, path):
    answer = make_app().test_client().get(path, headers={"Host": "x" * 80})
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")


def test_only_allowed_hosts_are_answered(make_app):
    client = make_app(allowed_hosts=("terms.example.org",)).test_client()
    for host, status in (("terms.example.org", 200), ("evil.example", 400)):
        assert client.get("/api/v1/search?q=fear", headers={"Host": host}).status_code == status
    response = client.get("/", headers={"Host": "evil.example"})
    assert response.status_code == 400
    assert "This host is not answered for here." in response.get_data(as_text=True)
