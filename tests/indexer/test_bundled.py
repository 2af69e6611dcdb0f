"""The bundled glossary with the real default model: what a newcomer meets first."""

import json

import pytest
from click.testing import CliRunner

from indexer import bundled
from indexer.cli import main
from indexer.commands.progress import TerminalStages


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ("dread of open places and crowds", "Agoraphobia"),
        ("learning by watching what others do", "Observational learning"),
        ("part of the brain that stores new memories and is shaped like a seahorse", "Hippocampus"),
        ("IPT", "Interpersonal therapy"),
    ],
)
def test_a_description_finds_its_term(psychology, query, term):
    assert psychology.search(query, limit=1).hits[0].entry.term == term


def test_interpersonal_therapy_has_two_definitions_and_ten_related_articles(psychology):
    number = psychology.resolve("Interpersonal therapy")
    assert len(psychology.snapshot.entries[number].definitions) == 2
    items = psychology.related(number)
    assert len(items) == 10
    assert [item.bars for item in items] == sorted((item.bars for item in items), reverse=True)
    assert all(item.snippet.endswith(" . . .") for item in items)
    assert "Psychotherapy" in [item.entry.term for item in items]


@pytest.fixture
def home(tmp_path, monkeypatch, psychology_index):
    """An installation whose cache folder is empty; its model is exported already."""
    monkeypatch.delenv("GLOSSARY_INDEX", raising=False)
    monkeypatch.setattr(bundled, "bundled_index", lambda: tmp_path / "cache" / "psychology")
    return tmp_path / "cache" / "psychology"


def test_the_first_use_builds_the_snapshot_and_the_next_ones_use_it(home):
    done = CliRunner().invoke(main, ["search", "fear of spiders", "--json", "--limit", "1"])
    assert json.loads(done.stdout)["hits"][0]["term"] == "Specific phobia"
    (name,) = [path.name for path in home.iterdir() if path.is_dir()]
    with TerminalStages() as stages:
        assert bundled.ensure_bundled(stages) == home
    assert [path.name for path in home.iterdir() if path.is_dir()] == [name]


def test_another_text_or_a_damaged_snapshot_is_built_anew(home, tmp_path, monkeypatch, caplog):
    few = tmp_path / "psychology.jsonl"
    few.write_text('{"term": "Ego", "definition": "Self."}\n')
    monkeypatch.setattr(bundled, "bundled_file", lambda: few)
    with TerminalStages() as stages:
        bundled.ensure_bundled(stages)
        first = (home / "current").read_text()
        few.write_text('{"term": "Ego", "definition": "The self."}\n')
        bundled.ensure_bundled(stages)
        second = (home / "current").read_text()
        (home / "current").write_text("nonsense")
        bundled.ensure_bundled(stages)
    assert len({first, second, (home / "current").read_text()}) == 3
    assert "The bundled glossary is built anew" in caplog.text


def test_an_installed_package_keeps_its_snapshot_in_the_cache_folder(monkeypatch, tmp_path):
    assert bundled.bundled_index() == bundled.bundled_file().parent.parent / "index"
    monkeypatch.setattr(bundled, "checkout", lambda: tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert bundled.bundled_index() == tmp_path / "cache" / "glossary-search" / "psychology"
