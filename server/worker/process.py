"""The process that serves: gunicorn's own, with what is said of ``Worker`` added."""

import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, MutableMapping
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from functools import cache, partial
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, ParseException
from gunicorn.util import write
from gunicorn.workers.gthread import ThreadWorker

from indexer.processor import cores
from server.operation.limits import WAITED
from server.worker.heads import AWAITED_OF_BODY, LONGEST_HEAD, head_of, is_quick, wanted
from server.worker.refusals import LateError, refusal
from server.worker.sockets import Unwaiting, wake_at

_LOOKED_AT = LONGEST_HEAD + AWAITED_OF_BODY
# Seconds for these to come, for a whole body to come, and for an answer to be taken.
HEAD_SECONDS, BODY_SECONDS, ANSWER_SECONDS = 10.0, 30.0, 120.0
# How long, and how much, who is let go may still send, lest that costs it its answer.
_PARTING_SECONDS, _PARTING_BYTES = 2.0, 1 << 16
# How long a process leaves a new connection to others for each that it has, and for how many.
_GIVEN_WAY_SECONDS, _MOST_GIVEN_WAY = 0.0001, 10

logger = logging.getLogger(__name__)


class Worker(ThreadWorker):
    """Works on requests when their head and some of their body are there, most of them in threads.

    Clients that take their time get none, neither to begin nor to go. Where there is a process for
    each core, one request after another is as fast as several at a time, and the thread that waits
    for them answers the quick ones itself, which saves waking another. What is no proper request is
    answered in our form of errors, and each tells how long it waited.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at_work = threading.local()
        self._answers = self.cfg.workers >= cores()
        # Connections whose head is awaited, whose quick request is there, that are worked on or
        # answered by a thread, and that are let go.
        self._awaited: set[Any] = set()
        self._due: deque[Any] = deque()
        self._handled: set[Any] = set()
        self._parting: set[Any] = set()

    def load_wsgi(self) -> None:
        """Load the app, and have each request tell how long it waited for its turn."""
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

    def enqueue_req(self, conn: Any, behind: bytes = b"") -> None:
        """Wait, without a thread, for the beginning of the request that a connection brings.

        ``behind`` is what was read of it with the request before.
        """
        conn.late, conn.seen, conn.behind = time.monotonic() + HEAD_SECONDS, 0, behind
        self._await(conn)

    def _await(self, conn: Any) -> None:
        conn.sock.settimeout(0)
        try:
            come, more = conn.sock.recv(_LOOKED_AT, socket.MSG_PEEK), False
        except BlockingIOError:
            come, more = b"", True
        except OSError:
            self._drop(conn)
            return
        known = conn.behind + come
        head = head_of(known)
        if head is not None and len(known) >= wanted(head):
            wake_at(conn.sock, 1)
            conn.data_ready = True
            conn.came = time.monotonic()
            if self._answers and is_quick(head):
                self._due.append(conn)
            else:
                super().enqueue_req(conn)
        elif head is None and len(known) >= LONGEST_HEAD:
            self._refuse(conn, LimitRequestHeaders(""))
        elif more or len(come) > conn.seen:
            conn.seen = len(come)
            # Not before there is more than has been seen: it would be told without end.
            wake_at(conn.sock, conn.seen + 1)
            self._awaited.add(conn)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._came, conn))
        else:
            # It was told to be readable, and there is no more: the client is gone.
            self._drop(conn)

    def _came(self, conn: Any, sock: Any) -> None:
        self.poller.unregister(sock)
        self._awaited.discard(conn)
        self._await(conn)

    def _refuse(self, conn: Any, error: ParseException) -> None:
        # Short enough for the buffer of any connection: nothing is waited for.
        with suppress(OSError):
            conn.sock.send(refusal(error))
            # What was not read when a connection is closed can cost the client its answer.
            conn.sock.recv(_LOOKED_AT)
        self._drop(conn)

    def _drop(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()

    def wait_for_and_dispatch_events(self, timeout: float | None) -> None:
        """Wait for what comes, and not so long that a stop waits for who says nothing.

        One quick request is answered between two looks at what came: all get their turn.
        """
        longest = 0.0 if self._due else 1.0
        super().wait_for_and_dispatch_events(longest if timeout is None else min(timeout, longest))
        if self._due:
            self._answer(self._due.popleft())

    def _answer(self, conn: Any) -> None:
        # Before its socket is another: what reads requests keeps the one it finds.
        conn.init()
        conn.sock = unwaiting = Unwaiting(conn.sock)
        try:
            kept, left = self.handle(conn), unwaiting.flush()
        except OSError:
            # The client did not wait for the answer.
            kept, left = False, b""
        except Exception:
            # In a thread it would cost this connection; here, all of the process.
            logger.exception("An answer failed.")
            kept, left = False, b""
        finally:
            conn.sock = unwaiting.sock
        if left:
            done = self.tpool.submit(self._send, conn, left, kept)
            done.add_done_callback(partial(self.method_queue.defer, self.finish_request, conn))
        else:
            self.finish_request(conn, _ended(kept))

    def _send(self, conn: Any, left: bytes, kept: Any) -> Any:
        """Send what a client had no room for, in a thread, and return whether it is kept."""
        with self._timed(conn):
            conn.sock.settimeout(None)
            conn.sock.sendall(left)
            return kept

    def handle(self, conn: Any) -> Any:
        """Work on a request; tell whether the connection is kept."""
        with self._timed(conn):
            self._at_work.waited = conn.began - conn.came
            return super().handle(conn)

    @contextmanager
    def _timed(self, conn: Any) -> Iterator[None]:
        """Have a connection cut off that holds a thread for too long."""
        conn.began = time.monotonic()
        self._handled.add(conn)
        try:
            yield
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
            write(client, refusal(exc))
        except OSError:
            logger.debug("The client did not wait for the answer.")

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Wait for the next request of a connection, which may be there, or let it go."""
        kept = not fs.cancelled() and fs.exception() is None and fs.result() and self.alive
        if not kept:
            self._part(conn)
        elif behind := conn.parser.unreader.take_buffered():
            conn.parser.unreader.unread(behind)
            self.enqueue_req(conn, behind)
        else:
            super().finish_request(conn, fs)

    def _part(self, conn: Any) -> None:
        """Tell a client that no more is said, and close when it says no more, either."""
        try:
            conn.sock.settimeout(0)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(conn)
            return
        conn.late, conn.seen = time.monotonic() + _PARTING_SECONDS, 0
        self._parting.add(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._parted, conn))

    def _parted(self, conn: Any, sock: Any) -> None:
        try:
            come = len(sock.recv(_LOOKED_AT))
        except BlockingIOError:
            return
        except OSError:
            come = 0
        conn.seen += come
        if not come or conn.seen > _PARTING_BYTES:
            self._let_go(conn)

    def _let_go(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self._parting.discard(conn)
        self._drop(conn)

    def murder_pending(self) -> None:
        """Close connections that are late, on each round of the main loop."""
        super().murder_pending()
        now = time.monotonic()
        for conn in self._awaited.copy():
            idle = not (conn.seen or conn.behind)
            if conn.late > now and not (idle and not self.alive):
                continue
            self.poller.unregister(conn.sock)
            self._awaited.discard(conn)
            if idle:
                self._drop(conn)
            else:
                logger.info("The beginning of a request did not come in time.")
                self._refuse(conn, LateError())
        for conn in self._parting.copy():
            if conn.late <= now:
                self._let_go(conn)
        for conn in self._handled.copy():
            # The thread that waits for more then finds the connection at its end.
            for way, seconds in (
                (socket.SHUT_RD, BODY_SECONDS),
                (socket.SHUT_RDWR, ANSWER_SECONDS),
            ):
                if now - conn.began > seconds:
                    with suppress(OSError):
                        conn.sock.shutdown(way)


@cache
def _ended(kept: Any) -> Future[Any]:
    """Return how a request ended, which gunicorn asks a future for: there are few ways."""
    ended: Future[Any] = Future()
    ended.set_result(kept)
    return ended
