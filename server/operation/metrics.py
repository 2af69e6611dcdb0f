"""Figures in Prometheus' format, by its own client, which adds up those of several processes.

They belong to the process, as the client has it, and are counted whether or not they are served.
"""

import functools
import os
import time
from collections.abc import Iterator
from datetime import datetime

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

# Set before this is imported, it makes the client keep its values where all processes see them.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = {"GET", "HEAD", "OPTIONS", "POST"}
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_registry = CollectorRegistry()
_requests = Counter(
    "glossary_requests", "Requests.", ["method", "route", "status"], registry=_registry
)
_request_seconds = Histogram(
    "glossary_request_seconds", "Time to answer.", ["route"], buckets=_SECONDS, registry=_registry
)
encode_seconds = Histogram(
    "glossary_encode_seconds", "Time to encode queries.", buckets=_SECONDS, registry=_registry
)
_cache = Counter(
    "glossary_query_cache", "Lookups of remembered queries.", ["result"], registry=_registry
)
_searches = Counter(
    "glossary_searches",
    "Queries answered, by whether a match was close.",
    ["close"],
    registry=_registry,
)
_created = Gauge(
    "glossary_snapshot_created_timestamp_seconds",
    "When the oldest snapshot that a process serves was built.",
    multiprocess_mode="livemin",
    registry=_registry,
)
_refused = Gauge(
    "glossary_snapshot_refused",
    "1 while a process could not open the snapshot that is to be live.",
    multiprocess_mode="livemax",
    registry=_registry,
)
_switches = Counter("glossary_snapshot_switches", "Snapshots that went live.", registry=_registry)


def register_metrics(app: Flask) -> None:
    """Count the requests of an app and how long they took, by route."""

    @app.after_request
    def count(response: Response) -> Response:
        # By rule and known method: paths and methods are the client's, and have no end.
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in _METHODS else "other"
        answered, took = _of_a_route(method, route, response.status_code)
        answered.inc()
        took.observe(time.perf_counter() - g.began)
        return response


@functools.lru_cache(maxsize=1024)
def _of_a_route(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    # The client makes texts of the labels, and waits for a lock, each time it is asked.
    return _requests.labels(method, route, status), _request_seconds.labels(route)


def count_search(*, close: bool) -> None:
    """Count an answered query."""
    _searches.labels("true" if close else "false").inc()


def count_lookup(*, hit: bool) -> None:
    """Count a lookup of a query's vector."""
    _cache.labels("hit" if hit else "miss").inc()


def note_snapshot(created: str) -> None:
    """Note which snapshot this process serves, by when it was built."""
    _created.set(datetime.fromisoformat(created).timestamp())
    _refused.set(0)


def count_switch() -> None:
    """Count that a new snapshot went live."""
    _switches.inc()


def note_refused(*, refused: bool) -> None:
    """Note whether the snapshot that is to be live could not be opened."""
    _refused.set(1 if refused else 0)


def exposition() -> bytes:
    """Return all figures, those of all processes where there are several."""
    source = CollectorRegistry()
    if os.environ.get(FOLDER_VARIABLE):
        MultiProcessCollector(source)  # type: ignore[no-untyped-call]
    else:
        source = _registry
    answer = CollectorRegistry()
    answer.register(_WithAge(source))
    return generate_latest(answer)


class _WithAge(Collector):
    """Adds the age of the snapshot, which is a matter of when one asks."""

    def __init__(self, source: CollectorRegistry) -> None:
        self._source = source

    def collect(self) -> Iterator[Metric]:
        for family in self._source.collect():
            yield family
            if family.name == "glossary_snapshot_created_timestamp_seconds":
                for sample in family.samples:
                    age = max(time.time() - sample.value, 0.0) if sample.value else 0.0
                    yield GaugeMetricFamily(
                        "glossary_snapshot_age_seconds", "Age of that snapshot.", value=age
                    )
