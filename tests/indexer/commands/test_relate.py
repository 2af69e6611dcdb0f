"""The command; what it computes and writes is for tests/indexer/relating/."""

import csv
import json

import pytest

from indexer.build import build
from indexer.glossary import Entry, Glossary
from tests.fakes import Prepared, WordEncoder, fears


@pytest.fixture
def index(tmp_path):
    build(fears(), tmp_path / "index", prepare=Prepared(WordEncoder()))
    return tmp_path / "index"


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_of_the_related_lists_is_the_default(glossary, index, tmp_path):
    done = glossary("relate", "--output", tmp_path / "r.csv", "--threads", 1)
    assert done.stdout == f"Wrote 56 pairs of 8 entries to {tmp_path / 'r.csv'}.\n"
    bodies = glossary("relate", "--output", tmp_path / "r.jsonl")
    assert bodies.stdout == (
        f"Wrote the related articles of 8 entries to {tmp_path / 'r.jsonl'}.\n"
    )
    lists = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [(row["source_id"], row["target_id"]) for row in rows(tmp_path / "r.csv")] == [
        (body["id"], item["id"]) for body in lists for item in body["related"]
    ]


def test_a_format_may_be_named(glossary, index, tmp_path):
    done = glossary("relate", "--output", tmp_path / "r.jsonl", "--format", "jsonl", "--limit", 1)
    assert "Wrote 8 pairs of 8 entries" in done.stdout


def test_all_pairs_and_other_glossaries_are_by_meaning(glossary, index, tmp_path):
    done = glossary("relate", "--output", tmp_path / "r.csv", "--all", "--min-strength", 0)
    assert "Wrote 28 pairs of 8 entries" in done.stdout
    other = Glossary((Entry("calm", "Calm", ("No fear.",)),), title="Other")
    build(other, tmp_path / "other", prepare=Prepared(WordEncoder()))
    done = glossary("relate", "--output", tmp_path / "r.csv", "--with", tmp_path / "other")
    assert "Wrote 8 pairs of 8 entries" in done.stdout
    assert {row["target_id"] for row in rows(tmp_path / "r.csv")} == {"calm"}


def test_blocks_of_a_run_with_other_settings_are_told(glossary, index, tmp_path):
    left = tmp_path / f".r.csv.{'0' * 16}"
    left.mkdir()
    done = glossary("relate", "--output", tmp_path / "r.csv")
    assert f"{left} holds blocks of a run with other settings; remove it" in done.stdout
    assert left.exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--limit", 3, "--all"), 2, "Give either --limit or --all."),
        (("--limit", 51), 1, "limit must be between 1 and 50, got 51."),
        (("--measure", "related", "--all"), 1, "hold no all pairs; use the measure meaning."),
        (("--terms", "absent.txt"), 1, "absent.txt: there is no such file."),
        (("--threads", 0), 2, "0 is not in the range x>=1"),
        (("--format", "xls"), 2, "'xls' is not one of 'bodies', 'jsonl', 'csv', 'parquet'"),
    ],
)
def test_errors_are_one_sentence_and_leave_nothing(
    glossary, index, tmp_path, arguments, code, message
):
    done = glossary("relate", "--output", tmp_path / "r.csv", *arguments)
    assert done.exit_code == code
    assert message in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
