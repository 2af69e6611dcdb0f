"""Chromium against the real service. Without Chromium these tests skip; on CI they must run."""

import importlib.util

import pytest

from tests.browser.serving import CHROMIUM, chromium, served
from tests.conftest import skip_or_fail


@pytest.fixture(scope="session")
def address(psychology):
    """Where the bundled glossary is served."""
    with served(psychology) as address:
        yield address


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        skip_or_fail("Chromium is not installed; on Debian: apt-get install chromium")
    if importlib.util.find_spec("playwright") is None:
        skip_or_fail("Playwright is not installed; it is in the extra [dev]")
    with chromium() as browser:
        yield browser


@pytest.fixture(params=[(1200, 900), (390, 800)], ids=["desktop", "phone"])
def page(browser, address, request):
    """A page that records what it asks for and what goes wrong in it."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=address)
    page = context.new_page()
    page.requested, page.faults = [], []
    page.on("request", lambda asked: page.requested.append(asked.url))
    page.on("console", lambda message: page.faults.append(message.text))
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    assert [url for url in page.requested if not url.startswith(address)] == []
    assert page.faults == []
    context.close()
