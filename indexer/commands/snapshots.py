"""``glossary snapshots``: what an index folder holds."""

from pathlib import Path

import click

from indexer.commands.options import built_index, index_option, show_json
from indexer.snapshot import Listed, listed


@click.command("snapshots")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def command(index: Path | None, as_json: bool) -> None:
    """List the snapshots of an index folder, newest first, and tell which one is live.

    \b
    Example:
        glossary snapshots --index terms-index
    """
    folder = built_index(index)
    found = listed(folder)
    if as_json:
        show_json({"index": str(folder), "snapshots": [_body(one) for one in found]})
        return
    if not found:
        click.echo(f"{folder} holds no snapshot.")
    for one in found:
        click.echo(f"{_mark(one):<9}{one.name}  {_about(one)}")


def _mark(one: Listed) -> str:
    return "live" if one.live else "was live" if one.was_live else ""


def _about(one: Listed) -> str:
    if one.manifest is None:
        return f"cannot be opened: {one.problem}"
    return f"{one.manifest.title}, {one.manifest.counts.entries:,} entries"


def _body(one: Listed) -> dict[str, object]:
    manifest = one.manifest
    return {
        "name": one.name,
        "live": one.live,
        "was_live": one.was_live,
        "created": manifest.created if manifest else None,
        "title": manifest.title if manifest else None,
        "entries": manifest.counts.entries if manifest else None,
        "problem": one.problem,
    }
