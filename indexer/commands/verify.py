"""``glossary verify``: every byte of the snapshots of an index folder against their manifests."""

from pathlib import Path

import click

from indexer.commands.options import built_index, index_option, show_json
from indexer.errors import GlossaryError
from indexer.snapshot import Verified, verify


@click.command("verify")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def command(names: tuple[str, ...], index: Path | None, as_json: bool) -> None:
    """Read every byte of the snapshots of an index folder and compare them with their manifests.

    Opening a snapshot hashes its small files only; this finds a flipped bit in any. Without NAME
    all snapshots are read. It ends with exit code 1 when one is damaged, for a timer to notice.

    \b
    Example:
        glossary verify --index terms-index
    """
    folder = built_index(index)
    found = verify(folder, names)
    if as_json:
        show_json({"index": str(folder), "snapshots": [_body(one) for one in found]})
    else:
        for one in found:
            if not one.problems:
                click.echo(f"{one.name}  whole: {one.files} files, {one.bytes / 2**20:,.1f} MiB")
    if problems := [problem for one in found for problem in one.problems]:
        raise GlossaryError("\n".join(problems))


def _body(one: Verified) -> dict[str, object]:
    return {
        "name": one.name,
        "files": one.files,
        "bytes": one.bytes,
        "problems": list(one.problems),
    }
