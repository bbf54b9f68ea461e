"""A stand-in for api.semanticscholar.org: a real HTTP/1.1 server on 127.0.0.1 with a log of what it was asked.

In a test:

    with StandIn(Corpus.from_records(works, citations), faults=Script(["429", None, "cut"])) as server:
        Transport(SEMANTIC_SCHOLAR, server.url, ...)
    assert all(request.key for request in server.log)

As a process, for tests that kill it or its client: `python -m standins.s2_server --graph bundled --faults 0.1`, with `tests/`
on PYTHONPATH; it prints its URL.
"""

import argparse
import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol, Self, cast
from urllib.parse import parse_qsl, unquote

from kg.graph.folder import Workspace
from standins.corpus import Corpus
from standins.faults import FAULTS, Script
from standins.routes import Api, Limits

__all__ = ["Corpus", "Limits", "Request", "Script", "StandIn"]


@dataclass(slots=True)
class Request:
    """A request as it arrived, and the status it got (None until then, or where the connection was cut before)."""

    n: int
    method: str
    path: str  # unquoted, without the query
    query: dict[str, str]
    body: Any  # parsed JSON, None without one
    headers: dict[str, str]  # by lower-case name
    time: float  # monotonic, s
    target: str = ""  # as sent, query and all
    status: int | None = None
    fault: str | None = None

    @property
    def key(self) -> str | None:
        """The API key it carried, in the way of any of the services."""
        return self.headers.get("x-api-key") or self.query.get("api_key") or self.headers.get("authorization")


class Service(Protocol):
    """Answers the questions of one service; `headers` go with each answer."""

    headers: tuple[tuple[str, str], ...]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body for a request; `path` is quoted as it came."""
        ...


@dataclass(slots=True)
class _State:
    """What all connections share."""

    api: Service
    faults: Script
    keys: Collection[str] | None
    log: list[Request] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)
    sockets: set[socket.socket] = field(default_factory=set)
    log_file: Path | None = None


class StandIn:
    """Serves a corpus while in a `with` block.

    Args:
        corpus: What is served: papers of Semantic Scholar, or another service whole.
        faults: Which request meets which fault.
        keys: The keys that are good; any other is answered 403, no key at all is fine. None: every key is good.
        limits: The caps, lowered to meet them with small corpora.
        port: 0 finds a free one.
        log_file: Where each answered request is written as a line of JSON too.

    A failure inside the stand-in itself is raised when the block ends.
    """

    def __init__(
        self,
        corpus: "Corpus | Service",
        faults: Script | None = None,
        *,
        keys: Collection[str] | None = None,
        limits: Limits | None = None,
        port: int = 0,
        log_file: Path | None = None,
    ) -> None:
        api = Api(corpus, limits or Limits()) if isinstance(corpus, Corpus) else corpus
        self._state = _State(api, faults or Script(), keys, log_file=log_file)
        self._port = port

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", self._port), _Handler, self._state)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="stand-in")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        state = self._state
        state.stopping.set()
        self._server.shutdown()
        self._thread.join()
        with state.lock:
            for connection in state.sockets:
                with contextlib.suppress(OSError):  # the client was quicker
                    connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        if state.failures:
            raise state.failures[0]

    @property
    def url(self) -> str:
        """Where it listens: the base URL to use in place of https://api.semanticscholar.org."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def log(self) -> list[Request]:
        """Every request so far, in order of arrival."""
        return self._state.log


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for every connection
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], handler: type["_Handler"], state: _State) -> None:
        super().__init__(address, handler)
        self.state = state

    def process_request(self, request: Any, client_address: Any) -> None:
        with self.state.lock:
            self.state.sockets.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self.state.lock:
            self.state.sockets.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  (the base class's names)
        error = sys.exception()
        if error is not None and not isinstance(error, ConnectionError):  # clients may hang up
            self.state.failures.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Say nothing: the log is `StandIn.log`."""

    def _serve(self) -> None:
        state = cast("_Server", self.server).state
        request, path = self._read(state)
        fault = state.faults(request.n, request)
        if fault is None and state.keys is not None and request.key is not None and request.key not in state.keys:
            fault = FAULTS["403"]
        elif fault:
            request.fault = fault.name
            state.stopping.wait(fault.delay_s)
        if fault and fault.cut == "before":
            self.close_connection = True
        elif fault and fault.status is not None:
            self._send(request, fault.status, fault.body, fault.type, fault.headers)
        else:
            status, body = state.api.answer(request.method, path, request.query, request.body)
            if fault and fault.broken:
                body = body[: len(body) // 2]
            self._send(request, status, body, headers=state.api.headers, cut=bool(fault and fault.cut))
        if state.log_file:
            line = json.dumps({name: getattr(request, name) for name in Request.__slots__})
            with state.lock, state.log_file.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    def _read(self, state: _State) -> tuple[Request, str]:
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = raw.decode(errors="replace")
        with state.lock:
            request = Request(
                n=len(state.log),
                method=self.command,
                path=unquote(path),
                query=dict(reversed(parse_qsl(query, keep_blank_values=True))),  # the first of equal names counts
                body=body,
                headers={name.lower(): value for name, value in self.headers.items()},
                time=time.monotonic(),
                target=self.path,
            )
            state.log.append(request)
        return request, path

    def _send(
        self,
        request: Request,
        status: int,
        body: bytes,
        type_: str = "application/json",
        headers: Sequence[tuple[str, str]] = (),
        *,
        cut: bool = False,
    ) -> None:
        request.status = status
        self.send_response(status)
        for name, value in (("Content-Type", type_), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = self.close_connection or cut
        self.wfile.write(body[: len(body) // 2] if cut else body)


def main() -> None:
    """Serve a kg graph until killed."""
    parser = argparse.ArgumentParser(description="Serve a kg graph as if it were Semantic Scholar.")
    parser.add_argument("--graph", default="bundled", help="a graph's folder or name")
    parser.add_argument("--port", type=int, default=0, help="0 finds a free one")
    parser.add_argument("--seed", type=int, default=0, help="of the faults")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that meet a fault")
    parser.add_argument("--key", action="append", help="a good key; others are rejected")
    parser.add_argument("--log", type=Path, help="file for the requests, a line of JSON each")
    given = parser.parse_args()
    with Workspace.open(given.graph).store as store:
        corpus = Corpus.from_store(store)
    faults = Script.random(given.faults, given.seed)
    with StandIn(corpus, faults, keys=given.key, port=given.port, log_file=given.log) as server:
        print(server.url, flush=True)  # noqa: T201  (the process's one answer)
        threading.Event().wait()


if __name__ == "__main__":
    main()
