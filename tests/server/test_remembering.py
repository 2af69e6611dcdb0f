import pytest

from indexer.search import Searcher
from indexer.snapshot import listed, open_current
from server.app import create_app
from server.live import Live
from server.memory import Memory
from server.opening import Opener
from server.settings import Settings

QUERY = "/api/v1/search?q=fear+of+water"


@pytest.fixture
def searches(monkeypatch):
    """Counts the queries that are searched for, and not remembered."""
    asked = []
    search_many = Searcher.search_many

    def counted(self, queries, **options):
        asked.extend(queries)
        return search_many(self, queries, **options)

    monkeypatch.setattr(Searcher, "search_many", counted)
    return asked


def test_what_was_asked_before_is_answered_without_a_search(client, searches):
    first, second = client.get(QUERY), client.get(QUERY)
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.get_json()["hits"]
    assert len(searches) == 1


@pytest.mark.parametrize("other", ["&limit=3", "&exact=true", "&min_strength=1"])
def test_another_way_of_asking_is_another_question(client, searches, other):
    client.get(QUERY)
    client.get(QUERY + other)
    assert len(searches) == 2


def test_nothing_is_remembered_where_the_settings_say_so(make_app, searches):
    client = make_app(query_cache=0).test_client()
    assert client.get(QUERY).data == client.get(QUERY).data
    assert len(searches) == 2


def test_what_is_too_long_is_not_remembered(client, searches, monkeypatch):
    monkeypatch.setattr("server.api.searching._LONGEST_REMEMBERED", 100)
    assert client.get(QUERY).data == client.get(QUERY).data
    assert len(searches) == 2


def test_refused_questions_are_refused_again(client):
    for _ in range(2):
        assert client.get("/api/v1/search?q=fear&category=none").status_code == 404


def test_a_new_snapshot_answers_for_itself(built_twice):
    opener = Opener(built_twice, Settings())
    older, newer = (opener.open(name) for name in sorted(one.name for one in listed(built_twice)))
    live = Live(older)
    client = create_app(live, Settings()).test_client()
    before = client.get(QUERY).get_json()
    live.replace(newer)
    after = client.get(QUERY).get_json()
    assert not any(hit["definition"].startswith("Other:") for hit in before["hits"])
    assert all(hit["definition"].startswith("Other:") for hit in after["hits"])
    live.replace(older)
    assert client.get(QUERY).get_json() == before
    assert newer.snapshot.name == open_current(built_twice).name


def test_a_memory_forgets_what_was_longest_not_asked_for():
    memory: Memory[str, str] = Memory(2)
    for key in "ab":
        memory.put(key, key.upper())
    assert memory.get("a") == "A"
    memory.put("c", "C")
    assert [memory.get(key) for key in "abc"] == ["A", None, "C"]
