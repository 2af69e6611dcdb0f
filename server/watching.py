"""Looks out for a new live snapshot, opens it beside the old one, and has it served."""

import logging
import random
import threading
import time
from pathlib import Path
from typing import Protocol

from indexer.errors import BadSnapshotError, GlossaryError
from indexer.search import Searcher
from indexer.snapshot import current_name
from server.live import Live, Refused
from server.operation.metrics import count_switch, note_refused, note_snapshot

_RETRY_SECONDS = 60.0

logger = logging.getLogger(__name__)


class OpensSnapshots(Protocol):
    """Opens a snapshot of an index folder; ``Opener`` is the real one."""

    index: Path

    def open(self, name: str) -> Searcher:
        """Return a searcher that is ready to be served."""
        ...


class Watcher:
    """Watches the ``current`` of an index folder. Each server process has one of its own."""

    def __init__(self, live: Live, opener: OpensSnapshots, *, seconds: float) -> None:
        self._live, self._opener, self._seconds = live, opener, seconds
        self._retry_at = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        note_snapshot(live.searcher.snapshot.manifest.created)

    def start(self) -> None:
        """Begin to look, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; a snapshot that is being opened is opened to the end."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Look once, and switch if there is something new. Nothing is raised."""
        try:
            name = current_name(self._opener.index)
        except BadSnapshotError as error:
            self._refuse("current", str(error))
            return
        if name == self._live.name:
            self._live.refused = None
            note_refused(refused=False)
            return
        refused = self._live.refused
        if refused is None or refused.name != name or time.monotonic() >= self._retry_at:
            self._switch(name)

    def _switch(self, name: str) -> None:
        before, began = self._live.name, time.monotonic()
        try:
            searcher = self._opener.open(name)
        except (GlossaryError, OSError) as error:
            self._refuse(name, str(error))
            return
        except Exception as error:
            logger.exception("Opening the snapshot %s failed.", name)
            self._refuse(name, type(error).__name__)
            return
        self._live.replace(searcher)
        note_snapshot(searcher.snapshot.manifest.created)
        count_switch()
        took = time.monotonic() - began
        logger.info("Serving %s after %s; it was opened in %.1f s.", name, before, took)

    def _refuse(self, name: str, problem: str) -> None:
        refused = Refused(name, problem)
        if refused != self._live.refused:
            logger.error("Still serving %s: %s", self._live.name, problem)
        self._live.refused = refused
        note_refused(refused=True)
        self._retry_at = time.monotonic() + _RETRY_SECONDS

    def _run(self) -> None:
        # Not in step: several processes should not all check a new snapshot at one moment.
        while not self._stopped.wait(self._seconds * random.uniform(0.7, 1.3)):  # noqa: S311
            try:
                self.look()
            except Exception:
                # Without this thread no snapshot would ever be picked up again.
                logger.exception("Looking for a new snapshot failed.")
