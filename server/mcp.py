"""``glossary mcp``: the glossary for assistants, over the Model Context Protocol."""

import logging
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

import click

from indexer.commands.options import chosen_index, index_option
from indexer.errors import GlossaryError
from indexer.search import Searcher
from server.live import Live
from server.settings import Settings

# What the extra brings: without one of these the tools cannot be imported.
_EXTRA = ("mcp", "mcp_types")


@click.command("mcp")
@index_option
@click.option(
    "--address",
    metavar="URL",
    help="Where readers reach the service, for citations: https://terms.example.org.  "
    "[env var: GLOSSARY_ADDRESS]",
)
def command(index: Path | None, address: str | None) -> None:
    """Let an assistant search and cite the glossary (Model Context Protocol, over stdio).

    An assistant starts this command itself and speaks to it over stdin and stdout; the tools are
    search, define and related.

    \b
    Example:
        glossary mcp --index terms-index --address https://terms.example.org
    """
    try:
        from server.tools import mcp_server  # noqa: PLC0415  an extra; quick help
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise GlossaryError(
            "glossary mcp needs the extra [mcp], which is not installed; "
            "install it with: python -m pip install 'glossary-search[mcp]', in a checkout "
            "python -m pip install -e '.[mcp]'."
        ) from error
    settings = Settings.from_environment(os.environ, address=address)
    # Its notes on single calls, with what was asked in them.
    logging.getLogger("mcp").setLevel(logging.WARNING)
    # Only the protocol may write to stdout, also while the bundled glossary is built.
    with redirect_stdout(sys.stderr):
        searcher = Searcher.open(chosen_index(index))
    mcp_server(Live(searcher), settings).run("stdio")
