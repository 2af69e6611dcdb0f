"""The search box is a combobox after the WAI-ARIA Authoring Practices."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import BOX


@pytest.fixture
def box(desktop):
    desktop.goto("/browse")
    box = desktop.get_by_role("combobox", name="Describe what you look for")
    box.focus()
    return box


def options(page):
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def active(page):
    """Return the text of the option that the box names as active, if any."""
    name = page.locator(BOX).get_attribute("aria-activedescendant")
    if name is None:
        assert page.locator("#suggestions [aria-selected=true]").count() == 0
        return None
    chosen = page.locator(f"#{name}")
    assert chosen.get_attribute("aria-selected") == "true"
    assert page.locator("#suggestions [aria-selected=true]").count() == 1
    return chosen.locator(".title").inner_text()


def typed(page, box, text):
    """Type a text; return the titles that are offered for all of it, not for its first letters."""
    with page.expect_response(re.compile(rf"/suggest\?q={text}&")) as answer:
        box.press_sequentially(text)
    titles = [suggestion["title"] for suggestion in answer.value.json()["suggestions"]]
    expect(options(page).locator(".title")).to_have_text(titles)
    return titles


def test_what_one_types_is_completed(desktop, box):
    assert box.get_attribute("aria-expanded") == "false"
    titles = typed(desktop, box, "amygd")
    assert titles[0] == "Amygdala"
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-controls") == "suggestions"
    assert active(desktop) is None
    count = len(titles)
    told = desktop.locator("#status").inner_text()
    assert told == f"{count} {'suggestion' if count == 1 else 'suggestions'}, arrow keys choose"


def test_arrows_go_round_and_enter_opens_the_term(desktop, box):
    titles = typed(desktop, box, "cogn")
    assert len(titles) == 6
    for title in titles:
        desktop.keyboard.press("ArrowDown")
        assert active(desktop) == title
    desktop.keyboard.press("ArrowDown")
    assert active(desktop) == titles[0]
    desktop.keyboard.press("ArrowUp")
    assert active(desktop) == titles[-1]
    assert box.evaluate("box => document.activeElement === box")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(re.compile("/terms/"))
    assert desktop.get_by_role("heading", level=1).inner_text() == titles[-1]


def test_enter_with_nothing_chosen_searches_for_the_text(desktop, box):
    typed(desktop, box, "cogn")
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(re.compile(r"/\?q=cogn"))


def test_home_and_end_move_in_the_text_and_let_go_of_the_choice(desktop, box):
    typed(desktop, box, "cogn")
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("Home")
    assert active(desktop) is None
    assert box.evaluate("box => box.selectionStart") == 0
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("End")
    assert active(desktop) is None
    assert box.evaluate("box => box.selectionStart") == 4


def test_escape_closes_and_then_clears(desktop, box):
    typed(desktop, box, "cogn")
    desktop.keyboard.press("ArrowDown")
    desktop.keyboard.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert options(desktop).count() == 0
    assert box.input_value() == "cogn"
    assert active(desktop) is None
    desktop.keyboard.press("Escape")
    assert box.input_value() == ""


def test_down_opens_again_what_escape_closed(desktop, box):
    typed(desktop, box, "amygd")
    desktop.keyboard.press("Escape")
    desktop.keyboard.press("ArrowDown")
    options(desktop).first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"


def test_leaving_the_box_closes_the_list(desktop, box):
    typed(desktop, box, "cogn")
    desktop.keyboard.press("Tab")
    assert not desktop.locator("#suggestions").is_visible()


def test_a_pointer_chooses_too(page):
    page.goto("/browse")
    box = page.locator(BOX)
    box.focus()
    typed(page, box, "hippoc")
    options(page).first.click()
    page.wait_for_url("**/terms/hippocampus")


def test_an_alias_shows_the_term_it_leads_to(desktop, box):
    typed(desktop, box, "OCD")
    first = options(desktop).first
    assert first.locator(".title").inner_text() == "OCD"
    assert first.locator(".term").inner_text().startswith("Obsessive")


def test_a_text_that_begins_no_title_offers_nothing(desktop, box):
    box.press_sequentially("qqqqzzzz")
    desktop.wait_for_load_state("networkidle")
    desktop.wait_for_timeout(150)
    assert options(desktop).count() == 0
    assert box.get_attribute("aria-expanded") == "false"
