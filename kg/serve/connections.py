"""How the server treats connections: how many there may be, how long a client may take, and how long a request's head may be.

uvicorn's own limits leave out clients that send half a request, or do not read their answer: those are cut off here.
"""

import logging
import time
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from typing import Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.errors import lacks_memory, remedy

#: The longest path and query of an address that are answered, in bytes.
ADDRESS: Final = 16_384
_HEAD: Final = 65_536  # bytes of a request before its body; more is answered with 400
_CONNECTIONS: Final = 500  # above, a request is answered with 503
_REQUEST_S: Final = 20.0  # from the first byte of a request, or the connection, to the end of the request
_READING_S: Final = 20.0  # in which a client must read the 64 kB of an answer that are under way
_KEEP_ALIVE_S: Final = 5
_GOODBYE_S: Final = 5  # for answers under way when the server ends


class Connection(H11Protocol):
    """A connection that is cut off when its client is too slow."""

    _sending: TimerHandle | None = None
    _reading: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin: the first request must come in time."""
        super().connection_made(transport)
        self._sending = self.loop.call_later(_REQUEST_S, self._cut_off)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request: the rest must come in time."""
        super().data_received(data)
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            _stop(self._sending)
            self._sending = None
        elif self._sending is None:
            self._sending = self.loop.call_later(_REQUEST_S, self._cut_off)

    def pause_writing(self) -> None:
        """Wait until the client has read: it must do so in time."""
        super().pause_writing()
        self._reading = self._reading or self.loop.call_later(_READING_S, self._cut_off)

    def resume_writing(self) -> None:
        """Go on: it has."""
        super().resume_writing()
        _stop(self._reading)
        self._reading = None

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, also when its client does not read the end of the last answer."""
        super().timeout_keep_alive_handler()
        self._reading = self._reading or self.loop.call_later(_READING_S, self._cut_off)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        super().connection_lost(exc)
        _stop(self._sending)
        _stop(self._reading)

    def _cut_off(self) -> None:
        self.transport.abort()


def limit_met(error: BaseException | None) -> str:
    """What is said where a limit of this machine was met, such as that on open files: which, and what to do; it names no file.

    Parameters
    ----------
    error : BaseException, optional
        The error.

    Examples
    --------
    >>> limit_met(ImportError("/home/x/_agg.so: failed to map segment from shared object"))
    'not enough memory; end other programs, or raise the limit on memory'
    >>> limit_met(OSError(2, "No such file or directory"))
    ''
    """
    what = "not enough memory" if lacks_memory(error) else getattr(error, "strerror", "") or error
    return (do := remedy(error, "")) and f"{what}; {do}"


class OneLine(logging.Filter):
    """Has a limit that is met said in one line, once in ten seconds, and not at each of the thousand connections that may wait."""

    _next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is said; one of such a limit loses its traceback."""
        if said := limit_met(record.exc_info[1] if record.exc_info else None):
            record.msg, record.args, record.exc_info = f"kg: {said}", (), None
            if time.monotonic() < self._next:
                return False
            self._next = time.monotonic() + 10
        return True


def config(app: ASGIApp | Callable[..., object], root_path: str = "") -> uvicorn.Config:
    """The settings of the server that `kg serve` runs.

    Parameters
    ----------
    app : ASGI app
        What answers.
    root_path : str
        The path of a proxy under which it stands.
    """
    return uvicorn.Config(
        app,
        root_path=root_path,
        http=Connection,
        ws="none",
        log_level="error",
        access_log=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        h11_max_incomplete_event_size=_HEAD,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GOODBYE_S,
    )


def _stop(timer: TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
