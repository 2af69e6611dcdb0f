"""A site as files: what is in them, where they link to, and that they are always the same."""

import base64
import json
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from click.testing import CliRunner

from indexer.build import build
from indexer.cli import main
from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from indexer.stages import Silent
from server.app import create_app
from server.export_site import command
from server.live import Live
from server.site import write_site
from server.site.meaning import NotForBrowsers, page_tokenizer
from tests.fakes import fears
from tests.models import save_static_model


def written(index, folder, **options):
    write_site(
        open_current(index), folder, stages=Silent(), **{"limit": 10, "url": None, **options}
    )
    return folder


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def text_of(folder, name):
    return (folder / name).read_text(encoding="utf-8")


class Links(HTMLParser):
    """Collects what a page links to and loads."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"href", "src", "action"}]


def broken(folder):
    """Return every link of a site that leads to no file of it, and to no address of an entry."""
    return [
        (page.name, link)
        for page in folder.rglob("*.html")
        for link in Links(page.read_text(encoding="utf-8")).found
        if not link.startswith(("#", "https://"))
        and not (page.parent / unquote(link.partition("?")[0])).is_file()
    ]


def varied():
    """``fears()`` and entries whose ids, letters and categories are hard on file names."""
    hard = [
        Entry("CBT", "CBT", ("A therapy.",), category="Con"),
        Entry("cbt", "cbt", ("Something else.",), category="A/B: c?"),
        Entry("nul", "Nul", ("Nothing.",), see_also=("CBT",)),
        Entry("日本語", "日本語", ("A language.",), category="日本"),
        Entry("x" * 200, "X", ("Long.",)),
        Entry("signs", "1 & 2", ("Fear of signs.",)),
        Entry("zhizn", "Жизнь", ("Life.",)),
    ]
    return Glossary((*fears().entries, *hard), title="Hard & <fast>", licence="CC0")


def test_the_same_snapshot_gives_the_same_bytes(make_index, tmp_path):
    index = make_index(varied())
    one = written(index, tmp_path / "one", url="https://example.org/a")
    other = written(index, tmp_path / "other", url="https://example.org/a")
    assert contents(one) == contents(other)


def test_every_link_leads_to_a_file_and_none_elsewhere(make_index, tmp_path):
    site = written(make_index(varied()), tmp_path / "site")
    assert broken(site) == []
    pages = [path.name for path in site.rglob("*.html")]
    # 15 terms; A C I M N P X Ж 日 and what begins with a sign; four categories; start and browse.
    assert len(pages) == 15 + 10 + 4 + 2
    names = [name.casefold() for name in contents(site)]
    assert len(names) == len(set(names))
    everything = "".join(text for path, text in texts(site) if not path.startswith("terms/phobia"))
    assert "http://" not in everything.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in everything


def texts(site):
    return [(name, data.decode("utf-8")) for name, data in contents(site).items()]


def test_no_page_has_a_script_or_a_style_in_it(make_index, tmp_path):
    site = written(make_index(varied()), tmp_path / "site", url="https://example.org/a")
    for name, text in texts(site):
        if name.endswith(".html"):
            scripts = re.findall(r"<script\b[^>]*>[^<]", text)
            assert all("application/ld+json" in script for script in scripts), name
            assert not re.search(r"<style|\bstyle=|\bon\w+=", text), name
            assert "script-src &#39;self&#39; file:;" in text


def test_the_data_of_a_term_is_what_the_api_answers(make_index, searcher, tmp_path):
    site = written(make_index(), tmp_path / "site", limit=3)
    client = create_app(Live(searcher)).test_client()
    for entry in fears().entries:
        body = json.loads(text_of(site, f"terms/{entry.id}.json"))
        term = client.get(f"/api/v1/terms/{entry.id}").get_json()
        related = client.get(f"/api/v1/terms/{entry.id}/related?limit=3").get_json()
        assert body == {**term, **related}


def test_the_list_of_terms_tells_where_each_lies(make_index, searcher, tmp_path):
    site = written(make_index(varied()), tmp_path / "site")
    listed = json.loads(text_of(site, "terms.json"))
    assert listed["total"] == len(listed["terms"]) == 15
    assert [term["id"] for term in listed["terms"]][:2] == ["signs", "agoraphobia"]
    for term in listed["terms"]:
        assert json.loads(text_of(site, term["data"]))["id"] == term["id"]
        assert f"<h1>{term['term'].replace('&', '&amp;')}</h1>" in text_of(site, term["page"])


def test_a_term_page_says_what_that_of_the_service_says(make_index, searcher, tmp_path):
    site = written(make_index(), tmp_path / "site")
    client = create_app(Live(searcher)).test_client()

    def main_of(page):
        main = page[page.index("<main") : page.index("</main>")]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("See them on a map ", "")

    for name in ("phobia", "aquaphobia"):
        page = text_of(site, f"terms/{name}.html")
        assert main_of(page) == main_of(client.get(f"/terms/{name}").get_data(as_text=True))
        assert "Map" not in page
        assert "API" not in page


def test_with_an_address_there_are_canonical_links_and_a_sitemap(make_index, tmp_path):
    site = written(make_index(varied()), tmp_path / "site", url="https://example.org/a")
    addresses = re.findall(r"<loc>(.*?)</loc>", text_of(site, "sitemap-1.xml"))
    assert len(addresses) == len(set(addresses)) == len(list(site.rglob("*.html")))
    assert re.findall(r"<loc>(.*?)</loc>", text_of(site, "sitemap.xml")) == [
        "https://example.org/a/sitemap-1.xml"
    ]
    for address in addresses:
        name = unquote(address.removeprefix("https://example.org/a/")) or "index.html"
        assert f'<link rel="canonical" href="{address}">' in text_of(site, name)
    page = text_of(site, "terms/phobia.html")
    data = json.loads(re.findall(r'ld\+json">(.*?)</script>', page)[0])
    assert data["@type"] == "DefinedTerm"
    assert data["url"] == "https://example.org/a/terms/phobia.html"
    assert data["inDefinedTermSet"]["url"] == "https://example.org/a/"
    assert "fobia" not in page


def test_without_an_address_there_are_none(make_index, tmp_path):
    site = written(make_index(), tmp_path / "site")
    page = text_of(site, "terms/phobia.html")
    assert not list(site.glob("sitemap*"))
    for part in ("canonical", "ld+json", "og:url", "noindex"):
        assert part not in page


def run(*arguments):
    return CliRunner(env={"GLOSSARY_INDEX": None}).invoke(main, [str(one) for one in arguments])


def test_the_command_writes_a_site_and_tells_how_it_searches(make_index, tmp_path):
    site = tmp_path / "site"
    done = run("export", "site", "--index", make_index(), "-o", site)
    assert done.exit_code == 0, done.output
    assert done.stdout == f"Wrote 8 entries to {site}; open {site / 'index.html'}.\n"
    assert done.stderr == (
        "Note: its search goes by titles and words, because words does not run in browsers.\n"
    )
    assert json.loads(text_of(site, "glossary-site.json"))["search"] == "words"
    assert run("export", "site", "--index", tmp_path / "index", "-o", site).exit_code == 0


def test_export_goes_on_to_take_files(make_index, tmp_path):
    """Also one whose name is that of the other command, where it is not the first word."""
    assert run("export", "--index", make_index(), "-o", tmp_path / "a.csv").exit_code == 0
    done = run("export", "--source-format", "csv", "site", "-o", tmp_path / "b.csv")
    assert "site: there is no such file." in done.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--url", "example.org"], "'example.org' is no address like https://example.org/terms"),
        (["--url", "https://example.org/"], "without a slash at its end"),
        (["--url", "https://example.org/?a"], "is no address like"),
        (["--related", "0"], "0 is not in the range 1<=x<=50"),
    ],
)
def test_options_that_make_no_site_are_refused(tmp_path, arguments, message):
    done = CliRunner().invoke(command, ["-o", str(tmp_path / "site"), *arguments])
    assert done.exit_code == 2
    assert message in done.output


def test_a_file_is_no_place_for_a_site(make_index, tmp_path):
    place = tmp_path / "file"
    place.touch()
    done = run("export", "site", "--index", make_index(), "-o", place)
    assert done.exit_code == 2
    assert "is a file" in done.output


TOKENIZER: dict[str, Any] = {
    "truncation": None,
    "added_tokens": [],
    "normalizer": {"type": "Lowercase"},
    "pre_tokenizer": {"type": "Whitespace"},
    "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "a": 1}, "unk_token": "[UNK]"},
}
ADDED = {"id": 2, "content": "[X]", "single_word": False, "lstrip": False, "rstrip": False}


def test_a_tokenizer_that_a_page_knows_goes_with_its_tokens():
    added = {**TOKENIZER, "added_tokens": [{**ADDED, "normalized": False}]}
    found = page_tokenizer(json.dumps(added))
    assert found["tokens"] == ["[UNK]", "a", "[X]"]
    assert found["added"] == ["[X]"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": {"type": "BPE", "vocab": {}}}, "tokenizer has BPE tokens, which a page does"),
        ({"normalizer": {"type": "NFC"}}, "has the normalizer NFC"),
        ({"pre_tokenizer": None}, "has the splitter None"),
        ({"truncation": {"direction": "Left", "max_length": 3}}, "has truncation from the left"),
        ({"added_tokens": [{**ADDED, "normalized": True}]}, "has added tokens with rules"),
        (
            {"model": {"type": "WordLevel", "vocab": {"a": 1}, "unk_token": "a"}},
            "has gaps between its tokens",
        ),
    ],
)
def test_a_tokenizer_that_a_page_does_not_know_is_told(change, message):
    with pytest.raises(NotForBrowsers, match=message):
        page_tokenizer(json.dumps({**TOKENIZER, **change}))


def data_of(folder, name):
    """Return the constant that a file of the search sets."""
    return json.loads(text_of(folder, f"data/{name}.js").partition(" = ")[2].rstrip(";\n"))


def table(found, width):
    """Return the rows that were written as whole numbers and what each is multiplied by."""
    numbers = np.frombuffer(base64.b64decode(found["rows"]), dtype=np.int8).reshape(-1, width)
    return numbers * np.frombuffer(base64.b64decode(found["scales"]), dtype="<f4")[:, None]


@pytest.fixture(scope="module")
def static(tmp_path_factory):
    """A searcher over ``fears()`` with a model that looks words up."""
    folder = tmp_path_factory.mktemp("static")
    build(fears(), folder / "index", model=str(save_static_model(folder / "model")))
    return Searcher.open(folder / "index")


def test_vectors_go_with_a_site_whose_model_looks_words_up(static, tmp_path):
    site = tmp_path / "site"
    assert write_site(static.snapshot, site, limit=10, url=None, stages=Silent()) is None
    assert json.loads(text_of(site, "glossary-site.json"))["search"] == "meaning"
    found = data_of(site, "meaning")
    rows = static.snapshot.index.rows(np.arange(static.snapshot.index.count))
    np.testing.assert_allclose(table(found["rows"], 8), rows, atol=0.004)
    assert found["owners"] == static.snapshot.owners.tolist()
    tokens = dict(zip(found["tokenizer"]["tokens"], table(found["tokens"], 8), strict=True))
    total = tokens["fear"] + tokens["of"] + tokens["spiders"]
    encoded = static.encode(["fear of spiders"])[0]
    np.testing.assert_allclose(total / np.linalg.norm(total), encoded, atol=0.01)


def test_vectors_that_are_too_large_for_a_page_stay_away(static, tmp_path, monkeypatch):
    monkeypatch.setattr("server.site.meaning.MOST_BYTES", 100)
    site = tmp_path / "site"
    note = write_site(static.snapshot, site, limit=10, url=None, stages=Silent())
    assert note is not None
    assert "would have 0 MiB, and at most 0 MiB go into a page" in note
    assert not (site / "data" / "meaning.js").exists()


def test_words_go_with_a_site_by_their_stems(make_index, tmp_path):
    found = data_of(written(make_index(), tmp_path / "site"), "words")
    place = found["stems"].index("dream")
    assert found["forms"][place] == ["+s"]
    # Aquaphobia is the third entry, Nightmare two after it.
    assert found["postings"][place][::2] == [2, 2]
    assert "of" in found["stopWords"]
    assert "of" not in found["stems"]


def test_acronyms_that_are_words_too_are_told(make_index, tmp_path):
    entries = (
        Entry("seasonal", "Seasonal disorder", ("A mood.",), aliases=("SAD",)),
        Entry("therapy", "CBT for all", ("For those who are sad.",)),
    )
    site = written(make_index(Glossary(entries, title="Acronyms")), tmp_path / "site")
    assert data_of(site, "titles")["acronyms"] == [
        ["sad", 0, 1, True, True],
        ["cbt", 1, 0, False, False],
    ]
