"""The project's own judged sets: enough of each kind, on entries that exist."""

import re
from collections import Counter

import pytest

from indexer.glossary import title_key

LEAST = {
    "question": 60,
    "description": 60,
    "half-remembered": 40,
    "lay": 60,
    "situation": 60,
    "misspelt": 40,
    "acronym": 40,
}


@pytest.fixture(scope="module")
def ids(glossary):
    return {entry.id: entry for entry in glossary.entries}


def test_there_are_enough_queries_of_every_kind(judged):
    counts = Counter(query["kind"] for query in judged("queries"))
    assert sum(counts.values()) >= 400
    assert set(counts) == set(LEAST)
    assert {kind for kind, least in LEAST.items() if counts[kind] < least} == set()


def test_every_answer_is_an_entry_and_no_query_stands_twice(judged, ids):
    queries = judged("queries")
    assert [query for query in queries if not query["answers"]] == []
    assert [a for query in queries for a in query["answers"] if a not in ids] == []
    assert len({query["query"].casefold() for query in queries}) == len(queries)


def test_a_query_in_words_does_not_name_its_answer(judged, ids):
    named = []
    for query in judged("queries"):
        if query["kind"] in {"misspelt", "acronym"}:
            continue
        asked = title_key(query["query"])
        for answer in query["answers"]:
            titles = (ids[answer].term, *ids[answer].aliases)
            if any(re.search(rf"\b{re.escape(title_key(title))}\b", asked) for title in titles):
                named.append((query["query"], ids[answer].term))
    assert named == []


def test_a_misspelt_query_is_no_title_of_any_entry(judged, ids):
    titles = {
        title_key(title)
        for entry in ids.values()
        for title in (entry.term, *entry.aliases, *entry.hidden_labels)
    }
    misspelt = [query["query"] for query in judged("queries") if query["kind"] == "misspelt"]
    assert [query for query in misspelt if title_key(query) in titles] == []


def test_there_are_enough_queries_without_an_answer(judged):
    queries = judged("no_match")
    assert len(queries) >= 60
    assert set(Counter(query["kind"] for query in queries)) == {"far", "near", "psychology-like"}
    assert len({query["query"] for query in queries}) == len(queries)


def test_related_entries_are_graded_and_exist(judged, ids):
    pages = judged("related")
    assert len(pages) >= 60
    for page in pages:
        related = [item["id"] for item in page["related"]]
        grades = Counter(item["grade"] for item in page["related"])
        assert page["id"] in ids
        assert set(related) <= set(ids)
        assert page["id"] not in related
        assert len(set(related)) == len(related)
        assert set(grades) <= {1, 2, 3}
        assert grades[3] >= 3, page["id"]


@pytest.mark.parametrize("name", ["queries", "no_match", "related"])
def test_half_of_each_set_is_for_tuning_and_half_for_reporting(judged, name):
    splits = Counter(row["split"] for row in judged(name))
    assert set(splits) == {"dev", "test"}
    assert abs(splits["dev"] - splits["test"]) <= 7
