"""How fast an encoder is, measured the same way for each. Needs the standard library alone."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_WARMING, _QUERIES, _UNCOUNTED = 64, 220, 20


def measured(
    texts: Sequence[str],
    documents: Callable[[Sequence[str]], object],
    query: Callable[[str], object],
    precision: str,
) -> None:
    """Print definitions a second, and the milliseconds of one query, as JSON."""
    documents(texts[:_WARMING])
    began = time.perf_counter()
    documents(texts)
    rate = len(texts) / (time.perf_counter() - began)
    taken = []
    for text in texts[:_QUERIES]:
        asked = time.perf_counter()
        query(text)
        taken.append((time.perf_counter() - asked) * 1000)
    body = {
        "documents_a_second": rate,
        "query_ms": statistics.median(taken[_UNCOUNTED:]),
        "precision": precision,
    }
    sys.stdout.write(json.dumps(body))


def peak_mib() -> float:
    """Return the most memory this process had; what `getrusage` tells is its parent's, too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024
