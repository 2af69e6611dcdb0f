import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from indexer.build import build
from indexer.cli import main
from indexer.encoder import prepare_encoder
from indexer.errors import BadEncoderError, GlossaryError
from indexer.glossary import Entry, Glossary
from indexer.original import OriginalEncoder, load_original
from indexer.search import Searcher
from indexer.snapshot import open_current
from indexer.stages import Silent
from indexer.training import Recipe, train
from tests.models import LETTERS, save_tiny_mpnet

RECIPE = Recipe(rank=4, alpha=8, batch=16, steps=12, window=32, learning_rate=2e-2, merge_scale=1)


def letters() -> Glossary:
    """128 entries whose terms can be read off their definitions, by a model that learns how."""
    words = [f"{first}{second}" for first in LETTERS[:16] for second in LETTERS[16:24]]
    return Glossary(
        tuple(Entry(word, word, (f"{word[1]} after {word[0]} of {word[0]}",)) for word in words),
        "letters",
    )


@pytest.fixture(scope="module")
def adapter(tiny_model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("training") / "adapter"
    judged = train(letters(), folder, RECIPE, base=str(tiny_model), stages=Silent())
    return folder, judged


def test_what_is_learnt_is_written_with_its_record_and_card(adapter, tiny_model):
    folder, judged = adapter
    assert sorted(path.name for path in folder.iterdir()) == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "curve.jsonl",
        "training.json",
    ]
    assert not folder.with_name("adapter.part").exists()
    record = json.loads((folder / "training.json").read_text())
    assert record["base"] == str(tiny_model)
    assert record["recipe"]["steps"] == 12
    assert record["held_out"]["definitions"] == judged.definitions == 6
    assert record["pairs"]["term"] == 122
    assert "in-batch contrastive" in (folder / "README.md").read_text()
    curve = [json.loads(line) for line in (folder / "curve.jsonl").read_text().splitlines()]
    assert curve[0]["step"] == 10


def test_training_lowers_the_loss(adapter, tiny_model, tmp_path):
    longer = replace(RECIPE, steps=60)
    train(letters(), tmp_path / "longer", longer, base=str(tiny_model), stages=Silent())
    lines = (tmp_path / "longer" / "curve.jsonl").read_text().splitlines()
    losses = [json.loads(line)["loss"] for line in lines]
    assert losses[-1] < losses[0] * 0.8


def test_the_same_seed_gives_the_same_adapter(adapter, tiny_model, tmp_path):
    folder, judged = adapter
    again = tmp_path / "again"
    assert train(letters(), again, RECIPE, base=str(tiny_model), stages=Silent()) == judged
    first, second = (load_file(f / "adapter_model.safetensors") for f in (folder, again))
    for name in first:
        np.testing.assert_allclose(first[name], second[name], atol=2e-3)


def test_an_adapter_is_merged_exported_and_told_of_in_the_manifest(adapter, tiny_model, tmp_path):
    folder, _ = adapter
    plain = prepare_encoder(str(tiny_model), tmp_path / "plain")
    adapted = prepare_encoder(str(folder), tmp_path / "adapted")
    model = adapted.fingerprint.model
    assert model.exported  # So it agrees with its original, adapter merged.
    assert model.base == str(tiny_model)
    assert model.weights_sha256 == plain.fingerprint.model.weights_sha256
    assert model.files_sha256 != plain.fingerprint.model.files_sha256
    assert len(model.adapter_sha256) == 64
    texts = ["q after a of a", "sleep", "fear of crowds"]
    cosines = (plain.encode_documents(texts) * adapted.encode_documents(texts)).sum(axis=1)
    assert cosines.max() < 0.999
    sizes = [(tmp_path / name / "model.bin").stat().st_size for name in ("plain", "adapted")]
    assert sizes[0] == sizes[1]

    build(letters(), tmp_path / "index", model=str(folder))
    snapshot = open_current(tmp_path / "index")
    assert snapshot.manifest.encoder.model.adapter_sha256 == model.adapter_sha256
    assert Searcher.open(tmp_path / "index").search("q after a of a").hits
    told = CliRunner().invoke(main, ["info", "--index", str(tmp_path / "index")])
    assert f"{folder} (an adapter for {tiny_model})" in told.output


def test_merging_adds_the_product_of_the_two_matrices(adapter, tiny_model, tmp_path):
    folder, _ = adapter
    from sentence_transformers import SentenceTransformer

    model = prepare_encoder(str(folder), tmp_path / "adapted").fingerprint.model
    original = load_original(model)
    assert isinstance(original, OriginalEncoder)
    merged = original._model
    plain = SentenceTransformer(str(tiny_model), device="cpu")
    tensors = load_file(folder / "adapter_model.safetensors")
    stem = "base_model.model.encoder.layer.0.attention.self.query"
    low, high = (tensors[f"{stem}.lora_{part}.weight"].astype(np.float32) for part in "AB")
    name = "0.model.encoder.layer.0.attention.self.query.weight"
    difference = (merged.state_dict()[name] - plain.state_dict()[name]).numpy()
    np.testing.assert_allclose(difference, high @ low * 8 / 4, atol=1e-5)


def test_less_is_merged_with_a_smaller_scale(adapter, tiny_model, tmp_path):
    folder, _ = adapter
    half = tmp_path / "half"
    shutil.copytree(folder, half)
    path = half / "adapter_config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps(config | {"lora_alpha": config["lora_alpha"] / 2}))
    texts = ["q after a of a", "sleep"]
    rows = [
        prepare_encoder(str(name), tmp_path / f"encoder-{number}").encode_documents(texts)
        for number, name in enumerate((tiny_model, half, folder))
    ]
    near, far = ((rows[0] * other).sum(axis=1) for other in rows[1:])
    assert (near > far).all()


def test_a_run_cut_off_goes_on(tiny_model, tmp_path, monkeypatch):
    recipe = replace(RECIPE, steps=24)
    whole = train(letters(), tmp_path / "whole", recipe, base=str(tiny_model), stages=Silent())

    class CutOff:
        def stage(self, name, total):
            seen = 0

            def count(steps):
                nonlocal seen
                seen += steps
                if name == "Training" and seen == 15:
                    raise KeyboardInterrupt

            return count

    monkeypatch.setattr("indexer.training.tuning._SAVE_EVERY", 10)
    output = tmp_path / "cut"
    with pytest.raises(KeyboardInterrupt):
        train(letters(), output, recipe, base=str(tiny_model), stages=CutOff())
    assert not output.exists()
    with pytest.raises(GlossaryError, match="was cut off; go on with --resume"):
        train(letters(), output, recipe, base=str(tiny_model), stages=Silent())

    steps: list[int] = []

    class Counted:
        def stage(self, name, total):
            return steps.append if name == "Training" else lambda _: None

    judged = train(letters(), output, recipe, base=str(tiny_model), resume=True, stages=Counted())
    assert steps[0] == 10  # Where the checkpoint was.
    assert sum(steps) == 24
    assert judged.definitions == whole.definitions
    ours, theirs = (load_file(tmp_path / n / "adapter_model.safetensors") for n in ("cut", "whole"))
    for name in ours:
        np.testing.assert_allclose(ours[name], theirs[name], atol=2e-2)


@pytest.mark.parametrize("options", [{"guided": True}, {"hard_negatives": True}])
def test_the_options_of_a_recipe_train_too(tiny_model, tmp_path, options):
    recipe = replace(RECIPE, steps=3, **options)
    train(letters(), tmp_path / "adapter", recipe, base=str(tiny_model), stages=Silent())
    assert (tmp_path / "adapter" / "adapter_model.safetensors").exists()


def test_too_little_to_learn_from_is_refused(tiny_model, tmp_path):
    few = Glossary(letters().entries[:63], "few")
    with pytest.raises(GlossaryError, match="at least 64 entries to learn from, and 'few' has 63"):
        train(few, tmp_path / "adapter", RECIPE, base=str(tiny_model), stages=Silent())
    large = replace(RECIPE, batch=500)
    with pytest.raises(GlossaryError, match="pairs make no batch of 500; choose a smaller --batch"):
        train(letters(), tmp_path / "other", large, base=str(tiny_model), stages=Silent())


def test_a_folder_that_exists_is_refused(adapter, tiny_model):
    folder, _ = adapter
    with pytest.raises(GlossaryError, match="exists; name a new folder"):
        train(letters(), folder, RECIPE, base=str(tiny_model), stages=Silent())


def test_there_must_be_something_to_resume(tiny_model, tmp_path):
    with pytest.raises(GlossaryError, match="There is nothing to resume"):
        train(
            letters(), tmp_path / "new", RECIPE, base=str(tiny_model), resume=True, stages=Silent()
        )


def test_an_adapter_is_no_base(adapter, tmp_path):
    folder, _ = adapter
    with pytest.raises(GlossaryError, match="is an adapter itself; name the model under it"):
        train(letters(), tmp_path / "second", RECIPE, base=str(folder), stages=Silent())


def _damaged(folder, tmp_path, **config):
    copy = tmp_path / "damaged"
    shutil.copytree(folder, copy)
    path = copy / "adapter_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | config))
    return copy


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"peft_type": "IA3"}, "is a IA3; only LORA can be merged"),
        ({"base_model_name_or_path": "no/such-model"}, "'no/such-model' is no folder"),
        ({"target_modules": ["nothing"]}, "does not fit its model"),
        ({"target_modules": ["query", "key"]}, "does not fit its model"),
        ({"r": 2}, "does not fit its model"),
    ],
)
def test_an_adapter_that_does_not_fit_is_refused(adapter, tmp_path, config, message):
    with pytest.raises(BadEncoderError, match=message):
        prepare_encoder(str(_damaged(adapter[0], tmp_path, **config)), tmp_path / "encoder")


def test_an_adapter_without_safetensors_or_base_is_refused(adapter, tmp_path):
    folder = _damaged(adapter[0], tmp_path)
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    with pytest.raises(BadEncoderError, match=r"no adapter_model.safetensors; no other file"):
        prepare_encoder(str(folder), tmp_path / "encoder")
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(BadEncoderError, match="does not say what the adapter is for"):
        prepare_encoder(str(folder), tmp_path / "encoder")


def test_tensors_for_other_layers_are_refused(adapter, tmp_path):
    folder = _damaged(adapter[0], tmp_path)
    path = folder / "adapter_model.safetensors"
    tensors = load_file(path)
    save_file({name.replace("query", "quarry"): t for name, t in tensors.items()}, path)
    with pytest.raises(BadEncoderError, match="does not fit its model"):
        prepare_encoder(str(folder), tmp_path / "encoder")


def test_the_command_trains_and_says_what_to_do_next(tiny_model, tmp_path):
    source = tmp_path / "letters.jsonl"
    lines = [{"term": e.term, "definition": e.definitions[0]} for e in letters().entries]
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = ["train", str(source), "--output", str(tmp_path / "a"), "--base", str(tiny_model)]
    done = CliRunner().invoke(main, [*command, "--rank", "2", "--batch", "16", "--steps", "2"])
    assert done.exit_code == 0, done.output
    assert "Of 6 definitions held out" in done.output
    assert f"--model {tmp_path / 'a'}" in done.output
    record = json.loads((tmp_path / "a" / "training.json").read_text())
    assert record["sources"][0]["name"] == "letters.jsonl"
    refused = CliRunner().invoke(main, command)
    assert refused.exit_code == 1
    assert "exists; name a new folder" in refused.output


def test_every_linear_layer_of_a_model_of_another_kind_in_half_precision_learns(
    tiny_model, tmp_path
):
    model = save_tiny_mpnet(tmp_path / "mpnet", tiny_model)
    with safe_open(model / "model.safetensors", framework="numpy") as file:
        assert {file.get_slice(name).get_dtype() for name in file.keys()} == {"F16"}  # noqa: SIM118
    train(letters(), tmp_path / "adapter", RECIPE, base=str(model), stages=Silent())
    changed = {
        name.rpartition(".lora_B")[0].rpartition(".")[2]
        for name, tensor in load_file(tmp_path / "adapter" / "adapter_model.safetensors").items()
        if "lora_B" in name and tensor.any()
    }
    assert changed == {"q", "k", "v", "o", "dense"}
    assert "on every linear layer" in (tmp_path / "adapter" / "README.md").read_text()
    adapted = prepare_encoder(str(tmp_path / "adapter"), tmp_path / "encoder").fingerprint.model
    assert (adapted.base, len(adapted.adapter_sha256)) == (str(model), 64)
