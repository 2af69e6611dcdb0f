"""What the search of a site knows of meaning: the vectors of passages and of tokens, in bytes.

Only a model that looks tokens up can run in a page. Its vectors go as whole numbers from -127 to
127, each row with what it is to be multiplied by.
"""

import base64
import json
import math
from typing import Any

import numpy as np

from indexer.encoding import Rows
from indexer.errors import GlossaryError
from indexer.hits import CLOSE_STRENGTH
from indexer.original import token_table
from indexer.scoring import WORDS_OF_QUERY, weight_of_words
from indexer.snapshot import Snapshot
from server.site.searching import script

# Larger ones would be slow to fetch and to open.
MOST_BYTES = 32 << 20
_HIGHEST = 127
_NORMALIZERS = (None, "Lowercase", "BertNormalizer")
_SPLITTERS = ("BertPreTokenizer", "Whitespace")
# The page has the same limit as the usual tokenizer.
_LONGEST_WORD = 100
_FLAGS = ("single_word", "lstrip", "rstrip", "normalized")


class NotForBrowsers(GlossaryError):  # noqa: N818  told as a note
    """The model of a snapshot cannot run in a page; the message says why, without a full stop."""


def meaning_script(snapshot: Snapshot) -> str:
    """Return what a page needs to search by meaning, as the service does.

    Raises:
        NotForBrowsers: The model is of another build, too large, or cuts texts in another way.
        BadEncoderError: The model is not found, or is not the one the snapshot was built with.
    """
    model = snapshot.manifest.encoder.model
    table = token_table(model)
    if table is None:
        raise NotForBrowsers(f"{model.name} does not run in browsers")
    size = table.rows.size + snapshot.index.count * model.dimension
    if size > MOST_BYTES:
        raise NotForBrowsers(
            f"the vectors of {model.name} would have {size >> 20} MiB, "
            f"and at most {MOST_BYTES >> 20} MiB go into a page"
        )
    tokenizer = page_tokenizer(table.tokenizer)
    chance = snapshot.manifest.calibration.search
    return script(
        "glossaryMeaning",
        {
            "dimension": model.dimension,
            "prompt": model.query_prompt,
            "tokenizer": tokenizer,
            "tokens": _quantised(table.rows),
            "rows": _quantised(snapshot.index.rows(np.arange(snapshot.index.count))),
            "owners": snapshot.owners.tolist(),
            "wordWeight": weight_of_words(len(snapshot.entries)),
            "whole": 1 + WORDS_OF_QUERY,
            "chance": {
                "rarities": [-math.log10(value) for value in chance.chances],
                "scores": list(chance.scores),
            },
            "close": CLOSE_STRENGTH,
        },
    )


def _quantised(rows: Rows) -> dict[str, str]:
    scales = np.abs(rows).max(axis=1, keepdims=True, initial=0) / _HIGHEST
    numbers = np.rint(np.divide(rows, scales, out=np.zeros_like(rows), where=scales > 0))
    return {"rows": _text(numbers.astype(np.int8)), "scales": _text(scales.astype("<f4"))}


def _text(array: np.ndarray[Any, Any]) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def page_tokenizer(saved: str) -> dict[str, object]:
    """Return how a tokenizer, saved as JSON, cuts texts into tokens, for a page to do the same.

    Raises:
        NotForBrowsers: It is cut in a way that the page does not know.
    """
    found: dict[str, Any] = json.loads(saved)
    model, normalizer, cut = found["model"], found["normalizer"], found["truncation"]
    whole_words = model["type"] == "WordLevel"
    splitter = (found["pre_tokenizer"] or {}).get("type")
    added = found["added_tokens"]
    strange = {
        f"{model['type']} tokens": not whole_words and model["type"] != "WordPiece",
        f"the normalizer {normalizer and normalizer['type']}": (normalizer or {}).get("type")
        not in _NORMALIZERS,
        f"the splitter {splitter}": splitter not in _SPLITTERS,
        "tokens for longer words": model.get("max_input_chars_per_word", _LONGEST_WORD)
        != _LONGEST_WORD,
        "truncation from the left": cut is not None and cut["direction"] != "Right",
        "added tokens with rules": any(token[flag] for token in added for flag in _FLAGS),
    }
    if names := [name for name, is_so in strange.items() if is_so]:
        raise NotForBrowsers(f"the model's tokenizer has {names[0]}, which a page does not know")
    numbers = {**model["vocab"], **{token["content"]: token["id"] for token in added}}
    tokens = sorted(numbers, key=lambda token: int(numbers[token]))
    if [numbers[token] for token in tokens] != list(range(len(tokens))):
        raise NotForBrowsers("the model's tokenizer has gaps between its tokens")
    return {
        "tokens": tokens,
        "unknown": model["unk_token"],
        "prefix": None if whole_words else model["continuing_subword_prefix"],
        "most": cut and cut["max_length"],
        "normalizer": normalizer,
        "splitter": splitter,
        "added": [token["content"] for token in added],
    }
