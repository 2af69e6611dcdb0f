"""Schemathesis at length: tens of thousands of requests made up from the OpenAPI document.

    python -m tests.bench.contract --index DIR [--examples 1600] [--seed 1]

The service runs as a process of its own, as ``glossary serve`` starts it. Every check is on: no
5xx, no answer that the document does not describe, nothing accepted that it forbids, nothing
refused that it allows. 3300 examples make 49,000
requests, in 50 minutes on two busy cores, most of it to make them up.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from tests.contract import run_schemathesis


def main() -> int:
    """Print what Schemathesis prints; return its status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--examples", type=int, default=1600, help="for each operation, at most")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    command = [sys.executable, "-m", "indexer", "serve", "--port", "0"]
    service = subprocess.Popen(
        [*command, "--index", str(options.index)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert service.stdout is not None
    try:
        address = service.stdout.readline().split()[-1]
        outcome = run_schemathesis(
            address,
            "--max-examples",
            str(options.examples),
            "--seed",
            str(options.seed),
            "--continue-on-failure",
        )
    finally:
        # Not an interrupt: what a shell starts in the background ignores those.
        service.terminate()
        service.wait(timeout=10)
    print(outcome.text)  # noqa: T201
    print(f"{outcome.cases:,} requests, status {outcome.status}")  # noqa: T201
    return outcome.status


if __name__ == "__main__":
    sys.exit(main())
