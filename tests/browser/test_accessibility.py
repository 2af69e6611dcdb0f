"""axe-core finds nothing on any page, in both colour schemes and at both widths."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import BOX, WIDTHS

PAGES = {
    "start": "/",
    "results": "/?q=dread+of+open+places+and+crowds",
    "corrected": "/?q=agoraphobbia",
    "no close match": "/?q=how+long+to+boil+an+egg",
    "term": "/terms/interpersonal-therapy",
    "term map": "/terms/interpersonal-therapy/map",
    "browse": "/browse",
    "letter": "/browse/letter/B",
    "category": "/browse/category/brain-and-nervous-system?page=2",
    "map": "/map",
    "part of the map": "/map?category=memory",
    "unknown term": "/terms/zebra",
    "refused query": "/?q=fear&category=nowhere",
}
# The rule for WCAG 2.2's targets of 24 pixels is off by default.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.fixture(scope="module", params=list(WIDTHS.values()), ids=list(WIDTHS))
def page(browser, address, request):
    width, height = request.param
    context = browser.new_context(base_url=address, viewport={"width": width, "height": height})
    context.add_init_script(Axe().axe_script)
    yield context.new_page()
    context.close()


def faults(page):
    """Return what axe finds on a page in both colour schemes.

    The targets of the overview map are exempt: a mark stands where its place means something, and
    the list below leads to the same pages.
    """
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [
            (scheme, fault["id"], node["html"][:200])
            for fault in page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
            for node in fault["nodes"]
            if not (fault["id"] == "target-size" and 'class="mark"' in node["html"])
        ]
    return found


@pytest.mark.parametrize("path", list(PAGES.values()), ids=list(PAGES))
def test_axe_finds_nothing(page, path):
    page.goto(path)
    # The marks of a map are all alike: some of each colour are enough, and a fifth of the time.
    page.evaluate("document.querySelectorAll('a.mark:nth-child(n+15)').forEach(m => m.remove())")
    assert faults(page) == []


def test_axe_finds_nothing_while_suggestions_are_open(page):
    page.goto("/browse")
    page.locator(BOX).press_sequentially("cogn")
    page.locator("#suggestions li").first.wait_for()
    page.keyboard.press("ArrowDown")
    assert faults(page) == []


def test_axe_would_find_a_fault(page):
    """What these tests rest on: a page with a picture that nothing describes."""
    page.goto("/browse")
    page.evaluate("document.querySelector('main').append(new Image())")
    assert {rule for _, rule, _ in faults(page)} == {"image-alt"}
