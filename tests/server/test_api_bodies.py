"""The requests that send JSON, the listing and the glossary."""

import pytest

from indexer.bodies import related_to_text_body, search_body, suggestions_body
from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from server.app import create_app
from server.live import Live
from tests.fakes import WordEncoder


def post(client, path, body):
    return client.post(f"/api/v1/{path}", json=body)


def test_many_queries_are_answered_at_once_each_as_alone(client, searcher):
    queries = ["fear of spiders", "fobia", "loss of sleep"]
    body = post(client, "search", {"queries": queries, "limit": 2}).json
    assert body == {"answers": [search_body(searcher.search(q, limit=2)) for q in queries]}


def test_searches_take_a_category_a_least_strength_and_exact(client):
    options = {"category": "disorders", "min_strength": 100, "exact": True}
    body = post(client, "search", {"queries": ["irrational fear"], **options}).json
    path = "/api/v1/search?q=irrational+fear&category=disorders&min_strength=100&exact=true"
    assert body["answers"] == [client.get(path).json]
    assert [hit["id"] for hit in body["answers"][0]["hits"]] == ["phobia"]


def test_suggestions_have_the_body_of_the_indexer(client, searcher):
    body = client.get("/api/v1/suggest?q=fear").json
    assert body == suggestions_body("fear", searcher.suggest("fear"))
    assert body == {
        "query": "fear",
        "suggestions": [
            {
                "id": "phobia",
                "term": "Phobia",
                "title": "Irrational fear",
                "matched_on": "alias",
                "definition": "Fear of one thing.",
            }
        ],
    }
    assert len(client.get("/api/v1/suggest?q=a&limit=2").json["suggestions"]) == 2


def test_the_listing_is_read_part_by_part(client):
    path = "/api/v1/terms?limit=3"
    bodies = [client.get(path).json]
    while bodies[-1]["cursor"] is not None:
        bodies.append(client.get(f"{path}&cursor={bodies[-1]['cursor']}").json)
    found = [term["term"] for body in bodies for term in body["terms"]]
    assert [body["total"] for body in bodies] == [8, 8, 8]
    assert found == sorted(found)
    assert len(found) == 8


def test_the_listing_is_narrowed_by_letter_and_category(client):
    body = client.get("/api/v1/terms?letter=p&category=DISORDERS").json
    assert body == {
        "letter": "p",
        "category": "DISORDERS",
        "total": 1,
        "terms": [
            {
                "id": "phobia",
                "term": "Phobia",
                "category": "Disorders",
                "definition": "Fear of one thing.",
            }
        ],
        "cursor": None,
    }
    assert client.get("/api/v1/terms?letter=X").json["terms"] == []


def test_a_cursor_of_another_snapshot_or_filter_is_refused(client, tmp_path, make_index):
    cursor = client.get("/api/v1/terms?limit=3").json["cursor"]
    other = client.get(f"/api/v1/terms?letter=A&cursor={cursor}")
    assert other.status_code == 400
    assert other.json["detail"].startswith("The cursor is of another letter or category; keep")
    index = make_index(Glossary((Entry("x", "X", ("y",)),), title="t"))
    newer = create_app(Live(Searcher(open_current(index), WordEncoder()))).test_client()
    stale = newer.get(f"/api/v1/terms?cursor={cursor}")
    assert stale.status_code == 409
    assert "begin again without a cursor." in stale.get_data(as_text=True)


def test_what_is_related_to_a_text_has_the_body_of_a_related_list(client, searcher):
    text = "a loss of sleep"
    body = post(client, "related", {"text": text, "limit": 3}).json
    assert body == related_to_text_body(text, searcher.related_to(text, limit=3))
    assert body["related"][0]["id"] == "insomnia"
    assert len(post(client, "related", {"text": text}).json["related"]) == 8


def test_pairs_of_terms_and_texts_are_compared(client, searcher):
    pairs = [
        {"one": {"term": "Irrational fear"}, "other": {"term": "agoraphobia"}},
        {"one": {"text": "fear of spiders"}, "other": {"term": "arachnophobia"}},
        {"one": {"text": "sleep"}, "other": {"text": "sleep"}},
    ]
    body = post(client, "relatedness", {"pairs": pairs}).json
    want = searcher.compare([(3, 0), ("fear of spiders", 1), ("sleep", "sleep")])
    assert body == {
        "pairs": [
            {"score": round(found.score, 4), "strength": found.strength, "bars": found.bars}
            for found in want
        ]
    }


def test_the_glossary_tells_what_it_is_and_what_was_measured(client, searcher):
    body = client.get("/api/v1/glossary").json
    manifest = searcher.snapshot.manifest
    assert (body["title"], body["language"], body["licence"]) == ("Fears", "en", "CC0")
    assert (body["snapshot"], body["created"]) == (searcher.snapshot.name, manifest.created)
    assert body["counts"] == {"entries": 8, "definitions": 9, "related": 56}
    assert body["model"]["name"] == "words"
    assert body["categories"] == [{"name": "Disorders", "count": 1}]
    assert [letter["name"] for letter in body["letters"]] == ["A", "I", "M", "N", "P"]
    assert body["calibration"]["texts"][3] == {"chance": 0.01, "score": 0.485}
    assert body["quality"] is None


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        ("search", {}, 400, "queries must not be empty."),
        ("search", {"queries": []}, 400, "queries must have at least 1 item."),
        ("search", {"queries": "fear"}, 400, "queries must be a list, got 'fear'."),
        ("search", {"queries": [5]}, 400, "queries must be text, got 5."),
        ("search", {"queries": [" "]}, 400, "queries must not be empty."),
        (
            "search",
            {"queries": ["a"] * 257},
            400,
            "queries has 257 items, at most 256 are allowed.",
        ),
        (
            "search",
            {"queries": ["a"], "limit": "5"},
            400,
            "limit must be a whole number, got '5'.",
        ),
        (
            "search",
            {"queries": ["a"], "limit": True},
            400,
            "limit must be a whole number, got True.",
        ),
        (
            "search",
            {"queries": ["a"], "limit": None},
            400,
            "limit must be a whole number, got null.",
        ),
        ("search", {"queries": ["a"], "limit": 0}, 400, "limit must be between 1 and 100, got 0."),
        ("search", {"queries": ["a"], "exact": 1}, 400, "exact must be true or false, got 1."),
        (
            "search",
            {"queries": ["a"], "min_strength": "5"},
            400,
            "min_strength must be a number, got '5'.",
        ),
        ("search", {"queries": ["a"], "category": 5}, 400, "category must be text, got 5."),
        (
            "search",
            {"queries": ["a"], "k": 5},
            400,
            "There is no key 'k' here; known: queries, limit, category, min_strength, exact.",
        ),
        ("search", [], 400, "The body must be a JSON object."),
        ("search", '{"queries": ["a"]}', 400, "The body must be a JSON object."),
        ("related", {"text": "x" * 2001}, 400, "The query has 2,001 characters, at most 2,000"),
        ("relatedness", {"pairs": [5]}, 400, "Each pair must be a JSON object."),
        ("relatedness", {"pairs": [{"one": {}}]}, 400, "other must not be empty."),
        (
            "relatedness",
            {"pairs": [{"one": {}, "other": {}}]},
            400,
            "Each side of a pair has either a term or a text.",
        ),
        (
            "relatedness",
            {"pairs": [{"one": {"term": "zebra"}, "other": {"text": "x"}}]},
            404,
            "No entry has the id, term or alias 'zebra'.",
        ),
    ],
)
def test_bad_bodies_say_what_to_change(client, path, body, status, detail):
    response = post(client, path, body)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.json["detail"].startswith(detail)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b'{"queries": [NaN]}',
        b'{"queries": ["\\ud800"]}',
        b"[" * 100_000,
        b"\xff",
        b"null",
    ],
)
def test_what_is_no_json_is_refused(client, raw):
    response = client.post("/api/v1/search", data=raw, content_type="application/json")
    assert response.status_code == 400
    assert response.json["detail"] == "The body is no JSON; send a JSON object in UTF-8."


def test_another_content_type_is_refused(client):
    response = client.post("/api/v1/search", data=b'{"queries": ["a"]}', content_type="text/plain")
    assert response.status_code == 415
    assert response.json["detail"] == "Send JSON, with Content-Type: application/json."


def test_a_whole_number_may_be_written_with_a_point(client):
    assert post(client, "search", {"queries": ["fear"], "limit": 3.0}).status_code == 200


def test_parameters_beside_a_body_are_refused(client):
    response = client.post("/api/v1/search?limit=3", json={"queries": ["a"]})
    assert response.json["detail"] == "There is no parameter 'limit' here; known: none."
