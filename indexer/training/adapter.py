"""A glossary in, an adapter's folder out: trained, judged on what was held out, written whole."""

import importlib.metadata
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from safetensors.numpy import load_file

from indexer.encoder import prepare_encoder
from indexer.encoding import Encoder
from indexer.errors import GlossaryError
from indexer.formats import SourceFile
from indexer.glossary import Glossary
from indexer.modelfiles import ADAPTER_CONFIG, ADAPTER_WEIGHTS, find_model
from indexer.stages import Stages
from indexer.training.card import card
from indexer.training.lessons import LESSONS, TEACHER, Reading, lessons_by
from indexer.training.material import Material, gather
from indexer.training.pairs import Pair
from indexer.training.saving import save_adapter
from indexer.training.tuning import CHECKPOINTS, Recipe, tune

CARD_FILE, RECORD_FILE, CURVE_FILE = "README.md", "training.json", "curve.jsonl"
_WORK_SUFFIX = ".part"


@dataclass(frozen=True, slots=True)
class Judged:
    """How many of the held-out definitions find their term first among all held-out terms."""

    before: float
    after: float
    definitions: int


def train(
    glossary: Glossary,
    output: Path,
    recipe: Recipe,
    *,
    base: str,
    teacher: str | None = None,
    lessons: Path | None = None,
    sources: Sequence[SourceFile] = (),
    resume: bool = False,
    stages: Stages,
) -> Judged:
    """Train an adapter for a model on a glossary, and write it to a new folder.

    The work lies beside it until it is done, in ``OUTPUT.part``; a run that was cut off goes on
    with ``resume``, from its last checkpoint and with what the teacher has encoded.

    Args:
        glossary: What to learn from; at least 64 entries.
        output: The adapter's folder; must not exist.
        recipe: How.
        base: The model's name or path; no adapter itself.
        teacher: The name or path of a larger model, whose similarities are learned as well.
        lessons: A folder that keeps what the teacher has encoded, for other runs on the same texts.
        sources: The files the glossary came from, for the record.
        resume: Go on with what ``OUTPUT.part`` holds.
        stages: Shows progress.

    Raises:
        GlossaryError: ``output`` exists, there is nothing to resume or something that would be
            lost, there are too few entries, or training cannot be done with what is installed.
        BadEncoderError: The base model or the teacher cannot be had.
    """
    work = output.with_name(output.name + _WORK_SUFFIX)
    _check(output, work, resume=resume)
    if teacher is not None and recipe.guided:
        raise GlossaryError(
            "A teacher tells already which answers of a batch are no wrong ones; "
            "leave out either the teacher or the guide."
        )
    found = find_model(base)
    if found.adapter is not None:
        raise GlossaryError(f"{base!r} is an adapter itself; name the model under it as the base.")
    work.mkdir(parents=True, exist_ok=True)
    before = _encoder(base, work / "before")
    miner = before if recipe.hard_negatives else None
    most = recipe.steps * recipe.batch if recipe.steps is not None else None
    material = gather(glossary, miner, batch=recipe.batch, most=most, stages=stages)
    taught = None
    if teacher is not None:
        reading = Reading.of(material.columns, material.read)
        taught = lessons_by(teacher, reading, work, lessons, stages)
    curve = tune(
        found.folder,
        material.columns,
        work,
        recipe,
        lessons=taught,
        resume=resume,
        progress=stages.stage("Training", _steps(material, recipe)),
    )
    _finish(work, base, recipe)
    after = _encoder(str(work), work / "after")
    judged = Judged(
        _first(before, material.held_out),
        _first(after, material.held_out),
        len(material.held_out),
    )
    by = None if teacher is None else _named(teacher)
    _write_record(work, glossary, sources, base, by, recipe, material, judged, curve)
    for name in (CHECKPOINTS, "before", "after", TEACHER, LESSONS):
        shutil.rmtree(work / name, ignore_errors=True)
    work.rename(output)
    return judged


def _check(output: Path, work: Path, *, resume: bool) -> None:
    if output.exists():
        raise GlossaryError(f"{output} exists; name a new folder, or remove it first.")
    if resume and not work.is_dir():
        raise GlossaryError(f"There is nothing to resume: there is no {work}.")
    if not resume and work.exists():
        raise GlossaryError(
            f"{work} holds a training that was cut off; go on with --resume, or remove it first."
        )


def _encoder(name: str, folder: Path) -> Encoder:
    shutil.rmtree(folder, ignore_errors=True)
    return prepare_encoder(name, folder)


def _named(teacher: str) -> dict[str, str]:
    """Return what a record says of a teacher: its name, which is that of a folder, and weights."""
    found = find_model(teacher)
    name = Path(teacher).name if Path(teacher).is_dir() else found.name
    return {"name": name, "weights_sha256": found.weights_sha256}


def _steps(material: Material, recipe: Recipe) -> int:
    if recipe.steps is not None:
        return recipe.steps
    batches = sum(len(texts["query"]) // recipe.batch for texts in material.columns.values())
    return int(batches * recipe.epochs)


def _finish(work: Path, base: str, recipe: Recipe) -> None:
    """Scale the adapter for merging, halve its size, and name its base as anyone would."""
    config = json.loads((work / ADAPTER_CONFIG).read_text(encoding="utf-8"))
    config |= {
        "base_model_name_or_path": base,
        "inference_mode": True,
        "lora_alpha": recipe.alpha * recipe.merge_scale,
        "target_modules": sorted(config["target_modules"]),
    }
    save_adapter(work, config, load_file(work / ADAPTER_WEIGHTS))


def _first(encoder: Encoder, held_out: Sequence[Pair]) -> float:
    """Return the share of definitions whose own title is the nearest, or as near as the nearest."""
    if not held_out:
        return 0.0
    queries = encoder.encode_queries([pair.query for pair in held_out])
    titles = encoder.encode_documents([pair.answer for pair in held_out])
    scores = queries @ titles.T
    return float((scores.diagonal() >= scores.max(axis=1) - 1e-6).mean())


def _write_record(
    work: Path,
    glossary: Glossary,
    sources: Sequence[SourceFile],
    base: str,
    teacher: dict[str, str] | None,
    recipe: Recipe,
    material: Material,
    judged: Judged,
    curve: Sequence[dict[str, float]],
) -> None:
    record = {
        "base": base,
        "teacher": teacher,
        "glossary": glossary.title,
        "licence": glossary.licence,
        "sources": [asdict(source) for source in sources],
        "entries": len(glossary.entries),
        "pairs": material.counts,
        "recipe": asdict(recipe),
        "held_out": asdict(judged),
        "versions": {
            name: importlib.metadata.version(name)
            for name in ("glossary-search", "sentence-transformers", "peft", "torch")
        },
    }
    (work / RECORD_FILE).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    lines = "".join(json.dumps(entry) + "\n" for entry in curve)
    (work / CURVE_FILE).write_text(lines, encoding="utf-8")
    (work / CARD_FILE).write_text(card(record), encoding="utf-8")
