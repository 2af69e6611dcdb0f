"""The search box on a page of another origin, in a real browser."""

import re

import pytest

from server.settings import Settings
from tests.browser.foreign import foreign
from tests.browser.serving import served


@pytest.fixture
def site():
    with foreign() as page:
        yield page


@pytest.fixture
def service(searcher, site):
    """A service of ``fears()`` that answers pages of the other site."""
    with served(searcher, Settings(cors_origins=(site.address,))) as address:
        site.service = address
        yield address


@pytest.fixture
def embed(browser, site, service):
    """Open the other site with the box in it; record what it asks for and what goes wrong."""
    contexts = []

    def opened(attributes="", *, width=1200, scheme="light"):
        site.script = f'<script src="{service}/widget.js" {attributes}></script>'
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.requested, page.faults = [], []
        page.on("request", lambda asked: page.requested.append(asked.url))
        page.on("console", lambda message: page.faults.append(message.text))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.goto(site.address)
        return page

    yield opened
    for context in contexts:
        context.close()


def box(page):
    return page.get_by_role("combobox", name="Search the glossary")


def told(page):
    return page.get_by_role("status").text_content()


def style(locator, name):
    return locator.evaluate(f"element => getComputedStyle(element)[{name!r}]")


@pytest.mark.parametrize("width", [1200, 390])
def test_typing_suggests_terms_and_a_click_opens_one(embed, site, service, width):
    page = embed(width=width)
    box(page).press_sequentially("ag", delay=20)
    option = page.get_by_role("option", name="Agoraphobia")
    option.wait_for()
    assert "Fear of open places" in option.inner_text()
    assert told(page) == "1 suggestion. Enter searches by meaning."
    place = page.locator(".panel").bounding_box()
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= width
    option.click()
    page.wait_for_url(f"{service}/terms/agoraphobia")
    outside = [url for url in page.requested if not url.startswith((site.address, service))]
    assert outside == []
    asked = [url for url in page.requested if url.startswith(f"{service}/api/")]
    assert asked[-1] == f"{service}/api/v1/suggest?q=ag&limit=8"
    assert page.faults == []


def test_an_alias_shows_which_term_it_leads_to(embed):
    page = embed()
    box(page).fill("irrat")
    page.get_by_role("option", name="Irrational fear → Phobia").wait_for()


def test_it_is_used_by_keyboard_alone(embed, service):
    page = embed()
    assert page.get_by_role("search", name="Search the glossary").count() == 1
    page.keyboard.press("Tab")
    assert box(page).evaluate("element => element === element.getRootNode().activeElement")
    page.keyboard.type("a", delay=20)
    page.get_by_role("option").nth(3).wait_for()
    assert box(page).get_attribute("aria-expanded") == "true"
    titles = [text.split("\n")[0] for text in page.get_by_role("option").all_inner_texts()]

    def chosen():
        active = box(page).get_attribute("aria-activedescendant")
        selected = page.locator('[aria-selected="true"]')
        assert selected.count() == (1 if active else 0)
        return page.locator(f"#{active} b").inner_text() if active else None

    assert chosen() is None
    page.keyboard.press("ArrowDown")
    assert chosen() == titles[0]
    page.keyboard.press("ArrowDown")
    assert chosen() == titles[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert chosen() is None
    page.keyboard.press("ArrowUp")
    assert chosen() == titles[-1]
    page.keyboard.press("Escape")
    assert box(page).get_attribute("aria-expanded") == "false"
    assert box(page).input_value() == "a"
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert box(page).input_value() == ""
    page.keyboard.type("insom", delay=20)
    page.get_by_role("option", name="Insomnia").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{service}/terms/insomnia")
    assert page.faults == []


def test_enter_searches_by_meaning(embed, service):
    page = embed('data-limit="3"')
    box(page).fill("fear of spiders")
    page.keyboard.press("Enter")
    rows = page.get_by_role("option")
    page.get_by_role("option", name="All results").wait_for()
    assert rows.count() == 4
    assert rows.first.locator("b").inner_text() == "Arachnophobia"
    assert re.search(
        r"strength \d+ of 10", rows.first.get_by_role("img").get_attribute("aria-label")
    )
    assert told(page) == "3 entries found."
    page.get_by_role("option", name="All results").click()
    page.wait_for_url(f"{service}/?q=fear%20of%20spiders")
    assert page.faults == []


def test_enter_means_the_text_that_was_typed_last(embed, site):
    page = embed()
    box(page).fill("insom")
    page.get_by_role("option", name="Insomnia").wait_for()
    page.keyboard.press("ArrowDown")
    box(page).fill("fear of spiders")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="All results").wait_for()
    assert page.url == f"{site.address}/"


def test_a_correction_is_told(embed):
    page = embed()
    box(page).fill("arachnofobia")
    page.get_by_role("button", name="Search").click()
    page.get_by_text("Searched for “Arachnophobia”.", exact=True).first.wait_for()


def test_what_has_no_close_match_is_told_as_such(embed):
    page = embed()
    box(page).fill("boiling an egg for breakfast")
    page.keyboard.press("Enter")
    words = "No close match for “boiling an egg for breakfast”. The nearest terms:"
    page.locator(".note").get_by_text(words).wait_for()
    assert told(page) == words
    assert page.get_by_role("option").count() > 1


def test_a_service_that_is_away_is_told_and_the_next_answer_is_shown(embed, service):
    page = embed()
    page.route(f"{service}/api/**", lambda route: route.abort())
    box(page).fill("fear")
    words = "The glossary does not answer at the moment. Try again a little later."
    page.locator(".note").get_by_text(words).wait_for()
    assert told(page) == words
    page.unroute(f"{service}/api/**")
    page.keyboard.press("Enter")
    page.get_by_role("option", name="All results").wait_for()


def test_a_page_that_the_service_does_not_answer_is_told_so(browser, searcher, site):
    with served(searcher) as address:
        site.service = address
        site.script = f'<script src="{address}/widget.js"></script>'
        page = browser.new_page()
        page.goto(site.address)
        box(page).fill("fear")
        page.locator(".note").get_by_text("The glossary does not answer").wait_for()
        page.close()


def test_the_page_s_styles_do_not_reach_it(embed):
    page = embed()
    box(page).fill("a")
    page.get_by_role("option").first.wait_for()
    label, option = page.get_by_text("Search the glossary"), page.get_by_role("option").first
    assert style(box(page), "fontSize") == "16px"
    assert style(label, "color") == "rgb(91, 98, 107)"
    assert style(option, "color") == "rgb(31, 35, 40)"
    host = page.locator("main > div")
    assert (style(host, "display"), style(host, "opacity")) == ("block", "1")
    assert style(host, "transform") == "none"
    assert host.evaluate("e => getComputedStyle(e, '::before').content") == "none"
    for part in (label, option):
        assert style(part, "letterSpacing") == "normal"
        assert style(part, "textTransform") == "none"
        assert style(part, "textAlign") in {"start", "left"}
    assert host.bounding_box()["width"] > 1000
    assert page.faults == []


def test_its_styles_and_keys_do_not_reach_the_page(embed):
    page = embed()
    assert style(page.get_by_role("heading", level=1), "color") == "rgb(255, 0, 0)"
    box(page).press_sequentially("s", delay=20)
    page.keyboard.press("Escape")
    assert page.evaluate("window.keys") == []


@pytest.mark.parametrize(
    ("attributes", "scheme", "ground"),
    [
        ("", "light", "rgb(253, 253, 251)"),
        ("", "dark", "rgb(22, 24, 27)"),
        ('data-theme="dark"', "light", "rgb(22, 24, 27)"),
        ('data-theme="light"', "dark", "rgb(253, 253, 251)"),
    ],
)
def test_the_theme_is_the_reader_s_unless_it_is_chosen(embed, attributes, scheme, ground):
    page = embed(attributes, scheme=scheme)
    assert style(page.locator(".box"), "backgroundColor") == ground


def test_attributes_place_and_word_it(embed, service):
    page = embed(
        'defer data-into="#here" data-label="Begriffe" data-placeholder="Angst" '
        'data-language="de" data-links="new"'
    )
    assert page.locator("#here > div").count() == 1
    field = page.get_by_role("combobox", name="Begriffe")
    assert field.get_attribute("placeholder") == "Angst"
    assert page.get_by_role("button", name="Suchen").is_visible()
    field.fill("insom")
    page.get_by_role("option", name="Insomnia").wait_for()
    page.keyboard.press("ArrowDown")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_url(f"{service}/terms/insomnia")
    assert page.faults == []


@pytest.mark.parametrize(
    ("attributes", "fault"),
    [
        ('data-limit="none"', 'widget.js: data-limit must be between 1 and 20, got "none".'),
        ('data-limit="21"', 'widget.js: data-limit must be between 1 and 20, got "21".'),
        ('data-theme="red"', 'data-theme must be auto or light or dark, got "red".'),
        ('data-language="xx"', 'data-language must be en or de, got "xx".'),
        ('data-into="#nowhere"', 'data-into="#nowhere" is nowhere on this page.'),
    ],
)
def test_an_attribute_that_is_wrong_is_told_with_its_value(embed, attributes, fault):
    page = embed(attributes)
    assert [text for text in page.faults if fault in text]
    assert page.get_by_role("combobox").count() == 0


def test_two_boxes_on_a_page_do_not_disturb_each_other(embed, site, service):
    page = embed(f'></script><script src="{service}/widget.js" data-label="Second"')
    page.get_by_role("combobox", name="Second").fill("insom")
    page.get_by_role("option", name="Insomnia").wait_for()
    assert box(page).get_attribute("aria-expanded") == "false"
    box(page).focus()
    page.get_by_role("option").first.wait_for(state="hidden")


def test_the_demo_page_has_a_box_that_works(browser, service):
    page = browser.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{service}/widget")
    field = page.get_by_role("combobox", name="Search the glossary")
    field.fill("insom")
    page.locator(".widget-demo").get_by_role("option", name="Insomnia").click()
    page.wait_for_url(f"{service}/terms/insomnia")
    assert faults == []
    page.close()
