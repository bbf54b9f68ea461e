"""An answer of a server within bounds of time and size, whatever the server sends: it can neither hang kg nor fill its memory.

The time holds for the whole answer, head and interim answers included: what is not there by then is cut off. Sizes are those
of what was unpacked, and are compared while it is unpacked.
"""

import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any

import httpx

from kg.ingest.sources.exchange import MOST

_PART = 1_000_000  # bytes unpacked at a time


class Overlong(Exception):
    """An answer that is larger than one may be; the message says how large."""


class Line:
    """Requests to servers, one at a time; cookies are not kept.

    Parameters
    ----------
    headers : dict, optional
        Sent with every request.
    trust_env : bool
        Whether proxies of the environment are used.
    verify : SSLContext or bool
        The certificates that are trusted.
    transport : httpx.BaseTransport, optional
        What sends the requests, instead of the network.
    """

    def __init__(
        self,
        headers: dict[str, str] | None = None,
        *,
        trust_env: bool,
        verify: SSLContext | bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._socket: socket.socket | None = None  # of the last connection
        self._client = httpx.Client(
            headers={"Accept-Encoding": "gzip"} | (headers or {}),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            trust_env=trust_env,
            verify=verify,
            transport=transport,
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def receive(
        self,
        method: str,
        url: str,
        *,
        within_s: float,
        silence_s: float,
        most: int = MOST,
        extensions: dict[str, Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
        **sent: Any,
    ) -> tuple[httpx.Response, bytes]:
        """The head of an answer, and its unpacked body.

        Parameters
        ----------
        method, url : str
            What is asked.
        within_s : float
            Seconds that the whole answer may take.
        silence_s : float
            Seconds that the next bytes may take.
        most : int
            Bytes that the answer may have, unpacked.
        extensions : dict, optional
            See httpx.
        clock : callable
            Monotonic seconds.
        **sent
            The body and headers of the request, as httpx names them.

        Raises
        ------
        Overlong
            If it is larger.
        httpx.RequestError
            If no answer comes in time, or it is not what its head says.
        """
        ends, body = clock() + within_s, bytearray()
        late = httpx.ReadTimeout(f"no complete answer within {within_s:.0f} s")
        cut = threading.Event()
        # between the bytes of a head there is no looking at the clock
        timer = threading.Timer(within_s, self._cut, [cut])
        timer.daemon = True
        timer.start()
        timeout = httpx.Timeout(silence_s, connect=min(10.0, silence_s))
        extensions = {"trace": partial(self._connected, cut), **(extensions or {})}
        try:
            with self._client.stream(method, url, extensions=extensions, timeout=timeout, **sent) as response:
                for part in _unpacked(response):
                    body += part
                    if len(body) > most:
                        raise Overlong(f"an answer longer than {most / 1e6:.0f} MB, the most that is read")
                    if clock() > ends:
                        raise late
        except httpx.RequestError as error:
            if cut.is_set() and error is not late:
                raise late from error
            raise
        finally:
            timer.cancel()
        return response, bytes(body)

    def _connected(self, cut: threading.Event, event: str, info: dict[str, Any]) -> None:
        stream = info.get("return_value")
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")) and stream:
            self._socket = stream.get_extra_info("socket")
            if cut.is_set():  # the time was over before there was a connection to end
                self._cut(cut)

    def _cut(self, cut: threading.Event) -> None:
        """End the connection, from another thread than the one that reads."""
        cut.set()
        if self._socket:
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _unpacked(response: httpx.Response) -> Iterator[bytes]:
    """The body of an answer, a bounded part at a time: httpx would unpack whatever has come at once, and over and over."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing in ("", "identity"):
        yield from response.iter_raw()
        return
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise httpx.DecodingError(f"it is packed in a way that was not asked for, {packing[:40]!r}")
    unpack, came = zlib.decompressobj(zlib.MAX_WBITS | 32), False
    try:
        for raw in response.iter_raw():
            came, left = True, raw
            while left:
                yield unpack.decompress(left, _PART)
                left = unpack.unconsumed_tail
            if unpack.eof:
                return
        yield unpack.flush()
    except zlib.error as error:
        raise httpx.DecodingError(f"it cannot be unpacked: {error}") from error
    if came and not unpack.eof:
        raise httpx.DecodingError("it cannot be unpacked: it ends too early")
