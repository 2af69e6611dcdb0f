"""Many threads, one searcher, snapshots that switch: each answer is of one snapshot."""

import threading

from indexer.search import Searcher
from server.live import Live
from server.opening import Opener
from server.settings import Settings
from server.watching import Watcher

THREADS, SWITCHES = 64, 4
QUERIES = ("Phobia", "fear of water", "loss of sleep", "dreams", "fear of open places")


def told(searcher: Searcher, query: str) -> list[tuple[str, float, str]]:
    hits = searcher.search(query, limit=8).hits
    related = searcher.related(searcher.number_of(hits[0].entry.id), limit=5)
    return [
        *((hit.entry.id, hit.score, hit.entry.definitions[0]) for hit in hits),
        *((item.entry.id, item.score, item.entry.definitions[0]) for item in related),
    ]


def test_64_threads_get_what_one_thread_gets_from_one_snapshot_or_the_other(
    index, names, asked_while_switching
):
    opener = Opener(index, Settings())
    wanted = {name: {query: told(opener.open(name), query) for query in QUERIES} for name in names}
    live = Live(opener.open_live())
    watcher = Watcher(live, opener, seconds=1)
    seen, wrong = set[str](), list[str]()

    def ask(number: int, stop: threading.Event) -> int:
        count = 0
        while not stop.is_set():
            query = QUERIES[(number + count) % len(QUERIES)]
            searcher = live.searcher
            name = searcher.snapshot.name
            if told(searcher, query) != wanted[name][query]:
                wrong.append(f"{query!r} of {name}")
            seen.add(name)
            count += 1
        return count

    counts = asked_while_switching(live, watcher, ask, threads=THREADS, switches=SWITCHES)
    assert wrong == []
    assert seen == set(names)
    assert sum(counts) >= THREADS
