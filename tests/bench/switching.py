"""Whether switching snapshots costs a request: a steady load, and a switch every so often.

    python -m tests.bench.switching --index DIR [--switches 100] [--rate 50] [--processes 1]

The service runs as in production, in processes of its own, on a copy of the index folder with a
second snapshot of the same glossary. Requests are sent when their time has come, whether or not
those before were answered (open loop), and their time counts from then: a service that stands
still makes all of them late. A switch follows when the service has served the one before.
"""

import argparse
import collections
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from indexer.snapshot import switch
from tests.bench.load import Connection
from tests.bench.queries import bundled_queries, search_path
from tests.bench.steady import Asked, loaded, serving, two_snapshots


def main() -> None:
    """Print sent, failed, slowest and percentiles; beside them those without any switch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--switches", type=int, default=100)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=1.0, help="between switches")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--watch-seconds", type=float, default=0.2)
    options = parser.parse_args()
    asked = [Asked(search_path(query)) for query in bundled_queries()]
    settings = {
        "GLOSSARY_PROCESSES": str(options.processes),
        "GLOSSARY_WATCH_SECONDS": str(options.watch_seconds),
        "GLOSSARY_METRICS": "true",
        # The queries come round again: each is to be encoded all the same.
        "GLOSSARY_QUERY_CACHE": "0",
        "GLOSSARY_LOG_LEVEL": "warning",
    }
    with tempfile.TemporaryDirectory() as work:
        index = shutil.copytree(options.index, Path(work) / "index")
        names = two_snapshots(index)
        with serving(index, settings) as (address, _):
            with loaded(address, options.rate, asked) as still:
                time.sleep(options.switches * options.seconds / 4)
            with loaded(address, options.rate, asked) as switched:
                for number in range(options.switches):
                    switch(index, names[number % 2])
                    time.sleep(options.seconds)
            with closing(Connection(address)) as connection:
                figures = connection.get("/metrics").body.decode()
    print(f"{options.rate:g} requests/s, {options.processes} process(es)")  # noqa: T201
    print(still.line("without a switch"))  # noqa: T201
    print(switched.line(f"{options.switches} switches"))  # noqa: T201
    line = next(
        one for one in figures.split("\n") if one.startswith("glossary_snapshot_switches_t")
    )
    print(f"served by the processes: {line.split()[1]} switches")  # noqa: T201
    print(f"failures: {collections.Counter(switched.failed + still.failed)}")  # noqa: T201


if __name__ == "__main__":
    main()
