"""``glossary train``: glossaries in, an adapter for the encoder out."""

from pathlib import Path

import click

from indexer.bundled import read_bundled
from indexer.commands.options import adapter_option, refuse_typed
from indexer.commands.progress import TerminalStages
from indexer.commands.sources import Told, source_options, tell_reading
from indexer.modelfiles import BASE_MODEL
from indexer.training import Recipe, train

_DEFAULT = Recipe()


@click.command("train")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@adapter_option()
@source_options()
@click.option(
    "--base", default=BASE_MODEL, show_default=True, metavar="NAME_OR_PATH", help="The model."
)
@click.option(
    "--rank", default=_DEFAULT.rank, show_default=True, type=click.IntRange(1), help="Of LoRA."
)
@click.option(
    "--merge-scale",
    default=_DEFAULT.merge_scale,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True),
    help="How much of what is learned is merged into the model.",
)
@click.option(
    "--learning-rate",
    default=_DEFAULT.learning_rate,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
)
@click.option(
    "--batch",
    default=_DEFAULT.batch,
    show_default=True,
    type=click.IntRange(2),
    help="Pairs a step; the others of a batch are the wrong answers.",
)
@click.option(
    "--epochs",
    default=_DEFAULT.epochs,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="How often every pair is seen.",
)
@click.option(
    "--steps", type=click.IntRange(1), help="Stop after so many steps, whatever --epochs."
)
@click.option(
    "--guided",
    is_flag=True,
    help="Leave out wrong answers that the model finds better than the right one; slower.",
)
@click.option(
    "--hard-negatives",
    is_flag=True,
    help="Add to each definition a wrong title close to it; slower.",
)
@click.option(
    "--teacher",
    metavar="NAME_OR_PATH",
    help="A larger model, whose similarities are learned as well; encodes every text once.",
)
@click.option(
    "--lessons",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Keep what the teacher encodes here, for other runs on the same texts.",
)
@click.option(
    "--teacher-weight",
    default=_DEFAULT.teacher_weight,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="Its share in what is learned.",
)
@click.option(
    "--seed",
    default=_DEFAULT.seed,
    show_default=True,
    type=click.IntRange(0),
    help="Of how training begins and in which order it goes; pairs are the same for all.",
)
@click.option("--resume", is_flag=True, help="Go on with a run that was cut off.")
def command(
    sources: tuple[Path, ...],
    output: Path,
    base: str,
    rank: int,
    merge_scale: float,
    learning_rate: float,
    batch: int,
    epochs: float,
    steps: int | None,
    guided: bool,
    hard_negatives: bool,
    teacher: str | None,
    lessons: Path | None,
    teacher_weight: float,
    seed: int,
    resume: bool,
    told: Told,
) -> None:
    """Train a small adapter that teaches the encoder the language of your glossaries.

    It learns from definitions and their terms, other definitions, examples and broader terms. The
    adapter is a few MiB; `glossary index --model DIR` merges it into its model. Without SOURCE,
    the bundled glossary is learned from. Needs the extra "train". On two cores, a step of 128
    pairs takes about two seconds.

    \b
    Example:
        glossary train terms.jsonl --output terms-adapter --guided
    """
    if teacher is None:
        refuse_typed(("lessons", "teacher_weight"), "there is no --teacher")
    reading = told.read(sources) if sources else read_bundled()
    tell_reading(reading)
    recipe = Recipe(
        rank=rank,
        alpha=2 * rank,
        learning_rate=learning_rate,
        batch=batch,
        epochs=epochs,
        steps=steps,
        guided=guided,
        hard_negatives=hard_negatives,
        teacher_weight=teacher_weight,
        merge_scale=merge_scale,
        seed=seed,
    )
    with TerminalStages() as stages:
        judged = train(
            reading.glossary,
            output,
            recipe,
            base=base,
            teacher=teacher,
            lessons=lessons,
            sources=reading.files,
            resume=resume,
            stages=stages,
        )
    click.echo(
        f"Of {judged.definitions:,} definitions held out, {judged.before:.1%} found their own term "
        f"first before, {judged.after:.1%} after."
    )
    click.echo(f"Wrote {output}; build with it: `glossary index SOURCE -o DIR --model {output}`.")
