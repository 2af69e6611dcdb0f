"""``glossary serve``: the service behind a production WSGI server."""

import socket
from pathlib import Path

import click
from waitress.server import create_server

from indexer.commands.options import chosen_index, index_option
from indexer.errors import GlossaryError
from indexer.search import Searcher
from server.app import create_app
from server.live import Live

_THREADS = 4


@click.command("serve")
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
def command(index: Path | None, host: str, port: int) -> None:
    """Serve the search page, the term pages and the JSON API.

    \b
    Example:
        glossary serve --index terms-index --port 8080
    """
    # Before the snapshot: a port that is taken is told at once.
    listener = _listen(host, port)
    with listener:
        searcher = Searcher.open(chosen_index(index))
        manifest = searcher.snapshot.manifest
        server = create_server(
            create_app(Live(searcher)), sockets=[listener], threads=_THREADS, ident=None
        )
        address = f"http://{_shown_host(host)}:{listener.getsockname()[1]}"
        click.echo(f"Serving {manifest.title} ({manifest.counts.entries:,} entries) on {address}")
        server.run()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise GlossaryError(
            f"Cannot listen on {host} port {port}: {error.strerror}; choose another with --port."
        ) from error
    return listener


def _shown_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
