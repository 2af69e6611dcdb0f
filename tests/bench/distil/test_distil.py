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
from tests.bench.distil.texts import Texts
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
    texts = texts_of(TEXTS, tiny_model)
    rows = network.encode(texts, network.base, 16)
    np.testing.assert_allclose(rows, wanted, atol=2e-3)
    order = np.argsort(texts.lengths)
    for padded in (False, True):
        rows = network.rows(texts.batch(order, padded=padded), network.base)
        np.testing.assert_allclose(rows, wanted[order], atol=1e-5)


def test_the_rows_of_an_mpnet_are_those_of_sentence_transformers(tiny_model, mpnet):
    import torch
    from transformers import MPNetModel

    texts = texts_of(TEXTS, tiny_model)
    network = Network(mpnet, "cpu", torch.float32)
    model = MPNetModel.from_pretrained(mpnet).float().eval()
    order = np.argsort(texts.lengths)
    wanted = []
    for place in order:
        # Its own numbers of the tokens, without padding.
        tokens = texts.batch(np.array([place]), padded=False).tokens[None]
        moved = torch.where(tokens == 101, 0, torch.where(tokens == 102, 2, tokens + 4))
        with torch.no_grad():
            places = torch.arange(2, 2 + tokens.shape[1])[None]
            hidden = model(input_ids=moved, position_ids=places).last_hidden_state
        wanted.append(torch.nn.functional.normalize(hidden.mean(1)))
    for padded in (False, True):
        found = network.rows(texts.batch(order, padded=padded), network.base)
        np.testing.assert_allclose(found, torch.cat(wanted), atol=1e-5)


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


@pytest.mark.parametrize("teacher_steps", [0, 2])
def test_adapters_are_trained_that_fit_their_base_and_have_learned(
    tiny_model, mpnet, tmp_path, teacher_steps
):
    material, output = tmp_path / "letters.jsonl", tmp_path / "adapters"
    write_glossary(letters(), material)
    options = {"--teacher": mpnet, "--output": output, "--base": tiny_model, "--batch": 16}
    options |= {"--steps": 30, "--rank": 4, "--rate": 2e-2, "--teacher-steps": teacher_steps}
    options |= {"--weight": 0}
    typed = [str(part) for option in options.items() for part in option]
    main([str(material), *typed, "--seeds", "0", "1"])
    weights = [load_file(output / f"seed-{seed}" / ADAPTER_WEIGHTS) for seed in (0, 1)]
    assert any((weights[0][name] != weights[1][name]).any() for name in weights[0])
    curve = [
        json.loads(line)["loss"]
        for line in (output / "seed-0" / "curve.jsonl").read_text().splitlines()
    ]
    assert curve[-1] < curve[0]
    record = json.loads((output / "seed-1" / "training.json").read_text())
    assert record["sources"][0]["name"] == "letters.jsonl"
    assert (record["recipe"]["steps"], record["recipe"]["seed"]) == (30, 1)
    assert str(tmp_path) not in json.dumps(record["recipe"])
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


def test_thin_matrices_beside_a_matrix_are_as_if_they_were_added_to_it(tiny_model):
    import torch

    network, texts = Network(tiny_model, "cpu", torch.float32), texts_of(TEXTS, tiny_model)
    batch = texts.batch(np.argsort(texts.lengths), padded=False)
    low = LowRank(network, 4, 8, seed=0)
    torch.testing.assert_close(
        network.rows(batch, low.weights()), network.rows(batch, network.base)
    )
    with torch.no_grad():
        for parameter in low.parameters():
            parameter.normal_()
    tensors = low.tensors()
    merged = dict(network.base)
    for name in network.linear:
        down, up = (tensors[f"base_model.model.{name}.lora_{letter}.weight"] for letter in "AB")
        merged[f"{name}.weight"] = merged[f"{name}.weight"] + 2 * up @ down
    rows = network.rows(batch, low.weights())
    torch.testing.assert_close(rows, network.rows(batch, merged), atol=1e-4, rtol=0)
    assert not torch.allclose(rows, network.rows(batch, network.base), atol=1e-2)
