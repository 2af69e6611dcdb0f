import json

import pytest

from indexer.formats import write_glossary
from indexer.glossary import Entry, Glossary
from tests.fakes import fears

CLEAN = Glossary(
    (
        Entry("a", "Alpha", ("Fear of the first letter.",)),
        Entry("b", "Beta", ("Sleep over some other one.",)),
    ),
    title="Letters",
)


def test_the_report_tells_counts_and_findings(glossary, make_index):
    make_index()
    done = glossary("check")
    assert done.exit_code == 0
    # "Mood: A lasting mood."; five of three words; four without links; one dead; two one-sided.
    assert done.stdout.startswith(
        "Fears: 13 findings in 8 entries.\n\nNear-duplicate definitions: 0"
    )
    assert "\nDead links: 1\n    Phobia\n        see_also names 'nowhere'\n" in done.stdout


def test_as_json_it_has_every_check_and_finding(glossary, make_index):
    make_index()
    body = json.loads(glossary("check", "--json", "--fewest-words", 0).stdout)
    assert (body["title"], body["entries"], body["definitions"]) == ("Fears", 8, 9)
    assert body["findings"] == sum(check["count"] for check in body["checks"])
    (dead,) = [check for check in body["checks"] if check["check"] == "dead_links"]
    assert dead["count"] == 1
    assert dead["findings"] == [
        {
            "heading": "Phobia",
            "entries": [{"id": "phobia", "term": "Phobia"}],
            "detail": "see_also names 'nowhere'",
        }
    ]


def test_the_page_is_written_whole_beside_the_text(glossary, make_index, tmp_path):
    make_index()
    done = glossary("check", "--html", tmp_path / "health.html")
    assert "Dead links: 1" in done.stdout
    page = (tmp_path / "health.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>\n<html")
    assert page.endswith("</html>\n")
    assert '<a href="#dead_links">Dead links <b>1</b></a>' in page


def test_a_page_that_cannot_be_written_is_told(glossary, make_index, tmp_path):
    make_index()
    done = glossary("check", "--html", tmp_path / "none" / "health.html")
    assert (done.exit_code, "cannot be written" in done.stderr) == (1, True)


def test_files_are_read_as_told_and_what_is_left_out_is_said(glossary, tiny_model, tmp_path):
    path = tmp_path / "fears.csv"
    path.write_text("Word,definition,see_also\nPhobia,A strong fear.,Nothing\n", encoding="utf-8")
    assert "unknown columns 'Word'" in glossary("check", path, "--model", tiny_model).stderr
    done = glossary(
        "check", path, "--map", "Word=term", "--title", "Dread", "--json", "--model", tiny_model
    )
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["title"] == "Dread"
    assert "Note: 'Phobia': see_also names 'Nothing'" in done.stderr


def test_strict_ends_with_1_when_there_are_findings_and_only_then(glossary, make_index):
    make_index()
    assert glossary("check", "--strict").exit_code == 1
    make_index(CLEAN)
    done = glossary("check", "--strict")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "Letters: 0 findings in 2 entries.")


def test_files_are_checked_without_an_index(glossary, tiny_model, tmp_path):
    write_glossary(fears(), tmp_path / "fears.jsonl")
    done = glossary("check", tmp_path / "fears.jsonl", "--model", tiny_model)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("fears: ")
    assert "see_also names 'nowhere'" in done.stdout
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("terms.csv", "--index", "index"), "Leave out --index: a SOURCE is checked without"),
        (("--language", "de"), "Leave out --language: it is for SOURCE."),
        (("--map", "A=term"), "Leave out --map: it is for SOURCE."),
        (("--model", "other"), "Leave out --model: it is for SOURCE."),
    ],
)
def test_options_that_would_change_nothing_are_refused(glossary, arguments, message):
    done = glossary("check", *arguments)
    assert (done.exit_code, message in done.stderr) == (2, True)


def test_long_lists_are_cut_in_the_text_alone(glossary, make_index):
    entries = tuple(Entry(f"e{n}", f"T{n}", (f"Number {n}.",)) for n in range(25))
    make_index(Glossary(entries, title="Many"))
    done = glossary("check")
    assert "Too short or too long: 25\n" in done.stdout
    assert "    … and 5 more; --json and --html have all." in done.stdout
