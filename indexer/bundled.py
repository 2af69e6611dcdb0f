"""The glossary that comes with the project, and where its snapshot is kept."""

import logging
from pathlib import Path

from platformdirs import user_cache_path

from indexer.datafiles import checkout, data_file
from indexer.errors import BadSnapshotError
from indexer.formats import Reading, SourceFile, read_glossary
from indexer.snapshot import current_manifest
from indexer.stages import Stages

_FILE = "psychology.jsonl"

logger = logging.getLogger(__name__)


def bundled_file() -> Path:
    """Return the glossary file."""
    return data_file(_FILE)


def bundled_index() -> Path:
    """Return where its snapshot is kept: in the checkout, or else in the user's cache folder."""
    if (checkout() / "data" / _FILE).exists():
        return checkout() / "index"
    return user_cache_path("glossary-search", appauthor=False) / "psychology"


def read_bundled() -> Reading:
    """Read the bundled glossary."""
    return read_glossary(
        [bundled_file()], title="Psychology glossary", language="en", licence="CC BY 4.0"
    )


def is_built() -> bool:
    """Tell whether its snapshot is there, and of this text."""
    try:
        manifest = current_manifest(bundled_index())
    except BadSnapshotError as error:
        logger.warning("The bundled glossary is built anew: %s", error)
        return False
    return manifest is not None and manifest.sources == (SourceFile.of(bundled_file()),)


def ensure_bundled(stages: Stages) -> Path:
    """Return the bundled glossary's index folder, built when it is absent or of another text."""
    index = bundled_index()
    if not is_built():
        from indexer.build import build  # noqa: PLC0415  what is built already opens quickly

        reading = read_bundled()
        build(reading.glossary, index, sources=reading.files, stages=stages)
    return index
