"""The queries that come with kg give the same rows in Virtuoso, loaded from `kg export nt-parts`, as in Oxigraph."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from ports import bind_apart
from test_sparql_queries import ASKED, READY, Field

import kg
from kg.graph.folder import Workspace
from kg.library.graph import Graph, open_graph
from kg.library.naming import find_work
from kg.output.rdf.vocab import node

INI = """
[Database]
DatabaseFile = {home}/virtuoso.db
ErrorLogFile = {home}/virtuoso.log
LockFile = {home}/virtuoso.lck
TransactionFile = {home}/virtuoso.trx
xa_persistent_file = {home}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {home}/temporary.db
TransactionFile = {home}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {home}
NumberOfBuffers = 50000
MaxDirtyBuffers = 30000
[HTTPServer]
ServerPort = 127.0.0.1:{web}
[SPARQL]
ResultSetMaxRows = 100000
MaxQueryCostEstimationTime = 100000
"""


class Virtuoso:
    """A server in a folder of its own, at two free ports of this machine."""

    def __init__(self, home: Path) -> None:
        self._home = home
        with socket.socket() as one, socket.socket() as two:
            self._sql, web = bind_apart(one), bind_apart(two)
        self.url = f"http://127.0.0.1:{web}/sparql"
        (home / "virtuoso.ini").write_text(INI.format(home=home, sql=self._sql, web=web), encoding="ascii")
        command = ["virtuoso-t", "-f", "-c", home / "virtuoso.ini"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while not self._answers("status();"):
            assert self.process.poll() is None, (home / "virtuoso.log").read_text(encoding="utf-8", errors="replace")
            assert time.monotonic() < deadline
            time.sleep(0.2)

    def _answers(self, command: str) -> bool:
        words = ["isql-vt", f"127.0.0.1:{self._sql}", "dba", "dba", "ERRORS=STDOUT", f"exec={command}"]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def load(self, graph: Graph) -> None:
        """Load the parts of a graph, and nothing else, as docs/exchange.md says."""
        parts = self._home / "parts"
        shutil.rmtree(parts, ignore_errors=True)
        graph.export("nt-parts", parts)
        assert self._answers(
            f"sparql clear graph <urn:g>; delete from DB.DBA.load_list; ld_dir('{parts}', '*.nt.gz', 'urn:g'); rdf_loader_run(); checkpoint;"
        )


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """A server that lives as long as these tests."""
    if not shutil.which("virtuoso-t"):
        pytest.skip("Virtuoso is not installed (Debian's virtuoso-opensource-7-bin)")
    server = Virtuoso(tmp_path_factory.mktemp("virtuoso"))
    yield server
    server.process.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.process.wait(30)
    server.process.kill()


def values_of(cells: dict) -> list[tuple[str, ...]]:
    """The rows of an answer: the values of its cells, without their types, of which engines have other names."""
    names = cells["head"]["vars"]
    return [tuple(row[name]["value"] if name in row else "" for name in names) for row in cells["results"]["bindings"]]


def differing(kg_here, where: str, url: str, asked: dict[str, str | int]) -> dict[str, tuple]:
    """The ready queries whose rows, in their order, are others at the endpoint; each of all but one finds something."""
    space, found, empty = Workspace.open(where), {}, []
    for name, query in READY.items():
        here, there = [], []
        for value, (kind, _) in query.asks.items():
            here += ["--set", f"{value}={asked[value]}"]
            iri = node("work", space.store.name, find_work(space, asked[value]).id) if kind == "work" else ""
            there += ["--set", f"{value}=<{iri}>" if iri else f"{value}={asked[value]}"]
        ours = values_of(kg_here("sparql", query.text, "--json", *here, graph=where).json())
        answer = kg_here("sparql", name, "--json", "--endpoint", url, "--timeout", 300, *there)
        if (theirs := values_of(answer.json())) != ours:
            found[name] = next(pair for pair in zip([*ours, ()], [*theirs, ()], strict=False) if pair[0] != pair[1])
        if not ours:
            empty.append(name)
    assert set(empty) <= {"retracted"}
    return found


@pytest.mark.long
def test_ready_queries_give_the_same_rows_of_a_small_field(kg_here, virtuoso: Virtuoso, tmp_path: Path):
    """With loops, cycles, works without years, retractions, and names that differ late."""
    Field(tmp_path, 28, seed=4)
    virtuoso.load(open_graph(tmp_path))
    assert differing(kg_here, str(tmp_path), virtuoso.url, ASKED) == {}


@pytest.mark.nightly
def test_ready_queries_give_the_same_rows_of_the_bundled_graph(kg_here, virtuoso: Virtuoso):
    """Of more than 600,000 triples."""
    virtuoso.load(kg.open_graph("bundled"))
    works = dict.fromkeys(("cited", "of", "old", "to", "with", "work"), "Todd 1989")
    works |= {"citing": "WaveNet", "first": "MusicVAE", "from": "WaveNet", "new": "MusicVAE", "second": "WaveNet"}
    asked = (
        ASKED
        | works
        | {
            "author": "schmidhuber",
            "venue": "ismir",
            "concept": "convolutional",
            "of": "todd1988sequential",
            "with": "MusicVAE",
        }
    )
    assert differing(kg_here, "bundled", virtuoso.url, asked) == {}
