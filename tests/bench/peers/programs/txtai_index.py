"""Build an index of txtai's: ``GLOSSARY.jsonl INDEX CONFIG``, the last its settings as JSON."""

import json
import sys
from pathlib import Path

from txtai import Embeddings

from tests.bench.peers.programs.rows import read_rows


def main() -> None:
    """Index and save."""
    glossary, index, settings = sys.argv[1:]
    rows = read_rows(Path(glossary))
    with Embeddings(**json.loads(settings)) as embeddings:
        embeddings.index(zip(rows.ids, rows.texts, strict=True))
        embeddings.save(index)


if __name__ == "__main__":
    main()
