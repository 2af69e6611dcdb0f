import json

import pytest

from indexer.errors import GlossaryError
from indexer.evaluation.compare import compare
from indexer.evaluation.figures import evaluation
from indexer.evaluation.outcomes import Outcome, Shape
from indexer.evaluation.report import (
    comparison_lines,
    read_report,
    report_body,
    table,
    write_report,
)


def ranked(*ranks):
    outcomes = [
        Outcome(f"q{n}", {"acc@1": float(rank == 1)}, "lay", rank) for n, rank in enumerate(ranks)
    ]
    return evaluation("queries", Shape.RANKED, outcomes, notes=("One.",))


def test_the_table_is_aligned_and_says_what_is_no_number():
    pairs = [Outcome("p", {"strength": 1.0, "score": 1.0}, "men")]
    lines = table([ranked(1, 1), ranked(None), evaluation("pairs", Shape.PAIRS, pairs)])
    assert lines == [
        "set      group  n  figure                        value  95 % interval",
        "queries  all    2  acc@1                         1.000  1.000 to 1.000",
        "queries  all    2  median rank (0 is first)      0.000  0.000 to 0.000",
        "queries  lay    2  acc@1                         1.000  1.000 to 1.000",
        "queries  all    1  acc@1                         0.000  0.000 to 0.000",
        "queries  all    1  median rank (0 is first)  not found  not found to not found",
        "queries  lay    1  acc@1                         0.000  0.000 to 0.000",
        "pairs    men    1  Spearman                          –  – to –",
        "Note on queries: One.",
        "Note on queries: One.",
    ]


def test_a_comparison_tells_differences_and_the_losses_first():
    lines = comparison_lines([compare(ranked(2, 1, 3), ranked(1, None, 3))])
    assert lines[2].split() == [
        "queries", "all", "3", "acc@1", "0.333", "0.333", "-1.000", "to", "+1.000", "1.000",
    ]  # fmt: skip
    assert lines[-3:] == [
        "queries: won 1, lost 1, tied 1",
        "  lost  1 → not found  q1",
        "  won   2 → 1  q0",
    ]
    assert comparison_lines([]) == []


def test_a_long_list_of_changes_is_cut_and_says_so():
    compared = compare(ranked(*[1] * 30), ranked(*[2] * 30, 1))
    lines = comparison_lines([compared], shown=2)
    assert lines[-4:] == [
        "queries: won 0, lost 30, tied 0; on one side only 1",
        "  lost  1 → 2  q0",
        "  lost  1 → 2  q1",
        "  … and 28 more; --json FILE has them all.",
    ]


def test_a_report_is_read_as_it_was_written(tmp_path):
    judged = [ranked(1, None), evaluation("none", Shape.PAIRS, [])]
    path = tmp_path / "r.json"
    compared = compare(ranked(None), ranked(None))
    write_report(path, report_body(judged, about={"split": "dev"}, comparisons=[compared]))
    assert read_report(path) == judged
    body = json.loads(path.read_text())
    assert (body["format"], body["split"]) == (1, "dev")
    # JSON has no infinity.
    assert body["sets"][0]["figures"][1]["high"] is None
    assert body["comparisons"][0]["tied"] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no JSON", "is no report of an evaluation"),
        ("[]", "is no report of an evaluation"),
        ('{"format": 1}', "is no report of an evaluation"),
        ('{"format": 1, "sets": [{"outcomes": [3]}]}', "is no report of an evaluation"),
        ('{"format": 2, "sets": []}', "has the format 2, this version reads 1"),
    ],
)
def test_another_file_is_refused(tmp_path, text, message):
    path = tmp_path / "r.json"
    path.write_text(text)
    with pytest.raises(GlossaryError, match=rf"r\.json {message}.*--json FILE"):
        read_report(path)


def test_a_report_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(GlossaryError, match="cannot be written"):
        write_report(tmp_path / "nowhere" / "r.json", {})
