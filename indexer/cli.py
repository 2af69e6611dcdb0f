"""The ``glossary`` command: what all of it shares. Each command is a file of ``commands``."""

import importlib
import logging
import sys
from importlib.metadata import entry_points, version

import click

from indexer.errors import GlossaryError
from indexer.room import Room

# Imported when they are called: `glossary --help` should not wait for numpy.
_COMMANDS = (
    "index",
    "search",
    "related",
    "relate",
    "export",
    "info",
    "check",
    "diff",
    "crosswalk",
    "snapshots",
    "publish",
    "rollback",
    "verify",
    "gaps",
    "evaluate",
    "judged",
    "train",
    "average",
)
# What libraries in other languages, and the loader of libraries, say instead of MemoryError.
_NO_MEMORY = (
    "bad_alloc",
    "failed to map segment",
    "Cannot allocate memory",
    "can't start new thread",
)
# To load numpy and faiss, which end the process where there is less.
_ROOM = Room(library=416, a_core=64)


class _Commands(click.Group):
    """Loads commands by name; shows our own errors as a message, bugs with their traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List our commands, then those that other packages add (the service adds ``serve``)."""
        return [*_COMMANDS, *sorted(_added())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name in _COMMANDS:
            module = importlib.import_module(f"indexer.commands.{cmd_name}")
            command: click.Command = module.command
            return command
        added = _added().get(cmd_name)
        return importlib.import_module(added).command if added else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take two words for one command where they name one: ``export site``."""
        if (two := " ".join(args[:2])) in _added():
            return two, self.get_command(ctx, two), args[2:]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; a user's error ends with one message and exit code 1."""
        try:
            if "faiss" not in sys.modules:
                _ROOM.require("glossary")
            return super().invoke(ctx)
        except GlossaryError as error:
            raise click.ClickException(str(error)) from error
        except BrokenPipeError:
            # The reader of our output, `head` say, has seen enough.
            raise SystemExit(0) from None
        except Exception as error:
            if not _is_lack_of_memory(error):
                raise
            raise click.ClickException(
                "There is not enough memory for this; free some, or give it a smaller glossary."
            ) from error


def _is_lack_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or any(text in str(error) for text in _NO_MEMORY)


def _added() -> dict[str, str]:
    # A hyphen stands between the words of a command that has two.
    points = entry_points(group="glossary.commands")
    return {point.name.replace("-", " "): point.value for point in points}


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("glossary-search"), prog_name="glossary")
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr what is being done.")
def main(verbose: bool) -> None:
    """Find the term that a description means, and the articles related to it.

    Without --index, every command works on the bundled psychology glossary, whose snapshot is
    built on first use.

    \b
    Example:
        glossary search "dread of open places and crowds"
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s: %(message)s"
    )
    for name in ("httpx", "filelock"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of odd addresses in files of others.
    logging.getLogger("rdflib").setLevel(logging.ERROR)
    # It warns of its own internals while a model is exported.
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
