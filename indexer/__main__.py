"""``python -m indexer`` is the ``glossary`` command."""

from indexer.cli import main

main(prog_name="glossary")
