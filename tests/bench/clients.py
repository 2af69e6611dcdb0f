"""Many clients in one thread, so that asking costs little beside the service that is measured."""

import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import inf
from urllib.parse import urlsplit

import numpy as np

_HEAD_END = b"\r\n\r\n"


@dataclass(slots=True)
class Load:
    """What came of a load: milliseconds a request, seconds in all, and what the clients cost."""

    times: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Return the requests a second."""
        return len(self.times) / self.seconds

    def percentile(self, percent: float) -> float:
        """Return the milliseconds that so many percent of the requests took at most."""
        return float(np.percentile(self.times, percent))


class _Client:
    """One kept-alive connection, with at most one request under way."""

    def __init__(self, place: tuple[str, int]) -> None:
        self._place = place
        self.socket = self._connect()
        self._found, self._length, self._began = bytearray(), -1, 0.0

    def send(self, path: str) -> None:
        self._found, self._length = bytearray(), -1
        self._began = time.perf_counter()
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())

    def receive(self) -> float | None:
        """Take in what has come; return the milliseconds once the answer is whole."""
        part = self.socket.recv(1 << 16)
        if not part:
            raise ConnectionError("the service closed the connection in the middle of an answer")
        self._found += part
        if self._length < 0 and _HEAD_END in self._found:
            self._length = self._whole_length()
        if not 0 <= self._length <= len(self._found):
            return None
        return (time.perf_counter() - self._began) * 1000

    def _whole_length(self) -> int:
        head, _, _ = self._found.partition(_HEAD_END)
        status, *lines = head.decode("latin-1").lower().split("\r\n")
        assert status.split()[1] == "200", bytes(self._found)
        headers = dict(line.split(": ", 1) for line in lines)
        assert headers.get("connection") != "close", "the service does not keep connections alive"
        return len(head) + len(_HEAD_END) + int(headers["content-length"])

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(self._place, timeout=60)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected


def load(address: str, paths: Iterable[str], *, clients: int, seconds: float = inf) -> Load:
    """Ask for paths from so many clients until there are no more, or for so many seconds.

    An answer that is not 200 fails the run.
    """
    parts = urlsplit(address)
    place = (parts.hostname or "127.0.0.1", parts.port or 80)
    done, waiting = Load(), iter(paths)
    with selectors.DefaultSelector() as selector, ExitStack() as sockets:
        connected = [_Client(place) for _ in range(clients)]
        for client in connected:
            sockets.enter_context(client.socket)
        began, cpu_began = time.perf_counter(), time.process_time()
        for client in connected:
            selector.register(client.socket, selectors.EVENT_READ, client)
            _next(client, selector, waiting)
        while selector.get_map():
            ready = selector.select(timeout=60)
            assert ready, "no answer came for a minute"
            for key, _ in ready:
                client = key.data
                milliseconds = client.receive()
                if milliseconds is None:
                    continue
                done.times.append(milliseconds)
                over = time.perf_counter() - began >= seconds
                _next(client, selector, iter(()) if over else waiting)
        done.seconds = time.perf_counter() - began
        done.cpu_seconds = time.process_time() - cpu_began
    return done


def _next(client: _Client, selector: selectors.BaseSelector, waiting: Iterator[str]) -> None:
    """Send the next request, or let the client go."""
    path = next(waiting, None)
    if path is None:
        selector.unregister(client.socket)
    else:
        client.send(path)
