"""Sockets of clients, none of which is waited for."""

import socket
from typing import Any


class Unwaiting:
    """A socket that keeps an answer until it is whole, and then sends what its client takes."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self._kept = sock, bytearray()

    def setblocking(self, wanted: bool) -> None:  # noqa: FBT001  as a socket's
        """Change nothing: it is never waited for."""

    def sendall(self, data: bytes) -> None:
        """Keep a part of the answer."""
        self._kept += data

    def flush(self) -> bytes:
        """Send at once what the client has room for, and return the rest.

        Raises:
            OSError: The client is gone.
        """
        kept, self._kept = bytes(self._kept), bytearray()
        if not kept:
            return b""
        try:
            return kept[self.sock.send(kept, socket.MSG_DONTWAIT) :]
        except BlockingIOError:
            return kept

    def __getattr__(self, name: str) -> Any:
        """Be the socket in all else."""
        return getattr(self.sock, name)


def wake_at(sock: socket.socket, count: int) -> None:
    """Have a socket count as readable from so many bytes on, or at its end."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
