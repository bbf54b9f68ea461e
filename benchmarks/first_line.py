"""Ratios against named peers in one run, on a real graph: `make bench`, or with the folder of another graph.

Prints one line per question: our time, the peer's, the ratio, and how far the answers differ.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd

from kg.analysis.metrics.pagerank import pagerank
from kg.analysis.paths.query import shortest_paths
from kg.graph.citation_graph import CitationGraph

DEFAULT = Path(__file__).parents[2] / "shared" / "data" / "hep-th"


def median(run: Callable[[], Any], times: int = 5) -> tuple[float, Any]:
    """Median seconds of several runs after one that does not count, and the answer."""
    answer = run()
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        answer = run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), answer


def main() -> None:
    """Compare."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not folder.exists():
        sys.exit(f"no graph at {folder}: name a folder with edges.csv.gz and nodes.csv.gz")
    edges = pd.read_csv(folder / "edges.csv.gz", dtype=str)
    nodes = pd.read_csv(folder / "nodes.csv.gz", dtype={"id": str})
    graph = CitationGraph.from_edges(
        edges.itertuples(index=False, name=None), years=dict(zip(nodes["id"], nodes["year"].astype(int), strict=True))
    )
    g = nx.DiGraph((a, b) for a, b in graph.citations.itertuples(index=False, name=None) if a != b)
    g.add_nodes_from(graph.ids)
    print(f"{folder.name}: {len(graph):,} works, {graph.m:,} citations")

    ours, scores = median(lambda: pagerank(graph))
    peer, ranks = median(lambda: nx.pagerank(g, tol=1e-13 / len(g), max_iter=1000), times=1)
    difference = sum(abs(scores.table["value"].to_numpy() - np.array([ranks[i] for i in graph.ids])))
    print(f"pagerank: {ours:.3f} s, networkx {peer:.2f} s, ratio {peer / ours:.0f}; L1 difference {difference:.1e}")

    g = nx.DiGraph(
        (graph.ids[a], graph.ids[b])
        for a, b in zip(graph.references.owners(), graph.references.works, strict=True)
        if graph.years[a] >= graph.years[b]
    )
    pairs = np.random.default_rng(1).integers(0, len(graph), (200, 2))
    pairs = [(int(min(p, key=lambda i: graph.years[i])), int(max(p, key=lambda i: graph.years[i]))) for p in pairs]
    pairs = [(a, b) for a, b in pairs if a != b and graph.ids[a] in g and graph.ids[b] in g]

    def peer_length(old: int, new: int) -> int:
        try:
            return nx.shortest_path_length(g, graph.ids[new], graph.ids[old])
        except nx.NetworkXNoPath:
            return -1

    # as `kg path` sees them: plain memory, not numpy's
    index = SimpleNamespace(**{name: memoryview(array) for name, array in graph.arrays._asdict().items()})
    joined = [pair for pair in pairs if peer_length(*pair) >= 0]
    for what, some in (("with a path", joined), ("of all, a certificate where there is none", pairs)):
        ours, lengths = median(lambda some=some: [length(index, a, b) for a, b in some], times=3)
        peer, theirs = median(lambda some=some: [peer_length(a, b) for a, b in some], times=3)
        print(
            f"{len(some)} pairs {what}: {ours:.2f} s, networkx {peer:.2f} s, ratio {peer / ours:.1f}; "
            f"equal lengths: {lengths == theirs}"
        )
    loading, _ = median(lambda: nx.DiGraph(edges.itertuples(index=False, name=None)), times=1)
    print(f"before its first answer networkx loads the graph: {loading:.1f} s; kg maps it from disk")


def length(index: Any, old: int, new: int) -> int:
    """The length of our shortest path, -1 where there is none."""
    paths = shortest_paths(index, old, new).paths
    return len(paths[0]) - 1 if paths else -1


if __name__ == "__main__":
    main()
