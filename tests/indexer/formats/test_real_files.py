"""Files that others made: counts in, counts out, and what was left out.

They lie beside the checkout where there are any (``../shared/data``, or the folder that
``GLOSSARY_FOREIGN_TEXTS`` names); without them, these tests are skipped.
"""

import json
import os
import re
from pathlib import Path

import pytest

from indexer.errors import GlossaryError
from indexer.formats import Columns, read_glossary, write_glossary
from indexer.formats.article import parse_article

FOLDER = Path(
    os.environ.get("GLOSSARY_FOREIGN_TEXTS", Path(__file__).parents[4] / "shared" / "data")
)
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="there is no folder of foreign texts")


def counts(notes):
    """Return the counts that notes begin with, by what was counted."""
    found = {}
    for note in notes:
        if match := re.match(r"[^:]+: ([\d,]+) ([^(]*)", note):
            found[match.group(2).strip(" .")] = int(match.group(1).replace(",", ""))
    return found


def read(name, **options):
    path = FOLDER / "formats" / name
    reading = read_glossary([path], **options)
    joined = [int(found.group(1)) for note in reading.notes if (found := JOINED.search(note))]
    return len(reading.glossary.entries) + sum(joined), reading


JOINED = re.compile(r": (\d+) further rows? joined into")


@pytest.mark.parametrize(
    ("name", "options", "rows", "definitions", "left_out", "whole"),
    [
        ("DO_cancer_slim.obo", {}, 581, 581, {"terms": 148, "term": 1}, 730),
        ("MFOEM-merged.obo", {"encoding": "cp1252"}, 233, 233, {"terms": 575}, 808),
        ("unescothes.ttl", {}, 20, 20, {"concepts": 4388}, 4408),
        ("unescothes.ttl", {"language": "fr"}, 639, 639, {"concepts": 3769}, 4408),
        ("Example_Astronomy_Basic_DCA_VALID.tbx", {}, 36, 36, {"concepts": 9}, 45),
        (
            "Example_Astronomy_Basic_DCA_VALID.tbx",
            {"language": "es"},
            38,
            38,
            {"concepts": 6, "concept": 1},
            45,
        ),
        ("m82220.cnxml", {}, 33, 33, {}, 33),
        ("justpsychiatry_glossary.rst", {}, 887, 887, {}, 887),
        ("kurivo_psy.md", {}, 677, 648, {"paragraph": 1}, 678),
        ("nullkeeper_index.html", {}, 764, 763, {}, 764),
    ],
)
def test_every_row_of_a_real_file_is_read_or_told(
    name, options, rows, definitions, left_out, whole
):
    found, reading = read(name, **options)
    assert found == rows
    assert sum(len(entry.definitions) for entry in reading.glossary.entries) == definitions
    told: dict[str, int] = {}
    for what, count in counts(reading.notes).items():
        noun, _, rest = what.partition(" ")
        if rest.startswith("left out") and noun in ("term", "terms", "concept", "concepts"):
            told[noun] = told.get(noun, 0) + count
        elif rest.startswith("left out") and noun == "paragraph":
            told[noun] = count
    assert told == left_out
    assert rows + sum(left_out.values()) == whole


def test_a_file_in_another_encoding_is_refused_with_the_remedy():
    with pytest.raises(GlossaryError, match=r":18: byte 0x92 is not UTF-8; .* with --encoding"):
        read("MFOEM-merged.obo")


def test_a_language_that_a_thesaurus_has_not_is_refused_with_those_it_has():
    with pytest.raises(GlossaryError, match=r"the labels are in en, es, fr, ru\. Choose one with"):
        read("unescothes.ttl", language="de")


def test_keys_of_data_in_a_page_are_mapped():
    _, reading = read("nullkeeper_index.html", columns=Columns({"unit": "category"}))
    assert {entry.category for entry in reading.glossary.entries} >= {"Cognition"}
    assert counts(reading.notes)["values left out: of the key 'hint'; --map hint=FIELD reads it"]


def test_groups_of_a_thesaurus_are_categories_and_its_title_that_of_the_glossary():
    _, reading = read("unescothes.ttl")
    assert reading.glossary.title == "UNESCO Thesaurus"
    assert all(entry.category for entry in reading.glossary.entries)


def test_all_of_them_are_one_glossary_with_merge(tmp_path):
    names = ("m82220.cnxml", "kurivo_psy.md", "nullkeeper_index.html", "DO_cancer_slim.obo")
    paths = [FOLDER / "formats" / name for name in names]
    reading = read_glossary(paths, merge=True)
    for name in ("all.jsonl", "all.csv"):
        write_glossary(reading.glossary, tmp_path / name)
        assert read_glossary([tmp_path / name]).glossary.entries == reading.glossary.entries
    for name in ("all.ttl", "all.jsonld"):
        write_glossary(reading.glossary, tmp_path / name)
        again = read_glossary([tmp_path / name]).glossary.entries
        assert [(e.id, e.term, e.definitions, e.aliases, e.category) for e in again] == [
            (e.id, e.term, e.definitions, e.aliases, e.category) for e in reading.glossary.entries
        ]


def test_the_page_of_the_original_site_gives_the_list_that_was_noted_by_hand():
    article = parse_article(FOLDER / "seed" / "interpersonal-therapy.txt")
    noted = json.loads((FOLDER / "seed" / "related.jsonl").read_text(encoding="utf-8"))
    assert article.term == noted["term"]
    assert [{"term": item.term, "bars": item.bars} for item in article.related] == noted["related"]
    assert len(article.definitions) == 2
