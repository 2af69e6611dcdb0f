"""An exported site, opened from its files: search, pages and links, nothing from elsewhere."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from indexer.glossary import Entry, Glossary
from indexer.snapshot import open_current
from indexer.stages import Silent
from server.site import write_site
from tests.browser.conftest import BOX, WIDTHS, follow, open_start, watched
from tests.browser.payloads import PAYLOADS
from tests.browser.test_accessibility import OPTIONS
from tests.browser.test_hostile import WATCH


@pytest.fixture(scope="module")
def site(psychology, tmp_path_factory):
    """The address of the bundled glossary, exported; its model does not run in browsers."""
    folder = tmp_path_factory.mktemp("exported") / "a site"
    note = write_site(psychology.snapshot, folder, limit=10, url=None, stages=Silent())
    assert note == "glossary-minilm does not run in browsers"
    return folder.as_uri()


@pytest.fixture(params=list(WIDTHS.values()), ids=list(WIDTHS))
def page(browser, site, request):
    width, height = request.param
    with watched(browser, site, viewport={"width": width, "height": height}) as page:
        page.add_init_script(Axe().axe_script)
        yield page


@pytest.fixture
def desktop(browser, site):
    with watched(browser, site, viewport={"width": 1200, "height": 900}) as page:
        yield page


def terms(page):
    return page.locator(".card-term").all_inner_texts()


def searched(page, site, query):
    open_start(page, f"{site}/index.html")
    page.locator(BOX).fill(query)
    page.keyboard.press("Enter")
    page.locator("#results h1.quiet").wait_for()
    return terms(page)


def axe_faults(page):
    """Without preload: it would fetch the style sheets, which a page opened as a file may not."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [
            (scheme, fault["id"], node["html"][:200])
            for fault in page.evaluate(
                "options => axe.run(options)", {**OPTIONS, "preload": False}
            )["violations"]
            for node in fault["nodes"]
        ]
    return found


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_search_finds_a_term_and_leads_to_its_page_and_on(page, site):
    open_start(page, f"{site}/index.html")
    assert page.get_by_text("goes by titles and words, not by meaning").is_visible()
    page.locator(BOX).press_sequentially("dread of open places and crowds", delay=5)
    page.get_by_role("heading", name="entries for “dread of open places and crowds”").wait_for()
    assert terms(page)[0] == "Agoraphobia"
    assert page.locator("#status").inner_text().startswith("10 entries for")
    assert page.locator("mark").all_inner_texts()[:2] == ["open", "crowds"]
    assert page.locator(".bars").count() == 0
    assert fits(page)
    # What the first letters offered is over; Escape, pressed after that, would clear the box.
    page.locator("#suggestions").wait_for(state="hidden")
    page.locator(".card").first.click()
    page.wait_for_url("**/terms/agoraphobia.html")
    assert page.get_by_role("heading", level=1).inner_text() == "Agoraphobia"
    page.locator(".card").first.click()
    page.wait_for_url(re.compile(r"/terms/(?!agoraphobia)"))


def test_a_search_from_a_term_page_can_be_shared_and_reloaded(page, site):
    page.goto(f"{site}/terms/agoraphobia.html")
    page.locator(BOX).fill("memory loss")
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html?q=memory+loss")
    page.locator(".card").first.wait_for()
    before = terms(page)
    page.reload()
    page.locator(".card").first.wait_for()
    assert terms(page) == before
    assert page.locator(BOX).input_value() == "memory loss"
    page.locator(BOX).fill("")
    page.get_by_role("heading", name="Find a term").wait_for()
    assert page.evaluate("location.search") == ""


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("deja vu", "Déjà vu"),
        ("INTERPERSONAL THERAPY", "Interpersonal therapy"),
        ("IPT", "Interpersonal therapy"),
        ("what does cbt stand for?", "Cognitive-behavioral therapy"),
        ("hippocamp", "Hippocampus"),
        ("agoraphobbia", "Agoraphobia"),
        ("skizophrenia", "Schizophrenia"),
    ],
)
def test_titles_are_found_however_they_are_typed(desktop, site, psychology, query, first):
    assert searched(desktop, site, query)[0] == first
    # The service does the same.
    assert psychology.search(query).hits[0].entry.term == first


def test_a_correction_can_be_undone(desktop, site):
    searched(desktop, site, "agoraphobbia")
    assert desktop.get_by_role("heading", level=1).inner_text().endswith("for “Agoraphobia”")
    desktop.get_by_role("link", name="Search for that instead").click()
    desktop.get_by_role("heading", name="Nothing found for “agoraphobbia”").wait_for()
    assert desktop.get_by_text("You typed").count() == 0


def test_suggestions_lead_to_their_term(page, site):
    page.goto(f"{site}/browse.html")
    page.locator(BOX).fill("cogni")
    page.locator("#suggestions li").first.wait_for()
    titles = page.locator("#suggestions .title").all_inner_texts()
    assert len(titles) == 6
    assert all(re.search(r"\bcogni", title, re.IGNORECASE) for title in titles)
    assert axe_faults(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/terms/*.html")
    assert page.get_by_role("heading", level=1).inner_text() == titles[0]


def test_suggestions_are_those_of_the_service(desktop, site, psychology):
    desktop.goto(f"{site}/index.html")
    for text in ("a", "ag", "therapy", "cbt", "memory of", "hipocam", "zzzz", "self-es", "'s"):
        found = desktop.evaluate("text => glossarySearch.suggest(text, 8)", text)
        ours = psychology.suggest(text, limit=8)
        assert [one["page"] for one in found] == [one.entry.id for one in ours], text


def test_a_term_page_shows_what_that_of_the_service_shows(browser, page, site, address):
    page.goto(f"{site}/terms/interpersonal-therapy.html")
    assert page.get_by_text("Other definition:").is_visible()
    assert page.get_by_role("img", name=re.compile(r"strength \d+ of 10")).count() == 10
    assert page.get_by_text("Read More").count() == 10
    assert fits(page)
    shown = page.locator("main").inner_text()
    with watched(browser, address, viewport=page.viewport_size) as service:
        service.goto("/terms/interpersonal-therapy")
        service.locator(".heading a").evaluate("link => link.remove()")
        assert service.locator("main").inner_text() == shown


def test_letters_and_categories_lead_to_their_terms(page, site):
    page.goto(f"{site}/index.html")
    follow(page.get_by_role("link", name="Browse", exact=True))
    follow(page.get_by_role("link", name="Z", exact=True))
    listed = page.locator(".entries a").all_inner_texts()
    assert listed
    assert all(term.startswith("Z") for term in listed)
    follow(page.locator(".entries a").first)
    follow(page.locator(".category a"))
    page.wait_for_url("**/categories/*.html")
    assert page.locator(".entries a").count() > 20
    assert fits(page)


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "index.html?q=dread+of+open+places",
        "index.html?q=zzzz+qqqq",
        "terms/interpersonal-therapy.html",
        "browse.html",
        "letters/b.html",
        "categories/brain-and-nervous-system.html",
    ],
)
def test_axe_finds_nothing_and_nothing_moves(page, site, path):
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver(list => { for (const shift of "
        "list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value; })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{site}/{path}")
    if "?q" in path:
        page.locator("#results h1.quiet").wait_for()
    else:
        assert page.evaluate("window.shifted") == 0
    assert axe_faults(page) == []


def test_without_scripts_there_are_lists_and_no_box(browser, site):
    with watched(browser, site, java_script_enabled=False) as page:
        page.goto(f"{site}/index.html")
        assert not page.locator("form").is_visible()
        assert page.get_by_text("Type a term").count() == 1
        assert not page.get_by_text("Type a term").is_visible()
        follow(page.get_by_role("link", name="A", exact=True))
        follow(page.get_by_role("link", name="Agoraphobia", exact=True))
        page.wait_for_url("**/terms/agoraphobia.html")
        follow(page.locator(".card").first)
        page.locator("article").wait_for()
        assert not page.locator("form").is_visible()


def test_nothing_in_a_glossary_or_in_the_box_runs(browser, make_index, tmp_path):
    entries = tuple(
        Entry(
            f"e{number}", f"{number} {text}", (text,), aliases=(f"{number}. {text}",), category=text
        )
        for number, text in enumerate(PAYLOADS)
        if "\0" not in text
    )
    glossary = Glossary(entries, title=PAYLOADS[0], licence=PAYLOADS[1])
    folder = tmp_path / "site"
    snapshot = open_current(make_index(glossary))
    write_site(snapshot, folder, limit=10, url="https://example.org/a", stages=Silent())
    told = []
    with watched(browser, folder.as_uri()) as page:
        page.expose_function("told", lambda what: told.append(what))
        page.add_init_script(WATCH)
        for number, payload in enumerate(PAYLOADS[:40]):
            searched(page, folder.as_uri(), payload.strip() or "x")
            page.goto(f"{folder.as_uri()}/terms/e{number}.html")
            page.locator("article").wait_for()
    assert told == []
