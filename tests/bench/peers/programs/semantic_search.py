"""sentence-transformers' ``semantic_search`` behind the smallest Flask app that answers in JSON.

    python -m tests.bench.peers.programs.semantic_search GLOSSARY.jsonl INDEX MODEL

encodes a glossary; served is ``make_app()``. Vectors are of unit length, so that the score is the
inner product, as its documentation advises.
"""

import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from flask import Flask, request
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import dot_score, semantic_search

from tests.bench.peers.programs.rows import read_rows

GLOSSARY, VECTORS = "glossary.jsonl", "vectors.npy"


def main() -> None:
    """Encode a glossary, once for all starts of the app."""
    glossary, index, model = map(Path, sys.argv[1:])
    index.mkdir(parents=True)
    encoder = SentenceTransformer(str(model), device="cpu")
    vectors = encoder.encode_document(read_rows(glossary).texts, normalize_embeddings=True)
    np.save(index / VECTORS, vectors)
    (index / GLOSSARY).write_bytes(glossary.read_bytes())


def make_app() -> Flask:
    """Return the app over what ``main`` encoded."""
    index = Path(os.environ["BENCH_INDEX"])
    rows = read_rows(index / GLOSSARY)
    vectors = torch.from_numpy(np.load(index / VECTORS))
    encoder = SentenceTransformer(os.environ["BENCH_MODEL"], device="cpu")
    app = Flask(__name__)

    @app.get("/search")
    def search() -> list[dict[str, Any]]:
        query, limit = request.args["q"], int(request.args["limit"])
        asked = encoder.encode_query(query, convert_to_tensor=True, normalize_embeddings=True)
        hits = semantic_search(asked, vectors, top_k=limit, score_function=dot_score)[0]
        return [
            {"id": rows.ids[place], "text": rows.texts[place], "score": hit["score"]}
            for hit in hits
            for place in (int(hit["corpus_id"]),)
        ]

    return app


if __name__ == "__main__":
    main()
