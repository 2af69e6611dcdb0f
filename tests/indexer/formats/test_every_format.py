"""The same two entries in every format: what is read is the same, whatever they are in."""

import subprocess
import sys

import pytest

from indexer.errors import GlossaryError
from indexer.formats import FORMATS, Columns, read_glossary
from tests.indexer.formats.reading import by_term, read
from tests.indexer.formats.samples import ARTICLE, FILES, HTML, TURTLE

# These formats have one definition an entry, or no aliases.
ONE_DEFINITION = {"self.obo", "self.yaml", "self.rst"}
NO_ALIAS = {"self.yaml", "self.md", "self.cnxml"}


@pytest.mark.parametrize("name", FILES)
def test_every_format_gives_the_same_entries(tmp_path, name):
    entries = by_term(read(tmp_path, name, FILES[name]))
    assert list(entries) == ["Déjà vu", "Ego"]
    first = ("A sense of having been here before.", "A false memory.")
    expected = first[:1] if name in ONE_DEFINITION else first
    assert entries["Déjà vu"].definitions == expected
    assert entries["Ego"].definitions[0].startswith("The self as it knows itself")
    assert entries["Ego"].aliases == (() if name in NO_ALIAS else ("I",))


def test_every_format_has_a_sample():
    read_ones = {"jsonl", "csv", "skos", "tbx", "obo", "schemaorg", "datahub", "sphinx"}
    assert read_ones | {"markdown", "html", "cnxml", "article"} == set(FORMATS)


def test_a_format_by_name_needs_no_suffix(tmp_path):
    reading = read(tmp_path, "self.txt", TURTLE, format_name="skos")
    assert list(by_term(reading)) == ["Déjà vu", "Ego"]


def test_an_html_page_of_the_original_site_is_told_from_others(tmp_path):
    page = "".join(f"<p>{line}</p>" for line in ARTICLE.split("\n\n"))
    assert list(by_term(read(tmp_path, "a.html", page))) == ["Ego"]
    assert "10 bars" not in page
    assert len(by_term(read(tmp_path, "b.html", HTML))) == 2


@pytest.mark.parametrize(
    ("name", "text"), [("a.json", '{"term": "Ego"}'), ("a.xml", "<a/>"), ("a.jsonld", "[]")]
)
def test_a_content_of_no_format_is_refused(tmp_path, name, text):
    with pytest.raises(GlossaryError, match="nothing in this file tells its format; name one with"):
        read(tmp_path, name, text)


def test_columns_are_refused_where_a_format_has_none(tmp_path):
    with pytest.raises(GlossaryError, match="--map and --ignore are for columns and keys of any"):
        read(tmp_path, "a.ttl", TURTLE, columns=Columns({"x": "term"}))


def test_an_encoding_is_named_where_it_is_not_utf_8(tmp_path):
    path = tmp_path / "a.obo"
    path.write_bytes(FILES["self.obo"].encode("cp1252"))
    with pytest.raises(
        GlossaryError, match=r"byte 0xE9 is not UTF-8; .* name its encoding with --"
    ):
        read_glossary([path])
    assert "Déjà vu" in by_term(read_glossary([path], encoding="cp1252"))
    with pytest.raises(GlossaryError, match="--encoding cp9999: there is no text encoding"):
        read_glossary([path], encoding="cp9999")
    with pytest.raises(GlossaryError, match=r"a\.obo:6: byte 0xE9 is not ascii"):
        read_glossary([path], encoding="ascii")


def test_an_encoding_stands_in_for_what_an_xml_file_declares(tmp_path):
    path = tmp_path / "a.tbx"
    path.write_bytes(FILES["dca.tbx"].encode("cp1252"))
    assert "Déjà vu" in by_term(read_glossary([path], encoding="cp1252"))


def test_a_title_and_a_licence_are_what_the_file_says_unless_told_otherwise(tmp_path):
    reading = read(tmp_path, "a.jsonld", FILES["self.jsonld"])
    assert reading.glossary.title == "The self"
    assert reading.glossary.licence == "https://example.org/licence"
    told = read(tmp_path, "a.jsonld", FILES["self.jsonld"], title="Other", licence="CC0")
    assert (told.glossary.title, told.glossary.licence) == ("Other", "CC0")


def test_the_formats_libraries_are_loaded_when_a_file_is_read_not_before():
    heavy = ("rdflib", "lxml", "fastobo", "docutils", "yaml", "markdown_it")
    program = (
        f"import sys, indexer.formats; print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


@pytest.mark.parametrize("name", FILES)
def test_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path, name):
    plain = read(tmp_path, name, FILES[name]).glossary.entries
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf" + FILES[name].replace("\n", "\r\n").encode())
    assert read_glossary([path]).glossary.entries == plain


def test_an_xml_file_is_in_the_encoding_that_it_declares(tmp_path):
    for name in ("self.rdf", "dca.tbx"):
        text = FILES[name].replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
        path = tmp_path / name
        path.write_bytes(text.encode("latin-1"))
        assert list(by_term(read_glossary([path]))) == ["Déjà vu", "Ego"]
        path.write_bytes(FILES[name].encode("latin-1"))
        assert "Déjà vu" in by_term(read_glossary([path], encoding="latin-1"))
