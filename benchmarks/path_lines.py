"""The lines on paths, on loading a graph, and on betweenness and co-citation: kg against networkx, igraph and scipy."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from limits import Limit
from lines import Line, Ready, ends, in_igraph, in_memory, in_networkx, opened
from paths import KG, answer_of, build, pairs_of

from kg.graph.arrays import read_arrays
from kg.graph.citation_graph import CitationGraph
from kg.graph.store import Store

STARTS, SEARCHES = 64, 100


def relative_difference(ours: Any, theirs: Any) -> float:
    """The largest, of numbers above 1."""
    return float((abs(ours - theirs) / np.maximum(1, abs(theirs))).max())


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


PATH_LINES = [
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
