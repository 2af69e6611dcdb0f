import re

QUERY = "dread of open places and crowds"


def first_term(page):
    return page.locator(".card-term").first.inner_text()


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_description_typed_and_sent_finds_its_term(page):
    page.goto("/")
    assert no_sideways_scroll(page)
    page.get_by_role("searchbox").fill(QUERY)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?q=dread"))
    page.locator(".card").first.wait_for()
    assert first_term(page) == "Agoraphobia"
    assert no_sideways_scroll(page)


def test_answers_come_while_typing_and_the_address_can_be_shared(page):
    page.goto("/")
    page.get_by_role("searchbox").press_sequentially(QUERY, delay=5)
    page.get_by_text(f"entries for “{QUERY}”").wait_for()
    assert first_term(page) == "Agoraphobia"
    assert page.evaluate("location.search") == "?q=dread%20of%20open%20places%20and%20crowds"
    assert page.title().startswith(QUERY)
    page.reload()
    assert first_term(page) == "Agoraphobia"
    page.get_by_role("searchbox").fill("")
    page.get_by_role("heading", name="Find a term by what it means").wait_for()


def test_a_card_is_one_link_that_the_keyboard_reaches(page):
    page.goto(f"/?q={QUERY}")
    page.get_by_role("button", name="Search").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/terms/agoraphobia")
    assert page.get_by_role("heading", level=1).inner_text() == "Agoraphobia"


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


def test_the_search_page_works_without_javascript(browser, address):
    context = browser.new_context(java_script_enabled=False, base_url=address)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill(QUERY)
    page.get_by_role("button", name="Search").click()
    assert first_term(page) == "Agoraphobia"
    context.close()


def test_text_stands_out_from_its_ground_in_both_schemes(browser, address):
    """WCAG contrast of at least 4.5 to 1 for every text colour on the page's ground."""
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, base_url=address)
        page = context.new_page()
        page.goto("/terms/interpersonal-therapy")
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        for selector in ("h1", ".category", ".card-term", ".bars", ".card-text", "footer p"):
            colour = page.evaluate(
                "s => getComputedStyle(document.querySelector(s)).color", selector
            )
            assert contrast(colour, ground) >= 4.5, (scheme, selector, colour, ground)
        context.close()


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
