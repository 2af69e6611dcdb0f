import gzip

import pytest

from indexer.errors import BadGlossaryError, GlossaryError
from indexer.evaluation.rows import Faults, read_rows
from indexer.evaluation.sets import (
    JudgedList,
    JudgedQuery,
    NoMatchQuery,
    OwnFiles,
    OwnSet,
    Split,
    read_own_sets,
)


class Known:
    def find(self, entry_id):
        return {"phobia": 0, "mood": 1, "amnesia": 2}.get(entry_id)


QUERY = {"query": "dread", "answers": ["phobia"], "kind": "lay", "split": "dev"}


def problems_of(error):
    return [str(problem).rpartition("/")[2] for problem in error.value.problems]


def test_the_sets_are_read_as_they_stand(write):
    files = OwnFiles(
        queries=write("q.jsonl", QUERY, {"query": "loss", "answers": ["amnesia", "mood"]}),
        no_match=write("n.jsonl", {"query": "eggs", "kind": "far"}),
        related=write("r.jsonl", {"id": "mood", "related": [{"id": "phobia", "grade": 3}]}),
    )
    sets = read_own_sets(files, [Known()])
    assert sets.queries == (
        JudgedQuery("dread", ("phobia",), "lay"),
        JudgedQuery("loss", ("amnesia", "mood")),
    )
    assert sets.no_match == (NoMatchQuery("eggs", "far"),)
    assert sets.related == (JudgedList("mood", {"phobia": 3}),)


def test_a_split_is_one_half(write):
    path = write("q.jsonl", QUERY, {**QUERY, "query": "fright", "split": "test"})
    for split, queries in ((Split.DEV, ["dread"]), (Split.TEST, ["fright"])):
        sets = read_own_sets(OwnFiles(queries=path), [Known()], split=split)
        assert [judged.query for judged in sets.queries] == queries
    assert len(read_own_sets(OwnFiles(queries=path), [Known()]).queries) == 2


def test_a_split_without_rows_is_refused(write):
    path = write("q.jsonl", QUERY)
    with pytest.raises(GlossaryError, match=r"q\.jsonl has no row of the split 'test'"):
        read_own_sets(OwnFiles(queries=path), [Known()], split=Split.TEST)


def test_all_faults_of_all_files_are_told_at_once(write, tmp_path):
    queries = write(
        "q.jsonl",
        {"query": "a", "answers": ["nowhere"]},
        {"query": " ", "answers": []},
        {"query": "b", "answers": "phobia", "knd": "lay"},
        {"query": "a", "answers": ["phobia"], "split": "train"},
        ["no object"],
    )
    queries.write_text(queries.read_text() + "\n{broken\n")
    related = write(
        "r.jsonl",
        {"id": "mood", "related": [{"id": "mood", "grade": 4}, {"id": "amnesia", "grade": True}]},
        {"id": "gone", "related": []},
    )
    files = OwnFiles(queries, write("n.jsonl", {"query": "b"}), related)
    with pytest.raises(BadGlossaryError, match="no entry has the id 'nowhere'") as error:
        read_own_sets(files, [Known()])
    assert problems_of(error) == [
        "q.jsonl:5: this line must be a JSON object.",
        "q.jsonl:7: this line is not JSON: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1).",
        "q.jsonl:1: no entry has the id 'nowhere'; mend it, or name another --index.",
        "q.jsonl:2: 'query' must be a text, got ' '.",
        "q.jsonl:2: 'answers' must have at least 1, got [].",
        "q.jsonl:3: 'knd' is no field here; there are query, answers, kind, split.",
        "q.jsonl:3: 'answers' must be a list of texts, got 'phobia'.",
        "q.jsonl:4: query 'a' stands twice; keep one.",
        "q.jsonl:4: 'split' must be 'dev' or 'test', got 'train'.",
        "n.jsonl:1: query 'b' stands twice; keep one.",
        "r.jsonl:1: related names 'mood' twice, or in its own list; take it out.",
        "r.jsonl:1: 'grade' must be a whole number from 1 to 3, got 4.",
        "r.jsonl:1: 'grade' must be a whole number from 1 to 3, got True.",
        "r.jsonl:2: 'related' must be a list of objects, got [].",
        "r.jsonl:2: no entry has the id 'gone'; mend it, or name another --index.",
    ]


def test_a_row_without_a_split_is_refused_where_a_half_is_asked_for(write):
    path = write("q.jsonl", {"query": "a", "answers": ["mood"]})
    with pytest.raises(
        BadGlossaryError, match="there is no 'split' here to tell whether it is 'dev'"
    ):
        read_own_sets(OwnFiles(queries=path), [Known()], split=Split.DEV)


def test_every_snapshot_must_know_the_ids(write):
    class Empty:
        def find(self, entry_id):
            return None

    path = write("q.jsonl", QUERY)
    with pytest.raises(BadGlossaryError, match="no entry has the id 'phobia'"):
        read_own_sets(OwnFiles(queries=path), [Known(), Empty()])


def test_missing_files_are_faults_like_others(tmp_path):
    files = OwnFiles(tmp_path / "q.jsonl", tmp_path / "n.jsonl")
    with pytest.raises(BadGlossaryError, match="there is no such file") as error:
        read_own_sets(files, [])
    assert len(error.value.problems) == 2


def test_the_bundled_sets_lie_beside_the_glossary(tmp_path):
    files = OwnFiles.bundled(tmp_path / "psychology.jsonl")
    assert files.of(OwnSet.NO_MATCH) == tmp_path / "evaluation" / "no_match.jsonl"


def test_a_gzipped_file_is_read_as_a_plain_one(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress('{"x": "one\u2028line"}\n\n{"x": "two"}\n'.encode()))
    faults = Faults()
    assert [row.text("x") for row in read_rows(path, faults)] == ["one\u2028line", "two"]
    faults.refuse()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"plain", "this is no gzipped UTF-8 text"),
        (gzip.compress(b"text" * 99, mtime=0)[:-9], "this is no gzipped UTF-8 text"),
        (gzip.compress(b"\xff\xff", mtime=0), "this is no gzipped UTF-8 text"),
        (None, "there is no such file"),
    ],
)
def test_a_damaged_gzip_is_told(tmp_path, data, message):
    path = tmp_path / "a.jsonl.gz"
    if data is not None:
        path.write_bytes(data)
    faults = Faults()
    assert read_rows(path, faults) == []
    with pytest.raises(BadGlossaryError, match=message):
        faults.refuse()


@pytest.mark.parametrize("value", ["1", True, None])
def test_a_score_must_be_a_number(write, value):
    faults = Faults()
    [row] = read_rows(write("a.jsonl", {"score": value}), faults)
    assert row.number("score") == 0
    with pytest.raises(BadGlossaryError, match="'score' must be a number"):
        faults.refuse()
