"""Many threads, one searcher, snapshots that switch: each answer is of one snapshot."""

import threading
from concurrent.futures import ThreadPoolExecutor

from indexer.search import Searcher
from indexer.snapshot import switch
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


def test_64_threads_get_what_one_thread_gets_from_one_snapshot_or_the_other(index, names):
    opener = Opener(index, Settings())
    wanted = {name: {query: told(opener.open(name), query) for query in QUERIES} for name in names}
    live = Live(opener.open_live())
    watcher = Watcher(live, opener, seconds=1)
    stop, seen, wrong = threading.Event(), set[str](), list[str]()

    def ask(number: int) -> int:
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

    with ThreadPoolExecutor(THREADS) as pool:
        asking = [pool.submit(ask, number) for number in range(THREADS)]
        try:
            for number in range(SWITCHES):
                switch(index, names[number % 2])
                watcher.look()
                assert live.name == names[number % 2]
        finally:
            stop.set()
        counts = [done.result() for done in asking]
    assert wrong == []
    assert seen == set(names)
    assert sum(counts) >= THREADS
