"""A process that serves: gunicorn's own, with two things added.

It tells how long a request waited, and answers what is no proper request in our form of errors.
The only file that builds on the inside of gunicorn.
"""

import json
import logging
import threading
import time
from collections.abc import Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.util import write
from gunicorn.workers.gthread import ThreadWorker

from server.operation.limits import WAITED
from server.wire import problem_body

# The most that gunicorn allows. Longer queries go to POST /api/v1/search.
LONGEST_REQUEST_LINE = 8190

logger = logging.getLogger(__name__)


class Worker(ThreadWorker):
    """Works on requests in threads."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at_work = threading.local()

    def load_wsgi(self) -> None:
        """Load the app, and have each request tell how long it waited for a thread."""
        super().load_wsgi()
        app = self.wsgi

        def told(environ: MutableMapping[str, Any], start_response: Any) -> Iterable[bytes]:
            environ[WAITED] = self._at_work.waited
            return app(environ, start_response)

        self.wsgi = told

    def enqueue_req(self, conn: Any) -> None:
        """Note when a request came."""
        conn.came = time.monotonic()
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Work on a request, in a thread of the pool."""
        self._at_work.waited = time.monotonic() - conn.came
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer what cannot be read as a request."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        # Not the message: it quotes the request.
        logger.info("What came is no proper request: %s.", type(exc).__name__)
        try:
            write(client, _answer(*_problem(exc)))
        except OSError:
            logger.debug("The client did not wait for the answer.")


def _problem(error: ParseException) -> tuple[HTTPStatus, str]:
    if isinstance(error, LimitRequestLine):
        return (
            HTTPStatus.REQUEST_URI_TOO_LONG,
            f"The address may have at most {LONGEST_REQUEST_LINE:,} bytes; "
            f"POST /api/v1/search takes longer queries.",
        )
    if isinstance(error, LimitRequestHeaders):
        return (
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "The headers are too many or too long; send fewer.",
        )
    return HTTPStatus.BAD_REQUEST, "This is no proper HTTP request."


def _answer(status: HTTPStatus, detail: str) -> bytes:
    body = f"{json.dumps(problem_body(status, status.phrase, detail))}\n"
    lines = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        "X-Content-Type-Options: nosniff",
    )
    return "\r\n".join((*lines, "", body)).encode()
