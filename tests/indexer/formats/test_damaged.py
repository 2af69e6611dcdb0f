"""Damaged files: each is refused with sentences that name the file and what to mend.

A sample of every format is damaged in one place. No damage gives a traceback, takes long, or makes
a reader fetch something.
"""

import re
import socket
from pathlib import Path

import pytest

from indexer.errors import GlossaryError
from indexer.formats import read_glossary
from tests.indexer.formats.samples import ARTICLE, FILES

MANY = 50_000
BOMB = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
LOCAL = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
REMOTE = '<!DOCTYPE a [<!ENTITY a SYSTEM "http://127.0.0.1:9/a">]>'
PARAMETER = '<!DOCTYPE a [<!ENTITY % a SYSTEM "http://127.0.0.1:9/a"> %a;]>'
XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
ENTITY_REFUSED = "declares the entity 'a', and entities are not expanded; write out"

# (file, what stands there, what to put in its place, what the message must say). Where nothing is
# named, the new text takes the place of the whole file.
XML_FILES = [("self.rdf", "rdf:RDF"), ("dca.tbx", "tbx"), ("self.cnxml", "document")]
XML_DAMAGES = [
    (name, old, new, message)
    for name, root in XML_FILES
    for old, new, message in [
        (f"</{root}>", "", "this is no well-formed XML"),
        (f"</{root}>", f"</{root}", "this is no well-formed XML"),
        (f"</{root}>", f"</{root}><more/>", "this is no well-formed XML: Extra content"),
        ("The self as", "The <self as", "this is no well-formed XML"),
        ("The self as", "The & self as", "this is no well-formed XML: "),
        ("The self as", "The \0 self as", "this is no well-formed XML"),
        ("The self as", "The &mdash; self as", "this is no well-formed XML: Entity 'mdash'"),
        ("The self as", "The &#1; self as", "this is no well-formed XML: xmlParseCharRef"),
        (f"<{root} ", f"<{root}x ", "this is no well-formed XML: Opening and ending tag"),
        (f"<{root} ", f"{PARAMETER}<{root} ", ENTITY_REFUSED),
        (f"<{root} ", f"{LOCAL}<{root} ", ENTITY_REFUSED),
        (f"<{root} ", f"{REMOTE}<{root} ", ENTITY_REFUSED),
        (f"<{root} ", f"{BOMB}<{root} ", ENTITY_REFUSED),
        ("The self as", "<a>" * MANY, "this is no well-formed XML: Excessive depth"),
    ]
]
BOMBS = [
    (name, f"<{root} ", f"{BOMB}<{root} a='&i;' ", "this is no well-formed XML: Maximum entity")
    for name, root in XML_FILES
]
DAMAGES = [
    *XML_DAMAGES,
    *BOMBS,
    ("self.rdf", "rdf:about", "rdf:abaut", None),
    ("self.rdf", "skos:Concept", "skos:Concert", "there is no skos:Concept in this file"),
    ("self.rdf", 'xml:lang="en"', 'xml:lang="fr"', "the labels are in fr. Choose one with --lang"),
    ("self.rdf", "skos:definition", "skos:note", "a label and a definition or scope note in 'en'"),
    # Turtle.
    ("self.ttl", "ex:ego a", "ex:ego b", "self.ttl:7: this is no Turtle: "),
    ("self.ttl", '"Ego"@en', '"Ego"@', "self.ttl:8: this is no Turtle: "),
    ("self.ttl", '"Ego"@en', '"Ego@en', "self.ttl:8: this is no Turtle: newline found in string"),
    ("self.ttl", '"Ego"@en', '"""Ego"@en', "this is no Turtle: unterminated string literal"),
    ("self.ttl", '"Ego"@en', '"E\\qgo"@en', "this is no Turtle: bad escape"),
    ("self.ttl", '"Ego"@en', '"E\\ud800go"@en', "half of a surrogate pair (U+D800) at character 2"),
    ("self.ttl", '"Ego"@en', '"E\\u00"@en', "this is no Turtle"),
    ("self.ttl", '"Ego"@en', '"E\\u0007go"@en', "control character U+0007 at character 2"),
    ("self.ttl", "@prefix ex:", "@prefix ey:", 'Prefix "ex:" not bound; mend the line.'),
    ("self.ttl", "@prefix skos:", "@prefex skos:", "self.ttl:1: this is no Turtle"),
    ("self.ttl", "ex:ego a", "<https://example.org/ego a", "self.ttl:7: this is no Turtle"),
    ("self.ttl", "ex:deja-vu .", "(" * MANY, "this Turtle is nested too deeply"),
    ("self.ttl", "ex:deja-vu .", "[" * MANY, "this Turtle is nested too deeply"),
    ("self.ttl", "ex:deja-vu .", "ex:deja-vu", "this is no Turtle"),
    ("self.ttl", "ex:deja-vu .", "ex:deja-vu ; .. ", "this is no Turtle"),
    ("self.ttl", "skos:Concept", "skos:Concert", "there is no skos:Concept in this file"),
    ("self.ttl", "prefLabel", "prefLabels", "no concept has both a label and a definition"),
    ("self.ttl", "@en", "@de", "in 'en'; the labels are in de. Choose one with --language"),
    ("self.ttl", "@en", "@e n", "this is no Turtle"),
    ("self.ttl", "", "term,definition\nEgo,The self.\n", "self.ttl:1: this is no Turtle"),
    # SKOS in JSON-LD.
    ("skos.jsonld", '"@graph": [', '"@graph": ', "this is not JSON: "),
    ("skos.jsonld", "]}\n", "]", "skos.jsonld:11: this is not JSON: Expecting ',' delimiter"),
    ("skos.jsonld", '"@graph"', "'@graph'", "skos.jsonld:2: this is not JSON"),
    (
        "skos.jsonld",
        '{"skos": "http://www.w3.org/2004/02/skos/core#"}',
        '["http://127.0.0.1:9/skos", {"skos": "http://www.w3.org/2004/02/skos/core#"}]',
        "the context 'http://127.0.0.1:9/skos' would have to be fetched, which is never done",
    ),
    (
        "skos.jsonld",
        '{"skos": "http://www.w3.org/2004/02/skos/core#"}',
        '{"@import": "file:///etc/hostname", "skos": "http://www.w3.org/2004/02/skos/core#"}',
        "the context 'file:///etc/hostname' would have to be fetched",
    ),
    ("skos.jsonld", '"@graph": [', '"@graph": [' + "[" * MANY, "this JSON is nested too deeply"),
    ("skos.jsonld", "skos:Concept", "skos:Concert", "there is no skos:Concept in this file"),
    ("skos.jsonld", '"en"', "5", "this is no JSON-LD"),
    ("skos.jsonld", '"en"', '"fr"', "the labels are in fr. Choose one with --language."),
    ("skos.jsonld", '"skos":', '"skos": "x", "sk":', "tells its format|there is no skos:Concept"),
    ("skos.jsonld", "Ego", "E\\ud800o", "half of a surrogate pair|this is no JSON-LD"),
    ("skos.jsonld", "", "{}", "nothing in this file tells its format; name one with --format"),
    # TBX.
    ("dca.tbx", "conceptEntry", "concept", "there is no <conceptEntry> or <termEntry> in this"),
    ("dca.tbx", "langSec", "lang", "the languages here are none that is stated"),
    ("dca.tbx", 'xml:lang="en"', 'xml:lang="fr"', "the languages here are de, fr. Choose one"),
    ("dca.tbx", "definition", "definitoin", "no concept has both a term and a definition in 'en'"),
    ("dca.tbx", "termSec", "termsec", "no concept has both a term and a definition in 'en'"),
    ("dca.tbx", 'id="c2"', 'id="c1"', "dca.tbx:14: id 'c1' stands already at"),
    ("dca.tbx", "", "<a/>", "whose root is <a>; name another format with --format"),
    (
        "two.xml",
        "martif",
        "martyr",
        "nothing in this file tells its format; name one with --format",
    ),
    ("two.xml", "TBXcoreStructV02.dtd", 'a" [<!ENTITY a "b">]><!-- ', "no well-formed XML|entity"),
    # OBO.
    ("self.obo", 'def: "The', "def: The", "self.obo:12: this is no OBO: expected QuotedString"),
    ("self.obo", 'itself." []', 'itself."', "self.obo:12: this is no OBO"),
    ("self.obo", 'itself." []', 'itself." [', "self.obo:12: this is no OBO"),
    ("self.obo", 'itself." []', "itself. []", "self.obo:13: this is no OBO"),
    ("self.obo", '"I" EXACT', '"I" EXCAT', "self.obo:13: this is no OBO: expected SynonymScope"),
    ("self.obo", '"I" EXACT []', '"I EXACT []', "self.obo:14: this is no OBO"),
    ("self.obo", "is_obsolete: true", "is_obsolete: maybe", "expected Boolean, got 'is_obsolete"),
    ("self.obo", "id: SELF:2\n", "", "self.obo:10: this is no OBO"),
    ("self.obo", "id: SELF:2\n", "id:\n", "self.obo:10: this is no OBO"),
    ("self.obo", "SELF:2", "SELF:1", "id 'SELF:1' stands already at"),
    ("self.obo", "[Typedef]", "[Typdef]", "self.obo:23: this is no OBO"),
    ("self.obo", "[Term]", "[Term", "this is no OBO: expected"),
    ("self.obo", "[Term]", "Term", "this is no OBO: expected"),
    ("self.obo", "name: Ego", "name Ego", "self.obo:11: this is no OBO: expected"),
    ("self.obo", "name: Ego", "nome: Ego", "got 'nome: Ego'; mend the line."),
    ("self.obo", "name: Ego", "name: E\x07go", "control character U+0007"),
    ("self.obo", "def:", "comment:", "no [Term] here has both a name and a def."),
    ("self.obo", "is_a: SELF:1", "is_a:", "self.obo:16: this is no OBO"),
    ("self.obo", "", "Ego: the self\n", "no [Term] here has both a name and a def."),
    ("self.obo", "", "{" * MANY, "self.obo:1: this is no OBO"),
    # schema.org.
    ("self.jsonld", " ]}\n", "", "this is not JSON: Expecting ',' delimiter at column"),
    ("self.jsonld", '"name"', "name", "this is not JSON: Expecting property name"),
    ("self.jsonld", '"name"', '"nam', "this is not JSON"),
    ("self.jsonld", "Ego", "E\tgo", "this is not JSON: Invalid control character"),
    ("self.jsonld", "Ego", "E\\ud800go", "half of a surrogate pair (U+D800)"),
    ("self.jsonld", "Ego", "E\\u0007go", "control character U+0007"),
    ("self.jsonld", "Ego", "E\\xgo", "this is not JSON: Invalid \\escape"),
    ("self.jsonld", '"DefinedTerm"', '"Term"', "there is no DefinedTerm in this file"),
    ("self.jsonld", '"DefinedTerm', '"Term', "nothing in this file tells its format"),
    ("self.jsonld", '"description"', '"text"', "has both a name and a description in 'en'"),
    ("self.jsonld", '"name"', '"title"', "the names are in none that is stated"),
    ("self.jsonld", '"Ego"', "5", None),
    ("self.jsonld", '"Ego"', '{"@value": "Ego", "@language": "de"}', None),
    ("self.jsonld", '"description": ', '"description": 5, "d": ', "both a name and a description"),
    ("self.jsonld", '"description": ', '"description": {}, "d": ', "a name and a description"),
    ("self.jsonld", '"hasDefinedTerm": [', '"x": [' + "[" * MANY, "this JSON is nested too deeply"),
    ("self.jsonld", "", '"DefinedTerm"', "there is no DefinedTerm in this file"),
    ("self.jsonld", "", '["DefinedTerm", 5, null]', "there is no DefinedTerm in this file"),
    ("self.jsonld", "", '{"@type": {"a": "DefinedTerm"}}', "there is no DefinedTerm in this file"),
    ("self.jsonld", "", '{"@type": "DefinedTerm"}', "both a name and a description in 'en'"),
    # DataHub.
    ("self.yaml", "nodes:", "nodes", "self.yaml:7: this is no YAML: could not find expected ':'"),
    ("self.yaml", "nodes:\n", "", "nothing in this file tells|this is no YAML"),
    ("self.yaml", "  - name: Self", "\t- name: Self", "self.yaml:7: this is no YAML"),
    ("self.yaml", "name: Ego", 'name: "Ego', "this is no YAML: found unexpected end of stream"),
    ("self.yaml", "name: Ego", "name: [Ego", "this is no YAML"),
    ("self.yaml", "name: Ego", "name: *ego", "the alias *ego is not followed; write out what it"),
    ("self.yaml", "name: Ego", "name: &a Ego\n        x: *a", "self.yaml:13: the alias *a is not"),
    ("self.yaml", "name: Ego", "name: ", "self.yaml:12: an item of 'terms' has no 'name'"),
    ("self.yaml", "name: Ego", "nome: Ego", "an item of 'terms' has no 'name', got {'nome': 'Ego'"),
    ("self.yaml", "name: Ego", "name: [a]", "an item of 'terms' has no 'name'"),
    (
        "self.yaml",
        "name: Ego",
        "name: Ego\n        name: I",
        "the key 'name' stands twice; keep one",
    ),
    ("self.yaml", "name: Ego", "name: Déjà vu", "id 'self-deja-vu' stands already at"),
    ("self.yaml", "name: Ego", 'name: "E\\ago"', "control character U+0007"),
    ("self.yaml", "name: Ego", 'name: "E\\ngo"', "has a line break or a tab"),
    (
        "self.yaml",
        "name: Ego",
        "name: E\x07go",
        "self.yaml:12: this is no YAML: unacceptable character",
    ),
    ("self.yaml", "description: The", "descriptoin: The", None),
    ("self.yaml", "    terms:\n", "    terms: Ego\n    x:\n", "'terms' must be a list, got 'Ego'"),
    ("self.yaml", "- name: Ego", "- Ego\n      - name: I", "an item of 'terms' must have a 'name'"),
    ("self.yaml", "terms:", "term:", "there are no 'nodes' or 'terms' with a term in this file"),
    ("self.yaml", "", "nodes: " + "[" * MANY, "this YAML is nested too deeply"),
    ("self.yaml", "", "nodes: {a: 1}\n", "'nodes' must be a list, got {'a': '1'}"),
    ("self.yaml", "", "nodes: []\n---\nnodes: []\n", "this is no YAML: but found another document"),
    ("self.yaml", "", "terms: !!python/name:os.system\n", "'nodes' or 'terms' with a term"),
    # Sphinx.
    ("self.rst", ".. glossary::", ".. glossary:", "there is no `.. glossary::` with entries"),
    ("self.rst", ".. glossary::", ". glossary::", "there is no `.. glossary::` with entries"),
    ("self.rst", ".. glossary::", "..  glosary::", "there is no `.. glossary::` with entries"),
    ("self.rst", ".. glossary::", "::", "there is no `.. glossary::` with entries"),
    ("self.rst", ":sorted:", ":sorted: yes", "there is no `.. glossary::` with entries"),
    ("self.rst", ":sorted:", ":sort:", "there is no `.. glossary::` with entries"),
    ("self.rst", "      ", "   ", "this file holds no entry; 2 terms left out: no definition"),
    ("self.rst", "Ego", "E\0go", "self.rst:11: this line has a control character U+0000"),
    ("self.rst", "", ".. glossary::\n\nEgo\n   The self.\n", "this file holds no entry"),
    ("self.rst", "", ".. include:: /etc/hostname\n", "there is no `.. glossary::` with entries"),
    ("self.rst", "", ".. glossary::\n\n   Ego\n      .. include:: /etc/hosts\n", "holds no entry"),
    ("self.rst", "", ".. glossary::\n\n   Ego\n      .. raw:: html\n\n         x\n", "no entry"),
    (
        "self.rst",
        "",
        ".. glossary::\n\n   Ego\n      .. csv-table::\n         :url: http://127.0.0.1:9/\n",
        "this file holds no entry",
    ),
    (
        "self.rst",
        "",
        ".. glossary::\n\n   Ego\n" + "".join(f"{' ' * n}x\n" for n in range(4, 1500)),
        "this text is nested too deeply",
    ),
    ("self.rst", "", "Ego\n  The self.\n", "there is no `.. glossary::` with entries"),
    # Markdown.
    ("self.md", "\n: ", "\n\n", None),
    ("self.md", "", "# Words\n", "there are no entries here; write them as a definition list"),
    ("self.md", "", "Ego is the self.\n", "there are no entries here"),
    ("self.md", "", "**Ego**\n", "there are no entries here"),
    ("self.md", "", "**:** The self.\n", "there are no entries here"),
    ("self.md", "", ": The self.\n", "there are no entries here"),
    ("self.md", "", "# Ego\n\n## I\n", "there are no entries here"),
    ("self.md", "", "```\nEgo\n: The self.\n```\n", "there are no entries here"),
    ("self.md", "", "    Ego\n    : The self.\n", "there are no entries here"),
    ("self.md", "", "<dl><dt>Ego</dt><dd>The self.</dd></dl>\n", "there are no entries here"),
    ("self.md", "", "| Term | Meaning |\n| --- | --- |\n| Ego | The self. |\n", "no entries here"),
    ("self.md", "", "---\ntitle: x\n---\n", "there are no entries here"),
    ("self.md", "", f"{'word ' * 40}\nThe self.\n", "there are no entries here"),
    ("self.md", "", ">" * MANY, "there are no entries here"),
    ("self.md", "", "[" * 5000, "there are no entries here"),
    ("self.md", "", "![" * 5000, "there are no entries here"),
    ("self.md", "", "- " * 3000, "there are no entries here"),
    ("self.md", "Ego", "E\x07go", "self.md:15: this line has a control character U+0007 at"),
    # HTML.
    ("self.html", "dl>", "dx>", None),
    ("self.html", "<dd>", "<dt>", "there are no entries here: no <dl>"),
    ("self.html", "</dd>", "", None),
    ("self.html", "", "<p>Ego is the self.</p>", "there are no entries here: no <dl>"),
    ("self.html", "", "Ego", "there are no entries here: no <dl>"),
    ("self.html", "", "<dl></dl>", "there are no entries here: no <dl>"),
    ("self.html", "", "<dl><dd>The self.</dd></dl>", "there are no entries here: no <dl>"),
    ("self.html", "", "<!-- <dl><dt>Ego<dd>The self.</dl> -->", "there are no entries here"),
    ("self.html", "", "<script>terms = [{term: 'Ego'}]</script>", "there are no entries here"),
    ("self.html", "", '<script type="application/json">[{"term": "Ego"}]</script>', "no entries"),
    ("self.html", "", '<script type="application/json">[{"term"</script>', "no entries here"),
    ("self.html", "", '<script type="application/json">' + "[" * MANY, "no entries here"),
    ("self.html", "", '<script type="application/json">' + "[" * MANY + "</script>", "no entries"),
    ("self.html", "", "<dl><dd>" * MANY, "this page is nested deeper than 256 elements"),
    ("self.html", "", "<p" * MANY, "there are no entries here"),
    ("self.html", "", "<!--" * MANY, "there are no entries here"),
    ("self.html", "", "<![CDATA[" * MANY, "there are no entries here"),
    ("self.html", "", "&" * MANY, "there are no entries here"),
    ("self.html", "Ego", "E&#7;go", "term 'E\\x07go' has a control character U+0007"),
    (
        "self.html",
        "",
        '<script type="application/json">[{"term": 5, "definition": "x"}]</script>',
        "self.html:1: term must be text, got 5",
    ),
    # CNXML.
    ("self.cnxml", "glossary>", "glosary>", "there is no <glossary> with a <definition> in this"),
    ("self.cnxml", "definition", "def", "there is no <glossary> with a <definition> in this file"),
    (
        "self.cnxml",
        "meaning",
        "mean",
        "no entry; 2 definitions left out: no <meaning> ('Déjà vu', 'Ego').",
    ),
    (
        "self.cnxml",
        "term>",
        "terms>",
        "this file holds no entry; 2 definitions left out: no <term>",
    ),
    (
        "self.cnxml",
        "",
        "<document/>",
        "whose root is <document>; name another format with --format",
    ),
    # The saved page, whose format is named.
    ("article.txt", "Related Articles", "Related", 'there is no line "Related Articles" here'),
    ("article.txt", "■■■■■■■", "■" * 11, "'Id' has 11 bars; a list has 1 to 10."),
    ("article.txt", "Ego\n\nThe self", "The self", "headword from its definition in 'The self"),
    ("article.txt", "", "Related Articles\n", 'there is no definition above "Related Articles"'),
    ("article.txt", "", "\n\nOther definition:\n\nRelated Articles\n", "there is no definition"),
    ("article.txt", "", f"{'Word, ' * 40}\n\nRelated Articles\n", "nothing tells the headword"),
    ("article.txt", "", "Ego.\n\nRelated Articles\n", "put it on a line of its own at the top"),
    ("article.txt", "Ego", "E\x07go", "control character U+0007"),
    ("article.txt", "", "<p>" + "<b>" * MANY, "this page is nested deeper than 256 elements"),
    ("article.txt", "", "<h1>Ego</h1>", 'there is no line "Related Articles" here'),
    ("article.txt", "", "<h1>Ego</h1><h2>Related Articles</h2>", "there is no definition above"),
]
SAMPLES = {**FILES, "article.txt": ARTICLE}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """A reader that asks for an address fails the test."""

    def refuse(*_arguments, **_more):
        raise AssertionError("a reader opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def read(path: Path):
    return read_glossary([path], format_name="article" if path.name == "article.txt" else None)


def write(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    DAMAGES,
    ids=[f"{name}-{number}" for number, (name, *_) in enumerate(DAMAGES)],
)
def test_a_damaged_file_is_refused_in_plain_sentences(tmp_path, name, old, new, message):
    sample = SAMPLES[name]
    assert old in sample
    path = write(tmp_path, name, sample.replace(old, new) if old else new)
    if message is None:
        # Not every damage makes a file unreadable: then what is there is read, or told.
        assert read(path).glossary.entries
        return
    with pytest.raises(GlossaryError) as caught:
        read(path)
    told = str(caught.value)
    assert any(part in told for part in message.split("|")), told
    for sentence in told.split("\n"):
        assert sentence.startswith(str(path)), told
        assert sentence.endswith((".", "…")), told
        assert len(sentence) < len(str(path)) + 300, told
        assert not re.search(r"Traceback|Error\b|<class|object at", sentence), told


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_that_cannot_be_read_as_text_is_refused(tmp_path, name):
    with pytest.raises(GlossaryError, match=r"there is no such file"):
        read(tmp_path / name)
    for nothing in ("", " \n\n"):
        with pytest.raises(GlossaryError, match=r"this file is empty|nothing in this file tells"):
            read(write(tmp_path, name, nothing))
    broken = SAMPLES[name].encode().replace(b"self as", b"self \xe9 as")
    if "self as" in SAMPLES[name]:
        with pytest.raises(GlossaryError, match=r":\d+: .*(is not UTF-8|no well-formed XML)"):
            read(write(tmp_path, name, broken))
    (tmp_path / "folder").mkdir()
    folder = (tmp_path / "folder").rename(tmp_path / f"folder{Path(name).suffix}")
    with pytest.raises(GlossaryError, match=r"this is a folder; name the glossary file in it"):
        read_glossary([folder], format_name="article" if name == "article.txt" else None)


def entries_or_refusal(path: Path) -> str:
    try:
        return str(read(path).glossary.entries[0])
    except GlossaryError as error:
        return str(error) if str(path) in str(error) else ""


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_cut_off_anywhere_is_read_or_refused(tmp_path, name):
    sample = SAMPLES[name]
    for end in range(0, len(sample), max(1, len(sample) // 60)):
        assert entries_or_refusal(write(tmp_path, name, sample[:end])), sample[:end]
