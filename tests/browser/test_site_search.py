"""What the search of a site computes in the page is what the service computes."""

import json
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from tokenizers import Tokenizer

from indexer.build import build
from indexer.bundled import bundled_file
from indexer.glossary import title_key
from indexer.lexical import Words, named_part, titles_of
from indexer.search import Searcher
from indexer.stages import Silent
from indexer.strength import strength
from indexer.tokens import TOKENIZER_FILE
from server.site import write_site
from server.site.meaning import page_tokenizer
from tests.browser.conftest import watched
from tests.fakes import fears
from tests.models import save_static_model

HARD = (
    "Dread of open places, and crowds!",
    "naïve CAFÉ Ünïcödé ΑΣΣΟΣ Straße ﬁne İstanbul",
    "日本語 text と 漢字交じり 한국어 ไทย हिन्दी",
    "🙂 emoji\u200b zero\u00adwidth a\u0301ccents e\u0301",
    "tabs\tand\nlines\r\nand\u00a0spaces\u3000wide\u2028end",
    "x" * 101 + " " + "y" * 100,
    "[CLS] literal [SEP] tokens [MASK]ed [UNK]",
    "$1,000.50 ~ 3^2 = 9 | `code` <tag> a_b #hash",
    "can't won't rock'n'roll “quoted” – dash — long…",
    "\ufffd\x00\x07control \ue000private",
    "",
    "   ",
)
# No punctuation any more, or no letters, since the tables of tokenizers were made.
CHANGED = "\u166d\u1734\u1885\u1886"


@pytest.fixture(scope="module")
def folder(psychology, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported") / "site"
    write_site(psychology.snapshot, folder, limit=10, url=None, stages=Silent())
    return folder


@pytest.fixture
def page(browser, folder):
    with watched(browser, folder.as_uri()) as page:
        page.goto(f"{folder.as_uri()}/index.html")
        page.evaluate("glossarySearch.open()")
        yield page


@pytest.fixture(scope="module")
def static(tmp_path_factory):
    """A searcher over ``fears()`` with a model that looks words up, and its site."""
    folder = tmp_path_factory.mktemp("static")
    build(fears(), folder / "index", model=str(save_static_model(folder / "model")))
    searcher = Searcher.open(folder / "index")
    assert (
        write_site(searcher.snapshot, folder / "site", limit=10, url=None, stages=Silent()) is None
    )
    return searcher, (folder / "site").as_uri()


def judged():
    path = bundled_file().parent / "evaluation" / "queries.jsonl"
    return [json.loads(line)["query"] for line in path.read_text(encoding="utf-8").splitlines()]


def letters():
    """Every letter and sign that Python's and the browser's Unicode have had for years.

    Not those of Cherokee, whose capitals Python takes for the plain ones and a page the small ones.
    """
    return [
        character
        for code in range(0x20, 0x3000)
        if unicodedata.category(character := chr(code)) not in {"Cn", "Cs"}
        and not 0x13A0 <= code < 0x1400
        and unicodedata.ucd_3_2_0.category(character) != "Cn"
    ]


def test_titles_have_the_keys_that_the_service_gives_them(page, psychology):
    titles = [title.text for entry in psychology.snapshot.entries for title in titles_of(entry)]
    texts = [*titles, *HARD, *(f"a{letter}b {letter}" for letter in letters())]
    texts = [text for text in texts if "\x00" not in text]
    found = page.evaluate("texts => texts.map(glossarySearch.titleKey)", texts)
    wrong = [pair for pair in zip(texts, found, strict=True) if title_key(pair[0]) != pair[1]]
    assert wrong == []


def test_what_a_query_names_is_taken_out_of_it_alike(page):
    queries = [*judged(), "what does CBT stand for?", "the", "define the", "meaning of ego"]
    found = page.evaluate(
        "async queries => { const { titles } = await glossarySearch.open();"
        " return queries.map(query => titles.namedPart(query)); }",
        queries,
    )
    assert found == [list(named_part(query)) for query in queries]


def test_words_weigh_what_they_weigh_for_the_service(page, psychology):
    """Of words that stand in the glossary as typed; others are known by their endings."""
    words = Words("en")
    known = page.evaluate("async () => [...(await glossarySearch.open()).words.spelled.keys()]")
    rng = np.random.default_rng(0)
    queries = [" ".join(rng.choice(known, 5)) for _ in range(40)] + ["zzzz of the " + known[7]]
    for query in queries:
        found = page.evaluate(
            "async query => [...(await glossarySearch.open()).words.share(query)]", query
        )
        ours = psychology.snapshot.words.share(words.stems(query))
        np.testing.assert_allclose(found, ours, atol=0.01)
        assert int(np.argmax(found)) in np.flatnonzero(ours > ours.max() - 0.01)


def test_a_form_that_the_glossary_lacks_is_known_by_its_ending(page):
    stems = page.evaluate(
        """async () => {
          const { words } = await glossarySearch.open();
          const known = (word) => words.spelled.has(word);
          const found = (word) => [known(word), words.place(word) !== undefined];
          return ["crowd", "housebounded", "qqqqing"].map(found);
        }"""
    )
    assert stems == [[True, True], [False, True], [False, False]]


def test_a_page_cuts_texts_into_the_tokens_of_the_tokenizer(page, folder, psychology):
    saved = psychology.snapshot.layout.encoder / TOKENIZER_FILE
    tokenizer = Tokenizer.from_file(str(saved))
    tokenizer.no_padding()
    signs = [letter for letter in letters() if letter not in CHANGED]
    texts = [*HARD, *judged(), *(f"a{letter}b {letter}" for letter in signs)]
    texts += [entry.definitions[0] for entry in psychology.snapshot.entries]
    page.add_script_tag(url=f"{folder.as_uri()}/assets/meaning.js")
    found = page.evaluate(
        "([data, texts]) => { const t = new glossarySearch.Tokenizer(data);"
        " return texts.map(text => t.encode(text)); }",
        [page_tokenizer(tokenizer.to_str()), texts],
    )
    ours = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
    wrong = [text for text, one, other in zip(texts, found, ours, strict=True) if one != other]
    assert wrong == []


QUERIES = (
    "fear of spiders",
    "loss of memory and sleep",
    "OPEN places with crowds",
    "phobia",
    "irrational fear",
    "arachnofobia",
    "sleep",
    "nothing of this is known",
    "fobia",
)


def test_a_model_that_looks_words_up_searches_by_meaning_as_the_service_does(browser, static):
    searcher, site = static
    with watched(browser, site) as page:
        page.goto(f"{site}/index.html")
        assert page.get_by_role("heading", name="Find a term by what it means").is_visible()
        for query in QUERIES:
            answer = page.evaluate("query => glossarySearch.find(query)", query)
            ours = searcher.search(query)
            hits = answer["hits"]
            assert hits[0]["page"] == ours.hits[0].entry.id, query
            by_id = {hit.entry.id: hit for hit in ours.hits}
            same = [by_id.pop(hit["page"]) for hit in hits]
            assert by_id == {}
            # Rounded vectors may swap what is as near.
            assert all(one.score >= other.score - 0.01 for one, other in pairwise(same))
            assert [hit["matchedOn"] for hit in hits] == [hit.matched_on.value for hit in same]
            np.testing.assert_allclose(
                [hit["strength"] for hit in hits], [hit.strength for hit in same], atol=0.7
            )
            assert answer["close"] == ours.close
            assert answer.get("corrected") == ours.corrected


def test_hits_by_meaning_have_their_bars(browser, static):
    _, site = static
    with watched(browser, site) as page:
        page.goto(f"{site}/index.html?q=fear+of+spiders")
        page.locator(".card").first.wait_for()
        bars = page.locator("#results .bars")
        assert bars.count() == page.locator(".card").count() == 8
        lengths = [len(text) for text in bars.all_inner_texts()]
        assert lengths == sorted(lengths, reverse=True)
        assert bars.first.get_attribute("aria-label") == f"strength {lengths[0]} of 10"


def test_strength_is_that_of_the_service(browser, static):
    searcher, site = static
    chance = searcher.snapshot.manifest.calibration.search
    scores = np.linspace(-0.2, 1.2, 200)
    with watched(browser, site) as page:
        page.goto(f"{site}/index.html")
        found = page.evaluate(
            "async scores => { const f = await glossarySearch.open();"
            " return scores.map(score => f.meaning.strength(score)); }",
            scores.tolist(),
        )
    ours = [strength(float(score), chance) for score in scores]
    # Halves are rounded to even there, and up here.
    np.testing.assert_allclose(found, ours, atol=0.11)
