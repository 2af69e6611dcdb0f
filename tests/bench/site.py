"""How large an exported site is, and how far its search agrees with the service's.

    python -m tests.bench.site [--index DIR] [--distil DIMENSION]

It asks the judged queries of the site, opened from files in Chromium, and of the searcher. With
``--distil``, the bundled glossary is built with a model of looked-up tokens made from the default
one, so that the site searches by meaning.
"""

import argparse
import gzip
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from indexer.build import build
from indexer.bundled import bundled_file, ensure_bundled, read_bundled
from indexer.commands.progress import TerminalStages
from indexer.search import Searcher, query_encoder
from indexer.snapshot import open_current
from indexer.stages import Silent
from indexer.tokens import TOKENIZER_FILE
from server.site import write_site
from tests.browser.serving import chromium
from tests.models import save_distilled

_FIND = """async query => {
  await glossarySearch.open();
  const began = performance.now();
  const { hits } = await glossarySearch.find(query, { most: 10 });
  return [hits.map(({ page }) => page), performance.now() - began];
}"""


def main() -> None:
    """Print sizes, times and agreement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--distil", type=int)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, TerminalStages() as stages:
        index = options.index or ensure_bundled(stages)
        if options.distil:
            index = _distilled(index, Path(name), options.distil)
        searcher = Searcher.open(index)
        site = Path(name) / "site"
        began = time.perf_counter()
        note = write_site(searcher.snapshot, site, limit=10, url=None, stages=Silent())
        print(f"written in {time.perf_counter() - began:.1f} s; {note or 'by meaning'}")  # noqa: T201
        _print_sizes(site)
        _print_agreement(searcher, site)


def _distilled(index: Path, folder: Path, dimension: int) -> Path:
    """Build the bundled glossary with a model made from that of an index."""
    snapshot = open_current(index)
    tokenizer = snapshot.layout.encoder / TOKENIZER_FILE
    model = save_distilled(
        query_encoder(snapshot), tokenizer, folder / "model", dimension=dimension
    )
    build(read_bundled().glossary, folder / "index", model=str(model))
    return folder / "index"


def _print_sizes(site: Path) -> None:
    for path in sorted(site.glob("data/*.js")):
        text = path.read_bytes()
        packed = len(gzip.compress(text))
        print(f"{path.name:12} {len(text) / 1024:9,.0f} KiB, gzip {packed / 1024:,.0f} KiB")  # noqa: T201
    files = [path for path in site.rglob("*") if path.is_file()]
    whole = sum(path.stat().st_size for path in files)
    print(f"all          {whole / 1024:9,.0f} KiB in {len(files):,} files")  # noqa: T201


def _print_agreement(searcher: Searcher, site: Path) -> None:
    path = bundled_file().parent / "evaluation" / "queries.jsonl"
    rows: list[dict[str, Any]] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    queries = [row["query"] for row in rows]
    ours = [[hit.entry.id for hit in answer.hits] for answer in searcher.search_many(queries)]
    theirs, times = _asked(site, queries)
    right = [set(row["answers"]) for row in rows]
    same = [one[0] == other[0] for one, other in zip(ours, theirs, strict=True) if one and other]
    listed = [one[0] in other for one, other in zip(ours, theirs, strict=True) if one]
    print(f"the service's first hit is the site's first in {sum(same)} of {len(rows)} queries, ")  # noqa: T201
    print(f"and among its first ten in {sum(listed)}")  # noqa: T201
    for name, found in (("service", ours), ("site", theirs)):
        first = sum(
            bool(hits) and hits[0] in wanted for hits, wanted in zip(found, right, strict=True)
        )
        ten = sum(not wanted.isdisjoint(hits) for hits, wanted in zip(found, right, strict=True))
        print(f"{name:8} acc@1 {first / len(rows):.3f}  acc@10 {ten / len(rows):.3f}")  # noqa: T201
    print(f"a query takes {statistics.median(times):.1f} ms, the slowest {max(times):.1f} ms")  # noqa: T201


def _asked(site: Path, queries: list[str]) -> tuple[list[list[str]], list[float]]:
    with chromium() as browser:
        page = browser.new_page()
        page.goto((site / "index.html").as_uri())
        answers = [page.evaluate(_FIND, query) for query in queries]
    return [pages for pages, _ in answers], [taken for _, taken in answers]


if __name__ == "__main__":
    main()
