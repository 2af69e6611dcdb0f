"""Nothing that stands in an address, in the box or in a glossary file ever runs."""

import json
import re
from urllib.parse import quote

import pytest

from indexer.build import build
from indexer.formats import read_glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.browser.payloads import PAYLOADS
from tests.browser.serving import served
from tests.fakes import Prepared, WordEncoder

# All go through the box and through a glossary; two of three through each kind of address.
IN_ADDRESSES = tuple(payload for number, payload in enumerate(PAYLOADS) if number % 3 != 1)
INPUTS = (
    "/?q={}",
    "/?q=fear&category={}",
    "/terms/{}",
    "/terms/{}/map",
    "/browse/letter/{}",
    "/browse/letter/I?page={}",
    "/browse/category/{}",
    "/map?category={}",
    "/api/v1/search?q={}",
    "/api/v1/suggest?q={}",
    "/api/v1/terms/{}",
)
# A payload calls xss(); a dialog, a blocked script or a handler that was not run is told as well.
WATCH = """
window.xss = () => window.told('ran');
for (const name of ['alert', 'confirm', 'prompt']) window[name] = window.xss;
document.addEventListener('securitypolicyviolation',
  event => window.told(`blocked ${event.violatedDirective} ${event.blockedURI}`));
"""
# What escaping leaves no room for: handlers, scripts in the page, addresses that are scripts.
FOREIGN = """[...document.querySelectorAll('*')].filter(element =>
  [...element.attributes].some(a => a.name.startsWith('on') || a.name === 'style')
  || (element.tagName === 'SCRIPT' && !element.src && !element.type.includes('json'))
  || ['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MARQUEE'].includes(element.tagName)
  || (element.href && !/^https?:/.test(element.href.baseVal ? location.href : element.href))
).map(element => element.outerHTML.slice(0, 200))"""


def hostile_id(payload):
    """What an id may not contain goes; the rest of the payload stays."""
    return re.sub(r"[\s/\\?#%]", "", payload)[:150] + "_"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Where a glossary file is served whose every field is a payload."""
    folder = tmp_path_factory.mktemp("hostile")
    bodies = []
    # Only definitions and examples may have line breaks.
    lines = [" ".join(payload.split()) for payload in PAYLOADS]
    for number, payload in enumerate(lines):
        other = lines[number - 1]
        bodies.append(
            {
                "id": f"{number}{hostile_id(payload)}",
                "term": payload,
                "definitions": [f"{payload} Fear of {other}. {payload}", PAYLOADS[number]],
                "aliases": [f"{payload}{number}", f"X{payload}"],
                "hidden_labels": [f"hidden {payload}"],
                "see_also": [other, payload],
                "broader": [other],
                "category": payload,
                "example": f"{other} {PAYLOADS[number]}",
                "source": payload,
                "url": payload,
            }
        )
    file = folder / "hostile.jsonl"
    file.write_text("".join(f"{json.dumps(body)}\n" for body in bodies), encoding="utf-8")
    reading = read_glossary([file], title=PAYLOADS[0], language='"><img src=x onerror=xss()>',
                            licence=PAYLOADS[9])  # fmt: skip
    build(reading.glossary, folder / "index", prepare=Prepared(WordEncoder()))
    searcher = Searcher(open_current(folder / "index"), WordEncoder())
    with served(searcher) as address:
        yield address, searcher


@pytest.fixture
def page(browser, hostile):
    context = browser.new_context(base_url=hostile[0])
    told = []
    context.expose_function("told", lambda what: told.append(what))
    context.add_init_script(WATCH)
    page = context.new_page()
    page.told = told

    def dismiss(dialog):
        told.append("dialog")
        dialog.dismiss()

    page.on("dialog", dismiss)
    yield page
    context.close()


def visit(page, path):
    """Open a page; return what ran or was blocked there, and markup that must not be there."""
    page.goto(path, wait_until="load")
    # An autofocused or animated element would act by now.
    found = [*page.told, *page.evaluate(FOREIGN)]
    page.told.clear()
    return found


def test_there_are_enough_payloads_and_each_once():
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= 50


@pytest.mark.parametrize("address", INPUTS)
def test_nothing_in_an_address_runs(page, address):
    found = {
        payload: faults
        for payload in IN_ADDRESSES
        if (faults := visit(page, address.format(quote(payload, safe=""))))
    }
    assert found == {}


def test_nothing_in_the_box_runs_while_one_types(page):
    """The box is filled at once: what follows is the same as after each letter."""
    page.goto("/")
    for payload in PAYLOADS:
        with page.expect_response(re.compile("/api/v1/suggest")):
            page.locator("#q").fill(payload)
    page.wait_for_load_state("networkidle")
    assert [*page.told, *page.evaluate(FOREIGN)] == []


@pytest.mark.parametrize("path", ["/", "/browse", "/map", "/docs", "/?q=fear"])
def test_nothing_of_a_hostile_glossary_runs_on_its_pages(page, path):
    assert visit(page, path) == []
    assert page.title()


@pytest.mark.parametrize(("suffix", "step"), [("", 1), ("/map", 4)], ids=["page", "map"])
def test_nothing_of_a_hostile_entry_runs_on_its_pages(page, hostile, suffix, step):
    """A map shows twelve more entries: every fourth is enough to have each on several."""
    entries = list(hostile[1].snapshot.entries)
    found = {}
    for entry in entries[::step]:
        faults = visit(page, f"/terms/{quote(entry.id, safe='')}{suffix}")
        assert " ".join(entry.term.split()) in " ".join(page.locator("h1").inner_text().split())
        if faults:
            found[entry.id] = faults
    assert found == {}


def test_nothing_of_a_hostile_category_runs_on_its_pages(page, hostile):
    found = {}
    for section in hostile[1].snapshot.listing.categories[::3]:
        slug = section.name
        for path in (f"/browse/category/{quote(slug, safe='')}",
                     f"/map?category={quote(slug, safe='')}"):  # fmt: skip
            if faults := visit(page, path):
                found[path] = faults
    assert found == {}


def test_nothing_of_a_hostile_suggestion_runs(page):
    page.goto("/browse")
    for text in ("<img", "<svg", "<script", "<iframe", "javascript"):
        page.locator("#q").fill(text)
        page.locator("#suggestions li").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(120)
    assert [*page.told, *page.evaluate(FOREIGN)] == []


def test_the_watch_notices_what_runs(page):
    """What these tests rest on: each of the three ways is seen."""
    page.goto("/browse")
    page.evaluate("window.xss()")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), "
                  "{textContent: 'window.xss()'}))")  # fmt: skip
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b onclick=xss()>x</b>')")
    page.wait_for_timeout(50)
    assert page.told[0] == "ran"
    assert any("blocked script-src" in told for told in page.told)
    assert len(page.evaluate(FOREIGN)) == 2
