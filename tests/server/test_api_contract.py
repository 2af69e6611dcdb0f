"""The service keeps to its own document; ``tests.bench.contract`` asks it far more."""

from tests.browser.serving import served
from tests.contract import run_schemathesis


def test_the_service_answers_as_its_document_says(searcher):
    with served(searcher) as address:
        outcome = run_schemathesis(address, "--max-examples", "5", "--seed", "1")
    assert outcome.status == 0, outcome.text
    assert outcome.report["operations"]["tested"] == 9
    assert outcome.cases > 300
