"""Trains a LoRA adapter on columns of texts. The only file that imports datasets."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from indexer.encoding import Progress
from indexer.errors import GlossaryError
from indexer.exported import cpu_precision
from indexer.original import quieten_transformers
from indexer.training.lessons import Lessons
from indexer.training.material import Columns

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

CHECKPOINTS = "checkpoints"
_SAVE_EVERY, _LOG_EVERY = 100, 10


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides an adapter besides its data.

    The adapter is low-rank (LoRA, Hu et al. 2021, arXiv:2106.09685): ``rank`` columns for each
    matrix of ``targets`` (none named: of every linear layer), whose product is scaled by ``alpha /
    rank``. The loss is in-batch contrastive at ``temperature``, in both directions (Günther et al.
    2023, arXiv:2310.19923), for whole rows and for their first ``dimensions`` (Matryoshka, Kusupati
    et al. 2022, arXiv:2205.13147). ``guided`` leaves out in-batch negatives that the base model
    finds closer than the right answer (GISTEmbed, Solatorio 2024, arXiv:2402.16829): for small
    glossaries, whose batches hold many relatives. ``hard_negatives`` adds a wrong title to each
    definition. ``teacher_weight`` is the share of the loss that a teacher has, where there is one:
    how far the similarities within a batch are from those of a larger model.

    ``merge_scale`` is how much of what was learned is merged into the base model. Less than all of
    it undoes what training forgot (interpolation of weights, Wortsman et al. 2021,
    arXiv:2109.01903). ``window`` is in tokens, ``warmup`` a share of the steps.
    """

    rank: int = 32
    alpha: int = 64
    targets: tuple[str, ...] = ()
    learning_rate: float = 4e-4
    warmup: float = 0.05
    batch: int = 128
    epochs: float = 1.0
    steps: int | None = None
    temperature: float = 0.05
    guided: bool = False
    hard_negatives: bool = False
    teacher_weight: float = 0.8
    dimensions: tuple[int, ...] = (128,)
    window: int = 64
    merge_scale: float = 0.5
    seed: int = 0


def tune(
    base: Path,
    columns: Mapping[str, Columns],
    folder: Path,
    recipe: Recipe,
    *,
    lessons: Lessons | None = None,
    resume: bool = False,
    progress: Progress | None = None,
) -> list[dict[str, float]]:
    """Train an adapter and leave it in ``folder``, as peft saves it, unscaled, in float32.

    Args:
        base: The folder of the model it is for.
        columns: Texts to train on, by name.
        folder: Receives the adapter, and checkpoints to go on from.
        recipe: How.
        lessons: What a teacher makes of the texts.
        resume: Go on from the last checkpoint in ``folder``.
        progress: Counts steps.

    Returns:
        The curve: step, loss and learning rate, as logged.

    Raises:
        GlossaryError: What the extra ``train`` brings is not installed, or the model is of a kind
            that has no such layers.
    """
    try:
        from datasets import Dataset, disable_progress_bars  # noqa: PLC0415  seconds to import
        from datasets.utils.logging import set_verbosity_error  # noqa: PLC0415
        from sentence_transformers import (  # noqa: PLC0415
            SentenceTransformer,
            SentenceTransformerModelCardData,
            SentenceTransformerTrainer,
        )
    except ImportError as error:
        raise GlossaryError(
            f"Training needs {error.name}; install glossary-search[train]."
        ) from error
    import torch  # noqa: PLC0415
    from transformers import PrinterCallback  # noqa: PLC0415

    # The caller's progress is the one to see.
    quieten_transformers()
    disable_progress_bars()
    set_verbosity_error()
    torch.manual_seed(recipe.seed)
    card = SentenceTransformerModelCardData(generate_widget_examples=False)
    model = SentenceTransformer(str(base), local_files_only=True, model_card_data=card).float()
    model.max_seq_length = min(recipe.window, model.max_seq_length or recipe.window)
    # Nothing is seen so often that it needs dropout, which takes a third of the time on a CPU.
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    _add_adapter(model, recipe)
    checkpoints = folder / CHECKPOINTS
    with warnings.catch_warnings():
        # torch warns of memory it would pin for a GPU, peft of names that transformers changed.
        warnings.simplefilter("ignore")
        trainer = SentenceTransformerTrainer(
            model=model,
            args=_arguments(recipe, checkpoints),
            train_dataset={
                name: Dataset.from_dict(_labelled(texts, lessons))
                for name, texts in columns.items()
            },
            loss=_loss(model, base, recipe, lessons),
            callbacks=[_teller(progress)],
        )
        trainer.remove_callback(PrinterCallback)
        last = _last_checkpoint(checkpoints) if resume else None
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    transformer: Any = model[0]
    transformer.auto_model.save_pretrained(folder)
    return [entry for entry in trainer.state.log_history if "loss" in entry]


def _labelled(texts: Columns, lessons: Lessons | None) -> dict[str, Any]:
    return dict(texts) if lessons is None else {**texts, "label": lessons.labels(texts)}


def _add_adapter(model: "SentenceTransformer", recipe: Recipe) -> None:
    from peft import LoraConfig  # noqa: PLC0415

    config = LoraConfig(
        task_type="FEATURE_EXTRACTION",
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        target_modules=list(recipe.targets) or _linear_layers(model),
    )
    try:
        model.add_adapter(config)
    except ValueError as error:
        raise GlossaryError(f"This model cannot be given an adapter: {error}") from error


def _linear_layers(model: "SentenceTransformer") -> list[str]:
    """Return the last parts of the names of the transformer's linear layers."""
    import torch  # noqa: PLC0415

    transformer: Any = model[0]
    return sorted(
        {
            name.rpartition(".")[2]
            for name, module in transformer.named_modules()
            if isinstance(module, torch.nn.Linear)
        }
    )


def _loss(model: "SentenceTransformer", base: Path, recipe: Recipe, lessons: Lessons | None) -> Any:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    from indexer.training.losses import ColumnsApart, Taught, contrastive  # noqa: PLC0415

    whole = model.get_embedding_dimension() or 0
    dimensions = [whole, *(size for size in recipe.dimensions if size < whole)]
    if lessons is not None:
        return Taught(
            model,
            lessons.rows,
            weight=recipe.teacher_weight,
            temperature=recipe.temperature,
            dimensions=dimensions,
        )
    guide = None
    if recipe.guided:
        guide = SentenceTransformer(str(base), local_files_only=True)
        guide.max_seq_length = model.max_seq_length
    return ColumnsApart(model, contrastive(model, guide, recipe.temperature), dimensions)


def _arguments(recipe: Recipe, checkpoints: Path) -> Any:
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformerTrainingArguments  # noqa: PLC0415

    # Products in bfloat16, where the device has them; the adapter stays in float32.
    accelerated = torch.accelerator.is_available()
    bf16 = torch.cuda.is_bf16_supported() if torch.cuda.is_available() else False
    return SentenceTransformerTrainingArguments(
        output_dir=str(checkpoints),
        per_device_train_batch_size=recipe.batch,
        num_train_epochs=recipe.epochs,
        max_steps=recipe.steps or -1,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=recipe.warmup,
        seed=recipe.seed,
        use_cpu=not accelerated,
        bf16=bf16 if accelerated else cpu_precision() == "bf16",
        batch_sampler="no_duplicates_hashed",
        multi_dataset_batch_sampler="proportional",
        dataloader_drop_last=True,
        logging_steps=_LOG_EVERY,
        save_steps=_SAVE_EVERY,
        save_total_limit=1,
        report_to="none",
        disable_tqdm=True,
    )


def _teller(progress: Progress | None) -> Any:
    from transformers import TrainerCallback  # noqa: PLC0415

    class Teller(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if progress is not None:
                progress(state.global_step)

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if progress is not None:
                progress(1)

    return Teller()


def _last_checkpoint(checkpoints: Path) -> Path | None:
    found = [path for path in checkpoints.glob("checkpoint-*") if path.is_dir()]
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]), default=None)
