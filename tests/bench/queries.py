"""What services are asked: the bundled judged queries, and queries that no cache has seen."""

import json
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from indexer.bundled import bundled_file


def bundled_queries() -> list[str]:
    """Return the texts of the judged queries."""
    file = bundled_file().parent / "evaluation" / "queries.jsonl"
    return [json.loads(line)["query"] for line in file.read_text("utf-8").split("\n") if line]


def search_path(query: str) -> str:
    """Return what our service is asked for a query."""
    return f"/api/v1/search?q={quote(query)}"


def unseen(texts: Sequence[str]) -> Iterator[str]:
    """Yield queries, none of them twice: the texts, then each without its first word, and so on.

    They end when all words are used up.
    """
    yield from (given := dict.fromkeys(texts))
    seen, dropped = set(given), 1
    while True:
        shorter = [" ".join(text.split()[dropped:]) for text in given]
        fresh = [text for text in dict.fromkeys(shorter) if text and text not in seen]
        if not fresh:
            return
        yield from fresh
        seen.update(fresh)
        dropped += 1
