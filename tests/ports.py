"""Ports for programs that cannot say which one they took."""

import os
import socket
from contextlib import suppress


def bind_apart(place: socket.socket) -> int:
    """Bind a socket of 127.0.0.1 to a free port below those that the system gives, so that nobody gets it by chance once it is closed."""
    for port in range(10_000 + os.getpid() % 20_000, 32_000):
        with suppress(OSError):
            place.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")
