"""Chromium against the real service. Without Chromium these tests skip; on CI they must run."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.browser.serving import CHROMIUM, chromium, served
from tests.conftest import skip_or_fail

WIDTHS = {"desktop": (1200, 900), "phone": (390, 800)}
BOX = "#q"


@pytest.fixture(scope="session")
def address(psychology):
    """Where the bundled glossary is served."""
    with served(psychology) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        skip_or_fail("Chromium is not installed; on Debian: apt-get install chromium")
    for package in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(package) is None:
            skip_or_fail(f"{package} is not installed; it is in the extra [dev]")
    with chromium() as browser:
        yield browser


@contextmanager
def watched(browser: Any, address: str, **options: Any) -> Iterator[Any]:
    """Open a page that records what it asks for and what goes wrong in it; both must be nothing."""
    context = browser.new_context(base_url=address, **options)
    page = context.new_page()
    page.requested, page.faults = [], []
    page.on("request", lambda asked: page.requested.append(asked.url))
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    assert [url for url in page.requested if not url.startswith(address)] == []
    assert page.faults == []
    context.close()


def open_start(page: Any, address: str) -> None:
    """Open a start page as one sees it: its box has taken the focus before anyone types.

    Chromium gives the focus with the first picture. Text put into the box before that takes the
    focus from it, and Chromium tells so in the console, which no watched page may.
    """
    page.goto(address)
    page.locator(f"{BOX}:focus").wait_for()


def follow(link: Any) -> None:
    """Click a link and wait until the page it leads to is there whole.

    A click alone is over once the new page begins: what is counted or listed then may not have
    been read yet.
    """
    with link.page.expect_navigation():
        link.click()


@pytest.fixture(params=list(WIDTHS.values()), ids=list(WIDTHS))
def page(browser, address, request):
    """A watched page on a desktop and on a phone."""
    width, height = request.param
    with watched(browser, address, viewport={"width": width, "height": height}) as page:
        yield page


@pytest.fixture
def desktop(browser, address):
    """A watched page where the width plays no part."""
    with watched(browser, address, viewport={"width": 1200, "height": 900}) as page:
        yield page
