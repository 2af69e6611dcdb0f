"""The sitemap and robots.txt, read as a crawler would."""

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from server.address import absolute, term_address
from server.app import create_app
from server.live import Live
from server.reach import crawlers
from server.settings import Settings
from tests.fakes import WordEncoder

NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
TERMS = (
    "agoraphobia arachnophobia aquaphobia phobia nightmare amnesia insomnia mood".split()  # noqa: SIM905
)


@pytest.fixture
def client(searcher):
    return create_app(Live(searcher), Settings(address="https://t.example.org")).test_client()


def addresses(response, kind):
    assert response.status_code == 200
    assert response.content_type == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(response.get_data())  # noqa: S314  our own answer
    return [element.text for element in root.findall(f"s:{kind}/s:loc", NAMES)]


def changes(response, kind):
    root = ElementTree.fromstring(response.get_data())  # noqa: S314  our own answer
    return {element.text for element in root.findall(f"s:{kind}/s:lastmod", NAMES)}


def test_the_sitemap_lists_the_pages_and_every_term(client, searcher):
    index = client.get("/sitemap.xml")
    assert addresses(index, "sitemap") == ["https://t.example.org/sitemap-1.xml"]
    part = client.get("/sitemap-1.xml")
    found = addresses(part, "url")
    assert found[:3] == [f"https://t.example.org/{path}" for path in ("", "browse", "map")]
    letters = [f"https://t.example.org/browse/letter/{letter}" for letter in "AIMNP"]
    assert found[3:-8] == [*letters, "https://t.example.org/browse/category/disorders"]
    assert found[-8:] == [f"https://t.example.org/terms/{term}" for term in TERMS]
    assert changes(index, "sitemap") == {searcher.snapshot.manifest.created}
    assert changes(part, "url") == {searcher.snapshot.manifest.created}


def test_every_address_of_the_sitemap_leads_to_a_page_for_indexes(client):
    for address in addresses(client.get("/sitemap-1.xml"), "url"):
        response = client.get(address.removeprefix("https://t.example.org"))
        assert response.status_code == 200
        head = response.get_data(as_text=True)
        assert "noindex" not in head
        assert f'<link rel="canonical" href="{address}">' in head


def test_a_long_sitemap_comes_in_parts_that_leave_nothing_out(client, monkeypatch):
    whole = addresses(client.get("/sitemap-1.xml"), "url")
    monkeypatch.setattr(crawlers, "MOST_ADDRESSES", 4)
    parts = addresses(client.get("/sitemap.xml"), "sitemap")
    assert len(parts) == -(-len(whole) // 4)
    listed = [
        addresses(client.get(part.removeprefix("https://t.example.org")), "url") for part in parts
    ]
    assert max(map(len, listed)) == 4
    assert [address for part in listed for address in part] == whole


def test_a_part_holds_no_more_than_sitemaps_may():
    assert crawlers.MOST_ADDRESSES == 50_000


@pytest.mark.parametrize("part", ["0", "2", "-1", "x"])
def test_there_is_no_other_part(client, part):
    assert client.get(f"/sitemap-{part}.xml").status_code == 404


@pytest.mark.parametrize(
    "entry_id",
    ["a", "恐怖", "a&b", "a'b", 'a"b', "<b>", "a+b", "c;d=e,f", "!$(*)|[~]^`{}", "a:b@c"],
)
def test_a_term_has_the_same_address_in_the_sitemap_as_on_pages(make_index, entry_id):
    index = make_index(Glossary((Entry(entry_id, "A", ("Fear.",)),), title="t"))
    settings = Settings(address="https://t.example.org")
    app = create_app(Live(Searcher(open_current(index), WordEncoder())), settings)
    with app.test_request_context("/"):
        page = absolute(settings, "pages.term", entry_id=entry_id)
    assert term_address("https://t.example.org", entry_id) == page
    assert page in addresses(app.test_client().get("/sitemap-1.xml"), "url")
    assert app.test_client().get(page.removeprefix("https://t.example.org")).status_code == 200


def test_crawlers_may_read_pages_and_no_api(client):
    response = client.get("/robots.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(response.get_data(as_text=True).splitlines())
    assert rules.can_fetch("anybot", "https://t.example.org/terms/phobia")
    # It has to be read to be found to be kept out of indexes.
    assert rules.can_fetch("anybot", "https://t.example.org/?q=fear")
    assert not rules.can_fetch("anybot", "https://t.example.org/api/v1/search?q=fear")
    assert rules.site_maps() == ["https://t.example.org/sitemap.xml"]
