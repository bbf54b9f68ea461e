"""What a server sends costs no more time or memory than one answer may, whatever it is."""

import gzip
import json
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from s2_links import Clock, corpus, link
from standins import second
from standins.faults import Fault, too_many
from standins.s2_server import Script, StandIn
from test_second_sources import CITATIONS, WORKS, source_of, work

from kg.ingest.sources import exchange
from kg.ingest.sources.exchange import crowding, parsed
from kg.ingest.sources.http import GaveUp, Unreachable
from kg.ingest.sources.openalex import OpenAlex
from kg.ingest.sources.receiving import Line, Overlong
from kg.model import Outcome


class Parts(httpx.SyncByteStream):
    """A body that comes in parts; how many were taken."""

    def __init__(self, *parts: bytes, times: int = 1) -> None:
        self.parts, self.times, self.taken = parts, times, 0

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts * self.times:
            self.taken += 1
            yield part


def receive(body: Parts, packing: str = "", most: int = 2_000_000) -> bytes:
    """What is received of a body."""
    head = {"Content-Encoding": packing} if packing else {}
    line = Line(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, headers=head, stream=body)), trust_env=False
    )
    return line.receive("GET", "http://x.test/", within_s=60, silence_s=60, most=most)[1]


def test_what_is_packed_is_unpacked():
    """In parts of any size, by gzip or deflate; an empty body is one too."""
    packed = gzip.compress(b"abc" * 1000)
    assert receive(Parts(*(bytes([byte]) for byte in packed)), "gzip") == b"abc" * 1000
    assert receive(Parts(zlib.compress(b"abc")), "deflate") == b"abc"
    assert receive(Parts(), "gzip") == b""


@pytest.mark.parametrize("packing", ["gzip", ""])
def test_a_large_answer_is_left_where_it_is_too_large(packing: str):
    """A bomb of 40 GB, or an endless body: no more is read, or unpacked, than may be."""
    pack = zlib.compressobj(9, wbits=31)
    first, more = (pack.compress(b" " * 1_000_000) + pack.flush(zlib.Z_FULL_FLUSH) for _ in "ab")
    body = Parts(first, *[more] * 9, times=4000) if packing else Parts(b" " * 1_000_000, times=4000)
    with pytest.raises(Overlong, match="longer than 2 MB"):
        receive(body, packing)
    assert body.taken <= 3


@pytest.mark.parametrize("packing", ["gzip, gzip", "br", "zstd", "x" * 99])
def test_other_packings_are_not_unpacked(packing: str):
    """None was asked for."""
    with pytest.raises(httpx.DecodingError, match="not asked for"):
        receive(Parts(b"abc"), packing)


def test_a_packed_answer_that_is_cut_or_damaged_is_none():
    """It is asked for again, like any that was cut."""
    for body in (gzip.compress(b"abc")[:-3], b"\0\1\2"):
        with pytest.raises(httpx.DecodingError, match="cannot be unpacked"):
            receive(Parts(body), "gzip")


@pytest.mark.parametrize("within_s", [0.1, 0])
def test_a_head_without_end_is_cut_off(within_s: float):
    """However steadily its bytes come, also where the time is over before the connection is made."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def trickle() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-Slow: ")
                while True:
                    connection.sendall(b"a")
                    time.sleep(0.01)

        thread = threading.Thread(target=trickle)
        thread.start()
        line = Line(trust_env=False, verify=False)
        with pytest.raises(httpx.ReadTimeout, match="no complete answer"):
            line.receive("GET", f"http://127.0.0.1:{server.getsockname()[1]}/", within_s=within_s, silence_s=5)
        line.close()
        thread.join()


def test_an_answer_that_is_late_by_the_clock_and_cut_off_is_late_once():
    """An error that is its own cause would never be told."""

    class Slow(Parts):
        def __iter__(self) -> Iterator[bytes]:
            time.sleep(0.02)
            yield b"a"

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Slow()))
    with pytest.raises(httpx.ReadTimeout) as late:
        Line(transport=transport, trust_env=False).receive("GET", "http://x.test/", within_s=0, silence_s=9)
    assert late.value.__cause__ is not late.value


def test_a_document_of_many_parts_is_not_parsed(monkeypatch: pytest.MonkeyPatch):
    """Objects and values take many times the memory of their text; what is no JSON is none."""
    monkeypatch.setattr(exchange, "OBJECTS", 2)
    monkeypatch.setattr(exchange, "VALUES", 5)
    assert parsed('[{"a": 1}, {}]') == [{"a": 1}, {}]
    assert [parsed(text) for text in ("[", "1" * 5000, '"a')] == [None] * 3
    for text in ("[{}, {}, {}]", "[1, 2, 3, 4, 5, 6]"):
        assert crowding(text) == "an answer of more than 2 objects or 5 values, the most that is read"
        assert parsed(text) is None


def test_a_list_that_is_too_large_fails_alone(monkeypatch: pytest.MonkeyPatch):
    """It is asked for once, and the service goes on; one of which nothing else comes is asked no more."""
    monkeypatch.setattr(Line.receive, "__kwdefaults__", Line.receive.__kwdefaults__ | {"most": 10})
    with StandIn(corpus()) as server:
        transport = link(server.url)
        for _ in "ab":
            with pytest.raises(GaveUp, match="an answer longer than 0 MB"):
                transport.get("/graph/v1/paper/CorpusId:1001", {"fields": "title"})
        assert len(server.log) == 2
        with pytest.raises(Unreachable, match="does not answer like Semantic Scholar"):
            transport.get("/graph/v1/paper/CorpusId:1001", {"fields": "title"})


@pytest.mark.parametrize("wait", ["9" * 500, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_of_ages_closes_the_source(clock: Clock, wait: str):
    """Said as what it is."""
    with StandIn(corpus(), Script([too_many(wait)])) as server, pytest.raises(Unreachable, match=r"asks to wait \d+ h"):
        link(server.url, clock).get("/graph/v1/paper/CorpusId:1001", {"fields": "title"})


def test_cookies_are_not_kept_and_odd_limits_not_believed():
    """A cookie would come back with every request; a number of 5,000 digits is none."""
    odd = (("Set-Cookie", "a=b; Path=/"), ("X-RateLimit-Remaining", "9" * 5000), ("X-Rate-Limit-Limit", "9" * 5000))
    answer = Fault("odd", 404, b'{"error": "Paper not found"}', headers=(*odd, ("X-Rate-Limit-Interval", "1s")))
    with StandIn(corpus(), Script([answer])) as server:
        transport = link(server.url)
        for k in (1, 2):
            transport.get(f"/graph/v1/paper/CorpusId:100{k}", {"fields": "title"})
        assert [request.headers.get("cookie") for request in server.log] == [None, None]
    assert transport.left is None


class SamePage(second.OpenAlex):
    """OpenAlex with one page of citing works, which leads to itself."""

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, bytes]:
        """Status and body."""
        if not query.get("filter", "").startswith("cites:"):
            return super().answer(method, path, query, body)
        row = {"id": "https://openalex.org/W9", "title": "Nine"}
        return 200, json.dumps({"meta": {"count": 10**6, "next_cursor": "same"}, "results": [row]}).encode()


def test_pages_that_bring_nothing_new_end_a_list():
    """The same page for ever: what it brought is kept, the list is FAILED and says why."""
    with StandIn(SamePage.of(WORKS, CITATIONS)) as server:
        (batch,) = source_of(OpenAlex, server.url).lists("citations", [work("A")])
    assert [citation.citing for citation in batch.citations] == ["openalex:W9"]
    assert [(r.list, r.outcome) for r in batch.retrievals] == [("citations", Outcome.FAILED)]
    assert "nothing new" in batch.remarks[-1].reason
