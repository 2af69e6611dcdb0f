"""The search as a browser takes it into its address bar."""

from xml.etree import ElementTree

import pytest

from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from server.app import create_app
from server.live import Live
from server.settings import Settings
from tests.fakes import WordEncoder

NAMES = {"o": "http://a9.com/-/spec/opensearch/1.1/"}


@pytest.fixture
def describe(make_index):
    def description(title="Fears"):
        index = make_index(Glossary((Entry("a", "A", ("Fear.",)),), title=title))
        live = Live(Searcher(open_current(index), WordEncoder()))
        client = create_app(live, Settings(address="https://t.example.org")).test_client()
        response = client.get("/opensearch.xml")
        assert response.status_code == 200
        assert response.content_type == "application/opensearchdescription+xml"
        return ElementTree.fromstring(response.get_data())  # noqa: S314  our own answer

    return description


def test_browsers_learn_where_to_search(describe):
    urls = {url.get("type"): url.get("template") for url in describe().findall("o:Url", NAMES)}
    assert urls["text/html"] == "https://t.example.org/?q={searchTerms}"
    suggestions = "application/x-suggestions+json"
    assert urls[suggestions] == "https://t.example.org/suggestions?q={searchTerms}"
    itself = "application/opensearchdescription+xml"
    assert urls[itself] == "https://t.example.org/opensearch.xml"


@pytest.mark.parametrize(
    ("title", "short", "long"),
    [
        ("Fears", "Fears", "Fears"),
        ("Psychology glossary", "Psychology", "Psychology glossary"),
        ("Rechtschutzversicherungen", "Rechtschutzversi", "Rechtschutzversicherungen"),
        ("The terms of a very long title, far too long for names", "The terms of a", None),
        ("<b> & Co.", "<b> & Co.", "<b> & Co."),
    ],
)
def test_names_are_as_short_as_browsers_want_them(describe, title, short, long):
    description = describe(title)
    assert description.findtext("o:ShortName", namespaces=NAMES) == short
    found = description.findtext("o:LongName", namespaces=NAMES)
    assert found == (long or "The terms of a very long title, far too long for")
    assert len(found) <= 48


def test_browsers_are_offered_titles_with_definitions_and_addresses(searcher):
    settings = Settings(address="https://t.example.org")
    client = create_app(Live(searcher), settings).test_client()
    response = client.get("/suggestions?q=a")
    assert response.content_type == "application/x-suggestions+json"
    query, titles, definitions, addresses = response.get_json(force=True)
    assert query == "a"
    assert sorted(titles) == ["Agoraphobia", "Amnesia", "Aquaphobia", "Arachnophobia"]
    place = titles.index("Arachnophobia")
    assert definitions[place] == "Fear of spiders."
    assert addresses[place] == "https://t.example.org/terms/arachnophobia"


@pytest.mark.parametrize("path", ["/suggestions", "/suggestions?q=+"])
def test_nothing_typed_is_completed_by_nothing(client, path):
    assert client.get(path).get_json(force=True)[1:] == [[], [], []]
