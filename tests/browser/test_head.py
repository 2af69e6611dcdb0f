"""What stands in the head of pages breaks no rule of theirs, in a real browser."""

import json

import pytest

from indexer.glossary import Entry, Glossary
from indexer.search import Searcher
from indexer.snapshot import open_current
from tests.browser.serving import served
from tests.fakes import WordEncoder

HOSTILE = "</script><script>window.hit = 1</script><!--<script>"
LISTEN = """window.refused = [];
document.addEventListener("securitypolicyviolation",
  (event) => window.refused.push(event.violatedDirective));"""


@pytest.mark.parametrize("path", ["/", "/terms/a", "/?q=fear", "/widget"])
def test_data_for_search_engines_is_read_and_refused_by_no_policy(browser, make_index, path):
    entry = Entry("a", f"A {HOSTILE}", (HOSTILE,), aliases=(HOSTILE,))
    index = make_index(Glossary((entry,), title=HOSTILE, licence=HOSTILE))
    with served(Searcher(open_current(index), WordEncoder())) as address:
        page = browser.new_page()
        faults = []
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.add_init_script(LISTEN)
        page.goto(address + path)
        texts = page.locator('script[type="application/ld+json"]').all_text_contents()
        assert len(texts) == (1 if path in {"/", "/terms/a"} else 0)
        for text in texts:
            assert HOSTILE in json.loads(text)["name"]
        assert page.evaluate("window.refused") == []
        assert page.evaluate("window.hit") is None
        assert faults == []
        page.close()
