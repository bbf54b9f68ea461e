"""First query, look-ups and paths of 1 million triples: kg with Oxigraph against rdflib's own store, in one run.

    python benchmarks/sparql.py [FOLDER] [--works N] [--runs N] [--ready]

With --ready, all ready queries are measured instead, each by SPARQL for two minutes at most and, where kg has it, from the arrays.

The graph is generated and kept in FOLDER. All figures are CPU time, user and system, of whole processes or of calls; both sides
are measured in turn in the same run, so that a busy machine slows both.
"""

import argparse
import math
import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.graph.folder import Workspace
from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Concept, Outcome, Retrieval, Work
from kg.output.rdf.apart import run_apart
from kg.output.rdf.from_tables import answer_from_tables
from kg.output.rdf.guard import check
from kg.output.rdf.open import rdf_folder
from kg.output.rdf.query_process import run
from kg.output.rdf.ready import IN_TABLES, ready_queries
from kg.output.rdf.store import build, open_readonly
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import node, prefixes

NAME = "bench"
RDFLIB_S = 60  # after which rdflib is stopped where it lists works
LOOKUPS = {
    "title of a work": "SELECT ?t { ?work dcterms:title ?t }",
    "authors of a work": "SELECT ?n { ?work dcterms:creator/foaf:name ?n }",
    "by identifier": 'SELECT ?w { ?w dcterms:identifier "doi:10.1000/500" }',
    "references": "SELECT ?b ?y { ?work cito:cites ?b . ?b kg:year ?y } ORDER BY ?y",
    "citing": "SELECT ?a ?y { ?a cito:cites ?work . ?a kg:year ?y } ORDER BY ?y",
    "is cited": "ASK { ?a cito:cites ?work }",
    "works of an author": 'SELECT ?w { ?p foaf:name "Author 17" . ?w dcterms:creator ?p }',
    "works of a year and venue": 'SELECT ?w { ?w prism:publicationName "Journal 3" ; kg:year 1981 }',
}
VALUES = {"author": "author 17", "venue": "journal 3", "concept": "concept 3", "since": 2005, "before": 2000}
PATHS = {
    "two steps back": "SELECT (COUNT(DISTINCT ?b) AS ?n) { ?work cito:cites/cito:cites ?b }",
    "all it leads back to": "SELECT (COUNT(DISTINCT ?b) AS ?n) { ?work cito:cites+ ?b }",
    "all that lead back to it": "SELECT (COUNT(DISTINCT ?a) AS ?n) { ?a cito:cites+ ?work }",
    "co-cited": ready_queries()["co-cited"].text.replace("?work", "?other").replace("?with", "?work"),
}


def generate(folder: Path, works: int) -> Store:
    """A graph of works with authors, venues and identifiers, most of whose citations go to recent works.

    Every second reference list is complete, every tenth work has two concepts.
    """
    if (folder / "graph.sqlite").exists():
        return Store.open(folder / "graph.sqlite")
    draw = random.Random(7)  # noqa: S311
    records = [
        Work(
            id=f"w{k}",
            title=f"A title of work {k} with words like others {draw.randrange(1000)}",
            authors=tuple(f"Author {draw.randrange(works // 3)}" for _ in range(2)),
            year=1970 + 50 * k // works,
            venue=f"Journal {draw.randrange(200)}",
            identifiers=(f"doi:10.1000/{k}",),
            source="bench",
            seed=k % (works // 20) == 0,
        )
        for k in range(works)
    ]
    pairs = {(k, max(0, k - 1 - int(draw.expovariate(1 / (0.1 * k + 1))))) for k in range(1, works) for _ in range(12)}
    citations = [Citation(citing=f"w{a}", cited=f"w{b}", source="bench") for a, b in sorted(pairs) if a != b]
    lists = [
        Retrieval(work=f"w{k}", list="references", outcome=Outcome.COMPLETE, source="bench") for k in range(0, works, 2)
    ]
    concepts = [
        Concept(work=f"w{k}", scheme="task", label=f"concept {label}", source="")
        for k in range(0, works, 10)
        for label in draw.sample(range(20), 2)
    ]
    store = Store.create(folder / "graph.sqlite", name=NAME)
    with Writer.open(store.path, "benchmark") as writer:
        writer.add(Batch(works=records, citations=citations, retrievals=lists, concepts=concepts))
    return store


def cpu() -> float:
    """Seconds of CPU of this process, with those of its children that ended."""
    return sum(
        u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def seconds(call: Callable[[], object], runs: int = 1) -> float:
    """The median CPU time of a call."""
    times = []
    for _ in range(runs):
        began = cpu()
        call()
        times.append(cpu() - began)
    return statistics.median(times)


def per_call(call: Callable[[], object], least_s: float = 0.2) -> float:
    """The CPU time of a call, over as many as fill some time."""
    began, n = time.process_time(), 0
    while not n or time.process_time() - began < least_s:
        call()
        n += 1
    return (time.process_time() - began) / n


def compare_ready(folder: Path, works: int) -> None:
    """Print what each ready query takes by SPARQL and from the arrays, as processes that open the graph and answer one query."""
    space = Workspace.open(str(folder))
    rdf = rdf_folder(space.provenance) / space.store.state
    for name, query in ready_queries().items():
        values = {
            asked: VALUES[asked] if kind != "work" else _place(asked, works) for asked, (kind, _) in query.asks.items()
        }
        terms = {
            asked: ox.Literal(value) if query.asks[asked][0] != "work" else ox.NamedNode(node("work", NAME, str(value)))
            for asked, value in values.items()
        }
        text = check(query.text, prefixes(NAME), terms).text
        began = cpu()
        try:
            run_apart(rdf, text, 120.0)
            by_sparql = f"{cpu() - began:9.2f} s"
        except TimeoutError:
            by_sparql = "  > 120    s"
        settings = [word for asked, value in values.items() for word in ("--set", f"{asked}={value}")]
        whole = seconds(lambda words=[name, *settings]: kg_sparql(words, folder)) if name in IN_TABLES else None
        print(
            f"{name:24} by SPARQL {by_sparql}   from the arrays {'-' if whole is None else f'{whole:.2f} s'}",
            flush=True,
        )


def kg_sparql(words: list[str], folder: Path) -> None:
    """Run `kg sparql`, compiled as it is where it is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [str(Path(sys.executable).with_name("kg")), "sparql", *words, "--graph", str(folder)]
    subprocess.run(command, check=True, capture_output=True, env=environment)


def _place(asked: str, works: int) -> str:
    """An old work, one of the middle, or a late one, as the query needs."""
    where = {"old": 0.1, "of": 0.1, "to": 0.1, "cited": 0.5, "with": 0.5}.get(asked)
    return f"w{int(works * where) if where else works - 5}"


def _stop(*_: object) -> None:
    raise TimeoutError


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--works", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--ready", action="store_true")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="kg-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    store = generate(folder, options.works)
    if options.ready:
        compare_ready(folder, options.works)
        return
    file = folder / "graph.nt"
    full = store.counts()[1] <= 100_000
    projecting = seconds(lambda: file.write_text("".join(ntriples(store, full=full)), encoding="utf-8"))
    triples = sum(1 for _ in file.open(encoding="utf-8"))
    print(f"{store.counts()[0]:,} works, {store.counts()[1]:,} citations, {triples:,} triples")
    with tempfile.TemporaryDirectory(dir=folder) as new:
        kg_s = seconds(lambda: build(store, Path(new) / "rdf"))
    graph = rdflib.Graph()
    rdflib_s = seconds(lambda: graph.parse(file, format="nt"))
    print(
        f"project {projecting:.1f} s; project and load {kg_s:.1f} s; rdflib's load alone {rdflib_s:.1f} s: {rdflib_s / kg_s:.1f} x"
    )

    known, texts = prefixes(NAME), {}
    for name, text in {**LOOKUPS, **PATHS}.items():
        late = name in {"references", "two steps back", "all it leads back to"}
        work = ox.NamedNode(node("work", NAME, f"w{options.works - 5 if late else options.works // 2}"))
        texts[name] = check(text, known, {"work": work} if "?work" in text else {}).text

    words = [LOOKUPS["title of a work"], "--set", f"work=w{options.works - 5}"]
    kg_sparql(words, folder)  # which builds the RDF
    cold = seconds(lambda: kg_sparql(words, folder), options.runs)
    first = rdflib_s + seconds(lambda: list(graph.query(texts["title of a work"])))
    print(f"cold look-up: kg sparql {cold:.2f} s; rdflib {first:.1f} s: {first / cold:.0f} x")

    opened = open_readonly(folder / "rdf")
    ratios: dict[str, float] = {}
    for name, text in texts.items():
        ours, theirs = (
            per_call(lambda text=text: run(opened, text)),
            per_call(lambda text=text: list(graph.query(text))),
        )
        ratios[name] = theirs / ours
        print(
            f"{'path' if name in PATHS else 'look-up'}  {name:28} kg {ours * 1e3:9.2f} ms  rdflib {theirs * 1e3:9.2f} ms  {ratios[name]:7.1f} x"
        )
    space = Workspace.open(str(folder))
    for name, asked in {"ancestors": "from", "descendants": "to"}.items():
        query, work = ready_queries()[name], ox.NamedNode(node("work", NAME, _place(asked, options.works)))
        text = check(query.text, known, {asked: work}).text
        ours = per_call(
            lambda query=query, terms={asked: work}: answer_from_tables(query, terms, space.graph, space.store)
        )
        signal.signal(signal.SIGALRM, _stop)
        signal.alarm(RDFLIB_S)
        try:
            theirs = f"{seconds(lambda text=text: list(graph.query(text))):.2f}"
        except TimeoutError:
            theirs = f"> {RDFLIB_S}"
        signal.alarm(0)
        print(f"ready {name:28} kg {ours:9.2f} s   rdflib {theirs:>9} s")
    looked = [ratios[name] for name in LOOKUPS]
    print(
        f"look-ups: least {min(looked):.1f} x, geometric mean {math.exp(statistics.fmean(map(math.log, looked))):.1f} x"
    )
    print(f"paths: least {min(ratios[name] for name in PATHS):.1f} x")


if __name__ == "__main__":
    main()
