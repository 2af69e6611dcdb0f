"""Queries without a close match become candidate terms."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from indexer.errors import BadGlossaryError, BadQueryError
from indexer.gaps import Missed, find_gaps, read_missed

START = datetime(2026, 1, 1, tzinfo=UTC)


def missed(*queries, every=60):
    return [
        Missed(query, START + timedelta(seconds=every * number))
        for number, query in enumerate(queries)
    ]


def labels(found):
    return [(gap.label, gap.count) for gap in found.gaps]


def test_queries_that_mean_the_same_become_one_candidate_with_its_count(psychology):
    found = find_gaps(
        psychology,
        missed(
            "how to bake sourdough bread",
            "sourdough bread recipe",
            "baking bread with sourdough",
            "replacing a bicycle chain",
            "Sourdough  Bread recipe",
        ),
    )
    assert [gap.count for gap in found.gaps] == [4, 1]
    bread, bicycle = found.gaps
    assert {one.query: one.count for one in bread.queries} == {
        "how to bake sourdough bread": 1,
        "Sourdough Bread recipe": 2,
        "baking bread with sourdough": 1,
    }
    assert bread.label == bread.queries[0].query
    assert bicycle.label == "replacing a bicycle chain"
    assert all(len(gap.nearest) == 3 for gap in found.gaps)


def test_what_is_asked_for_rarely_can_be_left_out(psychology):
    asked = missed("sourdough bread recipe", "sourdough bread recipes", "bicycle chain")
    assert [gap.count for gap in find_gaps(psychology, asked, fewest=2).gaps] == [2]


def test_queries_with_a_close_match_by_now_are_left_out(psychology):
    found = find_gaps(psychology, missed("Agoraphobia", "sourdough bread recipe"))
    assert (labels(found), found.answered) == ([("sourdough bread recipe", 1)], 1)


def test_half_typed_queries_are_left_out(psychology):
    asked = missed(
        "so", "sour", "replacing a bicycle chain", "sourdough", "Sourdough bread", every=1
    )
    found = find_gaps(psychology, asked)
    assert {label for label, _ in labels(found)} == {"replacing a bicycle chain", "Sourdough bread"}
    assert (found.lines, found.unfinished) == (5, 3)


def test_a_shorter_query_at_another_time_stands(psychology):
    found = find_gaps(psychology, missed("sourdough", "sourdough bread", every=11))
    assert found.unfinished == 0


def test_only_so_many_are_compared_those_asked_most(psychology, monkeypatch):
    monkeypatch.setattr("indexer.gaps._MOST_QUERIES", 1)
    asked = missed("bicycle chain", "sourdough bread", "sourdough bread")
    found = find_gaps(psychology, asked)
    assert (labels(found), found.rare) == ([("sourdough bread", 2)], 1)


def test_an_empty_log_has_no_gaps(psychology):
    found = find_gaps(psychology, [])
    assert (found.gaps, found.lines) == ([], 0)


def test_logs_are_read_oldest_line_first_from_several_files(tmp_path):
    new, old = tmp_path / "log.jsonl", tmp_path / "log.jsonl.1"
    new.write_text('{"time": "2026-01-02T00:00:00+00:00", "query": " b ", "snapshot": "s"}\n\n')
    old.write_text('{"time": "2026-01-01T00:00:00+00:00", "query": "a"}\n')
    assert [one.query for one in read_missed([new, old])] == ["a", "b"]


@pytest.mark.parametrize(
    "line",
    ["{", "[]", '{"query": "x"}', '{"time": "x", "query": "x"}', '{"time": 1, "query": "x"}',
     '{"time": "2026-01-01T00:00:00+00:00", "query": 1}'],
)  # fmt: skip
def test_lines_of_something_else_are_told_by_number(tmp_path, line):
    path = tmp_path / "log.jsonl"
    path.write_text(f'{{"time": "2026-01-01T00:00:00+00:00", "query": "a"}}\n{line}\n')
    with pytest.raises(BadGlossaryError, match=r'log.jsonl:2: this line is no \{"time"'):
        read_missed([path])


def test_times_with_and_without_a_zone_are_not_compared(tmp_path):
    path = tmp_path / "log.jsonl"
    times = ("2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00")
    path.write_text("".join(json.dumps({"time": one, "query": "a"}) + "\n" for one in times))
    with pytest.raises(BadGlossaryError, match="partly without a time zone"):
        read_missed([path])


def test_a_query_that_no_search_takes_is_told(psychology):
    with pytest.raises(BadQueryError, match="The log holds a query that no search takes"):
        find_gaps(psychology, missed("x" * 2001))
