"""A process that serves: gunicorn's own, with three things added.

It tells how long a request waited, answers what is no proper request in our form of errors, and
gives no thread to clients that take their time.
The only file that builds on the inside of gunicorn.
"""

import json
import logging
import re
import selectors
import socket
import threading
import time
from collections.abc import Iterable, MutableMapping
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.util import write
from gunicorn.workers.gthread import ThreadWorker

from server.operation.limits import WAITED
from server.wire import problem_body

# The most that gunicorn allows. Longer queries go to POST /api/v1/search.
LONGEST_REQUEST_LINE = 8190
# Bytes of a request line and all headers; those of browsers have a few thousand.
LONGEST_HEAD = 1 << 16
# So much of a body is waited for, too, before a thread reads it: all of most.
AWAITED_OF_BODY = 1 << 16
_LOOKED_AT = LONGEST_HEAD + AWAITED_OF_BODY
# Seconds for these to come, for a whole body to come, and for an answer to be taken.
HEAD_SECONDS, BODY_SECONDS, ANSWER_SECONDS = 10.0, 30.0, 120.0
# How long a process leaves a new connection to others for each that it has, and for how many.
_GIVEN_WAY_SECONDS, _MOST_GIVEN_WAY = 0.0001, 10
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
# Such a client waits for a word before it sends its body.
_ASKS_FIRST = re.compile(rb"\r\nexpect:", re.IGNORECASE)

logger = logging.getLogger(__name__)


class Worker(ThreadWorker):
    """Works on requests in threads, on each when its head and some of its body are there."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at_work = threading.local()
        # Connections whose head is awaited, and those in a thread.
        self._awaited: set[Any] = set()
        self._handled: set[Any] = set()

    def load_wsgi(self) -> None:
        """Load the app, and have each request tell how long it waited for a thread."""
        super().load_wsgi()
        app = self.wsgi

        def told(environ: MutableMapping[str, Any], start_response: Any) -> Iterable[bytes]:
            environ[WAITED] = self._at_work.waited
            return app(environ, start_response)

        self.wsgi = told

    def accept(self, listener: Any) -> None:
        """Accept a connection, the later the more there are: other processes get their share.

        The one that is awake would else take a whole burst of them, and keep them.
        """
        if self.cfg.workers > 1:
            time.sleep(_GIVEN_WAY_SECONDS * min(self.nr_conns, _MOST_GIVEN_WAY))
        super().accept(listener)

    def enqueue_req(self, conn: Any) -> None:
        """Wait, without a thread, for the beginning of the request that a connection brings."""
        conn.late, conn.seen = time.monotonic() + HEAD_SECONDS, 0
        self._await(conn)

    def _await(self, conn: Any) -> None:
        conn.sock.settimeout(0)
        try:
            come = conn.sock.recv(_LOOKED_AT, socket.MSG_PEEK)
        except BlockingIOError:
            self._register(conn)
            return
        except OSError:
            self._drop(conn)
            return
        end = come.find(_END_OF_HEAD, 0, LONGEST_HEAD)
        if end >= 0 and len(come) >= _wanted(come[:end]):
            _wake_at(conn.sock, 1)
            conn.data_ready = True
            conn.came = time.monotonic()
            super().enqueue_req(conn)
        elif end < 0 and len(come) >= LONGEST_HEAD:
            self._refuse(conn, LimitRequestHeaders(""))
        elif len(come) > conn.seen:
            conn.seen = len(come)
            self._register(conn)
        else:
            # It was told to be readable, and there is no more: the client is gone.
            self._drop(conn)

    def _register(self, conn: Any) -> None:
        # Not before there is more than has been seen: it would be told without end.
        _wake_at(conn.sock, conn.seen + 1)
        self._awaited.add(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._came, conn))

    def _came(self, conn: Any, sock: Any) -> None:
        self.poller.unregister(sock)
        self._awaited.discard(conn)
        self._await(conn)

    def _refuse(self, conn: Any, error: ParseException) -> None:
        # Short enough for the buffer of any connection: nothing is waited for.
        with suppress(OSError):
            conn.sock.send(_answer(*_problem(error)))
            # What was not read when a connection is closed can cost the client its answer.
            conn.sock.recv(_LOOKED_AT)
        self._drop(conn)

    def _drop(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Wait for what comes, and not so long that a stop waits for who says nothing."""
        super().wait_for_and_dispatch_events(1.0 if timeout is None else min(timeout, 1.0))

    def murder_pending(self) -> None:
        """Close connections that are late, on each round of the main loop."""
        super().murder_pending()
        now = time.monotonic()
        for conn in self._awaited.copy():
            idle = not conn.seen
            if conn.late > now and not (idle and not self.alive):
                continue
            self.poller.unregister(conn.sock)
            self._awaited.discard(conn)
            if idle:
                self._drop(conn)
            else:
                logger.info("The beginning of a request did not come in time.")
                self._refuse(conn, LateError())
        for conn in self._handled.copy():
            # The thread that waits for more then finds the connection at its end.
            for way, seconds in (
                (socket.SHUT_RD, BODY_SECONDS),
                (socket.SHUT_RDWR, ANSWER_SECONDS),
            ):
                if now - conn.began > seconds:
                    with suppress(OSError):
                        conn.sock.shutdown(way)

    def handle(self, conn: Any) -> Any:
        """Work on a request, in a thread of the pool."""
        conn.began = time.monotonic()
        self._at_work.waited = conn.began - conn.came
        self._handled.add(conn)
        try:
            return super().handle(conn)
        finally:
            self._handled.discard(conn)

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


class LateError(ParseException):
    """The beginning of a request did not come in time."""


def _wanted(head: bytes) -> int:
    """Return how many bytes are waited for of a request with this head, which has come."""
    announced = _LENGTH.search(head + b"\r\n")
    length = int(announced[1]) if announced and not _ASKS_FIRST.search(head) else 0
    return len(head) + len(_END_OF_HEAD) + min(length, AWAITED_OF_BODY)


def _wake_at(sock: socket.socket, count: int) -> None:
    """Have a socket count as readable from so many bytes on, or at its end."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)


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
    if isinstance(error, LateError):
        return HTTPStatus.REQUEST_TIMEOUT, "The request did not come in time; send it at once."
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
