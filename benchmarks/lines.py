"""The lines of the table on graphs of works and citations: each side prepares what it has ready, then answers.

A side is a function of the data that gives what to run. Nothing here measures: `table.py` does, each side in a process of its own.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from limits import Limit
from paths import KG, answer_of, build, pairs_of

from kg.corpus.simulated import generate_arrays
from kg.errors import StoreError
from kg.graph.arrays import OUTCOMES, UNDATED, GraphArrays, read_arrays, write_arrays
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store
from kg.graph.tables import Tables
from kg.graph.topology import number_works
from kg.model import Outcome

HEP_TH = Path(__file__).parents[2] / "shared" / "data" / "hep-th"
ALPHA, ERROR = 0.85, 1e-10  # damping; the true error (L1) that both sides are asked for
WINDOW = 1826  # days
STARTS, SEARCHES = 64, 100


class Ready(NamedTuple):
    """What a side answers, once it has all it needs."""

    parts: dict[str, Callable[[], Any]]
    answer: Callable[[Any], Any] = np.asarray  # as both sides are compared
    whole_processes: bool = False  # each run starts a process, whose time and memory it gives with its answer
    scale: float = 1  # what a sample's time is multiplied by
    once: bool = False  # run once: the run is long, or cannot be repeated
    limit: Limit | None = None


Side = Callable[[Path, int], Ready]


def largest_difference(ours: Any, theirs: Any) -> float:
    """Of the works that kg has a number for: cdindex gives one to works without references too."""
    has = ~np.isnan(ours)
    return float(np.nan_to_num(abs(ours[has] - theirs[has]), nan=np.inf).max()) if has.any() else float("inf")


def sum_of_differences(ours: Any, theirs: Any) -> float:
    """L1."""
    return float(abs(ours - theirs).sum())


def relative_difference(ours: Any, theirs: Any) -> float:
    """The largest, of numbers above 1."""
    return float((abs(ours - theirs) / np.maximum(1, abs(theirs))).max())


def unequal(ours: Any, theirs: Any) -> float:
    """How many entries differ."""
    return float("inf") if ours.shape != theirs.shape else float(np.sum(ours != theirs))


def make_graph(folder: Path, works: int) -> None:
    """The arrays of a generated graph, or of hep-th for 0 works, in a folder."""
    try:
        read_arrays(folder)
    except StoreError:  # none, or not as this version of kg writes them
        shutil.rmtree(folder, ignore_errors=True)
    else:
        return
    if works:
        drawn = generate_arrays(works, seed=7)
        first = np.flatnonzero(np.diff(drawn.years, prepend=0))
        of_year = np.diff(np.append(first, works))
        place = (np.arange(works) - np.repeat(first, of_year)) / np.repeat(of_year, of_year)  # within its year
        days = (drawn.years - 1970).astype("datetime64[Y]").astype("datetime64[D]") + (365 * place).astype(int)
        dates = (days - np.datetime64("0001-01-01")).astype(np.int32) + 1  # as date.toordinal counts
        known = np.full(works, OUTCOMES.index(Outcome.COMPLETE), np.uint8)
        write_arrays(folder, number_works(drawn.citing, drawn.cited, drawn.years, dates, known))
    else:
        write_arrays(folder, read_graph(HEP_TH).arrays)


def read_graph(folder: Path) -> CitationGraph:
    """The graph of a folder with edges.csv.gz and nodes.csv.gz."""
    import pandas as pd

    edges = pd.read_csv(folder / "edges.csv.gz", dtype=str, keep_default_na=False)
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str, keep_default_na=False)
    years = {id_: int(year) for id_, year in zip(nodes["id"], nodes["year"], strict=True) if year}
    dates = {}
    if "date" in nodes:
        dates = {id_: day for id_, day in zip(nodes["id"], nodes["date"], strict=True) if len(day) == 10}
    pairs = edges.iloc[:, :2].itertuples(index=False, name=None)
    return CitationGraph.from_edges(pairs, years=years, dates=dates, works=nodes["id"])


@dataclass(frozen=True, kw_only=True)
class Line:
    """A question that kg and its peers answer."""

    name: str
    question: str
    short: str  # for the drawing
    size: int  # works of the generated data; 0 for hep-th
    quick: int | None  # the same in a quick run; None where the line takes too long for one
    kg: dict[str, Side]
    peers: dict[str, Side]
    difference: Callable[[Any, Any], float] = unequal
    tolerance: float = 0
    asked: dict[tuple[str, str], float] = field(default_factory=dict)  # the ratio asked for, by side and peer
    data: str = "graph"
    make: Callable[[Path, int], None] = make_graph
    missing: Callable[[int], str] = lambda size: "" if size or HEP_TH.exists() else f"there is no {HEP_TH.name}"
    why: str = ""  # what stands in the way, or what else is to be known


@cache
def opened(folder: Path) -> CitationGraph:
    """The graph of the arrays in a folder."""
    arrays = read_arrays(folder)
    return in_memory(arrays)


def in_memory(arrays: GraphArrays) -> CitationGraph:
    """A graph without tables; its works are known by their numbers."""

    def none() -> Any:
        raise NotImplementedError

    return CitationGraph(
        arrays, Tables(ids=lambda: list(map(str, range(len(arrays)))), works=none, concepts=none, claims=tuple)
    )


def ends(graph: CitationGraph) -> np.ndarray:
    """Citing and cited, a row each."""
    return np.column_stack((graph.references.owners(), graph.references.works))


def in_igraph(graph: CitationGraph, pairs: np.ndarray) -> Any:
    """The citations in igraph."""
    import igraph

    return igraph.Graph(n=len(graph), edges=pairs, directed=True)


def in_networkx(graph: CitationGraph, pairs: np.ndarray) -> Any:
    """The citations in networkx."""
    import networkx as nx

    g = nx.DiGraph()
    g.add_nodes_from(range(len(graph)))
    g.add_edges_from(zip(*pairs.T.tolist(), strict=True))
    return g


# PageRank, to the same true error


def kg_pagerank(folder: Path, _: int) -> Ready:
    """Solved."""
    from kg.analysis.metrics.pagerank import solve

    graph = opened(folder)
    limit = Limit(gathers=graph.m, vector=8 * len(graph), streamed=6 * 8 * len(graph))
    return Ready({"": lambda: solve(graph, ALPHA)[0]}, limit=limit)


def scipy_pagerank(folder: Path, _: int) -> Ready:
    """Power iteration on a matrix that is ready: as few steps as bring the true error below the one asked for."""
    from scipy.sparse import csr_array

    from kg.analysis.metrics.pagerank import solve

    graph = opened(folder)
    n, references = len(graph), graph.references.counts()
    offsets, citers = graph.citers.offsets.astype(np.int32), graph.citers.works
    back, dangling = csr_array((1 / references[citers], citers, offsets), shape=(n, n)), references == 0

    def steps() -> Iterator[tuple[np.ndarray, float]]:
        x = np.full(n, 1 / n)
        while True:
            new = ALPHA * (back @ x + x[dangling].sum() / n) + (1 - ALPHA) / n
            yield new, float(abs(new - x).sum())  # by which it would know where to stop
            x = new

    exact = solve(graph, ALPHA)[0]
    needed = next(k for k, (x, _) in enumerate(steps()) if abs(x - exact).sum() <= ERROR)
    return Ready({"": lambda: next(x for k, (x, _) in enumerate(steps()) if k == needed)})


def igraph_pagerank(folder: Path, _: int) -> Ready:
    """By its default method, PRPACK."""
    graph = opened(folder)
    g = in_igraph(graph, ends(graph))
    return Ready({"": lambda: g.pagerank(damping=ALPHA)})


def networkx_pagerank(folder: Path, _: int) -> Ready:
    """With the tolerance at which its error is small enough."""
    import networkx as nx

    graph = opened(folder)
    g, stop = in_networkx(graph, ends(graph)), ERROR * (1 - ALPHA) / ALPHA
    return Ready(
        {"": lambda: nx.pagerank(g, alpha=ALPHA, tol=stop / len(g), max_iter=1000)},
        lambda x: np.array(list(x.values())),
    )


# CD within five years


def kg_disruption(folder: Path, works: int) -> Ready:
    """The metric as a user has it, by the loop in numpy."""
    return _disruption(folder, works, fast=False)


def kg_disruption_fast(folder: Path, works: int) -> Ready:
    """With kg[fast], on one thread."""
    return _disruption(folder, works, fast=True)


def _disruption(folder: Path, _: int, *, fast: bool) -> Ready:
    from kg.analysis.metrics import disruption as module

    graph = opened(folder)
    module.FAST = 0 if fast else 1 << 62
    asked = _asked(len(graph))
    met = _in_windows(graph, module)
    return Ready(
        {"": lambda: module.disruption(graph, window=f"{WINDOW}d", threads=1).table["value"].to_numpy()[asked]},
        limit=Limit(gathers=met, vector=4 * len(graph)),
    )


def _in_windows(graph: CitationGraph, module: Any) -> int:
    """How many citing works lie in the windows: of each work its own, and those of each of its references."""
    span, n = module._Spans(graph, module._parse_window(f"{WINDOW}d")), len(graph)  # noqa: SLF001
    key = np.sort(graph.citers.owners() * n + span.rank[graph.citers.works])
    of = np.concatenate((np.arange(n), graph.references.works))
    work = np.concatenate((np.arange(n), graph.references.owners()))
    first, last = (np.searchsorted(key, of * n + end[work]) for end in (span.first, span.last))
    return int((last - first).clip(min=0).sum())


def cdindex_disruption(folder: Path, _: int) -> Ready:
    """Its graph is filled below its add_edge, which looks every citation up among those of its work."""
    import cdindex
    from cdindex import _cdindex

    graph = opened(folder)
    days = [
        int(d) if d != UNDATED else date(max(int(y), 1), 1, 1).toordinal()
        for d, y in zip(graph.dates, graph.years, strict=True)
    ]
    g = cdindex.Graph()
    for work, day in enumerate(days):
        g.add_vertex(work, day)
    for a, b in ends(graph).tolist():
        _cdindex.add_edge(g._graph, a, b)  # noqa: SLF001
    asked = _asked(len(graph)).tolist()

    def answer(found: list[float | None]) -> np.ndarray:
        return np.array([np.nan if x is None else x for x in found])

    return Ready({"": lambda: [g.cdindex(work, WINDOW) for work in asked]}, answer, scale=len(graph) / len(asked))


def _asked(n: int) -> np.ndarray:
    return np.random.default_rng(1).permutation(n)[:2000]


# how many paths pass each citation, in whole numbers


def kg_path_counts(folder: Path, _: int) -> Ready:
    """Of the acyclic graph, which is ready."""
    from kg.analysis.base.time_dag import time_dag
    from kg.analysis.search_path_counts import path_counts

    graph = opened(folder)
    dag = time_dag(graph)
    arcs = len(dag.arcs[0])
    limit = Limit(gathers=4 * arcs, vector=8 * dag.units, streamed=3 * 40 * arcs)
    return Ready({"": lambda: path_counts(dag, "spc")[0]}, _residues, limit=limit)


def networkx_path_counts(folder: Path, _: int) -> Ready:
    """Whole numbers along its own topological order."""
    import networkx as nx

    from kg.analysis.base.time_dag import time_dag

    citing, cited = (x.tolist() for x in time_dag(opened(folder)).arcs)
    g = nx.DiGraph(zip(cited, citing, strict=True))

    def exact() -> dict[tuple[int, int], int]:
        order, lead, on = list(nx.topological_sort(g)), {}, {}
        for v in order:
            lead[v] = sum(lead[u] for u in g.predecessors(v)) or 1
        for u in reversed(order):
            on[u] = sum(on[v] for v in g.successors(u)) or 1
        return {(u, v): lead[u] * on[v] for u, v in g.edges()}

    return Ready({"": exact}, lambda found: _residues([found[arc] for arc in zip(cited, citing, strict=True)]))


def _residues(counts: Any) -> np.ndarray:
    """Whole numbers of any size by their length and their rest, which differ where the numbers do."""
    return np.array([(count.bit_length(), count % (2**61 - 1)) for count in counts])


# shortest influence paths


def kg_paths(folder: Path, _: int) -> Ready:
    """As `kg path` finds them: in plain Python, in both directions at once."""
    from kg.analysis.paths.query import shortest_paths

    arrays = read_arrays(folder)
    asked = pairs_of(arrays, SEARCHES)

    def lengths() -> list[int]:
        found = (shortest_paths(arrays, old, new).paths for old, new in asked)
        return [len(paths[0]) - 1 if paths else -1 for paths in found]

    return Ready({"": lengths})


def igraph_paths(folder: Path, _: int) -> Ready:
    """On the citations that agree with time."""
    graph = opened(folder)
    g, asked = in_igraph(graph, _usable(graph)), pairs_of(read_arrays(folder), SEARCHES)
    return Ready({"": lambda: [len(g.get_shortest_path(new, old)) - 1 for old, new in asked]})


def networkx_paths(folder: Path, _: int) -> Ready:
    """In both directions at once, on the citations that agree with time."""
    import networkx as nx

    graph = opened(folder)
    g, asked = in_networkx(graph, _usable(graph)), pairs_of(read_arrays(folder), SEARCHES)

    def length(old: int, new: int) -> int:
        try:
            return len(nx.bidirectional_shortest_path(g, new, old)) - 1
        except nx.NetworkXNoPath:
            return -1

    return Ready({"": lambda: [length(old, new) for old, new in asked]})


def _usable(graph: CitationGraph) -> np.ndarray:
    from kg.analysis.base.time_dag import usable_citations

    return np.column_stack(usable_citations(graph))


# one question to a new process


def make_store(folder: Path, works: int) -> None:
    """A graph as kg keeps it, and its citations for networkx."""
    from kg.analysis.paths.query import shortest_paths

    if folder.exists():
        return
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    build(part, works)
    with Store.open(part / "graph.sqlite") as store:
        arrays = read_arrays(part / "index" / store.state)
    pair = next(pair for pair in pairs_of(arrays, SEARCHES) if shortest_paths(arrays, *pair).paths)
    usable = _usable(in_memory(arrays))
    np.savez(part / "citations.npz", citing=usable[:, 0], cited=usable[:, 1], rows=arrays.rows)
    (part / "pair").write_text(" ".join(f"w{arrays.rows[work] - 1}" for work in pair), encoding="utf-8")
    part.rename(folder)


def kg_path(folder: Path, _: int) -> Ready:
    """`kg path` as it is typed."""
    words = [str(KG), "path", *(folder / "pair").read_text().split(), "--json", "--graph", str(folder)]
    return Ready(
        {"": lambda: answer_of(words)}, lambda told: np.array([len(json.loads(told)["paths"][0]["works"])]), True
    )


def networkx_path(folder: Path, _: int) -> Ready:
    """Reads the citations, builds its graph and searches."""
    program = """import networkx as nx, numpy as np, sys
folder, old, new = sys.argv[1:]
data = np.load(folder + "/citations.npz")
g = nx.DiGraph(zip(data["citing"].tolist(), data["cited"].tolist()))
number = {f"w{row - 1}": k for k, row in enumerate(data["rows"].tolist())}
print(len(nx.bidirectional_shortest_path(g, number[new], number[old])))"""
    words = [sys.executable, "-c", program, str(folder), *(folder / "pair").read_text().split()]
    return Ready({"": lambda: answer_of(words)}, lambda told: np.array([int(told)]), True)


# from disk to a graph that answers: how often each work is cited


def kg_loading(folder: Path, _: int) -> Ready:
    """Maps the arrays and reads all that are needed."""

    def load() -> np.ndarray:
        graph = in_memory(read_arrays(folder))
        assert graph.references.works.sum(dtype=np.int64) >= 0  # all of it has been read
        return graph.citers.counts()

    arrays = read_arrays(folder)
    return Ready({"": load}, limit=Limit(streamed=4 * len(arrays.reference_works) + 8 * len(arrays)))


def igraph_loading(folder: Path, _: int) -> Ready:
    """From pairs of numbers in memory."""
    graph, pairs = opened(folder), ends(opened(folder))
    return Ready({"": lambda: in_igraph(graph, pairs)}, lambda g: np.array(g.indegree()), once=True)


def networkx_loading(folder: Path, _: int) -> Ready:
    """From pairs of numbers in memory."""
    graph, pairs = opened(folder), ends(opened(folder))
    return Ready({"": lambda: in_networkx(graph, pairs)}, lambda g: np.array([d for _, d in g.in_degree()]), once=True)


# betweenness and co-citation


def kg_betweenness(folder: Path, _: int) -> Ready:
    """From a sample of starts."""
    from kg.analysis.metrics.betweenness import betweenness

    graph = opened(folder)
    limit = Limit(gathers=2 * STARTS * graph.m, vector=8 * len(graph))
    return Ready({"": lambda: betweenness(graph, sample=STARTS)}, lambda scores: scores.table["value"], limit=limit)


def networkx_betweenness(folder: Path, _: int) -> Ready:
    """Its two passes from the same starts: its own sampling draws others."""
    from networkx.algorithms.centrality import betweenness as module

    graph = opened(folder)
    g, starts = in_networkx(graph, ends(graph)), np.random.default_rng(0).permutation(len(graph))[:STARTS].tolist()

    def run() -> np.ndarray:
        total = dict.fromkeys(g, 0.0)
        for s in starts:
            order, before, sigma, _ = module._single_source_shortest_path_basic(g, s)  # noqa: SLF001
            total, _ = module._accumulate_basic(total, order, before, sigma, s)  # noqa: SLF001
        return np.array([total[v] for v in range(len(graph))]) * len(graph) / len(starts)

    return Ready({"": run}, once=True)


def kg_related(folder: Path, _: int) -> Ready:
    """The 20 works most often cited together with each work."""
    from kg.analysis.co_citation import ranks, top_pairs

    graph = opened(folder)
    rank, asked = ranks(graph.ids), np.arange(len(graph))
    references = graph.references.counts()
    met = int(references[graph.citers.works].sum())
    limit = Limit(gathers=met, vector=4 * len(graph))
    return Ready(
        {"": lambda: top_pairs(graph.citers, graph.references, asked, rank, 20)},
        lambda x: _greatest(x[0], x[2]),
        limit=limit,
    )


def scipy_related(folder: Path, _: int) -> Ready:
    """The whole product of the matrix with itself, unsorted."""
    from scipy.sparse import csr_array

    graph = opened(folder)
    n = len(graph)
    matrix = csr_array((np.ones(graph.m, np.int32), graph.references.works, graph.references.offsets), shape=(n, n))

    def answer(product: Any) -> np.ndarray:
        found = product.tocoo()
        apart = found.row != found.col
        return _greatest(found.row[apart], found.data[apart])

    return Ready({"": lambda: matrix.T @ matrix}, answer)


def _greatest(of: np.ndarray, count: np.ndarray) -> np.ndarray:
    """The 20 greatest counts of each work."""
    order = np.lexsort((-count, of))
    of, count = of[order], count[order]
    first = np.flatnonzero(np.diff(of, prepend=-1))
    place = np.arange(len(of)) - np.repeat(first, np.diff(np.append(first, len(of))))
    return np.column_stack((of, count))[place < 20]


MILLION = 1_000_000  # works; 10 million citations
LINES = [
    Line(
        name="pagerank",
        short="PageRank, 10 million citations",
        question="PageRank to a true error of 1e-10",
        size=MILLION,
        quick=2_000,
        kg={"kg": kg_pagerank},
        peers={"igraph": igraph_pagerank, "scipy": scipy_pagerank},
        difference=sum_of_differences,
        tolerance=2 * ERROR,
        asked={("kg", "igraph"): 10, ("kg", "scipy"): 20},
    ),
    Line(
        name="pagerank-cyclic",
        short="PageRank, cyclic (hep-th)",
        question="PageRank to a true error of 1e-10, with a cycle of 7,464 works",
        size=0,
        quick=None,
        kg={"kg": kg_pagerank},
        peers={"igraph": igraph_pagerank, "scipy": scipy_pagerank, "networkx": networkx_pagerank},
        difference=sum_of_differences,
        tolerance=2 * ERROR,
        why=(
            "the cycle of 7,464 works takes 14 steps of bicgstab, each two passes over its 116,252 citations "
            "and a dozen calls of numpy, and 118 small cycles a matrix each; igraph's loop is compiled."
        ),
    ),
    Line(
        name="disruption",
        short="CD (hep-th)",
        question="CD within 1,826 days of every work",
        size=0,
        quick=2_000,
        kg={"kg": kg_disruption, "kg[fast]": kg_disruption_fast},
        peers={"cdindex": cdindex_disruption},
        difference=largest_difference,
        tolerance=1e-12,
        asked={("kg", "cdindex"): 8, ("kg[fast]", "cdindex"): 50},
    ),
    Line(
        name="path-counts",
        short="path counts (hep-th)",
        question="paths through each citation, in whole numbers",
        size=0,
        quick=2_000,
        kg={"kg": kg_path_counts},
        peers={"networkx": networkx_path_counts},
        asked={("kg", "networkx"): 40},
        why=(
            "every count is a Python integer of up to 290 bits. Multiplying them takes 28 ms of CPU by "
            "itself, 1/17 of what networkx takes in all; more would need words of fixed width that become "
            "integers when they are read."
        ),
    ),
    Line(
        name="paths",
        short="shortest paths",
        question=f"{SEARCHES} shortest influence paths",
        size=100_000,
        quick=2_000,
        kg={"kg": kg_paths},
        peers={"networkx": networkx_paths, "igraph": igraph_paths},
        why=(
            "once their graphs are in memory, the peers search faster. kg's search is plain Python over "
            "arrays that it maps from disk: it grows whole levels, so that equal paths come in a fixed "
            "order, and checks dates as it goes. The next line counts all of a question."
        ),
    ),
    Line(
        name="path",
        short="one path, from a new process",
        question="one shortest influence path, asked of a new process",
        size=100_000,
        quick=2_000,
        kg={"kg": kg_path},
        peers={"networkx": networkx_path},
        data="store",
        make=make_store,
    ),
    Line(
        name="loading",
        short="loading",
        question="from disk to a graph that answers",
        size=100_000,
        quick=2_000,
        kg={"kg": kg_loading},
        peers={"networkx": networkx_loading, "igraph": igraph_loading},
    ),
    Line(
        name="betweenness",
        short="betweenness (hep-th)",
        question=f"betweenness from {STARTS} works",
        size=0,
        quick=2_000,
        kg={"kg[fast]": kg_betweenness},
        peers={"networkx": networkx_betweenness},
        difference=relative_difference,
        tolerance=1e-9,
    ),
    Line(
        name="co-citation",
        short="co-citation (hep-th)",
        question="the 20 works most often cited together with each",
        size=0,
        quick=2_000,
        kg={"kg": kg_related},
        peers={"scipy": scipy_related},
        why=("scipy's product is neither sorted nor cut: it holds 4,884,490 pairs where kg gives 404,842."),
    ),
]
