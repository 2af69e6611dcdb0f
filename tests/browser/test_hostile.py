"""Nothing that stands in an address, in the box or in a glossary file ever runs."""

import json
import re
from urllib.parse import quote

import pytest

from indexer.build import build
from indexer.formats import read_glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.browser.conftest import BOX, open_start
from tests.browser.payloads import PAYLOADS
from tests.browser.serving import served
from tests.fakes import Prepared, WordEncoder

# All go through the box and through a glossary; three of five through each kind of address.
IN_ADDRESSES = tuple(payload for number, payload in enumerate(PAYLOADS) if number % 5 not in {1, 3})
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
FOREIGN = """document => [...document.querySelectorAll('*')].filter(element =>
  [...element.attributes].some(a => a.name.startsWith('on') || a.name === 'style')
  || (element.tagName === 'SCRIPT' && !element.src && !element.type.includes('json'))
  || ['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MARQUEE'].includes(element.tagName)
  || (element.href && !/^https?:/.test(element.href.baseVal ? location.href : element.href))
).map(element => element.outerHTML.slice(0, 200))"""
# Opens addresses in frames, side by side: that takes half of the time of one after another.
IN_FRAMES = f"""addresses => Promise.all(addresses.map(address => new Promise(done => {{
  const frame = document.createElement('iframe');
  frame.onload = () => {{
    const found = ({FOREIGN})(frame.contentDocument);
    if (!frame.contentDocument.querySelector('h1, pre')) found.push('nothing was shown');
    frame.remove();
    done(found.map(what => `${{address}}: ${{what}}`));
  }};
  frame.src = address;
  document.body.append(frame);
}}))).then(found => found.flat())"""
AT_ONCE = 12


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


def faults_of(page, addresses):
    """Open addresses; return what ran or was blocked there, and markup that must not be there."""
    # A page of the same origin whose policy allows frames.
    page.route("**/frames", lambda route: route.fulfill(content_type="text/html", body="<title>x"))
    page.goto("/frames")
    found = []
    for start in range(0, len(addresses), AT_ONCE):
        found += page.evaluate(IN_FRAMES, addresses[start : start + AT_ONCE])
        # Whoever ran or was blocked is among these few.
        found += [f"{what} in {addresses[start : start + AT_ONCE]}" for what in page.told]
        page.told.clear()
    return found


def here(page):
    """Return the same of the page that is open."""
    return [*page.told, *page.evaluate(f"() => ({FOREIGN})(document)")]


def quoted(text):
    return quote(text, safe="")


def test_there_are_enough_payloads_and_each_once():
    assert len(PAYLOADS) == len(set(PAYLOADS)) >= len(IN_ADDRESSES) >= 50


@pytest.mark.parametrize("address", INPUTS)
def test_nothing_in_an_address_runs(page, address):
    assert faults_of(page, [address.format(quoted(payload)) for payload in IN_ADDRESSES]) == []


def test_nothing_in_the_box_runs_while_one_types(page):
    """The box is filled at once: what follows is the same as after each letter."""
    open_start(page, "/")
    for payload in PAYLOADS:
        with page.expect_response(re.compile("/api/v1/suggest")):
            page.locator(BOX).fill(payload)
    page.wait_for_load_state("networkidle")
    assert here(page) == []


def test_nothing_of_a_hostile_glossary_runs_on_its_pages(page):
    assert faults_of(page, ["/", "/browse", "/browse/letter/J", "/map", "/docs", "/?q=fear"]) == []


def test_nothing_of_a_hostile_entry_runs_on_its_page(page, hostile):
    entries = list(hostile[1].snapshot.entries)
    assert faults_of(page, [f"/terms/{quoted(entry.id)}" for entry in entries]) == []
    # They are the pages that were meant: the text stands there as it was written.
    for entry in entries[::9]:
        page.goto(f"/terms/{quoted(entry.id)}")
        assert page.locator("h1").text_content() == entry.term


def test_nothing_of_a_hostile_entry_runs_on_its_map(page, hostile):
    """A map shows twelve more entries: every fourth is enough to have each on several."""
    entries = list(hostile[1].snapshot.entries)[::4]
    assert faults_of(page, [f"/terms/{quoted(entry.id)}/map" for entry in entries]) == []


def test_nothing_of_a_hostile_category_runs_on_its_pages(page, hostile):
    names = [quoted(section.name) for section in hostile[1].snapshot.listing.categories]
    assert faults_of(page, [f"/browse/category/{name}" for name in names]) == []
    assert faults_of(page, [f"/map?category={name}" for name in names[::3]]) == []


def test_nothing_of_a_hostile_suggestion_runs(page):
    page.goto("/browse")
    for text in ("<img", "<svg", "<script", "<iframe", "javascript"):
        page.locator(BOX).fill(text)
        page.locator("#suggestions li").first.wait_for()
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(120)
    assert here(page) == []


def test_the_watch_notices_what_runs(page):
    """What these tests rest on: each way is seen, in a frame too."""
    page.goto("/browse")
    page.evaluate("window.xss()")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), "
                  "{textContent: 'window.xss()'}))")  # fmt: skip
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<b onclick=xss()>x</b>')")
    page.wait_for_timeout(50)
    assert page.told[0] == "ran"
    assert any("blocked script-src" in told for told in page.told)
    assert len(here(page)) - len(page.told) == 2
    page.told.clear()
    framed = "<h1 onclick=xss()>x</h1><script>xss()</script>"
    page.route("**/framed", lambda route: route.fulfill(content_type="text/html", body=framed))
    assert len(faults_of(page, ["/framed"])) == 3
