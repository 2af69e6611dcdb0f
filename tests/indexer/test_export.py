"""``glossary export`` and ``glossary judged``, from the command line."""

import json

import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.commands.judged import grade
from indexer.formats import read_glossary
from tests.fakes import fears
from tests.indexer.formats.samples import ARTICLE, TURTLE


def run(*arguments, env=None):
    return CliRunner(env={"GLOSSARY_INDEX": None, **(env or {})}).invoke(
        main, [str(argument) for argument in arguments]
    )


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv", "a.ttl", "a.jsonld"])
def test_a_snapshot_is_exported_and_read_back(make_index, tmp_path, name):
    done = run("export", "--index", make_index(), "--output", tmp_path / name)
    assert done.exit_code == 0, done.output
    assert done.stdout == f"Wrote 8 entries to {tmp_path / name}.\n"
    again = read_glossary([tmp_path / name]).glossary
    assert [(e.id, e.definitions) for e in again.entries] == [
        (e.id, e.definitions) for e in fears().entries
    ]
    assert "no place for related lists" in done.stderr or name in {"a.ttl", "a.jsonld"}


def test_related_lists_of_a_snapshot_go_out_with_their_strength(make_index, tmp_path):
    index, path = make_index(), tmp_path / "a.jsonld"
    assert run("export", "--index", index, "-o", path, "--related", 2).exit_code == 0
    terms = json.loads(path.read_text(encoding="utf-8"))["hasDefinedTerm"]
    lists = tmp_path / "lists.jsonl"
    assert run("relate", "--index", index, "--output", lists, "--limit", 2).exit_code == 0
    items = json.loads(lists.read_text(encoding="utf-8").split("\n")[0])["related"]
    exported = next(term for term in terms if term["termCode"] == "agoraphobia")
    assert [
        (relation["glossary:target"]["@id"].rpartition(":")[2], relation["glossary:strength"])
        for relation in exported["glossary:relatedness"]
    ] == [(item["id"], pytest.approx(item["strength"], abs=0.06)) for item in items]


def test_no_related_lists_when_none_are_asked_for(make_index, tmp_path):
    path = tmp_path / "a.ttl"
    assert run("export", "--index", make_index(), "-o", path, "--related", 0).exit_code == 0
    assert "strength" not in path.read_text(encoding="utf-8")


def test_files_are_exported_as_they_are_whatever_the_index_variable_says(tmp_path):
    source, path = tmp_path / "a.ttl", tmp_path / "b.csv"
    source.write_text(TURTLE, encoding="utf-8")
    done = run("export", source, "-o", path, env={"GLOSSARY_INDEX": str(tmp_path / "none")})
    assert done.exit_code == 0, done.output
    assert "Read: 2 entries, 3 definitions." in done.stdout
    assert "Note: a.ttl: 1 concept defined by the scope note ('Ego')." in done.stderr
    assert path.read_text(encoding="utf-8").startswith("id,term,definitions,aliases,see_also,url\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "a.ttl", "-o", "b.obo"], "the suffix '.obo' tells no format; name one with"),
        (["export", "a.ttl", "-o", "b", "--format", "obo"], "The format 'obo' is only read;"),
        (["export", "a.ttl", "-o", "b.csv", "--index", "i"], "Leave out --index: a SOURCE is"),
        (["export", "a.ttl", "-o", "b.ttl", "--related", "3"], "Leave out --related: a SOURCE"),
        (
            ["export", "--index", "i", "-o", "b.csv", "--merge"],
            "Leave out --merge: it is for SOURCE.",
        ),
        (["export", "a.ttl", "-o", "b.csv", "--base", "x:"], "--base is for SKOS and JSON-LD"),
        (["export", "a.ttl", "-o", "b.ttl", "--base", "x"], "give a whole address that ends in /"),
        (["export", "a.ttl", "-o", "no/b.ttl"], "no/b.ttl cannot be written: No such file"),
        (["export", "--index", "i", "-o", "b.csv"], "i holds no snapshot; build one with"),
        (["export", "none.ttl", "-o", "b.csv"], "none.ttl: there is no such file."),
    ],
)
def test_what_cannot_be_exported_is_refused_and_nothing_is_written(
    tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ttl").write_text(TURTLE, encoding="utf-8")
    done = run(*arguments)
    assert done.exit_code != 0
    assert message in done.output
    assert [file.name for file in tmp_path.iterdir()] == ["a.ttl"]


def test_a_dry_run_tells_all_notes_and_others_twenty(tmp_path):
    rows = "".join(f'{{"term": "t{n}", "definition": "x", "see_also": ["y"]}}\n' for n in range(25))
    path = tmp_path / "a.jsonl"
    path.write_text(rows, encoding="utf-8")
    assert run("index", path, "--dry-run").stderr.count("Note: ") == 25
    exported = run("export", path, "-o", tmp_path / "b.csv").stderr
    assert exported.count("Note: ") == 21
    assert "… and 5 more notes; `glossary index --dry-run` tells all." in exported


def test_index_merges_files_by_term(tmp_path):
    for name, entry_id in (("a.jsonl", "1"), ("b.jsonl", "2")):
        text = json.dumps({"id": entry_id, "term": "Mood", "definition": f"Of {name}."})
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = (tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    assert "Read: 2 entries" in run("index", *files, "--dry-run").stdout
    done = run("index", *files, "--dry-run", "--merge")
    assert "Read: 1 entries, 2 definitions." in done.stdout
    assert "Note: b.jsonl: 1 row of it joined by term." in done.stderr


PAGE = (
    ARTICLE.replace("Ego", "Agoraphobia")
    .replace("Id at", "Arachnophobia at")
    .replace("Self-esteem at", "Irrational fear at")
)


def test_pages_of_the_original_site_become_a_judged_set(make_index, tmp_path):
    index, page, output = make_index(), tmp_path / "a.txt", tmp_path / "judged.jsonl"
    more = "Nowhere at x.org■\nAgoraphobia at x.org■■■■■■■■■■\n"
    page.write_text(PAGE + more, encoding="utf-8")
    other = tmp_path / "b.txt"
    other.write_text(ARTICLE, encoding="utf-8")
    done = run("judged", page, other, page, "--index", index, "-o", output, "--split", "dev")
    assert done.exit_code == 0, done.output
    assert json.loads(output.read_text(encoding="utf-8")) == {
        "id": "agoraphobia",
        "split": "dev",
        "related": [{"id": "arachnophobia", "grade": 3}, {"id": "phobia", "grade": 1}],
    }
    assert "b.txt left out: 'Ego' is no entry of this index." in done.stderr
    assert "a.txt left out: 'Agoraphobia' has a list already." in done.stderr
    assert "related terms that are no entries, left out: 'Nowhere'." in done.stderr


def test_a_judged_set_is_one_for_evaluate(make_index, tmp_path):
    from indexer.evaluation.sets import OwnFiles, read_own_sets
    from indexer.snapshot import open_current

    index, page, output = make_index(), tmp_path / "a.txt", tmp_path / "judged.jsonl"
    page.write_text(PAGE, encoding="utf-8")
    assert run("judged", page, "--index", index, "-o", output).exit_code == 0
    sets = read_own_sets(OwnFiles(related=output), [open_current(index).entries])
    assert sets.related[0].grades == {"arachnophobia": 3, "phobia": 1}


def test_pages_of_another_glossary_make_no_set(make_index, tmp_path):
    page = tmp_path / "a.txt"
    page.write_text(ARTICLE, encoding="utf-8")
    done = run("judged", page, "--index", make_index(), "-o", tmp_path / "judged.jsonl")
    assert done.exit_code == 1
    assert "No page has a list of entries of this index; name another --index." in done.output
    assert not (tmp_path / "judged.jsonl").exists()


def test_bars_are_grades_by_thirds():
    assert [grade(bars) for bars in range(1, 11)] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 3]
