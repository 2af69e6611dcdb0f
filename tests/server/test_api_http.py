"""How answers travel: kept, compressed, asked for from other sites, and described."""

import gzip
import json

import brotli
import jsonschema_rs
import pytest

from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from server.app import create_app
from server.live import Live
from server.settings import Settings
from tests.fakes import WordEncoder

GETS = (
    "/api/v1/search?q=fear",
    "/api/v1/suggest?q=a",
    "/api/v1/terms",
    "/api/v1/terms/phobia",
    "/api/v1/terms/phobia/related",
    "/api/v1/glossary",
    "/openapi.json",
    "/docs",
)
POSTS = {
    "/api/v1/search": {"queries": ["fear"]},
    "/api/v1/related": {"text": "fear"},
    "/api/v1/relatedness": {"pairs": [{"one": {"term": "phobia"}, "other": {"text": "fear"}}]},
}


@pytest.mark.parametrize("path", GETS)
def test_an_answer_is_kept_as_long_as_its_snapshot_is_served(client, searcher, path):
    first = client.get(path)
    assert first.headers["ETag"].startswith(f'W/"{searcher.snapshot.name}-')
    assert first.headers["Cache-Control"] == "public, max-age=60"
    for method in (client.get, client.head):
        again = method(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.get_data()) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == "public, max-age=60"
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_head_has_the_headers_of_get_and_no_body(client):
    head, get = (method("/api/v1/terms/phobia") for method in (client.head, client.get))
    assert head.get_data() == b""
    for name in ("ETag", "Cache-Control", "Content-Type", "Content-Length"):
        assert head.headers[name] == get.headers[name]


def test_another_snapshot_or_other_settings_have_another_tag(client, searcher, make_index):
    path = "/api/v1/glossary"
    tags = {client.get(path).headers["ETag"]}
    tags.add(create_app(Live(searcher), Settings(hits=5)).test_client().get(path).headers["ETag"])
    index = make_index(Glossary((Entry("x", "X", ("y",)),), title="t"))
    newer = create_app(Live(Searcher(open_current(index), WordEncoder()))).test_client()
    tags.add(newer.get(path).headers["ETag"])
    assert len(tags) == 3


def test_errors_and_answers_to_bodies_are_not_kept(client):
    for response in (
        client.get("/api/v1/search"),
        client.get("/api/v1/terms/zebra"),
        client.post("/api/v1/related", json={"text": "fear"}),
    ):
        assert "ETag" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"


def test_a_tag_does_not_hide_an_error(client):
    """One tag stands for all addresses of a snapshot."""
    tag = client.get("/api/v1/glossary").headers["ETag"]
    assert client.get("/api/v1/terms/zebra", headers={"If-None-Match": tag}).status_code == 404


@pytest.mark.parametrize(
    ("encoding", "decode"), [("gzip", gzip.decompress), ("br", brotli.decompress)]
)
def test_answers_are_compressed_for_those_who_can_read_it(client, encoding, decode):
    path = "/api/v1/search?q=fear"
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert json.loads(decode(packed.get_data())) == plain.json
    assert len(packed.get_data()) < len(plain.get_data())
    tag = {"If-None-Match": packed.headers["ETag"], "Accept-Encoding": encoding}
    assert client.get(path, headers=tag).status_code == 304


def test_zstd_comes_first(client):
    accepted = {"Accept-Encoding": "gzip, deflate, br, zstd"}
    assert client.get("/docs", headers=accepted).headers["Content-Encoding"] == "zstd"


def test_no_other_site_may_ask_unless_a_setting_says_so(client):
    origin = {"Origin": "https://other.example"}
    response = client.get("/api/v1/suggest?q=a", headers=origin)
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        (("https://site.example",), "https://site.example", "https://site.example"),
        (("https://site.example",), "https://other.example", None),
        (("https://a.example", "https://b.example"), "https://b.example", "https://b.example"),
        (("https://site.example",), "https://site.example.evil.example", None),
        (("https://siteXexample",), "https://site.example", None),
        (("*",), "https://other.example", "*"),
    ],
)
def test_sites_that_a_setting_names_may_ask(searcher, origins, origin, allowed):
    client = create_app(Live(searcher), Settings(cors_origins=origins)).test_client()
    asked = {"Origin": origin}
    for path in ("/api/v1/suggest?q=a", "/api/v1/search"):
        response = client.get(path, headers=asked)
        assert response.headers.get("Access-Control-Allow-Origin") == allowed
    preflight = {"Access-Control-Request-Method": "POST", **asked}
    preflight["Access-Control-Request-Headers"] = "content-type"
    response = client.options("/api/v1/search", headers=preflight)
    assert response.headers.get("Access-Control-Allow-Origin") == allowed
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=asked).headers


def test_the_document_is_openapi_3_1_and_names_every_operation(client):
    document = client.get("/openapi.json").json
    assert document["openapi"].startswith("3.1.")
    found = {(method, path) for path, item in document["paths"].items() for method in item}
    assert found == {
        ("get", "/api/v1/search"),
        ("post", "/api/v1/search"),
        ("get", "/api/v1/suggest"),
        ("get", "/api/v1/terms"),
        ("get", "/api/v1/terms/{entry_id}"),
        ("get", "/api/v1/terms/{entry_id}/related"),
        ("post", "/api/v1/related"),
        ("post", "/api/v1/relatedness"),
        ("get", "/api/v1/glossary"),
    }
    jsonschema_rs.meta.validate(document["components"]["schemas"]["SearchAnswer"])


def schema_of(document, path, method):
    for known, item in document["paths"].items():
        parts, asked = known.split("/"), path.partition("?")[0].split("/")
        if len(parts) == len(asked) and all(
            one == other or one.startswith("{") for one, other in zip(parts, asked, strict=True)
        ):
            content = item[method]["responses"]["200"]["content"]
            return content["application/json"]["schema"] | {"components": document["components"]}
    raise AssertionError(path)


def test_every_answer_is_what_the_document_says(client):
    document = client.get("/openapi.json").json
    for path in GETS[:6]:
        schema = schema_of(document, path, "get")
        jsonschema_rs.validate(schema, client.get(path).json)
    for path, body in POSTS.items():
        schema = schema_of(document, path, "post")
        jsonschema_rs.validate(schema, client.post(path, json=body).json)
    problem = {"$ref": "#/components/schemas/Problem", "components": document["components"]}
    jsonschema_rs.validate(problem, client.get("/api/v1/search").json)
    with pytest.raises(jsonschema_rs.ValidationError, match="required property"):
        jsonschema_rs.validate(schema_of(document, "/api/v1/search", "get"), {"hits": []})


def test_the_document_is_read_as_a_page_that_loads_nothing_from_elsewhere(client):
    page = client.get("/docs").get_data(as_text=True)
    for path in ("GET</b> /api/v1/search", "POST</b> /api/v1/relatedness"):
        assert path in page
    assert 'href="/openapi.json"' in page
    for foreign in ("http://", "https://", "<style", "style=", "<script>", "onclick"):
        assert foreign not in page.replace("curl http://localhost/", "")


def test_the_page_tells_what_a_request_needs_and_what_has_a_default(client):
    page = client.get("/docs").get_data(as_text=True)
    asked = page[page.index('id="shape-SearchRequest"') : page.index('id="shape-Section"')]
    assert asked.count("<b>needed</b>") == 1
    assert "integer (1 to 100)" in asked
    assert "boolean, by default false" in asked
    hit = page[page.index('id="shape-Hit"') : page.index('id="shape-Link"')]
    assert "needed" not in hit
    pair = page[page.index('id="shape-Pair"') : page.index('id="shape-Problem"')]
    assert pair.count("<b>needed</b>") == 2


def test_the_examples_of_the_page_work(client):
    import html
    import re

    page = html.unescape(client.get("/docs").get_data(as_text=True))
    links = re.findall(r'Example: <a href="([^"]+)"', page)
    assert len(links) == 6
    for link in links:
        assert client.get(link).status_code == 200
    commands = re.findall(r"curl http://localhost(\S+) .*?-d '(.+?)'</pre>", page, re.DOTALL)
    assert len(commands) == 3
    for path, body in commands:
        assert client.post(path, json=json.loads(body)).status_code == 200


def test_every_shape_that_the_page_links_to_is_on_it(client):
    import re

    page = client.get("/docs").get_data(as_text=True)
    targets = set(re.findall(r'href="#([^"]+)"', page)) - {"content"}
    assert targets
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
