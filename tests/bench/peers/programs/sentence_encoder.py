"""sentence-transformers alone: ``MODEL float32|bfloat16 TEXTS.json``, in batches of its default."""

import json
import statistics
import sys
import time
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer


def main() -> None:
    """Print definitions a second, and the milliseconds of one query."""
    model, precision, file = sys.argv[1:]
    texts = json.loads(Path(file).read_text())
    kind = {"float32": torch.float32, "bfloat16": torch.bfloat16}[precision]
    encoder = SentenceTransformer(model, device="cpu", model_kwargs={"dtype": kind})
    # numpy has no bfloat16, and so the rows stay tensors.
    encoder.encode_document(texts[:64], convert_to_tensor=True)
    began = time.perf_counter()
    encoder.encode_document(texts, convert_to_tensor=True)
    rate = len(texts) / (time.perf_counter() - began)
    taken = []
    for text in texts[:220]:
        asked = time.perf_counter()
        encoder.encode_query(text, convert_to_tensor=True)
        taken.append((time.perf_counter() - asked) * 1000)
    body = {
        "documents_a_second": rate,
        "query_ms": statistics.median(taken[20:]),
        "precision": f"torch in {next(encoder.parameters()).dtype}",
    }
    sys.stdout.write(json.dumps(body))


if __name__ == "__main__":
    main()
