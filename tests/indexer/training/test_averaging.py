import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from safetensors.numpy import load_file

from indexer.cli import main
from indexer.encoder import prepare_encoder
from indexer.errors import BadEncoderError, GlossaryError
from indexer.modelfiles import ADAPTER_CONFIG, ADAPTER_WEIGHTS
from indexer.stages import Silent
from indexer.training import average, train
from tests.indexer.training.test_training import RECIPE, letters
from tests.models import save_tiny_model


@pytest.fixture(scope="module")
def seeds(tiny_model, tmp_path_factory):
    """Two adapters that differ in seed, rank and scale."""
    folder = tmp_path_factory.mktemp("seeds")
    recipes = (RECIPE, replace(RECIPE, seed=1, rank=6, merge_scale=0.5))
    for number, recipe in enumerate(recipes):
        output = folder / f"seed-{number}"
        train(letters(), output, recipe, base=str(tiny_model), stages=Silent())
    return [folder / "seed-0", folder / "seed-1"]


def changes(folder):
    """Return what each matrix is changed by, as peft adds it."""
    config = json.loads((folder / ADAPTER_CONFIG).read_text())
    tensors = load_file(folder / ADAPTER_WEIGHTS)
    scale = config["lora_alpha"] / config["r"]
    return {
        name: scale * tensors[name.replace("lora_A", "lora_B")].astype(float) @ down.astype(float)
        for name, down in tensors.items()
        if "lora_A" in name
    }


def test_every_matrix_is_changed_by_the_mean_of_the_changes(seeds, tmp_path):
    averaged = average(seeds, tmp_path / "adapter", rank=10)
    assert averaged.rank == 10
    assert averaged.kept == pytest.approx(1.0)
    first, second, mean = (changes(folder) for folder in (*seeds, tmp_path / "adapter"))
    assert first.keys() == second.keys() == mean.keys()
    for name, change in mean.items():
        np.testing.assert_allclose(change, (first[name] + second[name]) / 2, atol=2e-4)


def test_without_a_rank_it_is_the_highest_and_what_is_lost_is_told(seeds, tmp_path):
    averaged = average(seeds, tmp_path / "adapter")
    assert averaged.rank == 6
    lost = whole = 0.0
    first, second, mean = (changes(folder) for folder in (*seeds, tmp_path / "adapter"))
    for name, change in mean.items():
        wanted = (first[name] + second[name]) / 2
        whole += (wanted**2).sum()
        lost += ((wanted - change) ** 2).sum()
    assert averaged.kept == pytest.approx(1 - lost / whole, abs=1e-4)
    assert 0.5 < averaged.kept < 0.9999


def test_an_average_is_an_adapter_with_its_members_on_record(seeds, tiny_model, tmp_path):
    average(seeds, tmp_path / "adapter", rank=10)
    record = json.loads((tmp_path / "adapter" / "average.json").read_text())
    assert [member["name"] for member in record["members"]] == ["seed-0", "seed-1"]
    assert record["base"] == str(tiny_model)
    rows = [
        prepare_encoder(str(model), tmp_path / f"encoder-{number}").encode_documents(["b after a"])
        for number, model in enumerate((tiny_model, tmp_path / "adapter"))
    ]
    assert np.abs(rows[0] - rows[1]).max() > 0.01


def test_the_command_tells_what_the_average_holds(seeds, tmp_path):
    output = tmp_path / "adapter"
    command = ["average", *map(str, seeds), "--output", str(output), "--rank", "10"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    assert "Rank 10 holds 100.0% of what 2 adapters change." in done.output
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 1
    assert f"{output} exists; name a new folder" in again.output


def test_what_has_no_average_is_refused_and_nothing_is_written(seeds, tiny_model, tmp_path):
    output = tmp_path / "adapter"
    with pytest.raises(GlossaryError, match="of two adapters or more, got 1"):
        average(seeds[:1], output)
    with pytest.raises(GlossaryError, match="is a model and no adapter"):
        average([seeds[0], tiny_model], output)
    with pytest.raises(BadEncoderError, match="no folder, and the hub does not give it"):
        average([seeds[0], tmp_path / "absent"], output)
    other_model = save_tiny_model(tmp_path / "model", seed=1)
    other = changed(seeds[1], tmp_path / "other", base_model_name_or_path=str(other_model))
    with pytest.raises(GlossaryError, match="only adapters for one model have an average"):
        average([seeds[0], other], output)
    odd = changed(seeds[1], tmp_path / "odd", use_dora=True)
    with pytest.raises(GlossaryError, match="odd has use_dora, which leaves it without an average"):
        average([seeds[0], odd], output)
    recipe = replace(RECIPE, steps=1, targets=("query",))
    train(letters(), tmp_path / "narrow", recipe, base=str(tiny_model), stages=Silent())
    with pytest.raises(GlossaryError, match="narrow changes other matrices than"):
        average([seeds[0], tmp_path / "narrow"], output)
    assert not list(tmp_path.glob("adapter*"))


def changed(folder, copy, **values):
    """Return a copy of an adapter with something else in its config."""
    shutil.copytree(folder, copy)
    config = json.loads((copy / ADAPTER_CONFIG).read_text())
    (copy / ADAPTER_CONFIG).write_text(json.dumps(config | values))
    return copy
