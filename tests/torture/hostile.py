"""Files made to exhaust a reader, and samples of every format damaged at random."""

import json
import logging
import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from indexer.errors import GlossaryError
from indexer.formats import read_glossary
from tests.indexer.formats.samples import FILES
from tests.torture.stage import Stage
from tests.torture.tally import NotWholeError, Tally

_MIB = 1 << 20
_PATIENCE = 5.0
# Of the processor: what nothing but the smallest of rows, or of brackets in Markdown, may take.
_SECONDS_A_MIB = 40.0
_MEMORY = 1 << 30
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TURTLE = '<http://a/{}> a <{}Concept>; <{}prefLabel> "t{}"@en; <{}definition> "d"@en .\n'


def _rows(row: Callable[[int], str], size: int, head: str = "", tail: str = "") -> str:
    count = size // len(row(100_000))
    return f"{head}{''.join(row(number) for number in range(count))}{tail}"


# What exhausts a reader, by the name of a file, so many bytes of it.
EXHAUSTING: dict[str, Callable[[int], str]] = {
    "definition.jsonl": lambda size: json.dumps({"term": "a", "definition": "x " * (size // 2)}),
    "aliases.jsonl": lambda size: json.dumps(
        {"term": "a", "definition": "d", "aliases": [f"a{n}" for n in range(size // 10)]}
    ),
    "deep.jsonl": lambda size: '{"term":' + "[" * size,
    "digits.jsonl": lambda size: '{"term": "a", "definition": ' + "9" * size + "}",
    "rows.jsonl": lambda size: _rows(lambda n: f'{{"term":"t{n}","definition":"d"}}\n', size),
    "rows.csv": lambda size: _rows(lambda n: f"t{n},d\n", size, "term,definition\n"),
    "quote.csv": lambda size: 'term,definition\n"' + "a,b\n" * (size // 4),
    "wide.csv": lambda size: "," * size,
    "bars.csv": lambda size: "term,definition,aliases\n" + ("a,b," + "|" * 900_000 + "\n") * 2,
    "rows.ttl": lambda size: _rows(lambda n: _TURTLE.format(n, _SKOS, _SKOS, n, _SKOS), size),
    "deep.ttl": lambda size: "@prefix a: <http://a/> . a:a a:b " + "(" * size,
    "blank.ttl": lambda size: "@prefix a: <http://a/> . a:a a:b " + "[a:b " * (size // 5),
    "rows.rdf": lambda size: _rows(
        lambda n: f'<s:Concept r:about="http://a/{n}"><s:prefLabel xml:lang="en">t{n}</s:prefLabel>'
        f'<s:definition xml:lang="en">d</s:definition></s:Concept>',
        size, f'<r:RDF xmlns:r="{_RDF}" xmlns:s="{_SKOS}">', "</r:RDF>",
    ),
    "rows.jsonld": lambda size: json.dumps(
        {"@type": "DefinedTermSet", "hasDefinedTerm": [
            {"@type": "DefinedTerm", "name": f"t{n}", "description": "d"} for n in range(size // 62)
        ]}
    ),
    "deep.json": lambda size: '{"@context": "https://schema.org", "DefinedTerm":' + "[" * size,
    "rows.obo": lambda size: _rows(
        lambda n: f'[Term]\nid: X:{n}\nname: t{n}\ndef: "d" []\n\n', size
    ),
    "rows.yaml": lambda size: _rows(
        lambda n: f"- name: t{n}\n  description: d\n", size, "version: 1\nterms:\n"
    ),
    "deep.yaml": lambda size: "nodes: " + "[" * size,
    "blocks.yaml": lambda size: "nodes:\n" + "".join(" " * n + "- \n" for n in range(2000)),
    "rows.rst": lambda size: _rows(lambda n: f"   t{n}\n      d\n\n", size, ".. glossary::\n\n"),
    "indent.rst": lambda size: ".. glossary::\n\n   a\n"
    + "".join(" " * n + "x\n" for n in range(6, 2000)),
    "bullets.rst": lambda size: ".. glossary::\n\n   a\n      " + "- " * 4000,
    "rows.md": lambda size: _rows(lambda n: f"**t{n}:** d\n\n", size, "# g\n\n"),
    "brackets.md": lambda size: "**a:** " + "[" * size,
    "images.md": lambda size: "**a:** " + "![" * (size // 2),
    "stars.md": lambda size: "**a:** " + "*a _b " * (size // 6),
    "quotes.md": lambda size: "> " * (size // 2),
    "rows.html": lambda size: _rows(lambda n: f"<dt>t{n}</dt><dd>d</dd>", size, "<dl>", "</dl>"),
    "deep.html": lambda size: "<div>" * (size // 5),
    "open.html": lambda size: "<" * size,
    "attributes.html": lambda size: "<p " + " ".join(f"a{n}='<'" for n in range(size // 12)),
    "script.html": lambda size: '<script type="application/ld+json">' + "[" * size + "</script>",
    "rows.cnxml": lambda size: _rows(
        lambda n: f"<definition id='d{n}'><term>t{n}</term><meaning>d</meaning></definition>",
        size, '<document xmlns="http://cnx.rice.edu/cnxml"><glossary>', "</glossary></document>",
    ),
    "related.htm": lambda size: "<h1>a</h1><p>b</p><h3>Related Articles</h3>"
    + "<p>x at example.org\u25a0</p>" * (size // 30),
}  # fmt: skip


def exhausting(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Read each of the files in a fork: no traceback, a bounded time and little memory."""
    tally = Tally("a file of 1 MiB made to exhaust its reader", "files")
    until = time.monotonic() + seconds
    for name, made in EXHAUSTING.items():
        if time.monotonic() > until:
            break
        path = stage.folder.parent / name
        path.write_text(made(_MIB), encoding="utf-8")
        with tally.trying(name):
            code, used = _read_apart(path)
            if code:
                raise NotWholeError(f"it ended with {code}")
            if used.ru_utime > _SECONDS_A_MIB:
                raise NotWholeError(f"it took {used.ru_utime:.1f} s of the processor")
            # In KiB; ours are 150 MiB to begin with.
            if used.ru_maxrss * 1024 > _MEMORY:
                raise NotWholeError(f"it took {used.ru_maxrss >> 10} MiB of memory")
        path.unlink()
    yield tally


def _read_apart(path: Path) -> tuple[int, resource.struct_rusage]:
    process = os.fork()
    if not process:
        code = 0
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        try:
            read_glossary([path])
        except GlossaryError:
            pass
        except BaseException:  # noqa: BLE001  whatever it is, it is not told in a sentence
            code = 70
        os._exit(code)
    _, status, used = os.wait4(process, 0)
    return os.waitstatus_to_exitcode(status), used


def damaged(stage: Stage, seconds: float) -> Iterator[Tally]:
    """Damage samples of every format at random, and read them."""
    tally = Tally(f"one of {len(FILES)} samples of all formats, damaged at random", "files")
    until = time.monotonic() + seconds
    rng = random.Random(stage.seed + 3)
    # As the command line has it.
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    while time.monotonic() < until:
        for name in FILES:
            read_damaged(stage.folder.parent, name, rng, tally)
    yield tally


def read_damaged(folder: Path, name: str, rng: random.Random, tally: Tally) -> None:
    """Damage a sample at random and read it; anything but a sentence is counted as lost."""
    path = folder / name
    data = bytearray(FILES[name].encode())
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        _damage(data, rng)
    path.write_bytes(data)
    began = time.monotonic()
    with tally.trying(f"{name}: {bytes(data)[:2000]!r}"):
        try:
            read_glossary([path])
        except GlossaryError:
            pass
        except Exception as error:
            raise NotWholeError(repr(error)[:300]) from error
        if time.monotonic() - began > _PATIENCE:
            raise NotWholeError("it took too long")
    path.unlink()


_ODD = (
    b"\0", b"\xff", b"\xed\xa0\x80", "\u202e".encode(), "\u200b".encode(), b"\r", b"\xef\xbb\xbf",
    b"&x;", b"<", b"]]>", b'"', b"'", b"\\u0000", b"\\ud800", b"*a", b"&a ", b"!!python/name:os ",
    b"@", b"{", b"[", b"|", b"\t", b"\n\n", b" " * 50, b"9" * 400, "\u2028".encode(),
)  # fmt: skip


def _damage(data: bytearray, rng: random.Random) -> None:
    place = rng.randrange(len(data) + 1)
    other = rng.randrange(len(data) + 1)
    first, last = min(place, other), max(place, other)
    kind = rng.randrange(6)
    if kind == 0 and data:
        data[place % len(data)] ^= 1 << rng.randrange(8)
    elif kind == 1:
        data[place:place] = rng.choice(_ODD)
    elif kind == 2:
        del data[first : min(last, first + 40)]
    elif kind == 3:
        data[place:place] = data[first:last]
    elif kind == 4:
        del data[place:]
    else:
        data[place : place + 3] = rng.choice(_ODD)
