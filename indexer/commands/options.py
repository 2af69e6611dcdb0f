"""Options and outputs that several commands share."""

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from indexer.commands.progress import TerminalStages
from indexer.modelfiles import DEFAULT_MODEL

if TYPE_CHECKING:
    from indexer.snapshot import Switch

index_option: Callable[[Any], Any] = click.option(
    "--index",
    "index",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="GLOSSARY_INDEX",
    metavar="DIR",
    help="The index folder to use. [default: the bundled glossary's]",
)


def output_option(*names: str, metavar: str, note: str = "Where to write") -> Callable[[Any], Any]:
    """Make the option for a file that is written whole or not at all."""
    return click.option(
        *names,
        required=True,
        type=click.Path(dir_okay=False, path_type=Path),
        metavar=metavar,
        help=f"{note}; an old file is replaced when the new one is whole.",
    )


def adapter_option() -> Callable[[Any], Any]:
    """Make the option for the folder of a new adapter."""
    return click.option(
        "-o",
        "--output",
        required=True,
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="The new adapter's folder; must not exist.",
    )


def model_option(text: str) -> Callable[[Any], Any]:
    """Make the option for the encoder of a build."""
    return click.option(
        "--model", default=DEFAULT_MODEL, show_default=True, metavar="NAME_OR_PATH", help=text
    )


def ray_option(text: str) -> Callable[[Any], Any]:
    """Make the option for a Ray cluster."""
    return click.option("--ray", metavar="ADDRESS", help=f'{text} Needs the extra "ray".')


def related_option(*, fewest: int, note: str = "") -> Callable[[Any], Any]:
    """Make the option for how many related items are written of an entry."""
    from indexer.snapshot import MOST_RELATED  # noqa: PLC0415  quick help

    return click.option(
        "--related",
        "limit",
        default=10,
        show_default=True,
        type=click.IntRange(fewest, MOST_RELATED),
        help=f"How many related items an entry{note}.",
    )


def refuse_typed(names: Collection[str], why: str) -> None:
    """Refuse options that would change nothing, when they are typed, and not set by a variable."""
    context = click.get_current_context()
    for option in context.command.params:
        if (
            option.name in names
            and context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE
        ):
            raise click.UsageError(f"Leave out {option.opts[0]}: {why}.")


def chosen_index(index: Path | None) -> Path:
    """Return the folder named, or the bundled glossary's, built when it is not there yet."""
    if index is not None:
        return index
    from indexer.bundled import ensure_bundled  # noqa: PLC0415  quick help

    with TerminalStages() as stages:
        return ensure_bundled(stages)


def show_json(body: object) -> None:
    """Print a JSON body."""
    click.echo(json.dumps(body, indent=2, ensure_ascii=False))


def bar_text(bars: int) -> str:
    """Draw bars."""
    return "■" * bars


def built_index(index: Path | None) -> Path:
    """Return the folder named, or the bundled glossary's, which is not built for this."""
    if index is not None:
        return index
    from indexer.bundled import bundled_index  # noqa: PLC0415  quick help

    return bundled_index()


def show_switch(done: "Switch") -> None:
    """Tell which snapshot went live instead of which."""
    if done.before == done.after:
        click.echo(f"{done.after} is live already.")
    elif done.before is None:
        click.echo(f"{done.after} is live.")
    else:
        click.echo(f"{done.after} is live; before it was {done.before}.")
