"""The influence metrics against named peers in one run, as ratios, on a real graph: hep-th, or the folder named.

Prints a line a question: our time, the peer's, the ratio, and how far the answers differ. Everything starts from what
each side has ready: arrays here, a graph object of its own there. Seconds are of the processor, not of the clock, so that
other work on the machine counts little; a compiled loop on several threads is charged for all of them.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from kg.analysis.base.time_dag import time_dag
from kg.analysis.co_citation import ranks, top_pairs
from kg.analysis.metrics.betweenness import betweenness
from kg.analysis.metrics.disruption import _parse_window, _tally, disruption
from kg.analysis.metrics.pagerank import solve
from kg.analysis.search_path_counts import path_counts
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

DEFAULT = Path(__file__).parents[2] / "shared" / "data" / "hep-th"
ALPHA = 0.85
ERROR = 1e-10  # the true error (L1) both sides are asked for
SAMPLE, PEER_SAMPLE = 512, 64  # starts here; starts networkx is given, its time scaled to as many


def read_graph(folder: Path) -> CitationGraph:
    """The graph of a folder with edges.csv.gz and nodes.csv.gz."""
    edges = pd.read_csv(folder / "edges.csv.gz", dtype=str, keep_default_na=False)
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype=str, keep_default_na=False)
    years = {id_: int(year) for id_, year in zip(nodes["id"], nodes["year"], strict=True) if year}
    dates = {}
    if "date" in nodes:
        dates = {id_: day for id_, day in zip(nodes["id"], nodes["date"], strict=True) if len(day) == 10}
    pairs = edges.iloc[:, :2].itertuples(index=False, name=None)
    return CitationGraph.from_edges(pairs, years=years, dates=dates, works=nodes["id"])


def median(run: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Median seconds of several runs after one that does not count, and the answer."""
    answer, seconds = run(), []
    for _ in range(times):
        start = time.process_time()
        answer = run()
        seconds.append(time.process_time() - start)
    return statistics.median(seconds), answer


def tell(what: str, ours: float, peer: str, theirs: float, more: str) -> None:
    """One line of result."""
    print(f"{what}: kg {ours:.3f} s, {peer} {theirs:.3f} s, ratio {theirs / ours:.1f}; {more}", flush=True)


def pagerank_of(graph: CitationGraph, g: nx.DiGraph) -> None:
    """Solved, against networkx and a bare power iteration in scipy, all to the same true error."""
    ours, (share, bound) = median(lambda: solve(graph, ALPHA))
    stop = ERROR * (1 - ALPHA) / ALPHA
    theirs, ranks_ = median(lambda: nx.pagerank(g, alpha=ALPHA, tol=stop / len(g), max_iter=1000), times=1)
    other = np.array([ranks_[i] for i in range(len(graph))])
    tell(
        "pagerank", ours, "networkx", theirs, f"proven bound {bound:.0e}, L1 difference {abs(share - other).sum():.0e}"
    )

    n, counts = len(graph), graph.references.counts()
    back = csr_array((1 / counts[graph.citers.works], graph.citers.works, graph.citers.offsets), shape=(n, n))

    def power() -> np.ndarray:
        x = np.full(n, 1 / n)
        while True:
            new = ALPHA * (back @ x + x[counts == 0].sum() / n) + (1 - ALPHA) / n
            if abs(new - x).sum() < stop:
                return new
            x = new

    theirs, other = median(power)
    tell("pagerank", ours, "scipy power iteration", theirs, f"L1 difference {abs(share - other).sum():.0e}")


def disruption_of(graph: CitationGraph, peer: Path | None) -> None:
    """CD at five years of every work: plain, compiled, and cdindex on a sample of works, scaled to all."""
    window = _parse_window("1826d")
    plain, one = median(lambda: _tally(graph, window, 1, fast=False), times=1)
    compiled, other = median(lambda: _tally(graph, window, 1, fast=True))
    same = all((a == b).all() for a, b in zip(one, other, strict=True))
    tell("disruption, kg[fast]", compiled, "kg", plain, f"all counts equal: {same}")
    if peer is None:
        print("disruption: name the python of an environment with cdindex to compare: --cdindex PYTHON")
        return
    days = [
        int(d) if d != UNDATED else date(max(int(y), 1), 1, 1).toordinal()
        for d, y in zip(graph.dates, graph.years, strict=True)
    ]
    asked = np.random.default_rng(1).permutation(len(graph))[:2000].tolist()
    ends = [graph.references.owners().tolist(), graph.references.works.tolist()]
    done = subprocess.run(
        [str(peer), "-c", CDINDEX], input=json.dumps([days, ends, asked]), capture_output=True, text=True, check=True
    )
    seconds, found = json.loads(done.stdout)
    value = disruption(graph, window="1826d").table["value"].to_numpy()[asked]
    different = max(abs(a - b) for a, b in zip(value, found, strict=True) if b is not None and not np.isnan(a))
    whole = seconds * len(graph) / len(asked)
    tell("disruption", plain, "cdindex", whole, f"largest difference {different:.0e} (cdindex on 2,000 works, scaled)")
    tell("disruption, kg[fast]", compiled, "cdindex", whole, "as above")


CDINDEX = """
import json, sys, time, cdindex
from cdindex import _cdindex
days, (citing, cited), asked = json.load(sys.stdin)
graph = cdindex.Graph()
for work, day in enumerate(days):
    graph.add_vertex(work, day)
for a, b in zip(citing, cited):  # below its add_edge, which looks every edge up among those of its work
    _cdindex.add_edge(graph._graph, a, b)
start = time.process_time()
found = [graph.cdindex(work, 1826) for work in asked]
seconds = time.process_time() - start
print(json.dumps([seconds, [None if x is None or x != x else x for x in found]]))
"""


def paths_of(graph: CitationGraph) -> None:
    """Search path counts, exact integers, against exact integers in networkx."""
    dag = time_dag(graph)
    g = nx.DiGraph(zip(dag.arcs[1].tolist(), dag.arcs[0].tolist(), strict=True))

    def exact() -> dict[tuple[int, int], int]:
        order, lead, on = list(nx.topological_sort(g)), {}, {}
        for v in order:
            lead[v] = sum(lead[u] for u in g.predecessors(v)) or 1
        for u in reversed(order):
            on[u] = sum(on[v] for v in g.successors(u)) or 1
        return {(u, v): lead[u] * on[v] for u, v in g.edges()}

    whole, (counts, total) = median(lambda: path_counts(dag, "spc"), times=3)
    theirs, peer = median(exact, times=1)
    equal = all(peer[u, v] == n for v, u, n in zip(*dag.arcs, counts, strict=True))
    tell("path counts, exact", whole, "networkx", theirs, f"all equal: {equal}; total {total:.2e}")


def betweenness_of(graph: CitationGraph, g: nx.DiGraph) -> None:
    """From the same starts as networkx, whose own sampling draws others: by its two passes for each start."""
    from networkx.algorithms.centrality.betweenness import (  # as nx.betweenness_centrality does
        _accumulate_basic,
        _single_source_shortest_path_basic,
    )

    ours, _ = median(lambda: betweenness(graph, sample=SAMPLE), times=3)
    total = dict.fromkeys(g, 0.0)
    starts = np.random.default_rng(0).permutation(len(graph))[:PEER_SAMPLE].tolist()
    begun = time.process_time()
    for s in starts:
        order, before, sigma, _ = _single_source_shortest_path_basic(g, s)
        total, _ = _accumulate_basic(total, order, before, sigma, s)
    theirs = (time.process_time() - begun) * SAMPLE / PEER_SAMPLE
    value = betweenness(graph, sample=PEER_SAMPLE).table["value"].to_numpy()
    peer = np.array([total[v] for v in range(len(graph))]) * len(graph) / PEER_SAMPLE
    more = f"largest relative difference {_apart(value, peer):.0e} on the {PEER_SAMPLE} starts networkx was given"
    tell(f"betweenness, {SAMPLE} starts", ours, "networkx", theirs, more)


def related_of(graph: CitationGraph) -> None:
    """Co-citation top 20 of every work, against the whole product in scipy."""
    rank, asked = ranks(graph.ids), np.arange(len(graph))
    ours, found = median(lambda: top_pairs(graph.citers, graph.references, asked, rank, 20), times=1)
    n = len(graph)
    cites = csr_array((np.ones(graph.m, np.int32), graph.references.works, graph.references.offsets), shape=(n, n))
    theirs, product = median(lambda: cites.T @ cites, times=1)
    product = product.tocsr()
    of, other, count = found
    same = bool((np.asarray(product[of, other]).ravel() == count).all())
    more = f"counts equal: {same}; {len(count):,} pairs kept of {product.nnz - n:,} the product holds"
    tell("co-citation, top 20 of every work", ours, "scipy's whole product, unsorted", theirs, more)


def _apart(a: np.ndarray, b: np.ndarray) -> float:
    return float((abs(a - b) / np.maximum(1, abs(b))).max())


def main() -> None:
    """Compare."""
    words = sys.argv[1:]
    peer = Path(words.pop(words.index("--cdindex") + 1)) if "--cdindex" in words else None
    words = [word for word in words if word != "--cdindex"]
    folder = Path(words[0]) if words else DEFAULT
    if not folder.exists():
        sys.exit(f"no graph at {folder}: name a folder with edges.csv.gz and nodes.csv.gz")
    graph = read_graph(folder)
    g = nx.DiGraph()
    g.add_nodes_from(range(len(graph)))
    g.add_edges_from(zip(graph.references.owners().tolist(), graph.references.works.tolist(), strict=True))
    print(f"{folder.name}: {len(graph):,} works, {graph.m:,} citations without loops")
    pagerank_of(graph, g)
    disruption_of(graph, peer)
    paths_of(graph)
    betweenness_of(graph, g)
    related_of(graph)


if __name__ == "__main__":
    main()
