"""What each part of search and relatedness is worth: the figures with each switched off in turn.

    python -m tests.bench.ablation --data DIR [--split all]

The bundled sets are asked of the bundled glossary; with ``--data``, cross-glossary search and
related articles are measured too (see ``glossary evaluate``).
"""

import argparse
import tempfile
from pathlib import Path

from indexer.evaluation.sets import Split
from tests.bench.judged import figures, judged
from tests.bench.parts import BUILD_PARTS, FUSIONS, QUERY_PARTS, remembered, without


def main() -> None:
    """Print one row a variant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--split", choices=[split.value for split in Split], default="all")
    options = parser.parse_args()
    parts = [part for part in (*BUILD_PARTS, *QUERY_PARTS) if part != "sentences"]
    with remembered():
        for part in (None, *parts, *FUSIONS):
            with without(part), tempfile.TemporaryDirectory() as work:
                found = judged(Path(work), options.data, Split(options.split))
            name = part if part in FUSIONS else f"without {part}" if part else "everything on"
            print(f"{name:24} {'  '.join(figures(found))}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
