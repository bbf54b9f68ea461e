"""The processes that answer SPARQL: stopped, killed, lost and busy; and connections that are slow."""

import asyncio
import gc
import math
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import ENDLESS, Served, gone, served, small_graph

from kg.errors import InputError
from kg.graph.store import Store
from kg.output.rdf.guard import check
from kg.output.rdf.vocab import prefixes
from kg.serve import connections
from kg.serve.pool import Limits, Pool, TookTooLong

COUNT = "SELECT (COUNT(*) AS ?n) { ?a cito:cites ?b }"


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small graph."""
    return small_graph(tmp_path_factory.mktemp("pool"))


def go_away(address: str) -> None:
    """Send an endless query, and leave before it is answered."""
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{address}sparql", params={"query": ENDLESS}, timeout=httpx.Timeout(30, read=0.3))


def children(pid: int) -> set[int]:
    """The processes that a process has started, by any of its threads."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def ready(server: Served) -> None:
    """Wait until its processes run."""
    pool = server.app.state.pool
    while pool._idle.qsize() < pool.limits.workers:
        time.sleep(0.01)


def together(pool: Pool, number: int) -> list[Any]:
    """Let so many queries wait for one another, and come to the pool at the same moment; those that have arrived, in order."""
    ask, arrived, all_there = pool.ask, list[Any](), asyncio.Event()

    async def later(*given: Any) -> bytes:
        arrived.append(given)
        if len(arrived) == number:
            all_there.set()
        await all_there.wait()
        return await ask(*given)

    pool.ask = later
    return arrived


def kill_all(pool: Pool) -> None:
    """Kill its processes."""
    for pid in pool.pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_an_endless_query_is_stopped_and_its_process_replaced(graph: Path):
    """504 at the limit; the next query finds a new process; none is left in the end."""
    with served(graph, limits=Limits(workers=1, timeout_s=0.5, patience_s=30)) as server:
        ready(server)
        before = server.app.state.pool.pids
        took = math.inf
        for _ in range(5):  # the least of some: what else runs on the machine only adds
            start = time.monotonic()
            answer = server.ask(ENDLESS)
            took = min(took, time.monotonic() - start)
            assert (answer.status_code, answer.headers["content-type"]) == (504, "text/plain; charset=utf-8")
            assert "longer than 0.5 s" in answer.text
            if took < 1.5:
                break
            ready(server)
        assert 0.5 <= took < 1.5
        assert server.ask(COUNT).status_code == 200
        after = server.app.state.pool.pids
        assert not after & before
    assert gone(before | after, 0)


def test_processes_that_are_killed_do_not_show(graph: Path):
    """Killed while they wait, the next query is answered; killed in the middle of one, another process answers it."""
    limits = Limits(workers=2, timeout_s=30, patience_s=30)
    with served(graph, limits=limits) as server, ThreadPoolExecutor(1) as threads:
        pool = server.app.state.pool
        server.ask(COUNT)
        for _ in range(3):
            kill_all(pool)
            assert server.ask(COUNT).status_code == 200
        ready(server)
        pool.limits = replace(limits, timeout_s=1.5)
        running = threads.submit(server.ask, ENDLESS)
        while pool._idle.qsize() == limits.workers:
            time.sleep(0.01)
        kill_all(pool)
        assert running.result().status_code == 504
        pool.limits = limits
        assert server.ask(COUNT).status_code == 200


def test_with_all_processes_busy_queries_wait_a_little_then_are_refused(graph: Path):
    """429 with Retry-After, for the queries in a short line after a while, for more at once; pages go on."""
    limits = Limits(workers=1, timeout_s=1.2, waiting=2, patience_s=0.5)
    with served(graph, limits=limits) as server, ThreadPoolExecutor(6) as threads:
        ready(server)
        together(server.app.state.pool, 6)
        answers = threads.map(server.ask, [ENDLESS] * 6)
        assert server.client.get("/static/app.css").status_code == 200
        by_status = sorted((a.status_code, a.headers.get("retry-after"), a.text.split("\n")[0]) for a in answers)
        line = (429, "2", "the server is busy: 2 queries are waiting")
        late = (429, "2", "the server is busy: no answer could begin in 0.5 s")
        assert by_status == [line] * 3 + [late] * 2 + [(504, None, "the query took longer than 1.2 s and was stopped")]


def test_a_page_of_triples_says_that_the_server_is_busy(graph: Path):
    """With the status that programs get, as a page."""
    with (
        served(graph, limits=Limits(workers=1, timeout_s=1, patience_s=0.1)) as server,
        ThreadPoolExecutor(1) as threads,
    ):
        ready(server)
        arrived = together(server.app.state.pool, 2)
        running = threads.submit(server.ask, ENDLESS)
        while not arrived:
            time.sleep(0.01)
        page = server.client.get("/claim/small/c")
        assert (page.status_code, page.headers["content-type"]) == (429, "text/html; charset=utf-8")
        assert running.result().status_code == 504


@pytest.mark.long
def test_long_queries_leave_half_of_the_processes_to_others(graph: Path):
    """A second long query is stopped early, with 429; short ones are answered meanwhile."""
    limits = Limits(workers=2, timeout_s=6, long_s=0.5, patience_s=30)
    with served(graph, limits=limits) as server, ThreadPoolExecutor(2) as threads:
        ready(server)
        asked = [threads.submit(server.ask, ENDLESS) for _ in range(2)]
        assert server.ask(COUNT).status_code == 200
        assert not all(answer.done() for answer in asked)
        refused, stopped = sorted((answer.result() for answer in asked), key=lambda answer: answer.status_code)
        assert (refused.status_code, stopped.status_code) == (429, 504)
        assert "at most 1 of more than 0.5 s at once" in refused.text


def test_a_client_that_goes_away_frees_the_process(graph: Path):
    """Nobody else waits for an answer that nobody reads: who asks now waits 90 s at most, and the query may take 300."""
    with served(graph, limits=Limits(workers=1, timeout_s=300, patience_s=300)) as server:
        server.ask(COUNT)
        go_away(f"{server.address}/")
        assert server.ask(COUNT).status_code == 200


@pytest.mark.parametrize(
    "signal_", [signal.SIGKILL, *(pytest.param(s, marks=pytest.mark.long) for s in (signal.SIGTERM, signal.SIGINT))]
)
def test_no_process_outlives_the_server(graph: Path, signal_: signal.Signals):
    """However it ends, and also in the middle of a query."""
    command = [sys.executable, "-m", "kg", "serve", "--no-open", "--port", "0", "--workers", "2", "--graph", str(graph)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            address = re.search(r"http://\S+/", server.stderr.readline())[0]
            httpx.get(f"{address}sparql", params={"query": COUNT}, timeout=30)
            go_away(address)
            workers = children(server.pid)
            server.send_signal(signal_)
            server.wait(20)
        finally:
            server.kill()
        said = server.stderr.read()
    assert workers
    assert gone(workers, 10)
    assert "Traceback" not in said


def test_half_a_request_is_cut_off(graph: Path, monkeypatch: pytest.MonkeyPatch):
    """No byte, half a head, half a body, a second request that stops; whole ones are answered meanwhile."""
    monkeypatch.setattr(connections, "_REQUEST_S", 0.8)
    monkeypatch.setattr(connections, "_KEEP_ALIVE_S", 0.8)
    anew = {"Connection": "close"}  # one that is kept may be cut off just when the next request begins
    whole = b"GET /static/app.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
    body = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 99\r\n\r\nASK"
    with served(graph, limits=Limits(workers=1, patience_s=30)) as server:
        half = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(4)]
        for connection, data in zip(half, (b"", whole[:30], body, whole + whole[:30]), strict=True):
            connection.sendall(data)
        assert server.ask(COUNT, headers=anew).status_code == 200
        for connection in half:
            connection.settimeout(10)
            with connection:
                try:
                    while connection.recv(65_536):
                        pass
                except ConnectionResetError:
                    pass
        assert server.ask(COUNT, headers=anew).status_code == 200


def test_an_answer_that_is_not_read_is_dropped(graph: Path, monkeypatch: pytest.MonkeyPatch):
    """A client that asks for much and reads nothing holds no memory for long."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } LIMIT 15000"
    with served(graph, limits=Limits(workers=1, patience_s=30)) as server:
        assert len(server.ask(query).content) > 5_000_000
        monkeypatch.setattr(connections, "_READING_S", 0.3)
        pool, dropped = server.app.state.pool, queue.SimpleQueue[int]()
        holding = pool.holding

        @contextmanager
        def noted(size: int) -> Iterator[None]:
            with holding(size):
                assert pool.held == size
                yield
            dropped.put(size)

        pool.holding = noted
        with socket.socket() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", server.port))
            line = f"GET /sparql?{httpx.QueryParams({'query': query})} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            connection.sendall(line.encode())
            assert dropped.get(timeout=10) > 5_000_000
            assert pool.held == 0


KNOWN = prefixes("small")


def rdf_of(graph: Path) -> Path:
    """Where its triples are."""
    with Store.open(graph / "graph.sqlite") as store:
        return graph / "rdf" / store.state


def test_a_process_that_is_being_replaced_ends_with_the_pool(graph: Path):
    """Nothing of it is left to be found later, in some other loop."""

    async def ask() -> set[int]:
        pool = Pool(Limits(workers=1, timeout_s=0, patience_s=30))
        with pytest.raises(TookTooLong):
            await pool.ask(rdf_of(graph), check(ENDLESS, KNOWN), "text/csv", KNOWN)
        before = pool.pids
        for _ in range(3):
            await asyncio.sleep(0)
        await pool.close()
        return before

    with ThreadPoolExecutor(1) as apart:  # the thread of a test may have the loop of a browser
        before = apart.submit(asyncio.run, ask()).result()
    assert before
    assert gone(before, 0)
    gc.collect()  # what is left unclosed is told of here


@pytest.mark.long
def test_a_query_that_needs_too_much_memory_or_gives_too_much_is_stopped(graph: Path):
    """Each says which; the pool goes on."""
    folder = rdf_of(graph)

    async def ask() -> None:
        pool = Pool(Limits(workers=1, timeout_s=60, patience_s=30))
        cross = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
        for query, said in (
            (f"SELECT * {{ {cross} }} ORDER BY ?a ?l", "needed more than 1 GB of memory"),
            (f"SELECT * {{ {cross} }}", "longer than 20 MB"),
        ):
            with pytest.raises(InputError, match=said):
                await pool.ask(folder, check(query, KNOWN), "text/csv", KNOWN)
        assert await pool.ask(folder, check("ASK {}", KNOWN), "text/csv", KNOWN) == b"true"
        await pool.close()

    with ThreadPoolExecutor(1) as apart:  # the thread of a test may have the loop of a browser
        apart.submit(asyncio.run, ask()).result()
