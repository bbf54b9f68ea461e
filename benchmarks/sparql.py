"""First query, look-ups and paths of 1 million triples: kg with Oxigraph against rdflib's own store, in one run.

    python benchmarks/sparql.py [FOLDER] [--works N] [--runs N]

The graph is generated and kept in FOLDER. All figures are CPU time, user and system, of whole processes or of calls; both sides
are measured in turn in the same run, so that a busy machine slows both.
"""

import argparse
import math
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg.graph.store import Store
from kg.graph.writer import Writer
from kg.model import Batch, Citation, Concept, Outcome, Retrieval, Work
from kg.output.rdf.guard import check
from kg.output.rdf.query_process import run
from kg.output.rdf.ready import ready_queries
from kg.output.rdf.store import build, open_readonly
from kg.output.rdf.triples import ntriples
from kg.output.rdf.vocab import node, prefixes

NAME = "bench"
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


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--works", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="kg-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    store = generate(folder, options.works)
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

    command = [
        str(Path(sys.executable).with_name("kg")),
        "sparql",
        LOOKUPS["title of a work"],
        "--set",
        f"work=w{options.works - 5}",
    ]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def look_up() -> None:
        subprocess.run([*command, "--graph", str(folder)], check=True, capture_output=True, env=environment)

    look_up()  # compiles kg, which installing it does too, and builds its RDF
    cold = seconds(look_up, options.runs)
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
    looked = [ratios[name] for name in LOOKUPS]
    print(
        f"look-ups: least {min(looked):.1f} x, geometric mean {math.exp(statistics.fmean(map(math.log, looked))):.1f} x"
    )
    print(f"paths: least {min(ratios[name] for name in PATHS):.1f} x")


if __name__ == "__main__":
    main()
