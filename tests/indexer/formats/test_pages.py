"""Sphinx, Markdown and HTML: the styles that glossaries are written in."""

import pytest

from indexer.formats import Columns
from indexer.glossary import Entry
from tests.indexer.formats.reading import by_term, notes, read


def definitions(reading):
    return {entry.term: entry.definitions for entry in reading.glossary.entries}


def test_a_sphinx_glossary_with_all_that_it_may_have(tmp_path):
    text = """\
Words
=====

.. glossary::
   :sorted:

   mood : M
   temper
      A *lasting* state. See :term:`joy`, :term:`bad moods <grief>`
      and :ref:`more <label>` in ``code``.

      Second.

      .. versionadded:: 2

      .. code-block:: python

         mood = 1

      * a list

   .. a comment
      that goes on

   joy
      A good mood.
   grief
      A bad mood |unknown|.

   empty

Text between.

.. glossary::

   state
     What is.
"""
    reading = read(tmp_path, "a.rst", text)
    entries = by_term(reading)
    assert list(entries) == ["mood", "joy", "grief", "state"]
    assert entries["mood"] == Entry(
        id="mood",
        term="mood",
        definitions=("A lasting state. See joy, bad moods and more in code.\n\nSecond.\n\na list",),
        aliases=("temper",),
        see_also=("joy", "grief"),
    )
    assert entries["state"].definitions == ("What is.",)
    assert notes(reading) == [
        "1 passage left out: a directive or markup that is not known here.",
        "1 block left out: code, a table or a picture in a definition.",
        "1 term left out: no definition ('empty').",
    ]


def test_an_included_file_is_not_read(tmp_path):
    (tmp_path / "secret.txt").write_text("password", encoding="utf-8")
    text = ".. glossary::\n\n   mood\n      A state.\n\n      .. include:: secret.txt\n"
    assert definitions(read(tmp_path, "a.rst", text)) == {"mood": ("A state.",)}


MARKDOWN_STYLES = [
    ("# Words\n\nMood\n: A state.\n\nJoy\n: A good mood.\n: Bliss.\n", "a definition list"),
    (
        "Intro.\n\n**Mood:** A state.\n\n- **Joy** – A good mood.\n- __Joy__: Bliss.\n- *x*\n",
        "a bold term and its definition",
    ),
    (
        "## A\n\nMood\nA state.\n\n\nJoy \nA good\nmood.\n\nJoy\nBliss.\n\nalone\n",
        "a line with the term and the definition below it",
    ),
    (
        "# Words\n\n## Mood\n\nA state.\n\n## Joy\n\nA good\nmood.\n\n## Joy\n\nBliss.\n\n## No\n",
        "a heading and the text below it",
    ),
]


@pytest.mark.parametrize(
    ("text", "style"), MARKDOWN_STYLES, ids=["list", "bold", "line", "heading"]
)
def test_markdown_is_read_in_the_style_that_most_of_it_is_in(tmp_path, text, style):
    reading = read(tmp_path, "a.md", text)
    assert definitions(reading) == {"Mood": ("A state.",), "Joy": ("A good mood.", "Bliss.")}
    assert any(f"rows read as {style}" in note for note in reading.notes)


def test_what_is_not_in_the_style_is_counted(tmp_path):
    text = "One line.\n\n**Mood:** A state.\n\n**Joy:** Bliss.\n\n```\ncode\n```\n\n|a|\n|-|\n|b|\n"
    assert notes(read(tmp_path, "a.md", text)) == [
        "1 paragraph left out: no bold term begins it ('One line.').",
        "2 rows read as a bold term and its definition.",
        "1 block left out: code.",
        "1 block left out: a table.",
    ]


def test_headings_above_are_categories_but_for_the_title_and_letters(tmp_path):
    text = "# Words\n\nMood\n: A state.\n\n## Good\n\nJoy\n: Bliss.\n\n## G\n\nGrief\n: Sadness.\n"
    reading = read(tmp_path, "a.md", text)
    categories = [entry.category for entry in reading.glossary.entries]
    assert categories == [None, "Good", None]


def test_headings_that_are_terms_stand_under_headings_that_are_categories(tmp_path):
    text = (
        "# Words\n\n## Good\n\n### Joy\n\nBliss.\n\nMore.\n\n#### Note\n\nx\n\n### Calm\n\nRest.\n"
    )
    entries = by_term(read(tmp_path, "a.md", text))
    assert entries["Joy"].definitions == ("Bliss.\n\nMore.\n\nx",)
    assert [entry.category for entry in entries.values()] == ["Good", "Good"]


def test_markup_in_markdown_is_taken_off(tmp_path):
    text = "Mood\n: A [state](https://example.org), *lasting* `here` &amp; <b>there</b>.\n"
    assert definitions(read(tmp_path, "a.md", text)) == {
        "Mood": ("A state, lasting here & there.",)
    }


HTML_STYLES = [
    "<dl><dt>Mood<dd>A state.<div><dt>Joy<dd>A good<br>mood.<dd><p>Bliss.</div></dl>",
    "<p><strong>Mood:</strong> A state.<ul><li><b>Joy</b>: A good mood.<li><dfn>Joy</dfn> - Bliss.",
    "<p>Mood<br>A state.<p>Joy<br>A good mood.<p>Joy<br>Bliss.",
    "<h1>Words</h1><h3>Mood</h3>A state.<h3>Joy</h3><p>A good mood.</p><h3>Joy</h3><p>Bliss.",
    '<script type="application/json">{"cards": [{"term": "Mood", "definition": "A state."},'
    '{"name": "Joy", "definitions": ["A good mood.", "Bliss."], "n": 1}]}</script>',
    '<script type="application/ld+json">[{"@type": "DefinedTerm", "name": "Mood", "description":'
    '"A state."}, {"@type": "DefinedTerm", "name": "Joy", "description": ["A good mood.",'
    '"Bliss."]}]</script>',
]


@pytest.mark.parametrize("body", HTML_STYLES, ids=["dl", "bold", "line", "heading", "data", "ld"])
def test_html_is_read_in_the_style_that_most_of_it_is_in(tmp_path, body):
    page = f"<html><head><title>T</title></head><body><nav><a>Home</a></nav>{body}</body></html>"
    reading = read(tmp_path, "a.html", page)
    assert definitions(reading) == {"Mood": ("A state.",), "Joy": ("A good mood.", "Bliss.")}
    assert reading.glossary.title == "T"


def test_data_in_scripts_is_mapped_and_programs_are_told(tmp_path):
    page = (
        '<script type="application/json">[{"term": "Mood", "definition": "A state.", "unit": "U",'
        '"hint": "h", "n": ""}]</script><script>cards = [{term: "Joy"}]</script><p>Text.</p>'
    )
    reading = read(tmp_path, "a.html", page, columns=Columns({"unit": "category"}))
    assert by_term(reading)["Mood"].category == "U"
    assert notes(reading) == [
        "1 value left out: of the key 'hint'; --map hint=FIELD reads it.",
        "1 row read from data in scripts.",
        "1 passage left out: text of the page, which has its terms as data.",
        "1 script left out: programs, which are not run: what they would show is not seen.",
    ]


def test_hidden_parts_of_a_page_are_no_text(tmp_path):
    page = "<style>p{}</style><template><dl><dt>X<dd>x</dl></template><dl><dt>Mood<dd>A state.</dl>"
    assert definitions(read(tmp_path, "a.html", page)) == {"Mood": ("A state.",)}
