"""A client that costs little, so that what is measured is the service."""

import socket
import time
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, how many milliseconds it took, and the body."""

    status: int
    milliseconds: float
    body: bytes


class Connection:
    """One kept-alive connection to a service on this machine."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._place = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._socket: socket.socket | None = None

    def get(self, path: str) -> Reply:
        """Ask for a path; an answer that breaks off raises ``ConnectionError``."""
        began = time.perf_counter()
        status, body = self._exchange(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
        return Reply(status, (time.perf_counter() - began) * 1000, body)

    def _exchange(self, request: bytes) -> tuple[int, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(self._place, timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        found = b""
        while b"\r\n\r\n" not in found:
            found += self._more()
        head, _, body = found.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:])
        length = int(headers["content-length"])
        while len(body) < length:
            body += self._more()
        if headers.get("connection") == "close":
            self.close()
        return int(lines[0].split()[1]), body

    def _more(self) -> bytes:
        assert self._socket is not None
        part = self._socket.recv(1 << 16)
        if not part:
            raise ConnectionError("the service closed the connection in the middle of an answer")
        return part

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def ask_once(address: str, path: str) -> Reply:
    """Ask over a connection that is closed then."""
    with closing(Connection(address)) as connection:
        return connection.get(path)
