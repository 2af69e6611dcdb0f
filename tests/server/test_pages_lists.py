"""Browsing by letter and by category, and the maps, as they are without style and script."""

import re

import pytest

from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from server.app import create_app
from server.live import Live
from tests.fakes import WordEncoder


def body_of(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def links_in(page, start):
    return re.findall(rf'href="({re.escape(start)}[^"]*)"', page)


@pytest.fixture
def serve(make_index):
    def client(*entries):
        index = make_index(Glossary(entries, title="t"))
        return create_app(Live(Searcher(open_current(index), WordEncoder()))).test_client()

    return client


def test_browse_lists_letters_and_categories_with_counts(client):
    page = body_of(client, "/browse")
    assert links_in(page, "/browse/letter/") == [
        "/browse/letter/A",
        "/browse/letter/I",
        "/browse/letter/M",
        "/browse/letter/N",
        "/browse/letter/P",
    ]
    assert '<a href="/browse/category/disorders">Disorders</a> <span class="count">1</span>' in page


def test_a_letter_lists_its_terms_in_order_with_how_they_begin(client):
    page = body_of(client, "/browse/letter/A")
    terms = [link.removeprefix("/terms/") for link in links_in(page, "/terms/")]
    assert terms == ["agoraphobia", "amnesia", "aquaphobia", "arachnophobia"]
    assert "Fear of spiders." in page
    assert "4 terms" in page
    # A letter may be asked for in lower case too.
    assert body_of(client, "/browse/letter/a") == page


def test_a_category_lists_its_terms_whatever_way_its_name_is_written(client):
    page = body_of(client, "/browse/category/disorders")
    assert links_in(page, "/terms/") == ["/terms/phobia"]
    assert "1 term " in page
    assert body_of(client, "/browse/category/DISORDERS") == page


def test_a_long_list_is_cut_into_pages(serve):
    client = serve(*(Entry(f"e{n}", f"E{n:03}", ("Fear.",)) for n in range(201)))
    first, last = body_of(client, "/browse/letter/E"), body_of(client, "/browse/letter/E?page=3")
    assert len(links_in(first, "/terms/")) == 100
    assert links_in(first, "?page=") == ["?page=1", "?page=2", "?page=3"]
    assert links_in(last, "/terms/") == ["/terms/e200"]
    assert "page 3 – t</title>" in last


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/browse/letter/Z", "No term of this glossary begins with 'Z'."),
        ("/browse/category/drugs", "There is no category 'drugs' in this glossary."),
        ("/map?category=drugs", "There is no category 'drugs' in this glossary."),
        ("/browse/letter/A?page=2", "This list has no page '2'; its last one is 1."),
        ("/browse/letter/A?page=0", "This list has no page '0'; its last one is 1."),
        ("/browse/letter/A?page=x", "This list has no page 'x'; its last one is 1."),
        ("/browse/letter/A?page=1_0", "This list has no page '1_0'; its last one is 1."),
        ("/terms/zebra/map", "There is no term with the id 'zebra'."),
    ],
)
def test_what_is_not_there_is_told(client, path, text):
    response = client.get(path)
    assert response.status_code == 404
    assert text.replace("'", "&#39;") in response.get_data(as_text=True)


def test_a_category_of_any_name_has_a_page_that_its_links_lead_to(serve):
    names = ["Brain & nerves", "C#", "A/B", "Été", "恐怖", "???"]
    client = serve(
        *(Entry(f"e{n}", f"E{n}", ("Fear.",), category=name) for n, name in enumerate(names))
    )
    links = links_in(body_of(client, "/browse"), "/browse/category/")
    assert len(links) == len(names)
    for link in links:
        assert "1 term " in body_of(client, link)
    assert body_of(client, "/browse/category/brain-nerves")


def test_the_map_of_a_term_has_every_neighbour_twice_and_as_a_list(client):
    page = body_of(client, "/terms/phobia/map")
    neighbours = set(links_in(page, "/terms/")) - {"/terms/phobia"}
    maps = {link for link in neighbours if link.endswith("/map")}
    assert len(maps) == 7
    assert {link.removesuffix("/map") for link in maps} == neighbours - maps
    assert page.count('class="node middle"') == 2
    # A drawing needs no style attribute, which the policy would not let through.
    assert "style=" not in page


def test_a_glossary_of_one_entry_has_maps_too(serve):
    client = serve(Entry("only", "Only", ("Fear.",)))
    assert "no other term that could stand beside it" in body_of(client, "/terms/only/map")
    assert links_in(body_of(client, "/map"), "/terms/") == ["/terms/only"]
    assert "Categories" not in body_of(client, "/map")


def test_the_overview_draws_every_entry(client):
    page = body_of(client, "/map")
    assert len(links_in(page, "/terms/")) == 8
    assert links_in(page, "/map?category=") == ["/map?category=disorders"] * 2
    assert "style=" not in page


def test_a_large_glossary_is_drawn_in_part_and_says_so(serve, monkeypatch):
    from server.pages import sheet

    monkeypatch.setattr(sheet, "MOST_DRAWN", 5)
    monkeypatch.setattr(sheet, "MOST_OF_CATEGORY", 3)
    client = serve(*(Entry(f"e{n}", f"E{n}", ("Fear.",), category="Mood") for n in range(9)))
    page = body_of(client, "/map")
    assert len(links_in(page, "/terms/")) == 5
    assert "Of 9 terms, those 5 are drawn that are most often related to others." in page
    part = body_of(client, "/map?category=mood")
    drawn = re.search(r"([123]) of 9 terms are in this part", part)
    assert drawn
    assert len(links_in(part, "/terms/")) == 2 * int(drawn[1])


def test_more_categories_than_marks_share_one(serve):
    client = serve(
        *(Entry(f"e{n}", f"E{n}", ("Fear.",), category=f"C{n % 25:02}") for n in range(49))
    )
    page = body_of(client, "/map")
    marks = set(re.findall(r'class="key (hue-\w+)" .*?href="#(mark-\d)"', page))
    assert len(marks) == 21
    assert ("hue-other", "mark-0") in marks
    assert page.count('class="area"') == 20


def test_a_search_within_a_category_keeps_to_it(serve):
    client = serve(
        Entry("a", "Arachnophobia", ("Fear of spiders.",), category="Fears"),
        Entry("b", "Nightmare", ("Dreams with fear.",), category="Sleep"),
    )
    page = body_of(client, "/?q=fear&category=sleep")
    assert links_in(page, "/terms/") == ["/terms/b"]
    assert '<option value="sleep" selected>Sleep</option>' in page
    # What the form sends when nothing is chosen.
    assert len(links_in(body_of(client, "/?q=fear&category="), "/terms/")) == 2
