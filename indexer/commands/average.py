"""``glossary average``: adapters in, their average out."""

from pathlib import Path

import click

from indexer.commands.options import adapter_option
from indexer.training import average


@click.command("average")
@click.argument(
    "adapters",
    metavar="ADAPTER...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@adapter_option()
@click.option(
    "--rank", type=click.IntRange(1), help="Of the new one.  [default: the adapters' highest]"
)
def command(adapters: tuple[Path, ...], output: Path, rank: int | None) -> None:
    """Average adapters of one model, such as runs of `glossary train` with other seeds.

    Their average can find more than each; `glossary evaluate` tells. A higher rank keeps more of
    them and takes more room.

    \b
    Example:
        glossary average seed-0 seed-1 seed-2 --output adapter --rank 64
    """
    averaged = average(adapters, output, rank=rank)
    click.echo(
        f"Rank {averaged.rank} holds {averaged.kept:.1%} of what {len(adapters)} adapters change."
    )
    click.echo(f"Wrote {output}; build with it: `glossary index SOURCE -o DIR --model {output}`.")
