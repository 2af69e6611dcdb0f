import pytest

from indexer.formats.article import RelatedArticle, parse_article
from tests.indexer.formats.reading import by_term, notes, read
from tests.indexer.formats.samples import ARTICLE

RELATED = (RelatedArticle("Id", 7), RelatedArticle("Self-esteem", 3))
HTML = """\
<html><head><title>x</title></head><body><div>Glossary A B C</div>
<h1>Ego</h1><p>The self as it <b>knows</b> itself.</p><p>It decides.</p>
<h3>Other definition:</h3><p>Ego (I) refers to what says I.</p>
<h3>Related Articles</h3><table>
<tr><td><a href="#">Id</a> at glossary.example.org</td><td>&#9632;&#9632;■■■■■</td></tr>
<tr><td>Id is what wants things, . . . <a href="#">Read More</a></td></tr>
<tr><td>Self-esteem at glossary.example.org■■■ What one is . . . Read More</td></tr></table>
<p>About this site</p></body></html>
"""


def parse(tmp_path, text, name="a.txt"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return parse_article(path)


def test_a_page_saved_as_text(tmp_path):
    article = parse(tmp_path, ARTICLE)
    assert (article.term, article.related) == ("Ego", RELATED)
    assert article.definitions == ("The self as it knows itself.", "What says I.")


def test_a_page_saved_as_html(tmp_path):
    article = parse(tmp_path, HTML, "a.html")
    assert (article.term, article.related) == ("Ego", RELATED)
    assert article.definitions == (
        "The self as it knows itself.\n\nIt decides.",
        "Ego (I) refers to what says I.",
    )


@pytest.mark.parametrize(
    ("name", "first", "term", "aliases", "definition"),
    [
        ("super-ego.txt", "Super-Ego (SE) part that judges.", "Super-Ego", ("SE",), "part that"),
        ("x.txt", "Alter ego refers to another self.", "Alter ego", (), "Alter ego refers to"),
        ("x.txt", "Alter ego (AE) is another self.", "Alter ego", ("AE",), "Alter ego (AE) is"),
        ("ego.txt", "Ego: The self.", "Ego", (), "The self."),
    ],
)
def test_the_headword_where_nothing_sets_it_off(tmp_path, name, first, term, aliases, definition):
    article = parse(tmp_path, f"{first}\n\nRelated Articles\n", name)
    assert (article.term, article.aliases) == (term, aliases)
    assert article.definitions[0].startswith(definition)


def test_another_definition_may_stand_on_the_line_of_its_mark(tmp_path):
    text = ARTICLE.replace("Other definition:\n\n", "Other definition: ")
    assert parse(tmp_path, text) == parse(tmp_path, ARTICLE)


def test_as_a_glossary_a_page_is_one_entry_and_tells_of_its_list(tmp_path):
    reading = read(tmp_path, "a.html", HTML)
    assert by_term(reading)["Ego"].see_also == ()
    assert notes(reading) == [
        "2 related articles left out: no entries of their own here; "
        "`glossary judged` makes a judged list of them."
    ]
