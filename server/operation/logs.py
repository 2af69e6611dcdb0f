"""How log lines look.

Built on the standard library's logging, which every part uses already; python-json-logger writes
the lines of JSON.
"""

import copy
import logging
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from flask import g, has_request_context
from pythonjsonlogger.json import JsonFormatter

from server.settings import LogFormat, Settings

_Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_WITHHELD = "(message withheld: it may hold a query; GLOSSARY_LOG_QUERIES=true shows it)"
_SERVER = "gunicorn"


def configure_logging(settings: Settings) -> None:
    """Have everything logged to stderr, in the format and from the level of the settings."""
    # No line of ours tells of threads or processes; each record would look for them.
    logging.logThreads = logging.logProcesses = False
    logging.logMultiprocessing = False
    logging.basicConfig(
        level=settings.log_level.value.upper(), handlers=[log_handler(settings)], force=True
    )
    for name in ("faiss", "filelock", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)


def log_handler(settings: Settings) -> logging.Handler:
    """Return the handler of all log lines."""
    handler = logging.StreamHandler(sys.stderr)
    if settings.log_format is LogFormat.JSON:
        handler.setFormatter(_Json(queries=settings.log_queries))
    else:
        handler.setFormatter(_Text(queries=settings.log_queries))
    handler.addFilter(_with_request)
    if not settings.log_queries:
        handler.addFilter(_without_address)
    return handler


def _with_request(record: logging.LogRecord) -> bool:
    """Add the id of the request that the line is about."""
    record.request_id = g.get("request_id") if has_request_context() else None
    # Looked at by the formatters, which know nothing of requests.
    record.private = has_request_context() or record.name.startswith(_SERVER)
    return True


def _without_address(record: logging.LogRecord) -> bool:
    """Cut the query off an address that the server itself tells of."""
    if record.name.startswith(_SERVER):
        before, found, _ = record.getMessage().partition("?")
        record.msg, record.args = before + ("?…" if found else ""), ()
    return True


class _Json(JsonFormatter):
    def __init__(self, *, queries: bool) -> None:
        super().__init__(
            ["levelname", "name", "message", "request_id"],
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
            json_ensure_ascii=False,
            reserved_attrs=[*logging.LogRecord("", 0, "", 0, "", (), None).__dict__, "private"],
        )
        self._queries = queries

    def format(self, record: logging.LogRecord) -> str:
        return super().format(_told(record, queries=self._queries))


class _Text(logging.Formatter):
    def __init__(self, *, queries: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._queries = queries

    def format(self, record: logging.LogRecord) -> str:
        return super().format(_told(record, queries=self._queries))


def _told(record: logging.LogRecord, *, queries: bool) -> logging.LogRecord:
    """Leave the messages out of a request's traceback: they quote what they failed on."""
    if not record.exc_info or queries or not getattr(record, "private", False):
        return record
    # A copy: other handlers have their own rules, and keep the text they made of it here.
    told = copy.copy(record)
    told.exc_text, told.exc_info = "".join(_frames(record.exc_info)).rstrip(), None
    return told


def _frames(error: _Error) -> Iterator[str]:
    found: BaseException | None = error[1]
    while found is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(found.__traceback__)
        yield f"{type(found).__qualname__}: {_WITHHELD}\n"
        found = found.__cause__ or found.__context__


def server_logger() -> Any:
    """Return the class by which the WSGI server logs: into our log lines, and not its own."""
    from gunicorn.glogging import Logger  # noqa: PLC0415  only where it serves

    class IntoOurs(Logger):
        def setup(self, cfg: Any) -> None:
            self.cfg = cfg
            self.error_log.propagate = True
            # Its notes on starting and stopping are of use to nobody but its authors.
            self.error_log.setLevel(logging.WARNING)

        def access(self, *_: Any) -> None:
            """Say nothing of requests: they have lines of ours."""

    return IntoOurs
