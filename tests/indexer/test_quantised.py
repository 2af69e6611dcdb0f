"""Queries in eight bits, on processors that have them; a model that suffers keeps more."""

import json
import shutil

import numpy as np
import pytest

from indexer import encoder as making
from indexer import quantising
from indexer.encoder import prepare_encoder
from indexer.encoding import unit_rows
from indexer.errors import BadEncoderError
from indexer.exported import ExportedEncoder
from indexer.processor import has_eight_bits
from indexer.quantised import QUERIES_FILE, QuantisedEncoder, is_usable
from indexer.quantising import quantise
from indexer.search import Searcher, query_encoder
from tests.models import save_tiny_model

TEXTS = ["fear of spiders", "a very long text " * 30, "loss of memory", "x", "Déjà vu"]

pytestmark = pytest.mark.skipif(not has_eight_bits(), reason="The CPU does not add up eight bits.")


@pytest.fixture(scope="module")
def folder(tiny_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("quantised") / "encoder"
    prepare_encoder(str(tiny_model), folder, samples=TEXTS)
    return folder


def test_queries_in_eight_bits_agree_with_the_original(folder, tiny_model):
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(tiny_model), device="cpu")
    ours = QuantisedEncoder(folder)
    assert ours.fingerprint.precision == "int8"
    assert (ours.encode_queries(TEXTS) * original.encode_query(TEXTS)).sum(axis=1).min() > 0.98
    assert ours.encode_queries([]).shape == (0, 16)


def test_a_query_has_the_same_row_whatever_is_asked_beside_it(folder):
    ours = QuantisedEncoder(folder)
    together = ours.encode_queries(TEXTS)
    alone = np.concatenate([ours.encode_queries([text]) for text in TEXTS])
    np.testing.assert_array_equal(together, alone)


def test_documents_are_encoded_in_full(folder):
    ours, full = QuantisedEncoder(folder, threads=1), ExportedEncoder(folder, threads=1)
    np.testing.assert_array_equal(ours.encode_documents(TEXTS), full.encode_documents(TEXTS))
    assert ours.token_count("ab") == full.token_count("ab") == 4


def test_tokens_are_counted_when_the_files_are_gone(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "encoder")
    ours = QuantisedEncoder(copy)
    shutil.rmtree(copy)
    # More than the window of the model, whole.
    assert ours.token_count("ab " * 300) == QuantisedEncoder(folder).token_count("ab " * 300) > 600


def test_the_whole_model_is_not_left_behind(folder):
    assert sorted(path.name for path in folder.iterdir()) == [
        "encoder.json", "model.bin", "model.xml", QUERIES_FILE, "tokenizer.json",
    ]  # fmt: skip


def test_a_damaged_file_is_refused(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "encoder")
    (copy / QUERIES_FILE).write_bytes(b"nonsense")
    with pytest.raises(BadEncoderError, match="encoder cannot be opened: "):
        QuantisedEncoder(copy)


def test_a_processor_without_them_takes_the_exported_encoder(psychology, monkeypatch):
    snapshot = psychology.snapshot
    assert isinstance(query_encoder(snapshot), QuantisedEncoder)
    monkeypatch.setattr("indexer.quantised.has_eight_bits", lambda: False)
    assert not is_usable(snapshot.layout.encoder)
    assert isinstance(query_encoder(snapshot), ExportedEncoder)


def test_both_find_the_same(psychology, monkeypatch):
    eight = Searcher.open(psychology.snapshot.layout.folder.parent)
    monkeypatch.setattr("indexer.quantised.has_eight_bits", lambda: False)
    full = Searcher.open(psychology.snapshot.layout.folder.parent)
    for query in ("fear of closed spaces", "remembering what never happened", "x"):
        one, other = (searcher.search(query).hits for searcher in (eight, full))
        assert one[0].entry.id == other[0].entry.id
        assert len({hit.entry.id for hit in one} & {hit.entry.id for hit in other}) >= 8
        assert abs(one[0].strength - other[0].strength) < 3


def test_a_model_that_suffers_from_eight_bits_keeps_more(tiny_model, tmp_path, monkeypatch, caplog):
    monkeypatch.setitem(making._AGREEMENT, "int8", 1.1)
    prepare_encoder(str(tiny_model), tmp_path / "encoder")
    assert "Queries are not encoded in eight bits, but in more, slower: its export" in caplog.text
    assert not (tmp_path / "encoder" / QUERIES_FILE).exists()
    # It is not tried again and again.
    monkeypatch.setattr(making, "load_model", pytest.fail)
    prepare_encoder(str(tiny_model), tmp_path / "copy", previous=tmp_path / "encoder")
    assert json.loads((tmp_path / "copy" / "encoder.json").read_text())["quantised"] is False


def test_a_model_that_the_tools_do_not_know_keeps_more(tiny_model, tmp_path, monkeypatch, caplog):
    def fail(*_, **__):
        raise ValueError("an operator of no name")

    monkeypatch.setattr(making, "quantise", fail)
    made = prepare_encoder(str(tiny_model), tmp_path / "encoder")
    assert isinstance(made, ExportedEncoder)
    assert "slower: an operator of no name" in caplog.text


def test_attention_that_is_no_one_step_is_exported_as_it_is(tiny_model, tmp_path, monkeypatch):
    def refuse(*given, one_step):
        if one_step:
            raise ValueError("attention takes more than one step")
        quantise(*given, one_step=False)

    one, other = tmp_path / "one", tmp_path / "other"
    prepare_encoder(str(tiny_model), one, samples=TEXTS)
    monkeypatch.setattr(making, "quantise", refuse)
    prepare_encoder(str(tiny_model), other, samples=TEXTS)
    assert b"MultiHeadAttention" in (one / QUERIES_FILE).read_bytes()
    assert b"MultiHeadAttention" not in (other / QUERIES_FILE).read_bytes()
    rows = [QuantisedEncoder(folder).encode_queries(TEXTS) for folder in (one, other)]
    assert (rows[0] * rows[1]).sum(axis=1).min() > 0.9999


def test_what_only_restores_a_shape_is_left_out(psychology):
    import onnx

    model = onnx.load(psychology.snapshot.layout.encoder / QUERIES_FILE)
    assert not [node for node in model.graph.node if node.op_type == "Reshape"]


def test_an_export_of_before_gets_it_with_the_next_build(folder, tiny_model, tmp_path):
    former = shutil.copytree(folder, tmp_path / "former")
    (former / QUERIES_FILE).unlink()
    settings = json.loads((former / "encoder.json").read_text())
    del settings["quantised"]
    (former / "encoder.json").write_text(json.dumps(settings))
    assert isinstance(ExportedEncoder(former), ExportedEncoder)
    prepare_encoder(str(tiny_model), tmp_path / "new", previous=former)
    assert (tmp_path / "new" / QUERIES_FILE).exists()


def test_it_is_the_same_file_each_time(folder, tmp_path):
    other = save_tiny_model(tmp_path / "same")
    prepare_encoder(str(other), tmp_path / "encoder", samples=TEXTS)
    assert (tmp_path / "encoder" / QUERIES_FILE).read_bytes() == (
        folder / QUERIES_FILE
    ).read_bytes()


@pytest.mark.filterwarnings("ignore")  # torch's, of its exporter
def test_large_numbers_are_moved_before_they_cost_others_their_digits(tmp_path, monkeypatch):
    # Rounded as it is, a column a thousand times as large leaves the others nothing.
    import torch

    class Model(torch.nn.Module):
        def __init__(self):
            super().__init__()
            generator = torch.Generator().manual_seed(0)
            self.rows = torch.nn.Embedding(64, 32)
            self.rows.weight.data = torch.randn(64, 32, generator=generator)
            self.size = torch.ones(32)
            self.size[3] = 1000
            self.mix = torch.nn.Linear(32, 16, bias=False)
            self.mix.weight.data = torch.randn(16, 32, generator=generator)
            self.mix.weight.data[:, 3] /= 1000

        def forward(self, input_ids, attention_mask):
            rows = self.rows(input_ids) * self.size
            return self.mix(rows * attention_mask[..., None]).mean(dim=1)

    export = tiny_export(tmp_path)
    model = Model().eval()
    ids = torch.tensor([[5, 9, 11], [7, 2, 40]])
    example = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    lowest = []
    for smooth in (lambda *_: None, quantising._smooth):
        monkeypatch.setattr(quantising, "_smooth", smooth)
        quantise(model, example, export, ["abc", "xyz", "hello there"])
        ours = QuantisedEncoder(export).encode_queries(["abc", "xyz"])
        found = QuantisedEncoder(export)._tokens.of("", ["abc", "xyz"])
        theirs = [
            unit_rows(
                model(torch.tensor([item.ids]), torch.ones(1, len(item.ids))).detach().numpy()
            )
            for item in found
        ]
        lowest.append(float((ours * np.concatenate(theirs)).sum(axis=1).min()))
    assert lowest[0] < 0.9
    assert lowest[1] > 0.999


def tiny_export(folder):
    """Return an export of a model without prompts that takes two inputs."""
    model = save_tiny_model(folder / "tiny")
    config = model / "config_sentence_transformers.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"prompts": {}}))
    export = folder / "export"
    prepare_encoder(str(model), export)
    settings = json.loads((export / "encoder.json").read_text())
    settings["inputs"] = ["input_ids", "attention_mask"]
    (export / "encoder.json").write_text(json.dumps(settings))
    return export
