import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from indexer.encoder import prepare_encoder
from indexer.formats import write_glossary
from indexer.modelfiles import ADAPTER_WEIGHTS
from tests.bench.distil.__main__ import main
from tests.bench.distil.drawing import Drawing, grouped
from tests.bench.distil.networks import LowRank, Network, Whole
from tests.bench.distil.texts import Texts, rows_of
from tests.indexer.training.test_training import letters
from tests.models import save_tiny_mpnet

TEXTS = ["b after a", "a far longer text than the others: abcdefghij", "c", "naive"]


@pytest.fixture(scope="module")
def mpnet(tiny_model, tmp_path_factory):
    return save_tiny_mpnet(tmp_path_factory.mktemp("mpnet") / "model", tiny_model)


def texts_of(texts, tiny_model):
    return Texts(texts, tiny_model / "tokenizer.json", 32, "cpu")


def test_the_rows_of_a_bert_are_those_of_sentence_transformers(tiny_model):
    import torch
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(tiny_model), device="cpu", prompts={})
    wanted = model.encode(TEXTS, normalize_embeddings=True)
    network = Network(tiny_model, "cpu", torch.float32)
    rows = rows_of(network, network.base, texts_of(TEXTS, tiny_model), 16)
    np.testing.assert_allclose(rows, wanted, atol=2e-3)


def test_the_rows_of_an_mpnet_are_those_of_sentence_transformers(tiny_model, mpnet):
    import torch
    from transformers import MPNetModel

    texts = texts_of(TEXTS, tiny_model)
    network = Network(mpnet, "cpu", torch.float32)
    model = MPNetModel.from_pretrained(mpnet).float().eval()
    for place in range(len(TEXTS)):
        # Its own numbers of the tokens, without padding.
        length = int(texts.lengths[place])
        tokens = texts.tokens(np.array([place]))
        moved = torch.where(tokens == 101, 0, torch.where(tokens == 102, 2, tokens + 4))[:, :length]
        with torch.no_grad():
            places = torch.arange(2, 2 + length)[None]
            hidden = model(input_ids=moved, position_ids=places).last_hidden_state
            wanted = torch.nn.functional.normalize(hidden.mean(1))
            found = network.rows(tokens, network.base)
        np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_batches_are_of_one_kind_and_topic_and_have_no_text_twice():
    import torch

    # Ten directions, each of a hundred queries; the answers are ten to a query.
    rows = torch.eye(10).repeat_interleave(100, dim=0).half()
    pairs = np.stack([np.arange(1000), np.arange(1000) // 10], axis=1)
    drawing = Drawing(grouped({"term": pairs}, rows, 10, topics=True), 10, seed=0)
    for _ in range(20):
        drawn = drawing.draw()
        assert len(set(drawn[:, 0])) == len(set(drawn[:, 1])) == len(drawn)
        assert len(set(drawn[:, 0] // 100)) <= 3


def test_adapters_are_trained_that_fit_their_base_and_have_learned(tiny_model, mpnet, tmp_path):
    material, output = tmp_path / "letters.jsonl", tmp_path / "adapters"
    write_glossary(letters(), material)
    options = {"--teacher": mpnet, "--output": output, "--base": tiny_model, "--batch": 16}
    options |= {"--steps": 30, "--rank": 4, "--rate": 2e-2, "--teacher-steps": 2, "--weight": 0}
    typed = [str(part) for option in options.items() for part in option]
    main([str(material), *typed, "--seeds", "0", "1"])
    weights = [load_file(output / f"seed-{seed}" / ADAPTER_WEIGHTS) for seed in (0, 1)]
    assert any((weights[0][name] != weights[1][name]).any() for name in weights[0])
    curve = [
        json.loads(line)["loss"]
        for line in (output / "seed-0" / "curve.jsonl").read_text().splitlines()
    ]
    assert curve[-1] < curve[0]
    adapted = prepare_encoder(str(output / "seed-0"), tmp_path / "encoder")
    assert adapted.fingerprint.model.exported
    assert adapted.fingerprint.model.base == str(tiny_model)
    plain = prepare_encoder(str(tiny_model), tmp_path / "plain")
    cosines = (adapted.encode_documents(TEXTS) * plain.encode_documents(TEXTS)).sum(axis=1)
    assert cosines.min() < 0.999


def test_so_much_of_what_was_learned_is_merged(tiny_model):
    import torch

    network = Network(tiny_model, "cpu")
    whole = Whole(network)
    name = f"{network.linear[0]}.weight"
    with torch.no_grad():
        whole.weights()[name].add_(2.0)
    torch.testing.assert_close(whole.merged(0.5)[name], network.base[name] + 1)
    low = LowRank(network, 4, 8, seed=0)
    torch.testing.assert_close(low.weights()[name], network.base[name])
