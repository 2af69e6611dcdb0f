"""Answers over HTTP: latency, throughput, start and memory of each peer, in alternating rounds."""

import itertools
import random
from collections.abc import Iterator, Sequence
from math import inf
from pathlib import Path

from tests.bench.clients import load
from tests.bench.compare.corpus import Corpus, write
from tests.bench.compare.findings import Findings, Measure
from tests.bench.compare.telling import tell
from tests.bench.peers.ours import hello
from tests.bench.peers.peer import Peer, Service
from tests.bench.peers.registry import OURS
from tests.bench.queries import unseen

PART = "serving"
CLIENTS = 16
WARMING = 200
P50 = Measure(PART, "one client, p50 ms", 2)
P99 = Measure(PART, "one client, p99 ms", 2)
RATE = Measure(PART, f"{CLIENTS} clients, requests/s", 0, more=True)
CPU = Measure(PART, f"{CLIENTS} clients, CPU ms a request", 2)
START = Measure(PART, "start, s", 2)
RSS = Measure(PART, "RSS, MiB", 0)
PSS = Measure(PART, "PSS, MiB", 0)

CACHED = "cached"
CACHED_P50 = Measure(CACHED, "one client, p50 ms", 2)
CACHED_RATE = Measure(CACHED, f"{CLIENTS} clients, requests/s", 0, more=True)
CEILING = Measure(CACHED, "ceiling of the clients, requests/s", 0, more=True)
CACHED_SHARE = Measure(CACHED, "share of hello", 2, more=True)
HELLO, CACHED_QUERIES = "hello", f"{OURS}, cached queries"
_CACHED_QUERIES = 64
# More than any of them answers in a second.
_MOST_A_SECOND = 1000


def measure_serving(
    peers: Sequence[Peer],
    corpus: Corpus,
    findings: Findings,
    *,
    work: Path,
    rounds: int,
    seconds: float,
) -> None:
    """Build each peer's index once, then start and ask each in every round, in another order."""
    glossary = write(corpus.glossary, work / "glossary.jsonl")
    for peer in peers:
        tell(f"{peer.name} builds its index")
        findings.note(PART, f"{peer.name}: {peer.note}.")
        peer.build(glossary, work / peer.name)
    for number in range(rounds):
        for peer in random.Random(number).sample(peers, len(peers)):  # noqa: S311
            tell(f"round {number + 1} of {rounds}: {peer.name}")
            with peer.serve(work / peer.name, corpus.probe) as service:
                _measure_service(peer.name, service, corpus, findings, seconds)
                if peer.name == OURS:
                    _measure_cached(service, corpus, findings, seconds)
        _measure_hello(findings, seconds)
    _tell_share(findings)


def alone(service: Service, queries: Iterator[str], seconds: float) -> tuple[float, float]:
    """Return p50 and p99 of one client's unseen queries."""
    asked = list(itertools.islice(queries, round(_MOST_A_SECOND * seconds)))
    done = service.load(asked, clients=1, seconds=seconds)
    return done.percentile(50), done.percentile(99)


def warm(service: Service, queries: Iterator[str]) -> None:
    """Ask what does not count."""
    service.load(list(itertools.islice(queries, WARMING)), clients=CLIENTS, seconds=inf)


def _measure_service(
    name: str, service: Service, corpus: Corpus, findings: Findings, seconds: float
) -> None:
    queries = unseen(corpus.queries)
    warm(service, queries)
    taken = service.memory()
    p50, p99 = alone(service, queries, seconds)
    asked = list(itertools.islice(queries, round(_MOST_A_SECOND * seconds)))
    used = service.cpu_seconds()
    together = service.load(asked, clients=CLIENTS, seconds=seconds)
    used = service.cpu_seconds() - used
    if len(together.times) >= len(asked):
        findings.note(PART, f"{name} answered all {len(asked):,} queries before the time was over.")
    for measure, value in (
        (P50, p50),
        (P99, p99),
        (RATE, together.rate),
        (CPU, used / len(together.times) * 1000),
        (START, service.start),
        (RSS, taken.rss),
        (PSS, taken.pss),
    ):
        findings.add(measure, name, value)


def _measure_cached(service: Service, corpus: Corpus, findings: Findings, seconds: float) -> None:
    queries = corpus.queries[:_CACHED_QUERIES]
    service.load(queries, clients=1, seconds=inf)
    one = service.load(itertools.cycle(queries), clients=1, seconds=seconds)
    many = service.load(itertools.cycle(queries), clients=CLIENTS, seconds=seconds)
    findings.add(CACHED_P50, CACHED_QUERIES, one.percentile(50))
    findings.add(CACHED_RATE, CACHED_QUERIES, many.rate)


def _measure_hello(findings: Findings, seconds: float) -> None:
    """Measure the bare server, and with it what our clients cost."""
    with hello() as address:
        load(address, itertools.repeat("/", WARMING), clients=CLIENTS)
        one = load(address, itertools.repeat("/"), clients=1, seconds=seconds)
        many = load(address, itertools.repeat("/"), clients=CLIENTS, seconds=seconds)
    findings.add(CACHED_P50, HELLO, one.percentile(50))
    findings.add(CACHED_RATE, HELLO, many.rate)
    findings.add(CEILING, HELLO, len(many.times) / many.cpu_seconds)


def _tell_share(findings: Findings) -> None:
    rates = {one.subject: one.values for one in findings.of(CACHED) if one.measure == CACHED_RATE}
    for ours, bare in zip(rates.get(CACHED_QUERIES, []), rates[HELLO], strict=False):
        findings.add(CACHED_SHARE, CACHED_QUERIES, ours / bare)
