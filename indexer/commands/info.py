"""``glossary info``: what a snapshot is."""

from dataclasses import asdict
from pathlib import Path

import click

from indexer.commands.options import chosen_index, index_option, show_json
from indexer.snapshot import Snapshot, open_current
from indexer.vectors import Approximation


@click.command("info")
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print the whole manifest.")
def command(index: Path | None, as_json: bool) -> None:
    """Tell what the live snapshot holds, and what it was built with.

    \b
    Example:
        glossary info --index terms-index
    """
    snapshot = open_current(chosen_index(index))
    if as_json:
        show_json({"snapshot": snapshot.name, **asdict(snapshot.manifest)})
        return
    facts = _facts(snapshot)
    width = max(map(len, facts))
    for name, value in facts.items():
        click.echo(f"{name:<{width}}  {value}")


def _facts(snapshot: Snapshot) -> dict[str, str]:
    manifest = snapshot.manifest
    counts, model = manifest.counts, manifest.encoder.model
    size = sum(facts.bytes for facts in manifest.files.values())
    named = f"{model.name} (an adapter for {model.base})" if model.base else model.name
    runner = "exported to OpenVINO" if model.exported else "run by sentence-transformers"
    return {
        "Glossary": f"{manifest.title} ({manifest.language})",
        "Licence": manifest.licence or "not stated",
        "Sources": ", ".join(source.name for source in manifest.sources) or "not stated",
        "Entries": f"{counts.entries:,}",
        "Definitions": f"{counts.definitions:,} in {counts.passages:,} passages",
        "Related": f"{counts.related:,} stored related items",
        "Encoder": f"{named}, {runner}, built in {manifest.encoder.precision}",
        "Index": f"{counts.rows:,} rows of {model.dimension}, {_searched(manifest.approximation)}",
        "Snapshot": snapshot.name,
        "Size": f"{size / 2**20:,.1f} MiB",
        "Folder": str(snapshot.layout.folder),
    }


def _searched(how: Approximation | None) -> str:
    if how is None:
        return "flat (exact)"
    return (
        f"{how.probes} of {how.lists} lists looked at; "
        f"recall@10 {how.recall:.3f} of {how.queries} queries"
    )
