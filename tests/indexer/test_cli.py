"""The command as a user runs it: options in, text and exit code out."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.formats import write_glossary
from tests.fakes import fears


@pytest.fixture
def source(tmp_path):
    write_glossary(fears(), tmp_path / "fears.jsonl")
    return tmp_path / "fears.jsonl"


@pytest.fixture
def glossary(tmp_path, source, tiny_model):
    """Run ``glossary`` with an index of the tiny model; return output, errors and exit code."""
    index = tmp_path / "index"
    runner = CliRunner(env={"GLOSSARY_INDEX": str(index)})

    def run(*arguments):
        return runner.invoke(main, [str(argument) for argument in arguments])

    done = run("index", source, "--output", index, "--model", tiny_model)
    assert done.exit_code == 0, done.output
    assert "Entries encoded: 8; with the vectors they had: 0." in done.stdout
    return run


def test_index_tells_what_it_read_and_published(glossary, source, tmp_path, tiny_model):
    source.write_text(source.read_text().replace("Loss of memory.", "Memory lost."))
    done = glossary("index", source, "--output", tmp_path / "index", "--model", tiny_model)
    assert "Read: 8 entries, 9 definitions." in done.stdout
    assert "Entries encoded: 1; with the vectors they had: 7." in done.stdout
    assert "Note: 'Phobia': see_also names 'nowhere', which is no entry" in done.stderr


def test_a_dry_run_reads_and_builds_nothing(glossary, source, tmp_path):
    done = glossary("index", source, "--output", tmp_path / "other", "--dry-run")
    assert done.exit_code == 0
    assert "Read: 8 entries" in done.stdout
    assert not (tmp_path / "other").exists()


def test_columns_are_mapped_and_ignored_by_options(glossary, tmp_path):
    path = tmp_path / "g.csv"
    path.write_text("Word,Meaning=x,Notes\nEgo,One.,n\n")
    done = glossary(
        "index", path, "--dry-run", "--map", "Word=term", "--map", "Meaning=x=definition",
        "--ignore", "Notes",
    )  # fmt: skip
    assert "Read: 1 entries, 1 definitions." in done.stdout


def test_search_shows_terms_with_bars(glossary):
    done = glossary("search", "Phobia", "--limit", 2)
    assert done.stdout.startswith("Phobia  ■■■■■■■■■■  (term)\n    Fear of one thing.\n")


def test_search_prints_the_body_of_the_service(glossary):
    body = json.loads(glossary("search", "irrational fear", "--json", "--limit", 3).stdout)
    assert list(body) == ["query", "corrected", "close_match", "hits"]
    assert len(body["hits"]) == 3
    assert list(body["hits"][0]) == [
        "id", "term", "definition", "sentence", "score", "strength", "bars", "matched_on",
    ]  # fmt: skip
    assert (body["hits"][0]["id"], body["hits"][0]["matched_on"]) == ("phobia", "alias")


def test_a_misspelt_query_is_told_and_can_be_searched_as_it_is(glossary):
    done = glossary("search", "arachnofobia")
    assert "Searched for Arachnophobia; --exact searches for what was typed." in done.stdout
    assert "Searched for" not in glossary("search", "arachnofobia", "--exact").stdout


def test_search_takes_a_category_and_a_least_strength_alone_and_for_a_file(glossary, tmp_path):
    narrowed = ("--category", "disorders", "--min-strength", "10")
    alone = json.loads(glossary("search", "one fear", *narrowed, "--json").stdout)
    assert [hit["id"] for hit in alone["hits"]] == ["phobia"]
    (tmp_path / "q.jsonl").write_text('{"query": "one fear"}\n')
    glossary(
        "search", "--queries", tmp_path / "q.jsonl", "--output", tmp_path / "a.jsonl", *narrowed
    )
    assert json.loads((tmp_path / "a.jsonl").read_text()) == alone


def test_a_file_of_queries_is_answered_line_by_line(glossary, tmp_path):
    asked = [f"fear number {n}" for n in range(300)]
    lines = "".join(json.dumps({"query": query}) + "\n" for query in asked)
    (tmp_path / "q.jsonl").write_text(lines + "\n")
    done = glossary(
        "search", "--queries", tmp_path / "q.jsonl", "--output", tmp_path / "a.jsonl", "--limit", 2
    )
    assert "Answered 300 queries" in done.stdout
    answers = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [answer["query"] for answer in answers] == asked
    assert all(len(answer["hits"]) == 2 for answer in answers)


def test_related_lists_items_with_bars_and_snippets(glossary):
    lines = glossary("related", "irrational fear", "--limit", 3).stdout.splitlines()
    assert len(lines) == 6
    assert "■" in lines[0]
    assert lines[1].endswith(" . . .")
    body = json.loads(glossary("related", "phobia", "--json").stdout)
    assert (body["id"], body["term"], len(body["related"])) == ("phobia", "Phobia", 7)
    assert list(body["related"][0]) == [
        "id", "term", "score", "strength", "bars", "snippet", "curated", "shared_words", "sentence",
    ]  # fmt: skip


def test_relate_writes_a_body_for_every_entry(glossary, tmp_path):
    done = glossary("relate", "--output", tmp_path / "r.jsonl", "--limit", 2)
    assert "the related articles of 8 entries" in done.stdout
    bodies = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    assert [body["id"] for body in bodies] == [entry.id for entry in fears().entries]
    assert all(len(body["related"]) == 2 for body in bodies)
    alone = json.loads(glossary("related", "amnesia", "--json", "--limit", 2).stdout)
    assert bodies[5] == alone


def test_info_tells_what_the_snapshot_is(glossary):
    done = glossary("info")
    assert "Glossary     fears (en)" in done.stdout
    assert "Definitions  9 in 16 passages" in done.stdout
    manifest = json.loads(glossary("info", "--json").stdout)
    assert manifest["counts"]["entries"] == 8
    assert manifest["sources"][0]["name"] == "fears.jsonl"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("search", ""), 1, "The query is empty"),
        (("search", "x", "--limit", "0"), 1, "limit must be between 1 and 100, got 0."),
        (("search", "x", "--limit", "a"), 2, "'a' is not a valid integer"),
        (("search", "x", "--category", "y"), 1, "no category 'y' here; known: Disorders."),
        (("search", "x", "--min-strength", "101"), 1, "between 0 and 100, got 101."),
        (("search",), 2, "Give either QUERY or --queries FILE."),
        (("search", "x", "--queries", "q.jsonl"), 2, "Give either QUERY or --queries FILE."),
        (("search", "--queries", "q.jsonl"), 2, "--queries and --output go together."),
        (("search", "--queries", "absent", "--output", "a"), 1, "absent: there is no such file."),
        (("search", "x", "--index", "absent"), 1, "absent holds no snapshot; build one with"),
        (("related", "zzz"), 1, "No entry has the id, term or alias 'zzz'. Nearest terms: "),
        (("related", "phobia", "--limit", "51"), 1, "limit must be between 1 and 50, got 51."),
        (("relate", "--output", "absent/r.jsonl"), 1, "absent/r.jsonl cannot be written: No such"),
        (("relate",), 2, "Missing option '--output'"),
        (("index", "absent.jsonl", "--output", "x"), 1, "absent.jsonl: there is no such file."),
        (("index", "g.xls", "--output", "x"), 1, "the suffix '.xls' tells no format"),
        (("index", "g.csv", "--map", "x"), 2, "'x' is not COLUMN=FIELD."),
        (("index", "g.csv", "--keep", "0", "--output", "x"), 2, "0 is not in the range x>=1"),
        (("nonsense",), 2, "No such command 'nonsense'"),
    ],
)
def test_errors_are_one_sentence_and_an_exit_code(glossary, arguments, code, message):
    done = glossary(*arguments)
    assert done.exit_code == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_index_needs_a_folder_for_a_source(glossary, source):
    done = glossary("index", source)
    assert done.exit_code == 2
    assert "Name the index folder with --output DIR." in done.stderr


def test_a_line_that_is_no_query_is_told(glossary, tmp_path):
    (tmp_path / "q.jsonl").write_text('{"query": "x"}\n{"q": "y"}\n{"query": " "}\nnonsense\n')
    done = glossary("search", "--queries", tmp_path / "q.jsonl", "--output", tmp_path / "a.jsonl")
    assert done.exit_code == 1
    assert 'q.jsonl:2: this line is no {"query": "…"} with a text.' in done.stderr
    assert done.stderr.count("with a text") == 3
    assert not (tmp_path / "a.jsonl").exists()


def test_an_unknown_model_is_told(glossary, source, tmp_path):
    done = glossary("index", source, "--output", tmp_path / "o", "--model", "no/such-model")
    assert done.exit_code == 1
    assert "Error: The model 'no/such-model' is no folder" in done.stderr


@pytest.mark.parametrize("command", ["index", "search", "related", "relate", "info", "serve"])
def test_every_help_text_has_an_example(command):
    done = CliRunner().invoke(main, [command, "--help"])
    assert done.exit_code == 0
    assert f"  glossary {command}" in done.stdout.split("Example", 1)[1]


def test_help_and_search_import_neither_torch_nor_sentence_transformers(psychology_index):
    code = (
        "import sys; from indexer.cli import main\n"
        "try: main(['search', 'fear of spiders', '--limit', '1'])\n"
        "except SystemExit as done: assert done.code == 0\n"
        "print([n for n in ('torch', 'sentence_transformers', 'transformers') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"GLOSSARY_INDEX": str(psychology_index), "PATH": "/usr/bin:/bin"},
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("index", ["Path('index')", "None"])
def test_who_serves_or_asks_does_not_import_what_builds(index):
    code = (
        "import sys; from pathlib import Path; import server.serve, indexer.bundled\n"
        "from indexer.commands.options import built_index\n"
        f"built_index({index}); indexer.bundled.is_built()\n"
        "print([name for name in ('indexer.build', 'scipy', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_output_cut_short_by_its_reader_is_no_error(glossary, tmp_path):
    index = str(tmp_path / "index")
    command = [sys.executable, "-m", "indexer", "related", "phobia", "--json", "--index", index]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert "Traceback" not in done.stderr


def test_a_snapshot_is_built_listed_published_and_rolled_back(
    glossary, source, tmp_path, tiny_model
):
    index = tmp_path / "index"
    built = glossary("index", source, "--output", index, "--model", tiny_model, "--no-publish")
    name = built.stdout.splitlines()[-1].split()[1]
    assert f"Built {name} in {index}; `glossary publish {name} --index" in built.stdout

    def listed():
        return json.loads(glossary("snapshots", "--json").stdout)["snapshots"]

    new, old = listed()
    assert (new["name"], new["live"], old["live"], old["entries"]) == (name, False, True, 8)
    done = glossary("publish", "--latest")
    assert done.stdout == f"{name} is live; before it was {old['name']}.\n"
    assert glossary("publish", name).stdout == f"{name} is live already.\n"
    lines = glossary("snapshots").stdout.splitlines()
    assert lines == [
        f"live     {name}  fears, 8 entries",
        f"was live {old['name']}  fears, 8 entries",
    ]
    done = glossary("rollback")
    assert done.stdout == f"{old['name']} is live; before it was {name}.\n"
    done = glossary("rollback")
    assert done.exit_code == 1
    assert "was live before" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["20260101T000000Z-abcdef", "--latest"]])
def test_publish_takes_either_a_name_or_latest(glossary, arguments):
    done = glossary("publish", *arguments)
    assert done.exit_code == 2
    assert "Give either NAME or --latest." in done.stderr


def test_gaps_shows_candidates_as_text_and_as_json(psychology_index, tmp_path):
    lines = [
        {"time": f"2026-01-01T00:0{number}:00+00:00", "query": query}
        for number, query in enumerate(["bicycle chain", "bicycle chain", "Phobia"])
    ]
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    runner = CliRunner(env={"GLOSSARY_INDEX": str(psychology_index)})
    text = runner.invoke(main, ["gaps", str(path)]).stdout
    assert text.startswith("3 lines; left out: 0 still being typed, 1 with a close match by now, 0")
    body = json.loads(runner.invoke(main, ["gaps", str(path), "--json"]).stdout)
    (gap,) = body["gaps"]
    assert (gap["label"], gap["count"], len(gap["nearest"])) == ("bicycle chain", 2, 3)
    assert f"    2  bicycle chain\n         nearest: {gap['nearest'][0]['term']}, " in text
