"""Every output is read back with the library that its users have."""

import csv
import json
from typing import Any

import networkx
import numpy as np
import pytest
from pyarrow import parquet

from indexer.errors import GlossaryError
from indexer.glossary import Entry
from indexer.relating import Asked, Format, Job, Measure, format_of, relate
from indexer.relating.parquet import Parquet
from indexer.relating.rows import COLUMNS, Row
from tests.fakes import fears

ODD = (
    Entry("=1+1", "=cmd|' /C calc'!A0", ("Fear of open crowds.",)),
    Entry("-b", "Tab\tand\nline \u2028 <&>\"'", ("Fear of crowds.",)),
    Entry("c", "No XML \uffff", ("Sleep.",)),
)
MEANING = Asked(Measure.MEANING, limit=3)


@pytest.fixture
def snapshot(opened):
    return opened("fears", fears().entries)


@pytest.fixture
def written(snapshot, tmp_path):
    """Write the pairs of ``fears()``, or of other entries, and return the file."""

    def make(name, asked=MEANING, job=None):
        path = tmp_path / name
        relate(job or Job(asked, snapshot), path, format_of(path, asked.measure))
        return path

    return make


def expected(snapshot, limit):
    """The judge: cosines of the closest passages, equal ones in entry order."""
    rows = snapshot.index.rows(range(snapshot.index.count)).astype(float)
    pairs = []
    for number, entry in enumerate(snapshot.entries):
        scores = [
            np.float32((rows[snapshot.rows_of(number)] @ rows[snapshot.rows_of(other)].T).max())
            for other in range(len(snapshot.entries))
        ]
        order = sorted(range(len(scores)), key=lambda other: (-scores[other], other))
        order.remove(number)
        pairs += [
            (entry.id, snapshot.entries[other].id, pytest.approx(float(scores[other]), abs=1e-6))
            for other in order[:limit]
        ]
    return pairs


def test_json_lines_have_a_row_each_by_source_and_rank(written, snapshot):
    rows = [json.loads(line) for line in written("r.jsonl").read_text().splitlines()]
    assert [(r["source_id"], r["target_id"], r["score"]) for r in rows] == expected(snapshot, 3)
    assert [row["rank"] for row in rows] == [1, 2, 3] * 8
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["source_term"], rows[0]["target_term"]) == ("Agoraphobia", "Phobia")
    strengths = [row["strength"] for row in rows]
    assert all(0 <= value <= 100 for value in strengths)
    # One scale for all: a higher score is never weaker.
    scores = [row["score"] for row in rows]
    assert [strengths[n] for n in np.argsort(scores, kind="stable")] == sorted(strengths)


def test_csv_and_parquet_have_the_same_rows(written):
    lines = [json.loads(line) for line in written("r.jsonl").read_text().splitlines()]
    for name, delimiter in (("r.csv", ","), ("r.tsv", "\t")):
        with written(name).open(newline="") as file:
            rows = list(csv.DictReader(file, delimiter=delimiter))
        assert rows == [{key: str(value) for key, value in line.items()} for line in lines]
    table = parquet.read_table(written("r.parquet"))
    assert table.to_pylist() == lines
    kinds = ["string"] * 4 + ["double"] * 2 + ["int32"]
    assert [str(kind) for kind in table.schema.types] == kinds


def test_graphs_are_read_by_networkx(written):
    lines = [json.loads(line) for line in written("r.jsonl").read_text().splitlines()]
    graph = networkx.read_graphml(written("r.graphml"))
    assert graph.is_directed()
    assert set(graph) == {line["source_id"] for line in lines}
    assert graph.nodes["mood"] == {"term": "Mood"}
    assert dict(graph.edges) == {
        (line["source_id"], line["target_id"]): {
            key: line[key] for key in ("strength", "score", "rank")
        }
        for line in lines
    }
    # Its stubs do not know that there may be no comments.
    options: Any = {"delimiter": "\t", "comments": None, "create_using": networkx.DiGraph}
    edges = networkx.read_weighted_edgelist(written("r.edges"), **options)
    assert {pair: data["weight"] for pair, data in edges.edges.items()} == {
        pair: data["strength"] for pair, data in graph.edges.items()
    }


def test_a_graph_of_all_pairs_has_each_once_and_no_direction(written):
    graph = networkx.read_graphml(written("r.graphml", Asked(Measure.MEANING, limit=None)))
    assert not graph.is_directed()
    assert len(graph.edges) == 8 * 7 / 2


def test_odd_titles_come_back_and_are_no_formulas(opened, written):
    odd = Job(Asked(Measure.MEANING, limit=1), opened("odd", ODD))
    with written("r.csv", job=odd).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["source_id"] for row in rows] == ["'=1+1", "'-b", "c"]
    assert rows[0]["source_term"] == f"'{ODD[0].term}"
    assert rows[0]["target_term"] == ODD[1].term
    graph = networkx.read_graphml(written("r.graphml", job=odd))
    assert [graph.nodes[entry.id]["term"] for entry in ODD[:2]] == [e.term for e in ODD[:2]]
    assert graph.nodes["c"]["term"] == "No XML \ufffd"
    table = parquet.read_table(written("r.parquet", job=odd))
    assert table["source_term"].to_pylist() == [entry.term for entry in ODD]
    lines = written("r.jsonl", job=odd).read_text().split("\n")[:-1]
    assert [json.loads(line)["source_term"] for line in lines] == [entry.term for entry in ODD]


def test_a_graph_of_two_glossaries_keeps_equal_ids_apart(opened, snapshot, written):
    other = opened("other", [Entry("mood", "Mood", ("Another mood.",))])
    job = Job(Asked(Measure.MEANING, limit=1), snapshot, other)
    graph = networkx.read_graphml(written("r.graphml", job=job))
    assert set(graph) == {*(f"A:{entry.id}" for entry in fears().entries), "B:mood"}
    edges = written("r.edges", job=job).read_text().splitlines()
    assert edges[-1].startswith("A:mood\tB:mood\t")


def test_parquet_is_written_in_groups(tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.relating.parquet._ROWS_OF_GROUP", 4)
    rows = [Row(f"s{n}", "S", f"t{n}", "T", 1.5, 0.5, 1) for n in range(11)]
    writer, parts = Parquet(), [tmp_path / "a", tmp_path / "b", tmp_path / "c"]
    counts = [writer.write_part(*one) for one in zip(parts, (rows[:5], [], rows[5:]), strict=True)]
    assert counts == [5, 0, 6]
    writer.join(parts, tmp_path / "whole")
    file = parquet.ParquetFile(tmp_path / "whole")
    assert file.num_row_groups == 3
    assert file.read()["source_id"].to_pylist() == [row.source_id for row in rows]


def test_no_pairs_are_a_whole_file(written, snapshot):
    none = Asked(Measure.MEANING, limit=1, min_strength=100)
    assert written("r.csv", none).read_text() == ",".join(COLUMNS) + "\n"
    assert parquet.read_table(written("r.parquet", none)).num_rows == 0
    assert len(networkx.read_graphml(written("r.graphml", none))) == 0


def test_the_suffix_tells_the_format(tmp_path):
    assert format_of(tmp_path / "a.NDJSON", Measure.MEANING) is Format.JSONL
    assert format_of(tmp_path / "a.jsonl", Measure.RELATED) is Format.BODIES
    with pytest.raises(
        GlossaryError, match=r"a\.xls: the suffix '\.xls' tells no format; name one"
    ):
        format_of(tmp_path / "a.xls", Measure.MEANING)
