import pytest

from indexer.bodies import related_body, search_body


def test_search_answers_with_the_body_of_the_command_line(client, searcher):
    response = client.get("/api/v1/search?q=fear+of+spiders&limit=3")
    assert response.status_code == 200
    assert response.json == search_body(searcher.search("fear of spiders", limit=3))
    assert response.json["hits"][0]["term"] == "Arachnophobia"
    assert list(response.json) == ["query", "corrected", "close_match", "hits"]


def test_a_term_has_its_links_resolved_and_its_hidden_labels_hidden(client):
    body = client.get("/api/v1/terms/phobia").json
    assert body == {
        "id": "phobia",
        "term": "Phobia",
        "definitions": ["Fear of one thing."],
        "aliases": ["Irrational fear"],
        "category": "Disorders",
        "example": "He fears lifts.",
        "see_also": [{"id": "agoraphobia", "term": "Agoraphobia"}],
        "broader": [{"id": "mood", "term": "Mood"}],
        "source": "A book",
        "url": "https://example.org/phobia",
    }


def test_related_answers_with_the_body_of_the_command_line(client, searcher):
    response = client.get("/api/v1/terms/phobia/related?limit=2")
    entry = searcher.snapshot.entries[3]
    assert response.json == related_body(entry, searcher.related(3, limit=2))
    assert len(client.get("/api/v1/terms/phobia/related").json["related"]) == 7


def test_a_misspelt_query_is_corrected_unless_it_is_to_be_taken_as_it_is(client):
    body = client.get("/api/v1/search?q=arachnofobia").json
    assert (body["corrected"], body["hits"][0]["matched_on"]) == ("Arachnophobia", "spelling")
    assert client.get("/api/v1/search?q=arachnofobia&exact=true").json["corrected"] is None


def test_diverse_related_items_can_be_asked_for(client):
    body = client.get("/api/v1/terms/phobia/related?diverse=true&limit=3").json
    assert len(body["related"]) == 3


def test_health_tells_the_snapshot(client, searcher):
    assert client.get("/healthz").json == {
        "status": "ok",
        "snapshot": searcher.snapshot.name,
        "entries": 8,
    }


def test_letters_of_all_scripts_stand_as_they_are(client):
    response = client.get("/api/v1/search", query_string={"q": "Ängste 恐怖"})
    assert "Ängste 恐怖" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/api/v1/search", 400, "q must not be empty."),
        ("/api/v1/search?q=+", 400, "q must not be empty."),
        ("/api/v1/search?q=cat&limit=abc", 400, "limit must be a whole number, got 'abc'."),
        ("/api/v1/search?q=cat&limit=", 400, "limit must be a whole number, got ''."),
        ("/api/v1/search?q=cat&limit=1e3", 400, "limit must be a whole number, got '1e3'."),
        ("/api/v1/search?q=cat&limit=1_0", 400, "limit must be a whole number, got '1_0'."),
        ("/api/v1/search?q=cat&limit=%D9%A3", 400, "limit must be a whole number, got '٣'."),
        ("/api/v1/search?q=cat&limit=-3", 400, "limit must be between 1 and 100, got -3."),
        ("/api/v1/search?q=cat&limit=0", 400, "limit must be between 1 and 100, got 0."),
        ("/api/v1/search?q=cat&limit=101", 400, "limit must be between 1 and 100, got 101."),
        (
            "/api/v1/search?q=cat&k=5",
            400,
            "There is no parameter 'k' here; known: q, limit, category, min_strength, exact.",
        ),
        ("/api/v1/search?q=cat&exact=1", 400, "exact must be true or false, got '1'."),
        ("/api/v1/terms/phobia/related?diverse=", 400, "diverse must be true or false, got ''."),
        ("/api/v1/search?q=cat&q=dog", 400, "q is given 2 times; give it once."),
        (
            "/api/v1/search?q=" + "x" * 2001,
            400,
            "The query has 2,001 characters, at most 2,000 are allowed.",
        ),
        ("/api/v1/terms/zebra", 404, "There is no term with the id 'zebra'."),
        ("/api/v1/terms/Phobia", 404, "There is no term with the id 'Phobia'."),
        ("/api/v1/terms/zebra/related", 404, "There is no term with the id 'zebra'."),
        ("/api/v1/terms/phobia/related?limit=51", 400, "limit must be between 1 and 50, got 51."),
        ("/api/v1/terms/phobia?x=1", 400, "There is no parameter 'x' here; known: none."),
        ("/api/v1/search?q=cat&min_strength=x", 400, "min_strength must be a number, got 'x'."),
        ("/api/v1/search?q=cat&min_strength=nan", 400, "min_strength must be a number, got 'nan'."),
        (
            "/api/v1/search?q=cat&min_strength=101",
            400,
            "min_strength must be between 0 and 100, got 101.",
        ),
        (
            "/api/v1/search?q=cat&category=Moods",
            404,
            "There is no category 'Moods' here; known: Disorders.",
        ),
        ("/api/v1/search?q=cat&category=", 400, "category must not be empty."),
        (
            "/api/v1/search?q=a%07b",
            400,
            "The query has a control character U+0007 at character 2; leave it out.",
        ),
        ("/api/v1/suggest?q=a&limit=51", 400, "limit must be between 1 and 50, got 51."),
        ("/api/v1/suggest", 400, "q must not be empty."),
        ("/api/v1/terms?limit=201", 400, "limit must be between 1 and 200, got 201."),
        (
            "/api/v1/terms?letter=ab",
            400,
            "letter must be one letter, or # for what starts with none, got 'ab'.",
        ),
        (
            "/api/v1/terms?cursor=x",
            400,
            "cursor must be that of the answer before, as it is, got 'x'.",
        ),
        ("/api/v1/glossary?x=1", 400, "There is no parameter 'x' here; known: none."),
        ("/api/v1/nothing", 404, "There is nothing at '/api/v1/nothing'."),
    ],
)
def test_bad_requests_say_what_to_change(client, path, status, detail):
    response = client.get(path)

    title = {400: "Bad Request", 404: "Not Found"}[status]
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert response.json == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
    }


def test_another_method_is_refused_with_the_ones_allowed(client):
    response = client.post("/api/v1/suggest?q=cat", json={})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json["detail"] == "POST is not allowed here; use GET, HEAD, OPTIONS."
    response = client.put("/api/v1/search", json={})
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_a_bug_is_a_plain_500_and_goes_to_the_log(client, monkeypatch, caplog):
    def broken(self, query, **options):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("indexer.search.Searcher.search", broken)
    response = client.get("/api/v1/search?q=cat")
    assert response.status_code == 500
    assert response.json["detail"] == "The service failed on this request; its log says why."
    assert "secret" not in response.get_data(as_text=True)
    assert "secret detail" in caplog.text


def test_no_answer_allows_anything_from_elsewhere(client):
    for path in ("/", "/api/v1/search", "/terms/zebra", "/static/style.css"):
        with client.get(path) as response:
            headers = response.headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert headers["X-Content-Type-Options"] == "nosniff"
