"""The no-match log: queries that found nothing close, for ``glossary gaps``."""

import json
import logging
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

logger = logging.getLogger(__name__)


class NoMatchLog:
    """A file of JSON Lines that several processes write to, at most twice its size on disk."""

    def __init__(self, path: Path, *, most_bytes: int) -> None:
        self._path, self._most_bytes = path, most_bytes

    def add(self, queries: Sequence[str], *, snapshot: str) -> None:
        """Append a line for each query. What cannot be written is told in the log, and no more."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        lines = [
            json.dumps({"time": now, "query": query, "snapshot": snapshot}, ensure_ascii=False)
            for query in queries
        ]
        text = "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")
        try:
            self._make_room()
            # Opened anew each time: after another process renamed it, this is the new file.
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                # One write, so that lines of different processes never mix.
                os.write(descriptor, text)
            finally:
                os.close(descriptor)
        except OSError as error:
            logger.warning("%s cannot be written: %s.", self._path, error.strerror)

    def _make_room(self) -> None:
        if self._size() < self._most_bytes:
            return
        with FileLock(self._path.with_name(f".{self._path.name}.lock")):
            # Another process may have done it while this one waited.
            if self._size() >= self._most_bytes:
                self._path.replace(self._path.with_name(f"{self._path.name}.1"))

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0
