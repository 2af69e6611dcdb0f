"""Break what can be broken, for a bounded time, and print what came of it as a table.

``python -m tests.torture`` runs every part, ``python -m tests.torture kills disk`` some. It ends
with exit code 1 when anything was lost or ended without a sentence.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from tests.torture import crash, damage, guided, hostile, requests, tracing
from tests.torture.stage import Stage
from tests.torture.tally import HEADER, Tally

Part = Callable[[Stage, float], Iterator[Tally]]

PARTS: dict[str, Part] = {
    "kills": lambda stage, seconds: chain(
        crash.power_cuts(stage), crash.killed_by_calls(stage, seconds)
    ),
    "events": crash.killed_by_events,
    "room": crash.without_room,
    "disk": crash.on_a_full_disk,
    "together": lambda stage, seconds: chain(
        crash.with_the_clock_back(stage), crash.at_once(stage, seconds)
    ),
    "damage": damage.each_file,
    "files": lambda stage, seconds: chain(
        hostile.damaged(stage, seconds / 2), hostile.exhausting(stage, 10 * seconds)
    ),
    "guided": guided.made_up,
    "requests": requests.hostile,
}


def main() -> int:
    """Run the parts that were named; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--seconds", type=float, default=60, help="for each part, about")
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn at random")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    failed = False
    sys.stdout.write(f"{HEADER}\n")
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        stage = Stage(Path(folder).resolve(), seed=options.seed)
        for name in options.parts or PARTS:
            if reason := _cannot(name):
                sys.stdout.write(f"| {name}: not tried, {reason} |\n")
                continue
            began = time.monotonic()
            for tally in PARTS[name](stage, options.seconds):
                failed |= not tally.is_whole
                sys.stdout.write(f"{tally.row()}\n")
                for line in (*tally.lost, *tally.untold):
                    sys.stderr.write(f"{tally.fault}: {line}\n")
                sys.stdout.flush()
            sys.stderr.write(f"{name} took {time.monotonic() - began:.0f} s\n")
    return int(failed)


def _cannot(part: str) -> str | None:
    if part == "kills" and not tracing.is_there():
        return "strace is not there"
    if part == "disk" and not crash.may_mount():
        return "file systems cannot be mounted; try `unshare -rm`"
    if part == "guided" and not guided.is_there():
        return "atheris is not there; try `pip install atheris`"
    return None


if __name__ == "__main__":
    sys.exit(main())
