"""Our service and its peers side by side: the same glossary, model and queries, in one run.

    python -m tests.bench.compare --data ../shared/data [--rounds 5] [--seconds 10] [--only serving]

Peers are sentence-transformers' ``semantic_search`` behind Flask, txtai and Chroma, each in an
environment of its own below ``.tmp/bench``, made by pip at the first run, and as its documentation
sets it up. What they index is definitions, a row each. All take turns in every round, in another
order, so that the machine's mood falls on all alike. Figures are medians over the rounds, and
ratios medians of the ratios within a round.

``--data`` is the folder of texts by others that ``glossary evaluate`` takes, too. Without it, the
bundled glossary is searched, and what needs foreign texts is left out.
"""

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from indexer.errors import GlossaryError
from tests.bench.compare import encoding, growth, pairs, quality, serving
from tests.bench.compare.corpus import definitions, dictionary, serving_corpus
from tests.bench.compare.findings import Findings
from tests.bench.compare.machine import about
from tests.bench.compare.report import body_of, page, write
from tests.bench.peers.environments import WORK
from tests.bench.peers.peer import Peer
from tests.bench.peers.registry import all_peers

PARTS = (
    serving.PART,
    quality.PART,
    encoding.PART,
    encoding.LIMITS,
    pairs.PART,
    growth.PART,
)


def main() -> int:
    """Measure part by part, and write what there is after each: report, raw numbers, plots."""
    options = _options()
    peers = [peer for peer in all_peers() if not options.peers or peer.name in options.peers]
    findings, machine = Findings(), about()
    told = {name: value for name, value in vars(options).items() if name != "output"}
    told["data"] = "texts by others" if options.data else "the bundled glossary"
    told["peers"] = ", ".join(peer.name for peer in peers)
    told["only"] = ", ".join(options.only)
    lines: list[str] = []
    # What was started is to end with this process, however it is ended.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Error: ended from outside."))
    WORK.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WORK, prefix="run-") as work:
        for part in PARTS:
            if part in options.only:
                _measure(part, options, peers, findings, Path(work) / part)
                lines = page(findings, machine, told)
                write(WORK, body_of(findings, machine, told), lines, options.output)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [peer.name for peer in all_peers()]
    parser.add_argument("--data", type=Path, help="a folder of texts by others")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--peers", nargs="+", choices=names, help="only these")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="for each load of a round")
    parser.add_argument("--definitions", type=int, default=5000, help="that encoders encode")
    parser.add_argument("--largest", type=int, default=100_000, help="entries that growth ends at")
    parser.add_argument(
        "--build-seconds", type=float, default=1800, help="for one build of growth, at most"
    )
    parser.add_argument("--output", type=Path, help="write the report here, too")
    options = parser.parse_args()
    if options.rounds < 1 or options.seconds <= 0 or options.definitions < 220:
        parser.error("--rounds must be at least 1, --seconds more than 0, --definitions 220.")
    if options.largest < growth.SMALLEST:
        parser.error(f"--largest must be at least {growth.SMALLEST}, got {options.largest}.")
    if options.data is not None and not options.data.is_dir():
        parser.error(f"--data: there is no folder {options.data}.")
    return options


def _measure(
    part: str,
    options: argparse.Namespace,
    peers: Sequence[Peer],
    findings: Findings,
    work: Path,
) -> None:
    data: Path | None = options.data
    rounds, seconds = options.rounds, options.seconds
    if part == serving.PART:
        corpus = serving_corpus(data)
        serving.measure_serving(peers, corpus, findings, work=work, rounds=rounds, seconds=seconds)
    elif part == encoding.PART:
        texts = definitions(data, options.definitions)
        encoding.measure_encoding(texts, findings, work=work, rounds=rounds)
    elif part == encoding.LIMITS:
        encoding.measure_limits(findings, rounds=rounds)
    elif data is None:
        findings.note(part, "Left out: it needs the texts of --data.")
    elif part == pairs.PART:
        texts = [entry.definitions[0] for entry in dictionary(data)]
        pairs.measure_pairs(texts, findings, work=work, rounds=rounds)
    elif part == quality.PART:
        quality.measure_quality(peers, data, findings, work=work)
    else:
        growth.measure_growth(
            peers,
            dictionary(data),
            findings,
            work=work,
            largest=options.largest,
            seconds=seconds,
            build_seconds=options.build_seconds,
        )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GlossaryError as error:
        sys.exit(f"Error: {error}")
