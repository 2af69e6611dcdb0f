"""Opens snapshots for serving: checked, and warm before the first request meets them.

An encoder that is loaded already goes on, where the new snapshot has the same.
"""

import logging
from dataclasses import replace
from pathlib import Path

from indexer.encoding import Encoder
from indexer.errors import GlossaryError
from indexer.processor import cores
from indexer.quantised import QuantisedEncoder, is_usable
from indexer.search import Searcher, query_encoder
from indexer.snapshot import FileFacts, Manifest, Snapshot, current_name, history
from server.operation.gaps import NoMatchLog
from server.operation.searching import CountedSearcher, RememberingEncoder
from server.settings import Settings

_ENCODER_FILES = "encoder/"
# Each takes memory; who has the load for more asks for them.
_MOST_PROCESSES = 4
_LONGEST_WARMER = 60
_WARMERS = 4

logger = logging.getLogger(__name__)

_Built = tuple[object, dict[str, FileFacts]]


class Opener:
    """Opens the snapshots of an index folder, one after another.

    Each is read to its last byte, but for the one called ``checked``: that was done a moment ago.
    """

    def __init__(self, index: Path, settings: Settings, *, checked: str | None = None) -> None:
        self.index = index
        self._settings, self._checked = settings, checked
        self._opened: Encoder | None = None
        self._encoder: RememberingEncoder | None = None
        self._built: _Built | None = None
        self._no_match = (
            NoMatchLog(settings.no_match_log, most_bytes=settings.no_match_bytes)
            if settings.no_match_log is not None
            else None
        )

    def open(self, name: str) -> Searcher:
        """Open a snapshot of the folder by its name.

        Raises:
            BadSnapshotError: It is damaged or gone.
            BadEncoderError: Its encoder cannot be opened.
        """
        snapshot = Snapshot.open(self.index / name, every_byte=name != self._checked)
        self._checked = None
        built = _built(snapshot.manifest)
        opened, encoder = self._opened, self._encoder
        if encoder is None or built != self._built:
            opened = query_encoder(snapshot, threads=encoder_threads(self._settings, snapshot))
            encoder = RememberingEncoder(opened, size=self._settings.query_cache)
        # Not counted: nobody asked for it.
        _warm(Searcher(snapshot, encoder))
        # The folder that it was opened from may be removed any time.
        if isinstance(opened, QuantisedEncoder):
            opened.moved(snapshot.layout.encoder)
        self._opened, self._encoder, self._built = opened, encoder, built
        return CountedSearcher(snapshot, encoder, self._no_match)

    def open_live(self) -> Searcher:
        """Open the live snapshot; one that does not open is passed over for the one before.

        Raises:
            GlossaryError: None opens; it is the fault of the live one.
        """
        name = current_name(self.index)
        try:
            return self.open(name)
        except GlossaryError as error:
            logger.error("The live snapshot %s does not open: %s", name, error)  # noqa: TRY400
            for earlier in reversed(history(self.index)):
                try:
                    return self.open(earlier)
                except GlossaryError as other:
                    logger.error("Nor does %s: %s", earlier, other)  # noqa: TRY400
            raise


def with_processes(settings: Settings, live: Snapshot) -> Settings:
    """Choose how many processes serve, where the settings leave it open.

    An encoder in eight bits is quick enough on one core that Python is half of the work: a process
    a core answers half as many again, or more. Any other is better off with all cores for one
    query at a time.
    """
    if settings.processes:
        return settings
    suited = min(cores(), _MOST_PROCESSES) if is_usable(live.layout.encoder) else 1
    return replace(settings, processes=suited)


def encoder_threads(settings: Settings, snapshot: Snapshot) -> int:
    """Share the cores among the processes: a thread too many makes all of them slower.

    In eight bits a query is done before a second core has woken up for it. Several queries at a
    time still use several cores.
    """
    if is_usable(snapshot.layout.encoder):
        return 1
    return max(1, cores() // max(1, settings.processes))


def _built(manifest: Manifest) -> _Built:
    """Return what has to be the same for an encoder to go on."""
    files = {
        name: facts for name, facts in manifest.files.items() if name.startswith(_ENCODER_FILES)
    }
    return manifest.encoder, files


def _warm(searcher: Searcher) -> None:
    """Touch the files and lists that the first requests would wait for."""
    entries = searcher.snapshot.entries
    for number in range(0, len(entries), max(1, len(entries) // _WARMERS)):
        searcher.search(entries[number].definitions[0][:_LONGEST_WARMER])
        searcher.related(number)
