"""What monitors ask for: alive, ready, figures."""

import re
from pathlib import Path

import pytest

from server.app import create_app
from server.live import Live, Refused
from server.opening import Opener
from server.operation.gaps import NoMatchLog
from server.operation.searching import CountedSearcher, RememberingEncoder
from server.settings import Settings
from server.watching import Watcher
from tests.fakes import WordEncoder


@pytest.fixture
def counted(searcher):
    """A client of an app whose searcher is counted, as in service."""
    encoder = RememberingEncoder(WordEncoder(), size=2)
    live = Live(CountedSearcher(searcher.snapshot, encoder, None))
    return create_app(live, Settings(metrics=True, query_cache=2)).test_client()


def figure(client, name, **labels):
    """Read one figure off ``/metrics``; 0 when it is not there yet."""
    text = client.get("/metrics").get_data(as_text=True)
    shown = ",".join(f'{key}="{value}"' for key, value in sorted(labels.items()))
    found = re.search(rf"^{name}{re.escape('{' + shown + '}') if shown else ''} (\S+)$", text, re.M)
    return float(found[1]) if found else 0.0


def test_healthz_tells_the_snapshot(client, searcher):
    assert client.get("/healthz").get_json() == {
        "status": "ok",
        "snapshot": searcher.snapshot.name,
        "entries": 8,
    }


def test_readyz_searches(client, monkeypatch, caplog):
    assert client.get("/readyz").status_code == 200

    def broken(self, query, *, limit):
        raise RuntimeError("no encoder")

    monkeypatch.setattr("indexer.search.Searcher.search", broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content_type == "application/problem+json"
    assert response.get_json()["detail"] == "A search failed; the log says why."
    assert client.get("/healthz").status_code == 200
    assert "The service is not ready" in caplog.text


def test_readyz_names_a_refused_snapshot_and_is_ready_with_the_old_one(searcher):
    live = Live(searcher)
    live.refused = Refused("20260101T000000Z-abcdef", "/srv/secret/place is damaged")
    response = create_app(live).test_client().get("/readyz")
    assert response.status_code == 200
    assert response.get_json()["refused"] == "20260101T000000Z-abcdef"
    assert "secret" not in response.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_no_cache_keeps_an_answer_for_monitors(client, path):
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_metrics_are_there_only_when_they_are_switched_on(client, counted):
    assert client.get("/metrics").status_code == 404
    response = counted.get("/metrics")
    assert response.content_type.startswith("text/plain; version=")


def test_requests_are_counted_by_rule_and_never_by_path(counted):
    labels = {"method": "GET", "route": "/terms/<entry_id>", "status": "200"}
    before = figure(counted, "glossary_requests_total", **labels)
    counted.get("/terms/phobia")
    counted.get("/terms/mood")
    assert figure(counted, "glossary_requests_total", **labels) == before + 2
    counted.get("/secret-query")
    counted.open("/", method="BREW")
    text = counted.get("/metrics").get_data(as_text=True)
    assert "secret-query" not in text
    assert "BREW" not in text


def test_latency_is_there_by_route(counted):
    before = figure(counted, "glossary_request_seconds_count", route="/")
    counted.get("/")
    assert figure(counted, "glossary_request_seconds_count", route="/") == before + 1


def test_the_share_without_a_match_can_be_told(counted):
    def now():
        return [figure(counted, "glossary_searches_total", close=c) for c in ("true", "false")]

    close, none = now()
    counted.get("/api/v1/search?q=Phobia")
    counted.get("/api/v1/search?q=carburettor+gasket+torque")
    counted.get("/?q=carburettor+gasket+torque")
    assert now() == [close + 1, none + 2]


def test_encoding_and_remembered_queries_are_counted(counted):
    def now():
        return [
            figure(counted, "glossary_query_cache_total", result=result)
            for result in ("hit", "miss")
        ] + [figure(counted, "glossary_encode_seconds_count")]

    hits, misses, encoded = now()
    for query in ("loss", "loss", "water", "sleep", "loss"):
        counted.get(f"/api/v1/search?q={query}+of+it&exact=true")
    # Two are remembered: the last "loss" was pushed out by "water" and "sleep".
    assert now() == [hits + 1, misses + 4, encoded + 4]


def test_the_age_of_the_snapshot_is_told(searcher, counted):
    Watcher(Live(searcher), Opener(Path(), Settings()), seconds=1)
    assert 0 <= figure(counted, "glossary_snapshot_age_seconds") < 3600
    assert figure(counted, "glossary_snapshot_created_timestamp_seconds") > 1.7e9


def test_an_encoder_without_a_memory_encodes_each_time():
    words = WordEncoder()
    encoder = RememberingEncoder(words, size=0)
    one, other = encoder.encode_queries(["fear"]), encoder.encode_queries(["fear"])
    assert one is not other
    assert (one == other).all()


def test_remembered_rows_cannot_be_written_to():
    rows = RememberingEncoder(WordEncoder(), size=2).encode_queries(["fear"])
    with pytest.raises(ValueError, match="read-only"):
        rows[0, 0] = 1


def test_remembering_changes_no_answer(searcher):
    plain = [searcher.search(query) for query in ("fear of water", "loss")]
    encoder = RememberingEncoder(WordEncoder(), size=8)
    counted = CountedSearcher(searcher.snapshot, encoder, None)
    for _ in range(2):
        assert [counted.search(query) for query in ("fear of water", "loss")] == plain
    assert counted.search_many(["fear of water", "loss"]) == plain


def test_queries_without_a_close_match_are_noted(searcher, tmp_path):
    log = NoMatchLog(tmp_path / "gaps.jsonl", most_bytes=1000)
    counted = CountedSearcher(searcher.snapshot, WordEncoder(), log)
    counted.search_many(["Phobia", "carburettor gasket torque", "zebra crossings"])
    from indexer.gaps import read_missed

    missed = read_missed([tmp_path / "gaps.jsonl"])
    assert [one.query for one in missed] == ["carburettor gasket torque", "zebra crossings"]
