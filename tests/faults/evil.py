"""A server on 127.0.0.1 that does what no service should: one way of it at a time, the same each time.

A way is a function of the socket, the request and the true answer; most never give the true one. The size of what is sent is chosen
to be far past what kg may take, not past what the machine of the test can send.
"""

import contextlib
import gzip
import json
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain, repeat
from typing import Any, Self
from urllib.parse import parse_qsl, unquote

Answer = tuple[int, bytes]
True_ = Callable[[str, str, dict[str, str], Any], Answer]


class Evil:
    """Plays a way while in a `with` block.

    Parameters
    ----------
    way : str
        A name in `WAYS`.
    true : callable
        The true answer to a request: see `standins.s2_server.Service.answer`.
    """

    def __init__(self, way: str, true: True_) -> None:
        self._play, self._true = WAYS[way], true
        self.heard: list[bytes] = []  # each request, whole
        self.trapped: list[bytes] = []  # what came to the other server, to which it leads
        self._stopping = threading.Event()

    def __enter__(self) -> Self:
        self._sockets = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in "ab"]
        self.url, self.other = (f"http://127.0.0.1:{s.getsockname()[1]}" for s in self._sockets)
        self._threads: list[threading.Thread] = []
        for server, serve in zip(self._sockets, (self._serve, self._trap), strict=True):
            self._start(self._accept, server, serve)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for server in self._sockets:
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            server.close()
        for thread in self._threads:
            thread.join(10)

    def _start(self, run: Callable[..., None], *args: Any) -> None:
        self._threads.append(threading.Thread(target=run, args=args, daemon=True))
        self._threads[-1].start()

    def _accept(self, server: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = server.accept()
            except OSError:
                return
            connection.settimeout(10)
            self._start(self._within, connection, serve)

    def _within(self, connection: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        with connection, contextlib.suppress(OSError):  # the client hangs up, which is its good right
            serve(connection)

    def _trap(self, connection: socket.socket) -> None:
        self.trapped.append(connection.recv(100_000))

    def _serve(self, connection: socket.socket) -> None:
        while request := _read(connection):
            head, body = request
            self.heard.append(head + body)
            method, target, _ = head.split(b" ", 2)
            path, _, query = target.decode().partition("?")

            def true(method: str = method.decode(), path: str = path, query: str = query, body: bytes = body) -> Answer:
                asked = dict(parse_qsl(query, keep_blank_values=True))
                return self._true(method, path, asked, json.loads(body) if body else None)

            asked = Asked(unquote(path), dict(parse_qsl(query)), len(self.heard), self.other, self._stopping, true)
            if not self._play(connection, asked):
                return


class Asked:
    """A request: what a way may look at."""

    def __init__(
        self,
        path: str,
        query: dict[str, str],
        number: int,
        other: str,
        stopping: threading.Event,
        true: Callable[[], Answer],
    ) -> None:
        self.path, self.query, self.number, self.other, self.stopping, self.true = (
            path, query, number, other, stopping, true,
        )  # fmt: skip

    def wait(self) -> bool:
        """A twentieth of a second; whether to go on."""
        return not self.stopping.wait(0.05)


def _read(connection: socket.socket) -> tuple[bytes, bytes] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (more := connection.recv(65536)):
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    sizes = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < int(sizes[0] if sizes else 0):
        body += connection.recv(65536)
    return head, body


# --- the ways; each says whether the connection is kept


def head(status: str = "200 OK", *lines: str, length: int | None = None) -> bytes:
    """The head of an answer."""
    said = [f"HTTP/1.1 {status}", "Content-Type: application/json", *lines]
    said += [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([*said, "", ""]).encode()


def whole(body: bytes, *lines: str, status: str = "200 OK") -> Callable[[socket.socket, Asked], bool]:
    """A body, the same for every request."""

    def play(connection: socket.socket, _: Asked) -> bool:
        connection.sendall(head(status, *lines, length=len(body)) + body)
        return True

    return play


def made(make: Callable[[], bytes], *lines: str) -> Callable[[socket.socket, Asked], bool]:
    """A body that is made when it is first asked for."""
    kept = cache(make)

    def play(connection: socket.socket, asked: Asked) -> bool:
        return whole(kept(), *lines)(connection, asked)

    return play


def stream(first: bytes, parts: Callable[[], Iterator[bytes]], *, slow: bool) -> Callable[[socket.socket, Asked], bool]:
    """Parts without end."""

    def play(connection: socket.socket, asked: Asked) -> bool:
        connection.sendall(first)
        for part in parts():
            if asked.stopping.is_set() or (slow and not asked.wait()):
                break
            connection.sendall(part)
        return False

    return play


def leads(to: Callable[[Asked], str], status: int = 302) -> Callable[[socket.socket, Asked], bool]:
    """A redirect."""

    def play(connection: socket.socket, asked: Asked) -> bool:
        connection.sendall(head(f"{status} Found", f"Location: {to(asked)}", length=0))
        return True

    return play


def truly(*lines: str, change: Callable[[Any, Asked], Any] | None = None) -> Callable[[socket.socket, Asked], bool]:
    """The true answer under another head, or changed."""

    def play(connection: socket.socket, asked: Asked) -> bool:
        status, body = asked.true()
        if change:
            with contextlib.suppress(ValueError):
                body = json.dumps(change(json.loads(body), asked)).encode()
        connection.sendall(head(f"{status} OK", *lines, length=len(body)) + body)
        return True

    return play


def closes(_: socket.socket, __: Asked) -> bool:
    """Nothing."""
    return False


def resets(connection: socket.socket, asked: Asked) -> bool:
    """Half of the true answer, then a reset."""
    body = asked.true()[1]
    connection.sendall(head(length=len(body)) + body[: len(body) // 2])
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def miscounts(by: int) -> Callable[[socket.socket, Asked], bool]:
    """The true answer with a wrong length."""

    def play(connection: socket.socket, asked: Asked) -> bool:
        body = asked.true()[1]
        connection.sendall(head(length=max(0, len(body) + by)) + body)
        return by < 0

    return play


def _bomb(times: int = 1) -> bytes:
    """Four GB of spaces, packed so often."""
    pack = zlib.compressobj(9, wbits=31)
    first, next_ = (pack.compress(b" " * 1_000_000) + pack.flush(zlib.Z_FULL_FLUSH) for _ in "ab")
    data = first + 4000 * next_
    for _ in range(times - 1):
        data = gzip.compress(data)
    return data


def _number(document: Any, value: Any) -> Any:
    """A document with another value for every number."""
    if isinstance(document, list):
        return [_number(item, value) for item in document]
    if isinstance(document, dict):
        return {name: _number(item, value) for name, item in document.items()}
    return value if type(document) is int else document


def endless(document: Any, asked: Asked, *, new: bool, rows: int) -> Any:
    """A page of a list that has another page after it, whatever is asked: with new rows, the same ones, or none."""
    n = asked.number if new else 0
    if "cites:" in asked.query.get("filter", ""):
        ids = [f"https://openalex.org/W{5_000_000_000 + 100 * n + k}" for k in range(min(rows, 100))]
        meta = {"count": 10**9, "next_cursor": f"c{n}"}
        return {"meta": meta, "results": [{"id": id_, "title": f"Work {id_}"} for id_ in ids]}
    if asked.path.endswith(("/citations", "/references")):
        start, end = int(asked.query.get("offset", 0)), "citingPaper" if "citations" in asked.path else "citedPaper"
        numbers = range(n * 1000, n * 1000 + rows)
        papers = [
            {"paperId": f"{k:040x}", "title": f"Work {k}", "externalIds": {"CorpusId": 10**9 + k}} for k in numbers
        ]
        return {"offset": start, "next": start + (rows or 1), "data": [{end: paper} for paper in papers]}
    return _lengthened(document, 10**9 if new else 1500)


def _lengthened(document: Any, length: int) -> Any:
    """A document in which lists are said to be so long, and none is shown that comes by pages."""
    if isinstance(document, list):
        return [_lengthened(item, length) for item in document]
    if not isinstance(document, dict):
        return document
    counts, shown = ("referenceCount", "citationCount", "cited_by_count"), ("references", "citations")
    return {
        name: length if name in counts else None if name in shown else _lengthened(item, length)
        for name, item in document.items()
    }


def many(document: Any, _: Asked) -> Any:
    """Lists with as many rows as one answer may hold."""
    ids = range(5_000_000_000, 5_000_190_000)
    if isinstance(document, list) and document and "cited" in document[0]:
        return [{"citing": f"doi:10.1000/{k}", "cited": f"doi:10.1000/{k}"} for k in ids]
    for item in (
        document if isinstance(document, list) else [document, document.get("message"), *document.get("results", ())]
    ):
        if not isinstance(item, dict):
            continue
        if "referenced_works" in item:
            item["referenced_works"] = [f"https://openalex.org/W{k}" for k in ids]
        if "reference" in item:
            item["reference"] = [{"DOI": f"10.1000/{k}"} for k in ids]
        for kind in ("references", "citations"):
            if kind in item:
                item[kind] = [{"paperId": f"{k:040x}", "title": f"Work {k}"} for k in ids]
    if "data" in document:
        end = "citingPaper" if any("citingPaper" in row for row in document["data"] or ()) else "citedPaper"
        document["data"] = [{end: {"paperId": f"{k:040x}"}} for k in ids[:95_000]]
    return document


_LONG = "9" * 5000
WAYS: dict[str, Callable[[socket.socket, Asked], bool]] = {
    "closes at once": closes,
    "resets in the body": resets,
    "slow body": stream(head(length=10**6), lambda: repeat(b" "), slow=True),
    "slow head": stream(b"HTTP/1.1 200 OK\r\nX-Slow: ", lambda: repeat(b"a"), slow=True),
    "slow packed body": stream(head("200 OK", "Content-Encoding: gzip"), lambda: repeat(b"\0"), slow=True),
    "endless head": stream(b"HTTP/1.1 200 OK\r\n", lambda: repeat(b"X-More: more of it\r\n" * 1000), slow=False),
    "endless body": stream(head(), lambda: chain([b"["], repeat(b'{"a": 1}, ' * 10_000)), slow=False),
    "endless chunks": stream(
        head("200 OK", "Transfer-Encoding: chunked"), lambda: repeat(b"2710\r\n%s\r\n" % (b"[" * 10_000)), slow=False
    ),
    "endless trailers": stream(
        head("200 OK", "Transfer-Encoding: chunked") + b"0\r\n", lambda: repeat(b"X-More: a\r\n"), slow=True
    ),
    "endless 100": stream(b"", lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 100), slow=False),
    "slow 103": stream(b"", lambda: repeat(b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"), slow=True),
    "length too large": miscounts(1000),
    "length too small": miscounts(-7),
    "gzip bomb": made(_bomb, "Content-Encoding: gzip"),
    "gzip bomb twice": made(lambda: _bomb(2), "Content-Encoding: gzip, gzip"),
    "gzip bomb in gzip": made(lambda: _bomb(2), "Content-Encoding: gzip"),
    "claims brotli": made(_bomb, "Content-Encoding: br"),
    "claims zstd": made(_bomb, "Content-Encoding: zstd"),
    "cut gzip": whole(gzip.compress(b'{"results": []}' * 99)[:-9], "Content-Encoding: gzip"),
    "redirect loop": leads(lambda asked: asked.path),
    "redirect on and on": leads(lambda asked: f"/{asked.number}"),
    "redirect to another server": leads(lambda asked: f"{asked.other}{asked.path}", 307),
    "redirect to another name": leads(lambda asked: f"{asked.other.replace('127.0.0.1', 'localhost')}/x"),
    "redirect to a file": leads(lambda _: "file:///etc/hostname", 301),
    "redirect nowhere": leads(lambda _: "http://[x" + "a" * 90_000),
    "html": whole(b"<!doctype html><title>Log in</title>" + b"<p>a" * 1000),
    "deep": whole(b'{"a":' + b"[" * 10**6),
    "deep and whole": whole(b"[" * 10**5 + b"]" * 10**5),
    "invalid utf-8": whole(b'{"results": ["\xff\xfe"], "message": {"DOI": "\xc3("}}'),
    "long number": truly(change=lambda document, _: _number(document, 10**4299)),
    "longer number": whole(b'{"id": "a", "meta": {"count": 1' + b"0" * 5000 + b"}}"),
    "NaN": truly(change=lambda document, _: _number(document, float("nan"))),
    "infinite": truly(change=lambda document, _: _number(document, float("-inf"))),
    "many objects": made(lambda: b'{"results": [' + b"{}," * 9_000_000 + b"{}]}"),
    "many numbers": made(lambda: b'{"results": [' + b"0.5," * 7_000_000 + b"0]}"),
    "wide letters": made(lambda: '{"id": "\U0001f600'.encode() + b"a" * 31_000_000 + b'"}'),
    "long word": made(lambda: b'{"error": "' + b"a" * 31_000_000 + b'"}'),
    "many rows": truly(change=many),
    "full pages without end": truly(change=lambda d, asked: endless(d, asked, new=True, rows=1000)),
    "short pages without end": truly(change=lambda d, asked: endless(d, asked, new=True, rows=1)),
    "the same page without end": truly(change=lambda d, asked: endless(d, asked, new=False, rows=1)),
    "empty pages without end": truly(change=lambda d, asked: endless(d, asked, new=True, rows=0)),
    "retry after 30 years": whole(b"{}", "Retry-After: 1000000000", status="429 Too Many"),
    "retry after -5": whole(b"{}", "Retry-After: -5", status="429 Too Many"),
    "retry after ages": whole(b"{}", f"Retry-After: {_LONG}", status="429 Too Many"),
    "retry in the year 9999": whole(b"{}", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", status="503 Busy"),
    "retry in no year": whole(b"{}", f"Retry-After: Fri, 31 Dec {_LONG} 23:59:59 +{_LONG}", status="503 Busy"),
    "retry soon": whole(b"{}", "Retry-After: soon", status="503 Busy"),
    "long limits": truly(
        f"X-RateLimit-Remaining: {_LONG}", f"X-RateLimit-Credits-Used: {_LONG}", f"X-Rate-Limit-Limit: {_LONG}",
        "X-Rate-Limit-Interval: 1s",
    ),
    "negative limits": truly("X-RateLimit-Remaining: -1", "X-Rate-Limit-Limit: 0", "X-Rate-Limit-Interval: 9999s"),
    "many cookies": truly(*(f"Set-Cookie: c{k}={'x' * 50}; Path=/" for k in range(900))),
    "large cookie": truly(f"Set-Cookie: c={'x' * 60_000}"),
    "large head": whole(b"{}", f"X-Large: {'x' * 10_000_000}"),
    "garbage": whole(b"", status="200 OK\r\n\0\xff\r\nHTTP/9.9 banana"),
    "no http": stream(b"", lambda: repeat(b"SSH-2.0-OpenSSH_9.2 \0\xff\n" * 100), slow=False),
    "garbage chunks": stream(head("200 OK", "Transfer-Encoding: chunked"), lambda: repeat(b"zz\r\n{}\r\n"), slow=True),
    "huge chunk": stream(
        head("200 OK", "Transfer-Encoding: chunked") + b"ffffffffffffffff\r\n", lambda: repeat(b" " * 9999), slow=False
    ),
    "two lengths": whole(b'{"a": 1}', "Content-Length: 3", "Transfer-Encoding: chunked"),
    "status 999": whole(b"{}", status="999 Odd"),
    "empty": whole(b""),
    "no content": whole(b"", status="204 No Content"),
}  # fmt: skip
