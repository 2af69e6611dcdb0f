"""sentence-transformers alone: ``MODEL float32|bfloat16 TEXTS.json``, in batches of its default."""

import json
import sys
from functools import partial
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from tests.bench.peers.programs.timing import measured


def main() -> None:
    """Print what was measured."""
    model, precision, file = sys.argv[1:]
    texts = json.loads(Path(file).read_text())
    kind = {"float32": torch.float32, "bfloat16": torch.bfloat16}[precision]
    encoder = SentenceTransformer(model, device="cpu", model_kwargs={"dtype": kind})
    # numpy has no bfloat16, and so the rows stay tensors.
    measured(
        texts,
        partial(encoder.encode_document, convert_to_tensor=True),
        partial(encoder.encode_query, convert_to_tensor=True),
        f"torch in {next(encoder.parameters()).dtype}",
    )


if __name__ == "__main__":
    main()
