"""The server under load, with hostile clients among the others: `benchmarks/serve.py`, held to what must never happen."""

import asyncio
import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from serving import gone, small_graph

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "serve.py"


@pytest.fixture(scope="module")
def load():
    """The benchmark, as a module."""
    spec = importlib.util.spec_from_file_location("serve_load", BENCHMARK)
    module = sys.modules["serve_load"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def hold(load, graph: str, *, clients: int, seconds: float, least: int) -> None:
    """Press and besiege a server, and hold it to its word."""
    server, port = load.start(graph, "--timeout", "2")
    with server:
        try:
            with ThreadPoolExecutor(1) as apart:  # the thread of a test may have the loop of a browser
                run = lambda work: apart.submit(asyncio.run, work).result()  # noqa: E731
                name, works = run(load.warm(port))
                enough = {"seconds": seconds, "least": (least, round(seconds) + 1)}
                tally = run(load.press(port, name, works, clients=clients, pid=server.pid, **enough))
                sieges = [run(load.besiege(port))]
                while min(sieges) >= 5 and len(sieges) < 5:  # the least of some: what else runs only adds
                    sieges.append(run(load.besiege(port)))
            workers = load.children(server.pid)
        finally:
            server.terminate()
            said = server.stderr.read()
    assert load.faults(tally, least=least) == [], said
    assert "Traceback" not in said
    assert sum(tally.statuses["hostile"].values()) > seconds
    assert min(sieges) < 5
    assert workers
    assert gone(workers, 5)


@pytest.mark.long
def test_fifty_clients_some_of_them_hostile(load, tmp_path: Path):
    """For ten seconds, on a small graph."""
    hold(load, str(small_graph(tmp_path)), clients=50, seconds=10, least=100)


@pytest.mark.nightly
def test_fifty_clients_for_a_minute_on_the_bundled_graph(load):
    """Statuses are 2xx, 4xx, 503 and 504; no answer holds an error; memory stays; no process is left."""
    hold(load, "bundled", clients=50, seconds=60, least=1000)
