"""Our exported encoder alone: ``MODEL FOLDER TEXTS.json``; exported anew where FOLDER is absent."""

import json
import sys
from pathlib import Path

from indexer.encoder import prepare_encoder
from indexer.exported import ExportedEncoder, Workload
from tests.bench.peers.programs.timing import measured


def main() -> None:
    """Print what was measured."""
    model, folder, file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    texts = json.loads(file.read_text())
    if not folder.exists():
        prepare_encoder(model, folder)
    documents, queries = ExportedEncoder(folder, Workload.DOCUMENTS), ExportedEncoder(folder)
    measured(
        texts,
        documents.encode_documents,
        lambda text: queries.encode_queries([text]),
        f"OpenVINO in {queries.fingerprint.precision}",
    )


if __name__ == "__main__":
    main()
