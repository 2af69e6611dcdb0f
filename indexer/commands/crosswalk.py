"""``glossary crosswalk``: which terms of one glossary are those of another."""

from collections import Counter
from pathlib import Path

import click

from indexer.commands.options import output_option
from indexer.crosswalk import Predicate, crosswalk, csv_lines, sssom_lines
from indexer.crosswalk.tables import default_address
from indexer.errors import GlossaryError
from indexer.formats.files import write_lines
from indexer.snapshot import open_current


@click.command("crosswalk")
@click.argument("one", metavar="A", type=click.Path(file_okay=False, path_type=Path))
@click.argument("other", metavar="B", type=click.Path(file_okay=False, path_type=Path))
@output_option("--output", metavar="FILE", note="FILE.csv, or FILE.tsv for SSSOM")
@click.option(
    "--limit",
    default=3,
    show_default=True,
    type=click.IntRange(1, 50),
    help="How many links a term of A may have.",
)
@click.option(
    "--min-strength",
    default=60.0,
    show_default=True,
    type=click.FloatRange(0, 100),
    help="What a link between terms of different titles needs.",
)
@click.option("--one-to-one", is_flag=True, help="One link at most for each term of A and of B.")
@click.option("--address-a", metavar="PREFIX", help="What makes an id of A an address, for SSSOM.")
@click.option("--address-b", metavar="PREFIX", help="The same for B.")
def command(
    one: Path,
    other: Path,
    output: Path,
    limit: int,
    min_strength: float,
    one_to_one: bool,
    address_a: str | None,
    address_b: str | None,
) -> None:
    """Propose equal, close and related terms between two glossaries, for review.

    A and B are index folders built with the same model. Each proposal has its strength and its
    evidence: a common title, whether each term is the other's closest, the words both use.

    \b
    Example:
        glossary crosswalk terms-index words-index --output crosswalk.csv --one-to-one
    """
    if output.suffix not in (".csv", ".tsv"):
        raise GlossaryError(f"{output}: name a file that ends with .csv, or with .tsv for SSSOM.")
    if output.suffix == ".csv" and (address_a or address_b):
        raise click.UsageError("--address-a and --address-b are for SSSOM; name a FILE.tsv.")
    first, second = open_current(one), open_current(other)
    found = crosswalk(first, second, limit=limit, min_strength=min_strength, one_to_one=one_to_one)
    if output.suffix == ".csv":
        write_lines(output, csv_lines(found))
    else:
        manifests = first.manifest, second.manifest
        addresses = (
            address_a or default_address(manifests[0]),
            address_b or default_address(manifests[1]),
        )
        write_lines(output, sssom_lines(found, *manifests, addresses=addresses))
    counts = Counter(proposal.predicate for proposal in found)
    told = ", ".join(
        f"{counts[predicate]:,} {name}"
        for predicate, name in zip(Predicate, ("equal", "close", "related"), strict=True)
    )
    click.echo(f"Wrote {len(found):,} proposals to {output}: {told}.")
