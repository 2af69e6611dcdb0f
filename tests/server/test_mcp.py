"""``glossary mcp`` as assistants start it: a process of its own, asked by the official client."""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from mcp import Client, StdioServerParameters

from indexer.build import build
from indexer.cli import main
from indexer.search import Searcher
from server.live import Live
from server.settings import Settings
from server.tools import mcp_server
from tests.fakes import fears

ADDRESS = "https://terms.example.org"


@pytest.fixture(scope="module")
def index(tiny_model, tmp_path_factory):
    """``fears()`` with a model whose exported encoder runs in the process under test."""
    index = tmp_path_factory.mktemp("mcp") / "index"
    build(fears(), index, model=str(tiny_model))
    return index


def started(index, *arguments):
    return StdioServerParameters(
        command=sys.executable,
        args=["-m", "indexer", "mcp", "--index", str(index), *arguments],
        env=dict(os.environ),
    )


def ask(server, question):
    async def connected():
        async with Client(server) as client:
            return await question(client)

    # In a thread: where browser tests run too, this one has an event loop already.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(asyncio.wait_for(connected(), timeout=60))).result()


@pytest.fixture(scope="module")
def call(index):
    """Call a tool of a process that serves ``fears()``; return the whole answer."""

    def answer(name, *arguments, **named):
        server = started(index, "--address", ADDRESS, *arguments)
        return ask(server, lambda client: client.call_tool(name, named))

    return answer


def test_an_assistant_learns_what_the_glossary_is_and_what_it_can_ask(index):
    async def learn(client):
        return client.server_info, client.instructions, (await client.list_tools()).tools

    info, instructions, tools = ask(started(index), learn)
    assert (info.name, info.title) == ("glossary", "Fears")
    assert instructions.startswith("Fears is a glossary of 8 entries under the licence CC0.")
    assert [tool.name for tool in tools] == ["search", "define", "related"]
    for tool in tools:
        assert tool.description
        assert tool.annotations.read_only_hint is True
        assert {"id", "term", "citation", "url"} <= set(json.dumps(tool.output_schema).split('"'))
    required = {tool.name: tool.input_schema["required"] for tool in tools}
    assert required == {"search": ["query"], "define": ["term"], "related": ["term"]}


def test_search_answers_with_hits_that_can_be_cited(call):
    answer = call("search", query="irrational fear", limit=2)
    assert answer.is_error is False
    found = answer.structured_content
    assert (found["query"], found["corrected"], found["close_match"]) == (
        "irrational fear",
        None,
        True,
    )
    assert len(found["hits"]) == 2
    assert found["hits"][0] == {
        "id": "phobia",
        "term": "Phobia",
        "citation": "“Phobia”, Fears (CC0), https://terms.example.org/terms/phobia",
        "url": "https://terms.example.org/terms/phobia",
        "definition": "Fear of one thing.",
        "strength": 100.0,
        "matched_on": "alias",
    }
    # Clients that know no structured answers read the same as text.
    assert json.loads(answer.content[0].text) == found


def test_search_keeps_to_a_category(call):
    found = call("search", query="fear", category="disorders").structured_content
    assert [hit["id"] for hit in found["hits"]] == ["phobia"]


def test_define_answers_with_the_whole_entry_and_links_that_can_be_cited(call):
    body = call("define", term="Irrational fear").structured_content
    assert body == {
        "id": "phobia",
        "term": "Phobia",
        "citation": "“Phobia”, Fears (CC0), https://terms.example.org/terms/phobia",
        "url": "https://terms.example.org/terms/phobia",
        "definitions": ["Fear of one thing."],
        "aliases": ["Irrational fear"],
        "category": "Disorders",
        "example": "He fears lifts.",
        "see_also": [
            {
                "id": "agoraphobia",
                "term": "Agoraphobia",
                "citation": "“Agoraphobia”, Fears (CC0), "
                "https://terms.example.org/terms/agoraphobia",
                "url": "https://terms.example.org/terms/agoraphobia",
            }
        ],
        "broader": [
            {
                "id": "mood",
                "term": "Mood",
                "citation": "“Mood”, Fears (CC0), https://terms.example.org/terms/mood",
                "url": "https://terms.example.org/terms/mood",
            }
        ],
        "source": "A book",
        "source_url": "https://example.org/phobia",
    }


def test_related_answers_as_the_command_line_does(call, index):
    body = call("related", term="arachnophobia", limit=3, diverse=True).structured_content
    searcher = Searcher.open(index)
    items = searcher.related(searcher.resolve("arachnophobia"), limit=3, diverse=True)
    assert body["term"] == "Arachnophobia"
    assert [item["term"] for item in body["related"]] == [item.entry.term for item in items]
    assert [item["strength"] for item in body["related"]] == [item.strength for item in items]
    curated = {item["term"] for item in body["related"] if item["curated"]}
    assert curated <= {"Nightmare"}


def test_without_a_public_address_a_citation_has_none(index):
    answer = ask(started(index), lambda client: client.call_tool("define", {"term": "mood"}))
    assert answer.structured_content["url"] is None
    assert answer.structured_content["citation"] == "“Mood”, Fears (CC0)"


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("search", {"query": " "}, "The query is empty"),
        ("search", {"query": "x" * 2001}, "The query has 2,001 characters, at most 2,000"),
        ("search", {"query": "x", "limit": 101}, "limit must be between 1 and 100, got 101."),
        ("search", {"query": "x", "limit": "ten"}, "limit: Input should be a valid integer, got"),
        ("search", {"query": "x", "limit": True}, "limit: Input should be a valid integer, got"),
        ("search", {}, "query is missing."),
        ("search", {"query": "x", "k": 5}, "search takes no 'k'; it takes query, limit, category."),
        ("search", {"query": "x", "category": "Cars"}, "There is no category 'Cars' here; known:"),
        ("define", {"term": "fobia y"}, "No entry has the id, term or alias 'fobia y'. Nearest"),
        ("related", {"term": "mood", "limit": 0}, "limit must be between 1 and 50, got 0."),
        ("delete", {}, "There is no tool 'delete'; there are search, define, related."),
    ],
)
def test_what_cannot_be_answered_is_a_tool_error_with_its_reason(index, name, arguments, sentence):
    """In this process: a started one answers the same, as the next test shows."""
    server = mcp_server(Live(Searcher.open(index)), Settings())
    answer = ask(server, lambda client: client.call_tool(name, arguments))
    assert answer.is_error is True
    assert answer.content[0].text.startswith(sentence)
    assert "Traceback" not in answer.content[0].text


def test_errors_arrive_over_stdio_and_the_process_goes_on(index):
    async def several(client):
        bad = await client.call_tool("define", {"term": "zebra"})
        return bad, await client.call_tool("define", {"term": "mood"})

    bad, good = ask(started(index), several)
    assert bad.is_error is True
    assert bad.content[0].text.startswith("No entry has the id, term or alias 'zebra'. Nearest")
    assert good.structured_content["term"] == "Mood"


def test_a_bug_is_told_without_what_went_wrong(index):
    class Broken(Searcher):
        def search_many(self, queries, **options):
            raise RuntimeError("a secret path")

    server = mcp_server(Live(Broken.open(index)), Settings())
    answer = ask(server, lambda client: client.call_tool("search", {"query": "x"}))
    assert answer.is_error is True
    assert answer.content[0].text == "Error executing tool search"


def test_nothing_but_the_protocol_stands_on_stdout_while_the_first_use_builds(
    default_model, tmp_path
):
    """The bundled glossary is built before the first answer, with the real default model."""
    (tmp_path / "few.jsonl").write_text('{"term": "Ego", "definition": "The self."}\n')
    code = (
        "from pathlib import Path; from indexer import bundled; from indexer.cli import main\n"
        f"bundled.bundled_file = lambda: Path({str(tmp_path / 'few.jsonl')!r})\n"
        f"bundled.bundled_index = lambda: Path({str(tmp_path / 'index')!r})\n"
        "main(['--verbose', 'mcp'])"
    )
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(hello) + "\n",
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "GLOSSARY_INDEX"},
    )
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["result"]["serverInfo"]["title"] == "Psychology glossary"
    assert (tmp_path / "index" / "current").exists()


def test_a_folder_without_a_snapshot_is_told_on_stderr(tmp_path):
    done = CliRunner().invoke(main, ["mcp", "--index", str(tmp_path)])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert f"Error: {tmp_path} holds no snapshot; build one with" in done.stderr


def test_without_the_extra_the_command_says_how_to_get_it(monkeypatch, index):
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "server.tools", raising=False)
    done = CliRunner().invoke(main, ["mcp", "--index", str(index)])
    assert done.exit_code == 1
    assert "glossary mcp needs the extra [mcp], which is not installed" in done.stderr


def test_the_help_lists_the_command():
    assert "\n  mcp " in CliRunner().invoke(main, ["--help"]).stdout
