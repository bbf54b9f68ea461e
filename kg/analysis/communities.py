"""Communities: groups of works that cite each other more than chance would have it, and how stable they are."""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Floats, Ints, conventions, index_of
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

if TYPE_CHECKING:
    import pandas as pd

MANY = 500_000  # citations above which iterations end early
LEAST, ENOUGH = 1e-12, 1e-3  # gain in modularity up to which an iteration is the last, below and above that


@dataclass(frozen=True, kw_only=True)
class Communities:
    """The communities of a graph.

    Attributes
    ----------
    table : pd.DataFrame
        Index work id; `community` (0 is the largest), `stability` of the work's place: over the other seeds, the mean overlap
        (Jaccard) of its community with the one it gets there; NaN with one seed.
    modularity : float
        Of the first seed's division, in [-1/2, 1]; NaN without citations.
    stability : float
        Mean adjusted Rand index between the divisions of two seeds: 1 the same, 0 as by chance; NaN with one seed.
    options : dict[str, Any]
        The options it was called with.
    notes : list[str]
        What was done with loops, duplicates, cycles, backward citations and undated works.
    """

    table: "pd.DataFrame"
    modularity: float
    stability: float
    options: dict[str, Any]
    notes: list[str]


def communities(graph: CitationGraph, *, resolution: float = 1.0, seed: int = 0, seeds: int = 5) -> Communities:
    """Which works belong together by whom they cite and are cited by.

    Communities are numbered by falling size, then by their first id. A work without citations is a community of its own.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    resolution : float, default 1.0
        Higher values give smaller communities.
    seed : int, default 0
        The seed of the random numbers; the same seed gives the same communities.
    seeds : int, default 5
        How many seeds to run, from `seed` on, to see how stable the communities are.

    Raises
    ------
    InputError
        If `resolution` is not above 0 or `seeds` below 1.

    Notes
    -----
    Leiden's division of the greatest modularity: the sum over pairs of works in the same community of (A_uv - resolution k_u
    k_v / 2m) / 2m, with citations taken without direction, once a pair, and citations of a work by itself left out.
    Iterations go on while they raise it; above 500,000 citations, while they raise it by more than 0.001: the last steps are
    tiny, and the more there are the larger the graph.

    References
    ----------
    Traag, Waltman & van Eck (2019), From Louvain to Leiden: guaranteeing well-connected communities.

    Examples
    --------
    >>> edges = [("b", "a"), ("c", "a"), ("c", "b"), ("y", "x"), ("z", "x"), ("z", "y"), ("x", "a")]
    >>> communities(CitationGraph.from_edges(edges)).table["community"].loc[list("abcxyz")].tolist()
    [0, 0, 0, 1, 1, 1]
    """
    import pandas as pd

    if not 0 < resolution < np.inf or seeds < 1:
        raise InputError(
            f"resolution must be greater than 0 and seeds at least 1 (got {resolution} and {seeds})",
            "1 and 5 are the defaults",
        )
    division, modularity = _divide(graph, resolution, range(seed, seed + 1))  # which `community_numbers` asks for too
    others = _divide(graph, resolution, range(seed + 1, seed + seeds))[0] if seeds > 1 else ()
    divisions = (*division, *others)
    first = _by_size(divisions[0], graph.ids)
    pairs = [_rand(a, b) for a, b in combinations(divisions, 2)]
    overlap = [_overlap(divisions[0], other) for other in divisions[1:]]
    table = pd.DataFrame(
        {"community": first, "stability": np.mean(overlap, axis=0) if overlap else np.nan}, index=index_of(graph)
    )
    return Communities(
        table=table,
        modularity=modularity,
        stability=float(np.mean(pairs)) if pairs else float("nan"),
        options={"resolution": resolution, "seed": seed, "seeds": seeds},
        notes=conventions(
            graph, cycles="included, without regard to direction", backward="included", undated="included"
        ),
    )


@once_per_graph
def community_numbers(graph: CitationGraph) -> Ints:
    """The community of each work, 0 being the largest: one run of Leiden, for what divides a graph without asking how firm that is."""
    return _by_size(_divide(graph, 1.0, range(1))[0][0], graph.ids)


@once_per_graph
def _divide(graph: CitationGraph, resolution: float, seeds: range) -> tuple[tuple[Ints, ...], float]:
    igraph = _compiled_igraph()
    ids = np.argsort(np.argsort(np.array(graph.ids, dtype=object)))  # the order of the ids, not of the numbers
    ends = ids[graph.references.owners()], ids[graph.references.works]
    pairs = np.unique(np.minimum(*ends) * np.int64(len(graph)) + np.maximum(*ends))
    citations = np.column_stack(np.divmod(pairs, max(len(graph), 1)))
    del ends, pairs  # 10 million citations: memory that igraph needs
    g = igraph.GraphBase(len(graph), citations.data, False)
    divisions, modularity = [], float("nan")
    try:
        for k in seeds:
            igraph.set_random_number_generator(random.Random(k))  # noqa: S311  (nothing secret)
            membership, reached = _climb(g, resolution, LEAST if len(citations) <= MANY else ENOUGH)
            divisions.append(np.array(membership, np.int64)[ids] if len(graph) else np.empty(0, np.int64))
            if k == seeds[0]:
                modularity = reached
    finally:
        igraph.set_random_number_generator(random)
    return tuple(divisions), modularity


def _compiled_igraph() -> Any:
    """The compiled module of igraph alone: the package around it spends a second on loading matplotlib, which is not needed."""
    name = "igraph._igraph"
    if name not in sys.modules and (package := find_spec("igraph")):
        spec = PathFinder.find_spec(name, package.submodule_search_locations)
        if spec and spec.loader:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            sys.modules[name] = module
    return import_module(name)


def _climb(g: Any, resolution: float, least: float) -> tuple[list[int], float]:
    """The division after which an iteration of Leiden's raises modularity by no more than `least`, and that modularity.

    The modularity is NaN without citations.

    One iteration at a time: igraph's own stopping rule, "nothing changes", may never be met where divisions are equally good.
    """
    best, reached = None, float("nan")
    while True:
        membership, _ = g.community_leiden(
            resolution=resolution, normalize_resolution=True, initial_membership=best, n_iterations=1
        )
        quality = float(g.modularity(membership, resolution=resolution)) if g.ecount() else float("nan")
        if best is not None and not quality > reached + least:
            return best, reached
        best, reached = membership, quality


def _by_size(label: Ints, ids: Sequence[str]) -> Ints:
    """The same division with its communities numbered by falling size, then by their first id."""
    size = np.bincount(label) if len(label) else np.empty(0, np.int64)
    leader: dict[int, str] = {}
    for id_, community in zip(ids, label.tolist(), strict=True):
        leader[community] = min(id_, leader.get(community, id_))
    order = sorted(leader, key=lambda c: (-size[c], leader[c]))
    number = np.empty(len(size), np.int64)
    number[order] = np.arange(len(order))
    return number[label]


def _table(a: Ints, b: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each work the size of the meeting of its two communities, and the sizes of all meetings."""
    _, at, size = np.unique(a * (b.max(initial=0) + 1) + b, return_inverse=True, return_counts=True)
    return size[at], size


def _rand(a: Ints, b: Ints) -> float:
    """The adjusted Rand index of two divisions."""
    meetings = _table(a, b)[1]
    together, of_a, of_b = (float((s * (s - 1) / 2).sum()) for s in (meetings, np.bincount(a), np.bincount(b)))
    pairs = len(a) * (len(a) - 1) / 2
    expected = of_a * of_b / pairs if pairs else 0.0
    most = (of_a + of_b) / 2
    return 1.0 if most == expected else (together - expected) / (most - expected)


def _overlap(a: Ints, b: Ints) -> Floats:
    """For each work the Jaccard overlap of its communities in two divisions."""
    both = _table(a, b)[0]
    of_a, of_b = np.bincount(a)[a] if len(a) else a, np.bincount(b)[b] if len(b) else b
    return np.asarray(both / (of_a + of_b - both), np.float64)
