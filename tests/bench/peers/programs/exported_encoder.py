"""Our exported encoder alone: ``MODEL FOLDER TEXTS.json``; exported anew where FOLDER is absent."""

import json
import statistics
import sys
import time
from pathlib import Path

from indexer.encoder import prepare_encoder
from indexer.exported import ExportedEncoder, Workload


def main() -> None:
    """Print definitions a second, and the milliseconds of one query."""
    model, folder, file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    texts = json.loads(file.read_text())
    if not folder.exists():
        prepare_encoder(model, folder)
    documents = ExportedEncoder(folder, Workload.DOCUMENTS)
    documents.encode_documents(texts[:64])
    began = time.perf_counter()
    documents.encode_documents(texts)
    rate = len(texts) / (time.perf_counter() - began)
    queries, taken = ExportedEncoder(folder), []
    for text in texts[:220]:
        asked = time.perf_counter()
        queries.encode_queries([text])
        taken.append((time.perf_counter() - asked) * 1000)
    body = {
        "documents_a_second": rate,
        "query_ms": statistics.median(taken[20:]),
        "precision": f"OpenVINO in {queries.fingerprint.precision}",
    }
    sys.stdout.write(json.dumps(body))


if __name__ == "__main__":
    main()
