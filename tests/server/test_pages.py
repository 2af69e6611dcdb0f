import re

import pytest

from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from server.app import create_app
from server.live import Live
from tests.fakes import WordEncoder


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def test_the_start_page_has_the_search_box_and_examples(client):
    page = client.get("/").get_data(as_text=True)
    assert '<input id="q" name="q" type="search"' in page
    assert "<h1>Find a term by what it means</h1>" in page
    assert page.count('href="/terms/') == 6


def test_a_shared_link_shows_what_was_found(client):
    response = client.get("/?q=fear+of+spiders&utm_source=mail")
    page = response.get_data(as_text=True)
    assert response.status_code == 200
    assert "<title>fear of spiders – Fears</title>" in page
    assert 'value="fear of spiders"' in page
    assert "8 entries for “fear of spiders”" in text_of(response)
    assert page.index("/terms/arachnophobia") < page.index("/terms/agoraphobia")


def test_a_hit_answers_what_it_is_how_sure_and_why(client):
    page = client.get("/?q=irrational+fear").get_data(as_text=True)
    card = page[
        page.index('href="/terms/phobia"') : page.index("</a>", page.index("/terms/phobia"))
    ]
    assert '<span class="card-term">Phobia</span>' in card
    assert 'role="img" aria-label="strength 10 of 10">■■■■■■■■■■</span>' in card
    assert "by another name of it" in card
    assert "Fear of one thing." in card


def test_a_correction_is_shown_and_can_be_undone(client):
    page = client.get("/?q=arachnofobia").get_data(as_text=True)
    assert "entries for “Arachnophobia”" in page
    assert "You typed “arachnofobia”." in page
    assert 'href="/?q=arachnofobia&amp;exact=true"' in page
    assert "You typed" not in client.get("/?q=arachnofobia&exact=true").get_data(as_text=True)


def test_a_query_without_a_close_match_says_so(psychology):
    client = create_app(Live(psychology)).test_client()
    response = client.get("/?q=how+long+to+boil+an+egg")
    assert "No close match for “how long to boil an egg”" in text_of(response)
    assert "These are the nearest terms there are" in text_of(response)


def test_the_sentence_that_matched_is_marked(make_index):
    text = "Fear of spiders. Loss of memory. A mood."
    index = make_index(
        Glossary((Entry("a", "A", (text,)), Entry("b", "B", ("Sleep.",))), title="t")
    )
    client = create_app(Live(Searcher(open_current(index), WordEncoder()))).test_client()
    page = client.get("/?q=memory+loss").get_data(as_text=True)
    assert "Fear of spiders. <mark>Loss of memory.</mark> A mood." in page
    assert "<mark>Sleep" not in page


def test_a_term_page_is_laid_out_as_the_original(client):
    text = text_of(client.get("/terms/aquaphobia"))
    order = ["Aquaphobia", "1. Fear of water.", "Other definition: 2. Dreams", "Related Articles"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "■" in text
    assert re.search(r"Fear of spiders\. \. \. \. Read&nbsp;More", text)


def test_a_term_page_shows_every_field_but_the_hidden_labels(client):
    page = client.get("/terms/phobia").get_data(as_text=True)
    assert "Also: Irrational fear" in page
    assert '<a href="/browse/category/disorders">Disorders</a>' in page
    assert "He fears lifts." in page
    assert '<a href="/terms/agoraphobia">Agoraphobia</a>' in page
    assert '<a href="/terms/mood">Mood</a>' in page
    assert '<a href="https://example.org/phobia" rel="noopener">A book</a>' in page
    assert "fobia" not in page.replace("Arachnophobia", "")
    assert "nowhere" not in page
    # One definition needs no number.
    assert '<span class="number">' not in page


def test_what_stands_in_a_glossary_is_text_and_never_markup(make_index):
    entry = Entry(
        "x",
        "<b>X</b>",
        ("<script>alert(1)</script>",),
        aliases=('"><i>',),
        url="javascript:alert(1)",
    )
    index = make_index(Glossary((entry,), title="<u>T</u>"))
    client = create_app(Live(Searcher(open_current(index), WordEncoder()))).test_client()
    for path in ("/", "/terms/x", "/?q=<script>alert(2)</script>"):
        page = client.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<b>X" not in page
        assert "<u>" not in page
        assert "<i>" not in page
        assert 'href="javascript:' not in page


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/terms/zebra", 404, "There is no term with the id 'zebra'."),
        ("/nothing", 404, "There is nothing at '/nothing'."),
        ("/?q=" + "x" * 2001, 400, "The query has 2,001 characters, at most 2,000"),
    ],
)
def test_a_page_that_cannot_be_shown_says_so_in_html(client, path, status, text):
    response = client.get(path)
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"
    assert text.replace("'", "&#39;") in response.get_data(as_text=True)
    assert 'name="q"' in response.get_data(as_text=True)


def test_an_entry_with_a_name_of_any_script_has_a_page(make_index):
    index = make_index(Glossary((Entry("恐怖", "恐怖", ("Fear.",)),), title="t"))
    client = create_app(Live(Searcher(open_current(index), WordEncoder()))).test_client()
    assert client.get("/terms/恐怖").status_code == 200
    assert "/terms/%E6%81%90%E6%80%96" in client.get("/").get_data(as_text=True)


def test_a_redirect_of_the_framework_stays_one(client):
    assert client.get("/static").status_code == 404
    assert client.get("//healthz").status_code in {308, 404}
