"""Makes the README's picture anew: ``python -m tests.browser.picture``."""

from pathlib import Path

from indexer.bundled import ensure_bundled
from indexer.commands.progress import TerminalStages
from indexer.search import Searcher
from tests.browser.serving import chromium, served

PICTURE = Path(__file__).parent / "page.png"


def main() -> None:
    """Ask for agoraphobia in plain words, as the README does."""
    with TerminalStages() as stages:
        searcher = Searcher.open(ensure_bundled(stages))
    with served(searcher) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 900, "height": 640})
        page.goto(f"{address}/?q=dread+of+open+places+and+crowds")
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
