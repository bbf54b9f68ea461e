"""The lines on PageRank and on CD: kg against igraph, scipy, networkx and cdindex."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from limits import Limit
from lines import Line, Ready, ends, in_igraph, in_networkx, opened

from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

MILLION = 1_000_000  # works; 10 million citations
ALPHA, ERROR = 0.85, 1e-10  # damping; the true error (L1) that both sides are asked for
WINDOW = 1826  # days


def largest_difference(ours: Any, theirs: Any) -> float:
    """Of the works that kg has a number for: cdindex gives one to works without references too."""
    has = ~np.isnan(ours)
    return float(np.nan_to_num(abs(ours[has] - theirs[has]), nan=np.inf).max()) if has.any() else float("inf")


def sum_of_differences(ours: Any, theirs: Any) -> float:
    """L1."""
    return float(abs(ours - theirs).sum())


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


METRIC_LINES = [
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
]
