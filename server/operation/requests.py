"""Request ids, and one log line a request: what was asked for, but not what was searched for."""

import logging
import re
import secrets
import time
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, request

from server.settings import Settings

HEADER = "X-Request-ID"
# Its name where WSGI has the headers of a request.
_GIVEN = f"HTTP_{HEADER.upper().replace('-', '_')}"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SEARCHED = ("q", "query", "text")

logger = logging.getLogger("glossary.request")


def register_requests(app: Flask, settings: Settings) -> None:
    """Give every request an id, return it, and log the request when it is answered."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        # As `request.headers`, which raises and catches an error where there is none.
        given = request.environ.get(_GIVEN, "")
        g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = g.request_id
        if logger.isEnabledFor(logging.INFO):
            fields = _fields(response, queries=settings.log_queries)
            message = "{method} {path} {status} {ms} ms".format_map(fields)
            # Not by `logger.info`, which looks in the stack for the line it is called from.
            record = logger.makeRecord(
                logger.name, logging.INFO, __file__, 0, message, (), None, extra=fields
            )
            logger.handle(record)
        return response


def _fields(response: Response, *, queries: bool) -> dict[str, Any]:
    # Quoted: a path may hold line breaks.
    path = quote(request.path, safe="/-._~", errors="replace")
    fields = {
        "method": request.method if request.method.isalpha() else "?",
        "path": path[:200],
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.began) * 1000, 1),
        "bytes": response.content_length,
        "client": g.get("client"),
    }
    if queries:
        fields["query"] = next(
            (request.args[name] for name in _SEARCHED if name in request.args), None
        )
    return fields
