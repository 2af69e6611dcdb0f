import re

import pytest

from tests.browser.conftest import BOX, follow, open_start, watched

QUERY = "dread of open places and crowds"


def first_term(page):
    return page.locator(".card-term").first.inner_text()


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_description_typed_and_sent_finds_its_term(page):
    open_start(page, "/")
    assert no_sideways_scroll(page)
    page.locator(BOX).fill(QUERY)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?q=dread"))
    page.locator(".card").first.wait_for()
    assert first_term(page) == "Agoraphobia"
    assert no_sideways_scroll(page)


def test_answers_come_while_typing_and_the_address_can_be_shared(page):
    open_start(page, "/")
    page.locator(BOX).press_sequentially(QUERY, delay=5)
    page.get_by_role("heading", name=f"entries for “{QUERY}”").wait_for()
    assert first_term(page) == "Agoraphobia"
    assert page.evaluate("location.search") == "?q=dread+of+open+places+and+crowds"
    assert page.title().startswith(QUERY)
    # What stands there is told in plain words to who does not see it.
    assert page.locator("#status").inner_text() == f"10 entries for “{QUERY}”"
    page.reload()
    assert first_term(page) == "Agoraphobia"
    page.locator(BOX).fill("")
    page.get_by_role("heading", name="Find a term by what it means").wait_for()


def test_a_card_is_one_link_that_the_keyboard_reaches(desktop):
    desktop.goto(f"/?q={QUERY}")
    desktop.locator("#category").focus()
    desktop.keyboard.press("Tab")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url("**/terms/agoraphobia")
    assert desktop.get_by_role("heading", level=1).inner_text() == "Agoraphobia"


def test_a_correction_can_be_undone(desktop):
    desktop.goto("/?q=agoraphobbia")
    assert desktop.get_by_role("heading", level=1).inner_text() == "10 entries for “Agoraphobia”"
    desktop.get_by_role("link", name="Search for that instead").click()
    desktop.wait_for_url(re.compile(r"exact=true"))
    assert "agoraphobbia" in desktop.get_by_role("heading", level=1).inner_text()
    assert not desktop.get_by_text("You typed").is_visible()


def test_what_is_not_in_the_glossary_is_said_honestly(desktop):
    desktop.goto("/?q=how+long+to+boil+an+egg")
    heading = desktop.get_by_role("heading", level=1)
    assert heading.inner_text() == "No close match for “how long to boil an egg”"


def test_a_category_narrows_the_answers_while_one_looks(desktop):
    desktop.goto(f"/?q={QUERY}")
    desktop.get_by_label("in", exact=True).select_option("Personality")
    desktop.wait_for_url(re.compile("category=personality"))
    desktop.locator(".card-term").filter(has_text="Agoraphobia").wait_for(state="detached")
    assert desktop.locator(".card").count() == 10
    follow(desktop.locator(".card").first)
    assert desktop.locator(".category").inner_text() == "Personality"


def test_a_service_that_is_away_is_told_and_does_not_lose_the_text(browser, address):
    """Without ``watched``: that the console tells of the failure is what should happen."""
    page = browser.new_page(base_url=address)
    open_start(page, "/")
    page.context.set_offline(True)
    page.locator(BOX).press_sequentially("fear")
    page.get_by_text("The search did not answer. Press Enter to try again.").first.wait_for()
    assert page.locator(BOX).input_value() == "fear"
    page.context.set_offline(False)
    page.locator(BOX).press_sequentially(" of crowds")
    page.locator(".card").first.wait_for()
    page.close()


def test_a_term_page_shows_its_definitions_and_related_articles_with_bars(page):
    page.goto("/terms/interpersonal-therapy")
    assert page.get_by_text("Other definition:").is_visible()
    bars = page.get_by_role("img", name=re.compile(r"strength \d+ of 10"))
    assert bars.count() == 10
    lengths = [len(text) for text in bars.all_inner_texts()]
    assert lengths == sorted(lengths, reverse=True)
    assert page.get_by_text("Read More").count() == 10
    assert no_sideways_scroll(page)
    page.locator(".card").first.click()
    page.wait_for_url(re.compile(r"/terms/(?!interpersonal)"))


def test_terms_inside_a_definition_lead_to_their_pages(desktop):
    desktop.goto("/terms/interpersonal-therapy")
    article = desktop.locator("article")
    addresses = [link.get_attribute("href") for link in article.locator(".mention").all()]
    assert len(addresses) == len(set(addresses)) >= 2
    assert "/terms/interpersonal-therapy" not in addresses
    article.get_by_role("link", name="bulimia nervosa").click()
    desktop.wait_for_url("**/terms/bulimia-nervosa")


def test_a_category_leads_to_its_list_and_a_long_list_has_pages(desktop):
    desktop.goto("/terms/hippocampus")
    follow(desktop.locator(".category a"))
    assert desktop.get_by_role("heading", level=1).inner_text() == "Brain and nervous system"
    first = desktop.locator(".entries a").all_inner_texts()
    assert len(first) == 100
    assert first == sorted(first, key=str.lower)
    pages = desktop.get_by_role("navigation", name="Pages of this list")
    follow(pages.get_by_role("link", name="2"))
    assert desktop.locator(".entries a").count() == 60


def test_browsing_by_letter(page):
    page.goto("/")
    follow(page.get_by_role("link", name="Browse", exact=True))
    follow(page.get_by_role("link", name="Z", exact=True))
    terms = page.locator(".entries a").all_inner_texts()
    assert terms
    assert all(term.startswith("Z") for term in terms)
    assert no_sideways_scroll(page)


def test_everything_works_without_javascript(browser, address):
    with watched(browser, address, java_script_enabled=False) as page:
        open_start(page, "/")
        page.get_by_role("searchbox").fill(QUERY)
        follow(page.get_by_role("button", name="Search"))
        assert first_term(page) == "Agoraphobia"
        follow(page.locator(".card").first)
        follow(page.get_by_role("link", name="See them on a map"))
        follow(page.locator("svg.wide a.node:not(.middle)").first)
        assert re.search(r"/terms/.+/map$", page.url)
        follow(page.get_by_role("link", name="Map", exact=True))
        follow(page.locator("svg.sheet a.area").first)
        assert "category=" in page.url
        follow(page.locator(".columns a").first)
        page.locator("article").wait_for()


@pytest.mark.parametrize("path", ["/terms/agoraphobia", "/terms/agoraphobia/map"])
def test_a_printed_page_has_its_text_and_no_controls(desktop, path):
    desktop.goto(path)
    desktop.emulate_media(media="print")
    assert desktop.get_by_role("heading", level=1).is_visible()
    for control in ("form", "nav", ".heading a"):
        for found in desktop.locator(control).all():
            assert not found.is_visible()
    ground, ink = (
        desktop.evaluate("[getComputedStyle(document.body).backgroundColor, "
                         "getComputedStyle(document.querySelector('h1')).color]")
    )  # fmt: skip
    assert ground == "rgba(0, 0, 0, 0)"
    assert ink == "rgb(0, 0, 0)"


@pytest.mark.parametrize(
    "path", ["/", f"/?q={QUERY}", "/terms/interpersonal-therapy", "/map", "/browse"]
)
def test_nothing_moves_after_it_was_drawn(page, path):
    """Cumulative layout shift, as Chromium itself measures it, with typing left out."""
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver(list => { for (const shift of "
        "list.getEntries()) if (!shift.hadRecentInput) window.shifted += shift.value; })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.mouse.wheel(0, 600)
    page.wait_for_timeout(150)
    assert page.evaluate("window.shifted") == 0
