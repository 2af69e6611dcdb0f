import re
from itertools import combinations

import pytest

from tests.browser.conftest import watched


def visible_graph(page):
    return page.locator("svg.graph:visible")


def test_the_map_of_a_term_joins_it_with_its_neighbours(page):
    page.goto("/terms/interpersonal-therapy")
    page.get_by_role("link", name="See them on a map").click()
    page.wait_for_url("**/terms/interpersonal-therapy/map")
    graph = visible_graph(page)
    assert graph.count() == 1
    assert graph.locator("a.node").count() == 13
    assert graph.locator("line.spoke").count() == 12
    assert graph.locator("line.side").count() > 0
    listed = page.locator(".tally a").all_inner_texts()
    drawn = [text.strip() for text in graph.locator("a.node:not(.middle)").all_text_contents()]
    # Long words may be broken over lines.
    assert sorted("".join(text.split()) for text in drawn) == sorted(
        "".join(text.split()) for text in listed
    )
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("term", ["interpersonal-therapy", "working-memory", "dsm-5-tr", "zygote"])
def test_no_box_of_a_map_covers_another_and_no_word_leaves_its_box(page, term):
    page.goto(f"/terms/{term}/map")
    graph = visible_graph(page)
    boxes = [found.bounding_box() for found in graph.locator("a.node rect").all()]
    for one, other in combinations(boxes, 2):
        apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        apart_y = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
        assert apart_x or apart_y
    for box, text in zip(boxes, graph.locator("a.node text").all(), strict=True):
        inside = text.bounding_box()
        assert box["x"] <= inside["x"]
        assert inside["x"] + inside["width"] <= box["x"] + box["width"]


def test_the_keyboard_walks_from_map_to_map(desktop):
    desktop.goto("/terms/interpersonal-therapy/map")
    visible_graph(desktop).locator("a.node").nth(1).focus()
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(re.compile(r"/terms/(?!interpersonal).+/map$"))


def test_the_overview_draws_every_term_and_names_the_categories(page):
    page.goto("/map")
    sheet = page.locator("svg.sheet")
    assert sheet.locator("a.mark").count() == 1421
    areas = [" ".join(text.split()) for text in sheet.locator("a.area").all_text_contents()]
    assert len(areas) == 20
    assert sorted(areas) == sorted(page.locator(".legend a").all_inner_texts())
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_category_has_a_colour_and_a_shape_of_its_own(desktop):
    desktop.goto("/map")
    marks = desktop.evaluate(
        "[...document.querySelectorAll('.legend svg')].map(svg => "
        "[getComputedStyle(svg).fill, svg.querySelector('use').getAttribute('href')].join())"
    )
    assert len(set(marks)) == 20
    assert len({mark.rsplit(",", 1)[1] for mark in marks}) == 4


def test_the_overview_is_one_tab_stop_with_arrows_inside(desktop):
    desktop.goto("/map")
    stops = desktop.locator("svg.sheet a.mark[tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    place = "[Number(document.activeElement.querySelector('use').getAttribute('x')), "
    place += "Number(document.activeElement.querySelector('use').getAttribute('y'))]"
    for key, axis, sign in (("ArrowRight", 0, 1), ("ArrowLeft", 0, -1), ("ArrowDown", 1, 1)):
        before = desktop.evaluate(place)
        desktop.keyboard.press(key)
        after = desktop.evaluate(place)
        assert (after[axis] - before[axis]) * sign > 0
        assert stops.count() == 1
    term = desktop.evaluate("document.activeElement.getAttribute('aria-label')")
    assert desktop.locator("#tip").text_content() == term
    desktop.keyboard.press("Enter")
    desktop.wait_for_url(re.compile("/terms/"))
    assert desktop.get_by_role("heading", level=1).inner_text() == term


def test_pointing_at_a_mark_tells_its_term(desktop):
    desktop.goto("/map?category=memory")
    mark = desktop.locator("svg.sheet a.mark[aria-label]").first
    mark.locator("use").hover()
    assert desktop.locator("#tip").text_content() == mark.get_attribute("aria-label")


def test_a_category_is_drawn_larger_with_terms_that_cover_no_other(desktop):
    desktop.goto("/map")
    desktop.locator("a.area").filter(has_text="Memory").click()
    desktop.wait_for_url("**/map?category=memory")
    texts = desktop.locator("svg.sheet a.mark text")
    assert texts.count() >= 30
    boxes = [text.bounding_box() for text in texts.all()]
    for one, other in combinations(boxes, 2):
        across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(
            one["x"], other["x"]
        )
        down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(
            one["y"], other["y"]
        )
        # A line of text is higher and wider than its letters.
        assert across <= 2 or down <= 4
    drawn = desktop.locator("svg.sheet a.mark").count()
    assert desktop.locator(".columns a").count() == drawn


def test_the_marks_of_a_category_can_be_tabbed_through_without_javascript(browser, address):
    with watched(browser, address, java_script_enabled=False) as page:
        page.goto("/map?category=memory")
        assert page.locator("svg.sheet a.mark[tabindex]").count() == 0
        page.locator("svg.sheet a.mark").first.focus()
        page.keyboard.press("Enter")
        page.locator("article").wait_for()
