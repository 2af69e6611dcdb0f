"""Small real models, made on the spot, for the code that loads, exports and runs them."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from indexer.encoding import Encoder

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PROMPTS = {"query": "query: ", "document": "passage: "}


def save_tiny_model(folder: Path, *, seed: int = 0, max_tokens: int = 32) -> Path:
    """Save a BERT of 16 dimensions that knows letters, with random weights, always the same."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    pieces = [*special, *LETTERS, *(f"##{letter}" for letter in LETTERS), *":,.-'"]
    tokenizer = Tokenizer(
        models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    torch.manual_seed(seed)
    bert = BertModel(
        BertConfig(
            vocab_size=len(pieces),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=max_tokens,
            # The usual 0.02 makes all rows of so small a model nearly the same.
            initializer_range=0.5,
        )
    )
    plain = folder.with_name(f"{folder.name}-plain")
    bert.save_pretrained(plain)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=max_tokens,
    ).save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=max_tokens)
    modules = [transformer, Pooling(16), Normalize()]
    SentenceTransformer(modules=modules, prompts=PROMPTS, device="cpu").save(str(folder))
    return folder


def save_tiny_mpnet(folder: Path, tiny_model: Path) -> Path:
    """Save an MPNet of 16 dimensions with the tokenizer of a tiny BERT, its weights halved."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import AutoTokenizer, MPNetConfig, MPNetModel

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    torch.manual_seed(0)
    mpnet = MPNetModel(
        MPNetConfig(
            # With room for the four numbers by which MPNet's are further on than BERT's.
            vocab_size=len(tokenizer) + 4,
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=40,
            pad_token_id=0,
            initializer_range=0.5,
        )
    )
    plain = folder.with_name(f"{folder.name}-plain")
    mpnet.half().save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    transformer = Transformer(str(plain), max_seq_length=32)
    SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu").half().save(str(folder))
    return folder


def save_static_model(folder: Path) -> Path:
    """Save a model of another build, looked-up word vectors, that has no export."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = [
        "[UNK]",
        "fear",
        "of",
        "spiders",
        "open",
        "places",
        "crowds",
        "loss",
        "memory",
        "sleep",
    ]
    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    torch.manual_seed(0)
    weights = torch.randn(len(words), 8)
    module = StaticEmbedding(tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


def save_static_copy(encoder: Encoder, texts: Sequence[str], folder: Path) -> Path:
    """Save a model of looked-up word vectors that imitates another one, for the words of texts.

    A word's vector is the other model's, less what all words share, and longer the rarer it is.
    """
    import numpy as np
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    having = Counter(word for text in texts for word in set(re.findall(r"\w+", text.lower())))
    vectors = encoder.encode_documents(["[UNK]", *having])
    rarity = np.log(len(texts) / (1 + np.array([1, *having.values()]))).clip(0.1)
    weights = ((vectors - vectors.mean(axis=0)) * rarity[:, None]).astype(np.float32)
    places = {word: number for number, word in enumerate(["[UNK]", *having])}
    tokenizer = Tokenizer(models.WordLevel(places, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    module = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(weights))
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


def save_distilled(encoder: Encoder, tokenizer_file: Path, folder: Path, *, dimension: int) -> Path:
    """Save a model of looked-up tokens made from another one, as such models usually are.

    Each token of its vocabulary is encoded alone; their main directions are kept, and a token is
    shorter the commoner it is, which its place in the vocabulary tells (Zipf's law).
    """
    import numpy as np
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    tokens = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    vectors = encoder.encode_documents([token.removeprefix("##") for token in tokens])
    vectors -= vectors.mean(axis=0)
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    chance = 1 / np.arange(1, len(tokens) + 1)
    chance /= chance.sum()
    weights = (vectors @ directions[:dimension].T) * (1e-4 / (1e-4 + chance))[:, None]
    module = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(weights.astype("f4")))
    SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder
