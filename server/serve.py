"""``glossary serve``: the service behind a production WSGI server.

gunicorn, by measurement (tests/bench/servers.py): as fast as granian for one client, and the one
that always stopped cleanly. deploy/README.md has the figures.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import click

from indexer.commands.options import built_index, index_option
from indexer.errors import GlossaryError
from indexer.snapshot import open_current
from server.environment import Key
from server.settings import Settings


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for every key of the settings, in their order."""
    for key in reversed(Settings.keys()):
        command = _option(key)(command)
    return command


def _option(key: Key) -> Callable[[Callable[..., None]], Callable[..., None]]:
    text = f"{key.meaning} [{key.variable}; default: {key.shown_default}]"
    # Texts all of them: one place reads options and environment, and tells what is wrong with all.
    return click.option(key.option, key.name, metavar=_metavar(key), help=text)


def _metavar(key: Key) -> str:
    words = {bool: "true|false", int: "NUMBER", float: "NUMBER"}
    return words.get(key.kind, "TEXT")


@click.command("serve")
@index_option
@_with_settings
def command(index: Path | None, **options: str | None) -> None:
    """Serve the search page, the term pages and the JSON API.

    A new snapshot in the index folder is picked up while it runs. Every option can be given as an
    environment variable instead; deploy/README.md has them in one table.

    \b
    Example:
        glossary serve --index terms-index --port 8080
    """
    settings = Settings.from_environment(os.environ, **options)
    for sentence in Settings.unknown(os.environ):
        click.echo(f"Note: {sentence}", err=True)
    # Before the snapshot: a port that is taken is told at once.
    with _listen(settings.host, settings.port) as listener, _shared_figures(settings):
        _serve(_served(index), settings, listener)


def _served(index: Path | None) -> Path:
    """Return the folder to serve; the bundled glossary is built in a process of its own.

    What a build loads, torch and threads of libraries, would be in all processes that part from
    this one, and end them with a crash.
    """
    if index is None:
        from indexer.bundled import is_built  # noqa: PLC0415  quick help

        if not is_built():
            command = [sys.executable, "-P", "-m", "indexer", "info"]
            built = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
            if built.returncode:
                # It has told why.
                raise SystemExit(built.returncode)
    return built_index(index)


def _serve(index: Path, settings: Settings, listener: socket.socket) -> None:
    # The live snapshot is read to its last byte beside the imports: on another core.
    with ThreadPoolExecutor(1) as beside:
        opening = beside.submit(open_current, index, every_byte=True)
        # All of it is imported here, before the processes part, and so is in memory once. What a
        # snapshot needs is opened by each of them: the encoder's threads would not survive.
        from server.operation.logs import configure_logging  # noqa: PLC0415
        from server.service import Service, complete  # noqa: PLC0415

        configure_logging(settings)
        live = opening.result()
    settings = complete(settings, live)
    address = f"http://{_shown_host(settings.host)}:{listener.getsockname()[1]}"
    title, entries, checked = live.manifest.title, live.manifest.counts.entries, live.name
    greeting = f"Serving {title} ({entries:,} entries) on {address}"
    # This process serves nothing: its files would take room on the disk when they are removed.
    del live, opening
    Service(
        index,
        settings,
        checked=checked,
        descriptor=listener.detach(),
        ready=lambda: click.echo(greeting),
    ).run()


@contextmanager
def _shared_figures(settings: Settings) -> Iterator[None]:
    """Lend the processes a folder to add their figures up in."""
    # The name is the client's; it looks for it when it is imported.
    variable = "PROMETHEUS_MULTIPROC_DIR"
    if not settings.metrics or variable in os.environ:
        yield
        return
    folder = tempfile.mkdtemp(prefix="glossary-metrics-")
    os.environ[variable] = folder
    owner = os.getpid()
    try:
        yield
    finally:
        # The processes come by here too, when they end.
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)


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
