"""The lines of the table on RDF, and on whole catalogues: kg against rdflib and bare Oxigraph, DuckDB against Spark."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from limits import Limit
from lines import Line, Ready

MEASURES = ("citations", "disruption")
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def make_triples(folder: Path, works: int) -> None:
    """A graph with authors, venues and concepts, in a store, as N-Triples and in Oxigraph."""
    if folder.exists():
        return
    from sparql import generate

    from kg.output.rdf.store import MANY, build
    from kg.output.rdf.triples import ntriples

    part = folder.with_suffix(".part")
    part.mkdir(parents=True)
    store = generate(part, works)
    text = "".join(ntriples(store, full=store.counts()[1] <= MANY))
    (part / "graph.nt").write_text(text, encoding="utf-8")
    build(store, part / "rdf")
    part.rename(folder)


# loading and the first answer


def kg_triples(folder: Path, _: int) -> Ready:
    """From the store to Oxigraph on disk, projection included."""
    from kg.graph.store import Store
    from kg.output.rdf.store import build, open_readonly

    store = Store.open(folder / "graph.sqlite")

    def load() -> int:
        with tempfile.TemporaryDirectory(dir=folder.parent) as new:
            build(store, Path(new) / "rdf")
            return len(open_readonly(Path(new) / "rdf"))

    size = (folder / "graph.nt").stat().st_size
    return Ready({"": load}, once=True, limit=Limit(streamed=2 * size))


def rdflib_triples(folder: Path, _: int) -> Ready:
    """Parsing alone."""
    return Ready({"": lambda: len(_parsed(folder))}, once=True)


def oxigraph_triples(folder: Path, _: int) -> Ready:
    """Bulk loading of the N-Triples alone."""
    import pyoxigraph as ox

    def load() -> int:
        with tempfile.TemporaryDirectory(dir=folder.parent) as new:
            store = ox.Store(new)
            store.bulk_load(path=str(folder / "graph.nt"), format=ox.RdfFormat.N_TRIPLES)
            return len(store)

    return Ready({"": load}, once=True)


def _parsed(folder: Path) -> Any:
    import rdflib

    return rdflib.Graph().parse(folder / "graph.nt", format="nt")


# questions


def kg_questions(folder: Path, works: int, *, paths: bool) -> Ready:
    """Checked, run on Oxigraph, written as SPARQL results in JSON."""
    from kg.output.rdf.query_process import run
    from kg.output.rdf.store import open_readonly

    store = open_readonly(folder / "rdf")

    def answer(told: tuple[str, bytes]) -> np.ndarray:
        said = json.loads(told[1])
        if "boolean" in said:
            return np.array([str(said["boolean"])])
        names = said["head"]["vars"]
        return _rows(
            [row[name]["value"] if name in row else "" for name in names] for row in said["results"]["bindings"]
        )

    texts = _texts(works, paths=paths)
    parts = {name: partial(run, store, text) for name, text in texts.items()}
    return Ready(parts, answer, limit=None if paths else Limit(hops=100 * len(texts)))


def oxigraph_questions(folder: Path, works: int, *, paths: bool) -> Ready:
    """The same store and the same text, without kg."""
    from kg.output.rdf.store import open_readonly

    store = open_readonly(folder / "rdf")

    def ask(text: str) -> Any:
        found = store.query(text)
        return bool(found) if type(found).__name__ == "QueryBoolean" else list(found)

    def answer(found: Any) -> np.ndarray:
        if isinstance(found, bool):
            return np.array([str(found)])
        return _rows(["" if cell is None else cell.value for cell in row] for row in found)

    return Ready({name: partial(ask, text) for name, text in _texts(works, paths=paths).items()}, answer)


def rdflib_questions(folder: Path, works: int, *, paths: bool) -> Ready:
    """Its own store, in memory."""
    graph = _parsed(folder)

    def ask(text: str) -> Any:
        found = graph.query(text)
        return bool(found.askAnswer) if found.type == "ASK" else list(found)

    def answer(found: Any) -> np.ndarray:
        if isinstance(found, bool):
            return np.array([str(found)])
        return _rows(["" if cell is None else str(cell) for cell in row] for row in found)

    return Ready({name: partial(ask, text) for name, text in _texts(works, paths=paths).items()}, answer)


def _rows(rows: Iterable[list[str]]) -> np.ndarray:
    return np.array(sorted("\t".join(row) for row in rows), dtype=str)


def _texts(works: int, *, paths: bool) -> dict[str, str]:
    import pyoxigraph as ox
    from sparql import LOOKUPS, NAME, PATHS

    from kg.output.rdf.guard import check
    from kg.output.rdf.vocab import node, prefixes

    texts = {}
    for name, text in (PATHS if paths else LOOKUPS).items():
        late = name in {"references", "two steps back", "all it leads back to"}
        work = ox.NamedNode(node("work", NAME, f"w{works - 5 if late else works // 2}"))
        texts[name] = check(text, prefixes(NAME), {"work": work} if "?work" in text else {}).text
    return texts


# an edge list, taken in


def make_list(folder: Path, citations: int) -> None:
    """An edge list, shuffled, with repeated lines."""
    import ingest

    if not folder.exists():
        part = folder.with_suffix(".part")
        part.mkdir(parents=True, exist_ok=True)
        ingest.make(part / "edges.csv", citations, 10)
        part.rename(folder)


def take_in(name: str, folder: Path, _: int) -> Ready:
    """How many distinct citations one of the sides of `ingest.py` finds."""
    import ingest

    def run() -> int:
        with tempfile.TemporaryDirectory(dir=folder.parent) as new:
            return ingest.SIDES[name](folder / "edges.csv", Path(new))

    return Ready({"": run}, once=True, limit=Limit(streamed=2 * (folder / "edges.csv").stat().st_size))


# whole catalogues


def make_snapshot(folder: Path, citations: int) -> None:
    """A generated snapshot in the shape of OpenAlex, as Parquet."""
    if folder.exists():
        return
    from kg.corpus.generate import generate

    part = folder.with_suffix(".part")
    generate(part, works=citations // 10, format="openalex-parquet", seed=7)
    part.rename(folder)


def build_on(engine: str, folder: Path, _: int) -> Ready:
    """A corpus built of a snapshot."""
    from kg.corpus.build import build
    from kg.corpus.snapshot import find_snapshot

    return _job(engine, folder, lambda running, new: build(find_snapshot(folder), new, running, name="benchmark"))


def make_corpus(folder: Path, citations: int) -> None:
    """A corpus of a generated snapshot."""
    if folder.exists():
        return
    from kg.corpus.build import build
    from kg.corpus.engine import open_engine
    from kg.corpus.snapshot import find_snapshot

    snapshot, part = folder.with_suffix(".snapshot"), folder.with_suffix(".part")
    make_snapshot(snapshot, citations)
    with open_engine("duckdb", threads=2, memory="4GB") as engine:
        build(find_snapshot(snapshot), part, engine, name="benchmark")
    shutil.rmtree(snapshot)
    part.rename(folder)


def measure_on(engine: str, folder: Path, _: int) -> Ready:
    """Some measures of a corpus, with their defaults."""
    from kg.corpus.layout import Corpus
    from kg.corpus.measures.job import load_measure, run

    def work(running: Any, new: Path) -> None:
        shutil.copytree(folder, new)
        for name in MEASURES:
            measure = load_measure(name)
            run(Corpus.open(new), measure, running, measure.options)

    return _job(engine, folder, work)


def _job(name: str, folder: Path, work: Callable[[Any, Path], object]) -> Ready:
    """A job on an engine with two threads, from the engine's start to the last file."""
    from kg.corpus.engine import open_engine

    def job() -> tuple[float, float, list[str]]:
        with tempfile.TemporaryDirectory(dir=folder.parent) as new:
            start = time.process_time() + _of_children()
            master = {"master": "local[2]"} if name == "spark" else {}
            with open_engine(name, threads=2, memory="4GB", scratch=new, **master) as engine:
                work(engine, Path(new) / "corpus")
                running = list(_descendants(os.getpid()))
                used = time.process_time() + _of_children() - start + sum(cpu for cpu, _ in running)
                peak = _high_water("self") + sum(mb for _, mb in running)
            return used, peak, _digests(Path(new) / "corpus")

    size = sum(file.stat().st_size for file in folder.rglob("*.parquet"))
    return Ready({"": job}, whole_processes=True, once=True, limit=Limit(streamed=size))


def _digests(corpus: Path) -> list[str]:
    """The rows of every file, hashed."""
    import hashlib

    import pyarrow.parquet as pq

    told = []
    for place in sorted(corpus.rglob("part-*.parquet")):
        if "shards" not in place.parts:
            rows = hashlib.sha256(pq.read_table(place).to_pandas().to_json(orient="values").encode()).hexdigest()
            told.append(f"{place.relative_to(corpus)} {rows}")
    return told


def _of_children() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _descendants(parent: int) -> Iterable[tuple[float, float]]:
    """CPU seconds, with those of their ended children, and the greatest memory of each."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent:
                yield sum(map(int, fields[11:15])) / TICKS, _high_water(place.name)
                yield from _descendants(int(place.name))
        except (OSError, ValueError):
            continue


def _high_water(process: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _no_java(_: int) -> str:
    try:
        subprocess.run(["java", "-version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return "there is no Java"
    return "" if sys.platform == "linux" else "processes are watched in /proc"


def _sides(of: Callable[..., Ready], *, paths: bool) -> Callable[[Path, int], Ready]:
    return partial(of, paths=paths)


OTHER_LINES = [
    Line(
        name="ingest",
        short="ingest of 1 million citations",
        question="an edge list, taken in",
        size=1_000_000,
        quick=2_000,
        kg={"kg": partial(take_in, "kg ingest")},
        peers={name: partial(take_in, name) for name in ("sqlite3", "DuckDB", "networkx")},
        data="list",
        make=make_list,
        why="kg numbers the works, keeps each list with its outcome, and counts what is repeated and what cites itself; "
        "the peers store or read pairs of texts.",
    ),
    Line(
        name="rdf-load",
        short="loading RDF",
        question="a graph as RDF, loaded",
        size=30_000,
        quick=300,
        kg={"kg": kg_triples},
        peers={"rdflib": rdflib_triples, "Oxigraph": oxigraph_triples},
        data="triples",
        make=make_triples,
        why="kg makes the triples of its store as well; Oxigraph is given them.",
    ),
    Line(
        name="sparql-look-ups",
        short="SPARQL look-ups",
        question="8 look-ups in SPARQL",
        size=30_000,
        quick=300,
        kg={"kg": _sides(kg_questions, paths=False)},
        peers={"rdflib": _sides(rdflib_questions, paths=False), "Oxigraph": _sides(oxigraph_questions, paths=False)},
        data="triples",
        make=make_triples,
        why="the same engine on the same store: kg checks the query first, and writes the answer as JSON.",
    ),
    Line(
        name="sparql-paths",
        short="SPARQL paths",
        question="4 questions along citations in SPARQL",
        size=30_000,
        quick=300,
        kg={"kg": _sides(kg_questions, paths=True)},
        peers={"rdflib": _sides(rdflib_questions, paths=True), "Oxigraph": _sides(oxigraph_questions, paths=True)},
        data="triples",
        make=make_triples,
        why="the same engine on the same store: kg checks the query first, and writes the answer as JSON.",
    ),
    Line(
        name="corpus-build",
        short="corpus build, 1 million citations",
        question="a corpus built of a snapshot",
        size=1_000_000,
        quick=None,
        kg={"DuckDB": partial(build_on, "duckdb")},
        peers={"Spark": partial(build_on, "spark")},
        data="snapshot",
        make=make_snapshot,
        missing=_no_java,
    ),
    Line(
        name="corpus-measures",
        short="corpus measures, 1 million citations",
        question="citations by year, and CD, of every work of a corpus",
        size=1_000_000,
        quick=None,
        kg={"DuckDB": partial(measure_on, "duckdb")},
        peers={"Spark": partial(measure_on, "spark")},
        data="corpus",
        make=make_corpus,
        missing=_no_java,
    ),
]
