"""What pages tell search engines about themselves."""

import json
import re

import pytest

from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from server.app import create_app
from server.live import Live
from server.settings import Settings
from tests.fakes import WordEncoder

ADDRESS = "https://terms.example.org"


def served(make_index, glossary=None, **settings):
    searcher = Searcher(open_current(make_index(glossary)), WordEncoder())
    return create_app(Live(searcher), Settings(**settings)).test_client()


def head_of(client, path):
    page = client.get(path).get_data(as_text=True)
    return page[: page.index("</head>")]


def data_of(client, path):
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', head_of(client, path), re.DOTALL
    )
    return json.loads(text)


def test_a_term_page_describes_its_term(searcher):
    client = create_app(Live(searcher), Settings(address=ADDRESS)).test_client()
    created = searcher.snapshot.manifest.created
    assert data_of(client, "/terms/phobia") == {
        "@context": "https://schema.org",
        "@type": "DefinedTerm",
        "@id": "https://terms.example.org/terms/phobia",
        "url": "https://terms.example.org/terms/phobia",
        "name": "Phobia",
        "termCode": "phobia",
        "alternateName": "Irrational fear",
        "description": "Fear of one thing.",
        "inDefinedTermSet": {
            "@type": "DefinedTermSet",
            "@id": "https://terms.example.org/",
            "url": "https://terms.example.org/",
            "name": "Fears",
            "inLanguage": "en",
            "dateModified": created,
            "license": {"@type": "CreativeWork", "name": "CC0"},
        },
    }


def test_other_definitions_are_further_descriptions(client):
    body = data_of(client, "/terms/aquaphobia")
    assert body["description"] == ["Fear of water.", "Dreams of water, and of water again."]
    assert "alternateName" not in body


def test_the_start_page_describes_the_set_of_terms(make_index):
    body = data_of(served(make_index, address=ADDRESS), "/")
    assert body["@context"] == "https://schema.org"
    assert (body["@type"], body["@id"]) == ("DefinedTermSet", "https://terms.example.org/")
    assert body["name"] == "Fears"


def test_a_licence_that_is_an_address_stands_as_one(make_index):
    address = "https://creativecommons.org/licenses/by/4.0/"
    glossary = Glossary((Entry("a", "A", ("Fear.",)),), title="t", licence=address)
    assert data_of(served(make_index, glossary), "/")["license"] == address


def test_a_glossary_without_a_licence_states_none(make_index):
    glossary = Glossary((Entry("a", "A", ("Fear.",)),), title="t")
    assert "license" not in data_of(served(make_index, glossary), "/")


@pytest.mark.parametrize(
    "text",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]> & \" ' \\ \u2028 \u2029",
        "</SCRIPT >",
    ],
)
def test_nothing_of_a_definition_can_end_the_data(make_index, text):
    glossary = Glossary((Entry("a", f"A {text}", (text,), aliases=(text,)),), title=text)
    client = served(make_index, glossary)
    body = data_of(client, "/terms/a")
    assert body["description"] == body["alternateName"] == text
    assert body["inDefinedTermSet"]["name"] == text
    # One element of data and those that load files: no tag of the glossary's came through.
    scripts = re.findall(r"<script[^>]*>", client.get("/terms/a").get_data(as_text=True), re.I)
    assert [tag for tag in scripts if " src=" not in tag] == ['<script type="application/ld+json">']


def test_a_page_has_one_address_whatever_was_added_to_it(make_index):
    client = served(make_index, address=f"{ADDRESS}/")
    head = head_of(client, "/terms/phobia?utm_source=mail")
    assert '<link rel="canonical" href="https://terms.example.org/terms/phobia">' in head
    assert '<meta property="og:url" content="https://terms.example.org/terms/phobia">' in head
    assert '<link rel="canonical" href="https://terms.example.org/">' in head_of(client, "/?q=")


def test_without_a_setting_the_address_is_the_host_that_was_asked(client):
    head = client.get("/terms/phobia", base_url="http://glossary.test:8000").get_data(as_text=True)
    assert '<link rel="canonical" href="http://glossary.test:8000/terms/phobia">' in head


def test_an_address_may_have_a_path_of_its_own(make_index):
    client = served(make_index, address="https://example.org/terms")
    head = client.get("/widget", base_url="http://inner.test/mounted/").get_data(as_text=True)
    assert '<link rel="canonical" href="https://example.org/terms/widget">' in head


def test_a_later_part_of_a_list_has_an_address_of_its_own(make_index):
    entries = (Entry(f"fear-{number}", f"Fear {number}", ("Fear.",)) for number in range(101))
    client = served(make_index, Glossary(tuple(entries), title="t"), address=ADDRESS)
    address = "https://terms.example.org/browse/letter/F"
    assert f'rel="canonical" href="{address}?page=2"' in head_of(client, "/browse/letter/F?page=2")
    assert f'rel="canonical" href="{address}"' in head_of(client, "/browse/letter/F?page=1&x=y")


def test_an_address_holds_no_letters_that_need_quoting(make_index):
    glossary = Glossary((Entry("恐怖", "恐怖", ("Fear.",)),), title="t")
    head = head_of(served(make_index, glossary, address=ADDRESS), "/terms/恐怖")
    assert 'rel="canonical" href="https://terms.example.org/terms/%E6%81%90%E6%80%96"' in head


def test_results_pages_are_kept_out_of_indexes_and_have_no_address_of_their_own(client):
    head = head_of(client, "/?q=fear")
    assert '<meta name="robots" content="noindex, follow">' in head
    assert "canonical" not in head
    assert "ld+json" not in head


def test_pages_to_be_found_are_not_kept_out(client):
    for path in ("/", "/terms/phobia", "/widget"):
        assert 'name="robots"' not in head_of(client, path)


@pytest.mark.parametrize("path", ["/terms/zebra", "/nothing", "/?q=" + "x" * 2001])
def test_a_page_of_an_error_is_kept_out_and_describes_nothing(client, path):
    head = head_of(client, path)
    assert '<meta name="robots" content="noindex">' in head
    assert "canonical" not in head
    assert 'name="description"' not in head


def test_link_previews_show_the_title_and_the_definition(client):
    head = head_of(client, "/terms/phobia")
    assert '<meta property="og:title" content="Phobia – Fears">' in head
    assert '<meta property="og:description" content="Fear of one thing.">' in head
    assert '<meta property="og:site_name" content="Fears">' in head
    assert '<meta name="description" content="Fear of one thing.">' in head


def test_a_long_definition_is_cut_between_words(make_index):
    glossary = Glossary((Entry("a", "A", ("fear\n" * 100,)),), title="t")
    (text,) = re.findall(
        r'name="description" content="(.*?)"', head_of(served(make_index, glossary), "/terms/a")
    )
    # 31 words with the spaces between them and the sign at the end are 156 characters.
    assert text == " ".join(["fear"] * 31) + " …"


def test_every_page_offers_its_search_to_the_browser(client):
    link = (
        '<link rel="search" type="application/opensearchdescription+xml" title="Fears" '
        'href="/opensearch.xml">'
    )
    for path in ("/", "/terms/phobia", "/?q=fear", "/nothing"):
        assert link in head_of(client, path)
