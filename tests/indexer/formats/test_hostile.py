"""Files that someone made to do harm: to a reader, to a spreadsheet, to what stands in addresses.

``python -m tests.torture files`` goes on for as long as it is told.
"""

import csv
import random
import time

import pytest

from indexer.errors import BadGlossaryError, GlossaryError
from indexer.formats import read_glossary, write_glossary
from indexer.glossary import Entry, Glossary
from tests.indexer.formats.samples import FILES
from tests.torture.hostile import EXHAUSTING, read_damaged
from tests.torture.tally import Tally

TRIES = 60
# Those that take a moment only, whatever their size.
QUICK = (
    "definition.jsonl", "aliases.jsonl", "deep.jsonl", "digits.jsonl", "quote.csv", "wide.csv",
    "deep.ttl", "blank.ttl", "deep.json", "deep.yaml", "blocks.yaml", "indent.rst", "bullets.rst",
    "deep.html", "open.html", "attributes.html", "script.html", "quotes.md",
    "brackets.md", "images.md",
)  # fmt: skip
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "'=1", "''-phobia", "-phobia")


@pytest.mark.parametrize("name", FILES)
def test_random_damage_is_told_in_sentences(tmp_path, name):
    tally = Tally("damage", "files")
    rng = random.Random(name)  # noqa: S311  the same damage each time
    for _ in range(TRIES):
        read_damaged(tmp_path, name, rng, tally)
    assert (tally.tries, tally.lost) == (TRIES, [])


@pytest.mark.parametrize("name", QUICK)
def test_a_file_made_to_exhaust_a_reader_ends_soon(tmp_path, name):
    path = tmp_path / name
    path.write_text(EXHAUSTING[name](1 << 20), encoding="utf-8")
    began, told = time.process_time(), ""
    try:
        read_glossary([path])
    except GlossaryError as error:
        told = str(error)
    assert len(told) < 5000
    assert time.process_time() - began < 5


def test_an_element_of_too_many_attributes_is_refused_wherever_they_hide(tmp_path):
    many = " ".join(f"a{number}" for number in range(1001))
    path = tmp_path / "a.html"
    for text in (f"<p\n{many}>", f"<!-- x --><p a='<!--' {many}>", f'<p b=">" {many}'):
        path.write_text(f"<dl><dt>a</dt><dd>b</dd></dl>\n{text}")
        with pytest.raises(BadGlossaryError, match=r"html:2: a <p> has more than 1,000 attributes"):
            read_glossary([path])
    for text in (f"<!-- <p {many} -->", f"<script>x <y {many} </script>", f"<p>{many}</p>"):
        path.write_text(f"<dl><dt>a</dt><dd>b</dd></dl>{text}")
        assert read_glossary([path]).glossary.entries[0].term == "a"


@pytest.mark.parametrize("suffix", ["csv", "tsv"])
def test_no_cell_that_is_written_is_a_formula_and_all_come_back(tmp_path, suffix):
    entries = tuple(
        Entry(f"e{n}", text, (text, "plain"), aliases=(f"{text}x", "y"), category=text)
        for n, text in enumerate(FORMULAS)
    )
    path = tmp_path / f"a.{suffix}"
    write_glossary(Glossary(entries, title="a"), path)
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file, delimiter="\t" if suffix == "tsv" else ",")
        assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]
    assert read_glossary([path]).glossary.entries == entries


def test_a_table_with_the_line_ends_of_old_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"term,definition\rEgo,The self.\rId,The drives.\r")
    assert [entry.term for entry in read_glossary([path]).glossary.entries] == ["Ego", "Id"]


def test_unknown_columns_without_end_are_told_in_a_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"c{number}" for number in range(5000)) + "\n")
    with pytest.raises(BadGlossaryError, match=r"'c19' and 4,980 more: say which field") as caught:
        read_glossary([path])
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("wrong", ["../x", "..", "a/b", "a\\b", "a?b", "a b", "a%2fb", "a\u2028b"])
def test_an_id_that_could_lead_elsewhere_is_refused(tmp_path, wrong):
    path = tmp_path / "a.csv"
    path.write_text(f'id,term,definition\n"{wrong}",a,b\n', encoding="utf-8")
    with pytest.raises(BadGlossaryError, match=r"a\.csv:2: id "):
        read_glossary([path])


@pytest.mark.parametrize(
    "odd", ["\u202eevil", "\u200b", "a\u200db", "\ufeffa", "\u0600", "\U000e0061"]
)
def test_marks_without_width_or_of_direction_are_kept_and_have_an_id(tmp_path, odd):
    path = tmp_path / "a.jsonl"
    write_glossary(Glossary((Entry("x", odd, (odd,)),), title="a"), path)
    (entry,) = read_glossary([path]).glossary.entries
    assert (entry.term, entry.id) == (odd, "x")
    path.write_text(f'{{"term": "{odd}", "definition": "b"}}\n', encoding="utf-8")
    assert read_glossary([path]).glossary.entries[0].id


@pytest.mark.parametrize("odd", ["\\ud800", "\\u0000", "\\u001b"])
def test_halves_of_pairs_and_controls_are_refused(tmp_path, odd):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"term": "a{odd}", "definition": "b"}}\n', encoding="utf-8")
    with pytest.raises(BadGlossaryError, match=r"a\.jsonl:1: term .* take it out"):
        read_glossary([path])
