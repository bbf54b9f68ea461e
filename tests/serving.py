"""A server as `kg serve` runs it, in a thread of the test, with a small graph; and how to see its processes."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from kg.graph.provenance import Provenance
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Claim, Concept, Outcome, Retrieval, Work
from kg.output.rdf.open import rdf_folder
from kg.serve.app import make_app
from kg.serve.connections import config
from kg.serve.pool import Limits
from kg.serve.run import listen
from kg.serve.shelf import Shelf

#: Counts for longer than anybody waits, in little memory.
ENDLESS = "SELECT (COUNT(*) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?p ?q ?r . ?s ?t ?u }"
PAIRS = [("mid", "old"), ("new", "mid"), ("new", "new"), ("d/1.", "new")]


def small_graph(home: Path, *, rdf: bool = True) -> Path:
    """The folder of a graph called "small": an id that needs care in an address, a title that would be markup."""
    works = [
        Work(id="old", title="Todd <i>one</i>", year=1989, authors=("Peter Todd",), identifiers=("doi:10.1/x",)),
        Work(id="mid", title="Second", year=2002),
        Work(id="new", year=2016, seed=True),
        Work(id="d/1.", title="Fourth", year=2018),
    ]
    batch = Batch(
        works=works,
        citations=[Citation(citing=a, cited=b, source="s") for a, b in PAIRS],
        concepts=[Concept(work="old", scheme="task", label="a melody", source="s")],
        retrievals=[Retrieval(work="new", list="references", outcome=Outcome.COMPLETE, source="s")],
        claims=[Claim(id="c", statement="S & T.", kind="first", place="1", article="A", roles=(("old", "subject"),))],
    )
    folder = home / "small"
    folder.mkdir()
    with Store.create(folder / "graph.sqlite", name="small") as store:
        with Writer.open(store.path, "test") as writer:
            writer.add(batch)
        if rdf:
            rdf_folder(Provenance(folder, store))
    return folder


class Served:
    """A server that runs: where, and the app."""

    def __init__(self, address: str, app: Starlette) -> None:
        self.address = address
        self.app = app
        self.client = httpx.Client(base_url=address, timeout=90)

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.address.rpartition(":")[2])

    def ask(self, query: str, **options) -> httpx.Response:
        """Send a query by GET."""
        return self.client.get("/sparql", params={"query": query}, **options)


@contextmanager
def served(*graphs: Path, limits: Limits | None = None) -> Iterator[Served]:
    """Run the app on a free port of this machine; nobody is sent away because the machine is busy."""
    app = make_app(Shelf([str(graph) for graph in graphs]), limits=limits or Limits(patience_s=60), readable=True)
    app.state.stores.patience_s = 60
    at = listen("127.0.0.1", 0)
    server = uvicorn.Server(config(app))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [at]})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        running = Served(f"http://127.0.0.1:{at.getsockname()[1]}", app)
        yield running
        running.client.close()
    finally:
        server.should_exit = True
        thread.join()
        at.close()


def gone(pids: set[int], within_s: float) -> bool:
    """Whether processes end in this time."""
    until = time.monotonic() + within_s
    while left := {pid for pid in pids if Path(f"/proc/{pid}").exists()}:
        if time.monotonic() > until:
            return not left
        time.sleep(0.02)
    return True
