"""``glossary export site``: the glossary as a folder of pages that need no service."""

import re
from pathlib import Path

import click

from indexer.commands.options import chosen_index, index_option, related_option
from indexer.commands.progress import TerminalStages
from indexer.snapshot import open_current

_ADDRESS = re.compile(r"https?://[^\s?#]*[^\s?#/]")


def _checked_address(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    if value is None or _ADDRESS.fullmatch(value):
        return value
    raise click.BadParameter(
        f"{value!r} is no address like https://example.org/terms, without a slash at its end."
    )


@click.command("site")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where to write: a new folder, an empty one, or an earlier export, which is replaced "
    "when the new one is whole.",
)
@index_option
@related_option(fewest=1)
@click.option(
    "--url",
    metavar="ADDRESS",
    callback=_checked_address,
    help="Where the folder will be published, for canonical links and a sitemap.",
)
def command(output: Path, index: Path | None, limit: int, url: str | None) -> None:
    """Write the live snapshot as a site: a folder of files that needs no service.

    It has a page and JSON for every term, lists by letter and category, and a search that runs in
    the browser: by meaning if the model is one that looks tokens up, by titles and words otherwise.
    Open its index.html, or put the folder on any web server.

    \b
    Examples:
        glossary export site --output psychology-site
        glossary export site --output psychology-site --url https://example.org/psychology
    """
    from server.site import write_site  # noqa: PLC0415  quick help

    snapshot = open_current(chosen_index(index))
    with TerminalStages() as stages:
        note = write_site(snapshot, output, limit=limit, url=url, stages=stages)
    if note is not None:
        click.echo(f"Note: its search goes by titles and words, because {note}.", err=True)
    click.echo(
        f"Wrote {len(snapshot.entries):,} entries to {output}; open {output / 'index.html'}."
    )
