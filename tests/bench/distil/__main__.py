"""Trains adapters as the default one: in an hour on two cores, in minutes on a GPU.

    python -m tests.bench.material --data DIR --output material.jsonl
    python -m tests.bench.distil material.jsonl --teacher all-mpnet-base-v2 --output adapters

``glossary train --teacher`` learns the same way with the trainer of sentence-transformers, which
takes any model; on a CPU it pads half of what it computes, and on a GPU it waits for its host.
Here nothing is padded on a CPU, a step on a GPU is a few hundred kernels, and batches are of one
topic. The teacher may be trained on the same pairs before it teaches, for which a GPU is needed.
One adapter is written for each seed; ``glossary evaluate --model`` measures them, and
``glossary average`` puts them together.

The teacher is a folder of a sentence-transformers model of the kind MPNet, the base one of BERT.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from peft import LoraConfig

from indexer.commands.progress import TerminalStages
from indexer.formats import read_glossary
from indexer.modelfiles import BASE_MODEL, find_model
from indexer.training.lessons import Reading, lessons_by
from indexer.training.material import Columns, gather
from indexer.training.saving import save_adapter, save_json
from tests.bench.distil.drawing import Drawing, grouped
from tests.bench.distil.learning import Course, fit
from tests.bench.distil.networks import LowRank, Network, Whole
from tests.bench.distil.texts import Texts

_LONGEST = 48
_TARGETS = ["intermediate.dense", "key", "output.dense", "query", "value"]
_TOKENS_AT_ONCE = {"cuda": 131_072, "cpu": 6_000}
_RECIPE = (
    *("batch", "steps", "rate", "weight", "rounds", "rank", "merge_scale", "topics"),
    *("teacher_steps", "teacher_rate", "teacher_weight", "teacher_scale"),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train the teacher, then an adapter for each seed."""
    options = _options().parse_args(arguments)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    base, teacher = find_model(options.base), find_model(str(options.teacher))
    vocabulary = base.folder / "tokenizer.json"
    given = read_glossary(options.material)
    with TerminalStages() as stages:
        material = gather(
            given.glossary,
            None,
            batch=options.batch,
            rounds=options.rounds,
            stages=stages,
        )
        reading = Reading.of(material.columns, material.read)
        pairs = numbered(material.columns, reading.numbers)
        texts = Texts(list(reading.numbers), vocabulary, _LONGEST, device)
        if options.teacher_steps:
            read = Texts(reading.texts, vocabulary, _LONGEST, device)
            taught = _learned_rows(
                Network(teacher.folder, device), reading, read, texts, pairs, options
            )
        else:
            with tempfile.TemporaryDirectory() as work:
                name = str(options.teacher)
                taught = lessons_by(name, reading, Path(work), options.lessons, stages).rows
    rows = torch.from_numpy(taught).to(device)
    network = Network(base.folder, device)
    groups = grouped(pairs, rows, options.batch, topics=options.topics)
    for seed in options.seeds:
        drawing = Drawing(groups, options.batch, seed=seed)
        learner = LowRank(network, options.rank, 2 * options.rank, seed)
        dimensions = (network.width, 128) if network.width > 128 else (network.width,)
        course = Course(options.steps, options.rate, options.weight, dimensions)
        curve = fit(network, learner, texts, rows, drawing, course)
        folder = options.output / f"seed-{seed}"
        folder.mkdir(parents=True)
        _save(folder, learner, options)
        record = {
            "base": {"name": options.base, "weights_sha256": base.weights_sha256},
            "teacher": {"name": options.teacher.name, "weights_sha256": teacher.weights_sha256},
            "pairs": {kind: len(ours) for kind, ours in pairs.items()},
            "sources": [asdict(file) for file in given.files],
            "recipe": {name: getattr(options, name) for name in _RECIPE} | {"seed": seed},
            "device": torch.cuda.get_device_name() if device == "cuda" else device,
        }
        save_json(folder / "training.json", record)
        lines = "".join(json.dumps(entry) + "\n" for entry in curve)
        (folder / "curve.jsonl").write_text(lines, encoding="utf-8")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("material", type=Path, nargs="+")
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--base", default=BASE_MODEL)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--weight", type=float, default=0.8, help="the teacher's share")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often pairs are made of an entry"
    )
    parser.add_argument("--lessons", type=Path, help="keeps what an untrained teacher encodes")
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--merge-scale", type=float, default=1.0)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--topics", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--teacher-steps", type=int, default=0, help="700 of 512 pairs")
    parser.add_argument("--teacher-rate", type=float, default=3e-5)
    parser.add_argument("--teacher-weight", type=float, default=0.3, help="of what it knew before")
    parser.add_argument("--teacher-scale", type=float, default=1.0, help="of what it learned")
    return parser


def numbered(
    columns: Mapping[str, Columns], numbers: Mapping[str, int]
) -> dict[str, NDArray[np.int64]]:
    """Return the numbers of both texts of each pair, by kind."""
    kinds: dict[str, list[tuple[int, int]]] = {}
    for name, texts in columns.items():
        kinds.setdefault(name.partition("-")[0], []).extend(
            (numbers[query], numbers[answer])
            for query, answer in zip(texts["query"], texts["answer"], strict=True)
        )
    return {kind: np.array(pairs) for kind, pairs in kinds.items()}


def _learned_rows(
    network: Network,
    reading: Reading,
    read: Texts,
    texts: Texts,
    pairs: Mapping[str, NDArray[np.int64]],
    options: Any,
) -> NDArray[np.float16]:
    """Train the teacher on the pairs, near to what it was, and return its rows of all texts."""
    at_once = _TOKENS_AT_ONCE[texts.device]
    means = reading.means(network.encode(read, network.base, at_once).cpu().numpy())
    rows = torch.from_numpy(means).to(texts.device)
    drawing = Drawing(
        grouped(pairs, rows, options.batch, topics=options.topics), options.batch, seed=0
    )
    learner = Whole(network)
    course = Course(
        options.teacher_steps,
        options.teacher_rate,
        options.teacher_weight,
        (network.width,),
        parts=4,
        decay=0.01,
    )
    fit(network, learner, texts, rows, drawing, course)
    learned = network.encode(read, learner.merged(options.teacher_scale), at_once)
    return reading.means(learned.cpu().numpy())


def _save(folder: Path, learner: LowRank, options: Any) -> None:
    config = LoraConfig(
        task_type="FEATURE_EXTRACTION",
        r=options.rank,
        lora_alpha=2 * options.rank,
        target_modules=_TARGETS,
        base_model_name_or_path=options.base,
        inference_mode=True,
    ).to_dict()
    # Scaled for merging after peft has checked it: its type says a whole number.
    config["lora_alpha"] = 2 * options.rank * options.merge_scale
    config["target_modules"] = sorted(config["target_modules"])
    tensors = {name: tensor.numpy() for name, tensor in learner.tensors().items()}
    save_adapter(folder, config, tensors)


if __name__ == "__main__":
    main()
