"""The service as gunicorn runs it: a process that keeps others going, and those that serve."""

import gc
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from prometheus_client.multiprocess import mark_process_dead

from indexer.snapshot import Snapshot
from server.app import create_app
from server.live import Live
from server.opening import Opener, encoder_threads, with_processes
from server.operation.access import read_keys
from server.operation.logs import server_logger
from server.settings import Settings
from server.watching import Watcher
from server.worker import LONGEST_REQUEST_LINE, Worker

_BACKLOG = 512
# With the files of a snapshot below the 1,024 that a process may usually have open.
_MOST_CONNECTIONS = 512
_KEPT_ALIVE_SECONDS = 5

logger = logging.getLogger(__name__)


def complete(settings: Settings, live: Snapshot) -> Settings:
    """Return the settings with the number of processes.

    Raises:
        BadKeysError: The file of API keys is damaged: it is refused before any process begins.
    """
    if settings.api_keys is not None:
        read_keys(settings.api_keys)
    settings = with_processes(settings, live)
    logger.info(
        "%s process(es) of %s threads, %s encoder thread(s) each.",
        settings.processes,
        settings.threads,
        encoder_threads(settings, live),
    )
    return settings


class Service(BaseApplication):
    """Serves an index folder on a socket that is bound already.

    Its first processes need not read the snapshot called ``checked`` to the last byte.
    """

    def __init__(
        self,
        index: Path,
        settings: Settings,
        *,
        checked: str,
        descriptor: int,
        ready: Callable[[], None],
    ) -> None:
        self._index, self._settings = index, settings
        self._checked: str | None = checked
        self._descriptor, self._ready = descriptor, ready
        self._watcher: Watcher | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        settings = self._settings
        for key, value in {
            "bind": f"fd://{self._descriptor}",
            "backlog": _BACKLOG,
            "worker_connections": _MOST_CONNECTIONS,
            "worker_class": Worker,
            "workers": settings.processes,
            "threads": settings.threads,
            "keepalive": _KEPT_ALIVE_SECONDS,
            "graceful_timeout": settings.stop_seconds,
            "limit_request_line": LONGEST_REQUEST_LINE,
            # Headers of proxies are werkzeug's to read, and only when the settings say so.
            "forwarded_allow_ips": "",
            "logger_class": server_logger(),
            "accesslog": None,
            "control_socket_disable": True,
            "when_ready": lambda arbiter: self._start(),
            "pre_fork": lambda arbiter, worker: self._part(worker.age),
            "worker_exit": lambda arbiter, worker: self._stop(),
            "child_exit": lambda arbiter, worker: self._forget(worker.pid),
        }.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """Open the snapshot in a process that serves, and return its app."""
        opener = Opener(self._index, self._settings, checked=self._checked)
        live = Live(opener.open_live())
        self._watcher = Watcher(live, opener, seconds=self._settings.watch_seconds)
        if self._settings.watch_seconds:
            self._watcher.start()
        return create_app(live, self._settings)

    def _start(self) -> None:
        # What is there before the processes part need not be looked at by any of them. Nearly
        # nothing of it is left over, and looking for that would take longer than it is worth.
        gc.freeze()
        # This process serves nothing: it has figures too, all of them 0, which would be the least.
        self._forget(os.getpid())
        self._ready()

    def _part(self, age: int) -> None:
        # One that takes the place of another begins later, and perhaps on a disk that went bad.
        if age > self._settings.processes:
            self._checked = None

    def _stop(self) -> None:
        # A thread inside the encoder while the interpreter goes down would crash it.
        if self._watcher is not None:
            self._watcher.stop()

    def _forget(self, pid: int) -> None:
        if self._settings.metrics:
            mark_process_dead(pid)  # type: ignore[no-untyped-call]
