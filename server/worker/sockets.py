"""Sockets of clients, none of which is waited for."""

import socket
from contextlib import suppress
from typing import Any


class Unwaiting:
    """A socket that takes an answer at once: what its client has no room for is left over."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.left = sock, b""

    def setblocking(self, wanted: bool) -> None:  # noqa: FBT001  as a socket's
        """Change nothing: it is never waited for."""

    def sendall(self, data: bytes) -> None:
        """Send what the client takes at once, and keep the rest in its order."""
        if not self.left:
            with suppress(BlockingIOError):
                data = data[self.sock.send(data, socket.MSG_DONTWAIT) :]
        self.left += data

    def __getattr__(self, name: str) -> Any:
        """Be the socket in all else."""
        return getattr(self.sock, name)


def wake_at(sock: socket.socket, count: int) -> None:
    """Have a socket count as readable from so many bytes on, or at its end."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)
