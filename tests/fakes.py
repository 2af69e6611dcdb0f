"""An encoder whose rows can be worked out by hand, and small glossaries to use it on."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from indexer.encoding import Fingerprint, Model, Progress, Rows, unit_rows
from indexer.glossary import Entry, Glossary

WORDS = ("fear", "crowds", "spiders", "open", "sleep", "dreams", "memory", "loss", "water", "mood")


class WordEncoder:
    """One dimension a word of ``WORDS``: a row counts them, scaled to length 1."""

    def __init__(self, name: str = "words", precision: str = "f32") -> None:
        self.encoded: list[str] = []
        model = Model(name, weights_sha256=name, files_sha256=name, dimension=11, max_tokens=64)
        self.fingerprint = Fingerprint(model, precision)

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        return unit_rows(
            np.array([_counts(text) for text in texts], dtype=np.float32).reshape(-1, 11)
        )

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        self.encoded.extend(texts)
        if progress is not None:
            progress(len(texts))
        return self.encode_queries(texts)

    def token_count(self, text: str) -> int:
        return len(text.split())


class Prepared:
    """Stands in for ``prepare_encoder``: hands out an encoder that is there already."""

    def __init__(self, encoder: WordEncoder) -> None:
        self.encoder = encoder

    def __call__(
        self, name: str, folder: Path, *, samples: Sequence[str], previous: Path | None
    ) -> WordEncoder:
        return self.encoder


def _counts(text: str) -> list[float]:
    words = text.lower().replace(",", " ").replace(".", " ").replace(":", " ").split()
    # The last dimension keeps a text without a known word from being a row of zeros.
    return [float(words.count(word)) for word in WORDS] + [0.01]


def fears() -> Glossary:
    """Eight entries; "Aquaphobia" has two definitions, "Phobia" an alias and a misspelling."""
    return Glossary(
        (
            Entry("agoraphobia", "Agoraphobia", ("Fear of open places and of crowds.",)),
            Entry("arachnophobia", "Arachnophobia", ("Fear of spiders.",), see_also=("Nightmare",)),
            Entry(
                "aquaphobia",
                "Aquaphobia",
                ("Fear of water.", "Dreams of water, and of water again."),
            ),
            Entry(
                "phobia",
                "Phobia",
                ("Fear of one thing.",),
                aliases=("Irrational fear",),
                hidden_labels=("fobia",),
                see_also=("agoraphobia", "nowhere"),
                broader=("Mood",),
                category="Disorders",
                example="He fears lifts.",
                source="A book",
                url="https://example.org/phobia",
            ),
            Entry("nightmare", "Nightmare", ("Dreams with fear in sleep.",)),
            Entry("amnesia", "Amnesia", ("Loss of memory.",)),
            Entry("insomnia", "Insomnia", ("Loss of sleep.",)),
            Entry("mood", "Mood", ("A lasting mood.",)),
        ),
        title="Fears",
        licence="CC0",
    )
