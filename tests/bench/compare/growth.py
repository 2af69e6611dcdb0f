"""How build, search and memory grow with the glossary."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from indexer.glossary import Entry, Glossary
from tests.bench.compare.corpus import Corpus, write
from tests.bench.compare.findings import Findings, Measure
from tests.bench.compare.serving import alone, warm
from tests.bench.compare.telling import tell
from tests.bench.peers.peer import Peer
from tests.bench.queries import unseen

PART = "growth"
BUILD = Measure(PART, "build, s", 1)
SEARCH = Measure(PART, "one client, p50 ms", 2)
MEMORY = Measure(PART, "PSS, MiB", 0)
SMALLEST = 1000


def sizes(largest: int) -> list[int]:
    """Return 1,000, 3,000, 10,000 and so on up to the largest, itself included.

    Raises:
        ValueError: It is less than the smallest.
    """
    if largest < SMALLEST:
        raise ValueError(f"--largest must be at least {SMALLEST:,}, got {largest:,}.")
    steps = [factor * 10**power for power in range(3, 9) for factor in (1, 3)]
    return [*(size for size in steps if size < largest), largest]


def measure_growth(
    peers: Sequence[Peer],
    entries: Sequence[Entry],
    findings: Findings,
    *,
    work: Path,
    largest: int,
    seconds: float,
    build_seconds: float,
) -> None:
    """Build and ask each peer at every size, until a build takes too long."""
    # Evenly from the whole dictionary, and what is left over as queries.
    going = list(peers)
    for peer in peers:
        findings.note(PART, f"{peer.name}: {peer.note}.")
    for size in sizes(min(largest, len(entries))):
        taken = {round(place * len(entries) / size) for place in range(size)}
        chosen = tuple(entries[place] for place in sorted(taken))
        others = [entry.definitions[0] for n, entry in enumerate(entries) if n not in taken]
        corpus = Corpus(
            Glossary(chosen, title=f"WordNet {size}"),
            others[:: max(1, len(others) // 5000)] or [entry.term for entry in chosen],
        )
        glossary = write(corpus.glossary, work / f"{size}.jsonl")
        for peer in list(going):
            index = work / f"{peer.name} {size}"
            tell(f"growth: {peer.name}, {size:,} entries")
            began = time.perf_counter()
            try:
                peer.build(glossary, index, seconds=build_seconds)
            except subprocess.TimeoutExpired:
                over = f"{build_seconds:g} s"
                findings.note(PART, f"{peer.name} needs more than {over} for {size:,} entries.")
                going.remove(peer)
                continue
            findings.add(BUILD, peer.name, time.perf_counter() - began, size=size)
            with peer.serve(index, corpus.probe) as service:
                queries = unseen(corpus.queries)
                warm(service, queries)
                findings.add(SEARCH, peer.name, alone(service, queries, seconds)[0], size=size)
                findings.add(MEMORY, peer.name, service.memory().pss, size=size)
