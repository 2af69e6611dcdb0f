"""What the README tells a newcomer to type works, and what it points at is there."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.cli import main
from indexer.formats import FORMATS
from indexer.formats.records import FIELDS
from server.app import create_app
from server.live import Live

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.startswith("glossary ")]
ROWS = {
    "terms.csv": "term,definition\nDéjà vu,The feeling of having lived through this before.\n",
    "words.csv": "Headword,Meaning,Notes\nEgo,The self.,x\n",
    "ontology.obo": '[Term]\nid: X:1\nname: déjà vu\ndef: "Taking the new for the known." []\n',
    "interpersonal-therapy.html": (
        "<h1>Interpersonal therapy</h1><p>A way to treat people by their relations.</p>"
        "<h3>Related Articles</h3><p>Psychotherapy at example.org\u25a0\u25a0\u25a0</p>"
    ),
    "rules.jsonl": '{"entry": "Déjà vu", "cap": 6}\n',
    # Enough to learn from.
    "wiki.jsonl": "".join(
        f'{{"term": "rule {number}", "definition": "what holds in case {number} of them all"}}\n'
        for number in range(70)
    ),
    "wanted.txt": "Agoraphobia\nPanic disorder\n",
    "notes.txt": "dread of open places and crowds\n",
    "queries.jsonl": '{"query": "fear of spiders"}\n',
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readme")
    for name, text in ROWS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_readme_has_commands():
    assert len(COMMANDS) >= 10


# In the README's order: later commands use what earlier ones made.
@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_works(line, folder, psychology_index, monkeypatch):
    monkeypatch.chdir(folder)
    arguments = shlex.split(line)[1:]
    if arguments[0] in {"serve", "mcp"}:
        # Serving never ends; that they start is for tests/server/.
        arguments.append("--help")
    if arguments[0] == "train":
        arguments += ["--steps", "2", "--batch", "16"]
    runner = CliRunner(env={"GLOSSARY_INDEX": str(psychology_index)})
    done = runner.invoke(main, arguments)
    assert done.exit_code == 0, done.output
    if arguments[:2] == ["search", "dread of open places and crowds"]:
        assert "Agoraphobia" in "".join(done.stdout.splitlines()[:8])


def test_make_targets_of_the_readme_are_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", "\n".join(BLOCKS), re.MULTILINE):
        assert f"\n{target}:" in makefile


def test_every_promise_names_what_shows_it():
    table = README[
        README.index("| promise | shown by |") : README.index("Not all reading is that quick")
    ]
    rows = table.strip().splitlines()[2:]
    assert len(rows) >= 10
    assert all("](tests/" in row or "`make torture`" in row for row in rows)


def test_every_field_is_in_the_table():
    table = README[README.index("| field |") : README.index("Columns with other names")]
    assert set(re.findall(r"`(\w+)`", table)) >= set(FIELDS)


def test_every_format_is_in_the_table_with_its_suffixes():
    table = README[README.index("| format | files |") : README.index("The suffix tells the format")]
    for name, known in FORMATS.items():
        row = next(row for row in table.splitlines() if f"`{name}`" in row)
        assert set(known.suffixes) <= set(re.findall(r"`(\.\w+)`", row)), name


def test_every_route_is_in_the_table(psychology):
    rules = {rule.rule for rule in create_app(Live(psychology)).url_map.iter_rules()}
    for rule in rules:
        if rule.startswith("/api") or rule == "/healthz":
            assert rule.replace("<entry_id>", "<id>") in README


def test_the_bodies_have_the_keys_of_the_table(psychology):
    client = create_app(Live(psychology)).test_client()
    hit = client.get("/api/v1/search?q=fear&limit=1").get_json()["hits"][0]
    item = client.get("/api/v1/terms/agoraphobia/related?limit=1").get_json()["related"][0]
    for body in (hit, item):
        keys = ", ".join(json.dumps(key) for key in body)
        assert f"{{{keys}}}" in README


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "data/README.md"])
def test_every_local_link_leads_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / name).parent / link).exists(), link
