"""Which citations agree with time, and the acyclic graph (DAG) that path counts and influence sweep over."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Ints
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

CYCLES = ("shrink", "preprint", "drop-same-date")
LOOP = "cites itself"
LATER = "the cited work is later"
SAME = "the cited work is of the same date"
INSIDE = "within a cycle of citations"
PREPRINT = "within a cycle of citations: it cites the preprint"
PARALLEL = "the same as another citation once a cycle is treated as one node"


class TimeDag(NamedTuple):
    """The citations of a graph that agree with time, with each remaining cycle shrunk to one unit (or opened by preprints).

    Attributes
    ----------
    unit : Ints
        The unit of each work. Units are numbered by level, so every citation goes from a higher to a lower unit.
    preprint : Ints
        The unit of each work's preprint; -1 where it has none.
    levels : Ints
        Offsets of the levels in the numbering of units. Level 0 cites nothing; every other unit is one above the highest
        unit it cites.
    citing, cited : Ints
        The works of each citation that was kept.
    arc : Ints
        Which of the `arcs` each of these citations is.
    arcs : tuple[Ints, Ints]
        The pairs of units, citing and cited, sorted.
    altered : tuple[tuple[int, int, str], ...]
        The other citations as (citing, cited, reason); with the reason PARALLEL they share the count of their arc.
    """

    unit: Ints
    preprint: Ints
    levels: Ints
    citing: Ints
    cited: Ints
    arc: Ints
    arcs: tuple[Ints, Ints]
    altered: tuple[tuple[int, int, str], ...]

    @property
    def units(self) -> int:
        """The number of units."""
        return int(self.levels[-1])


@once_per_graph
def usable(graph: CitationGraph) -> NDArray[np.bool_]:
    """Which citations (entries of `graph.references`) an influence path may follow.

    Both works must be dated and the citing work not earlier, compared at the finest precision known of both. In a graph
    without any date, all citations are usable.
    """
    citing, cited = graph.references.owners(), graph.references.works
    dated = graph.years != UNDATED
    if not dated.any():
        return np.ones(len(cited), np.bool_)
    held: NDArray[np.bool_] = dated[citing] & dated[cited] & ~graph.is_later(cited, citing)
    return held


@once_per_graph
def usable_citations(graph: CitationGraph) -> tuple[Ints, Ints]:
    """The citing and the cited work of each usable citation, in the order of `graph.references`."""
    keep = usable(graph)
    return graph.references.owners()[keep], graph.references.works[keep].astype(np.int64)


@once_per_graph
def time_dag(graph: CitationGraph, cycles: str = "shrink") -> TimeDag:
    """The acyclic graph of the citations that agree with time.

    Citations of a work by itself and citations of later works are dropped; what is still cyclic becomes one unit. A citation
    with an undated work is kept. Citations within a unit have no weight, and several citations between two units count once.
    All of these are listed as altered.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    cycles : {"shrink", "preprint", "drop-same-date"}
        "drop-same-date" also drops citations between works of the same date before it shrinks cycles. "preprint" shrinks
        nothing: each work of a cycle is doubled, the others of its cycle cite its preprint, and the preprint cites what the
        work cites outside the cycle.

    Returns
    -------
    TimeDag
        The acyclic graph.

    Raises
    ------
    InputError
        If `cycles` is not one of these.

    References
    ----------
    Batagelj (2003), Efficient algorithms for citation network analysis, for preprints.

    Examples
    --------
    >>> dag = time_dag(CitationGraph.from_edges([("B", "A"), ("A", "B"), ("C", "A")], years={"A": 1, "B": 2, "C": 3}))
    >>> dag.units, [reason for _, _, reason in dag.altered]
    (3, ['the cited work is later'])
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if cycles not in CYCLES:
        raise InputError(f"no treatment of cycles {cycles!r}", f"one of {', '.join(CYCLES)}")
    n = len(graph)
    citing, cited = graph.references.owners(), graph.references.works.astype(np.int64)
    altered = [(int(w), int(w), LOOP) for w in graph.loops]
    later = graph.is_later(cited, citing)
    dropped = {LATER: later}
    if cycles == "drop-same-date":
        both = (graph.years[citing] != UNDATED) & (graph.years[cited] != UNDATED)
        dropped[SAME] = both & ~later & ~graph.is_later(citing, cited)
    for why, which in dropped.items():
        altered += _listed(citing[which], cited[which], why)
    kept = ~np.logical_or.reduce(list(dropped.values()))
    citing, cited = citing[kept], cited[kept]
    adjacency = csr_array((np.ones(len(citing), np.int8), (citing, cited)), shape=(n, n))
    units, label = connected_components(adjacency, directed=True, connection="strong") if n else (0, [])
    part = np.asarray(label, np.int64)
    inside = part[citing] == part[cited]
    preprint = np.full(n, -1, np.int64)
    if cycles == "preprint":
        altered += _listed(citing[inside], cited[inside], PREPRINT)
        cyclic = np.flatnonzero(np.bincount(part, minlength=units)[part] > 1)
        preprint[cyclic] = n + np.arange(len(cyclic))
        also = ~inside & (preprint[citing] >= 0)
        upper = np.concatenate((citing, preprint[citing[also]]))
        lower = np.concatenate((np.where(inside, preprint[cited], cited), cited[also]))
        citing, cited = np.concatenate((citing, citing[also])), np.concatenate((cited, cited[also]))
        part, units = np.arange(n), n + len(cyclic)
    else:
        altered += _listed(citing[inside], cited[inside], INSIDE)
        citing, cited = citing[~inside], cited[~inside]
        upper, lower = part[citing], part[cited]
    pairs, first, arc = np.unique(upper * units + lower, return_index=True, return_inverse=True)
    repeated = np.ones(len(citing), np.bool_)
    repeated[first] = False
    altered += _listed(citing[repeated], cited[repeated], PARALLEL)
    upper, lower = pairs // max(units, 1), pairs % max(units, 1)
    level = _levels(upper, lower, units)
    number = np.empty(units, np.int64)
    number[np.argsort(level, kind="stable")] = np.arange(units)
    upper, lower = number[upper], number[lower]
    order = np.lexsort((lower, upper))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return TimeDag(
        unit=number[part],
        preprint=np.where(preprint >= 0, number[preprint], -1),
        levels=np.concatenate(([0], np.cumsum(np.bincount(level)))).astype(np.int64),
        citing=citing,
        cited=cited,
        arc=place[arc],
        arcs=(upper[order], lower[order]),
        altered=tuple(altered),
    )


def _levels(upper: Ints, lower: Ints, units: int) -> Ints:
    """The level of each unit, by peeling whole levels off the bottom."""
    above = upper[np.argsort(lower, kind="stable")]
    offsets = np.concatenate(([0], np.cumsum(np.bincount(lower, minlength=units))))
    waiting, level = np.bincount(upper, minlength=units), np.zeros(units, np.int64)
    front, height, placed = np.flatnonzero(waiting == 0), 0, 0
    while len(front):
        level[front] = height
        placed += len(front)
        lengths = offsets[front + 1] - offsets[front]
        shifts = offsets[front] - (np.cumsum(lengths) - lengths)  # of each row, from the rows joined to `above`
        met = above[np.repeat(shifts, lengths) + np.arange(lengths.sum())]
        np.subtract.at(waiting, met, 1)
        front, height = np.unique(met[waiting[met] == 0]), height + 1
    if placed != units:
        raise AssertionError("strong components left a cycle")
    return level


def _listed(citing: Ints, cited: Ints, reason: str) -> list[tuple[int, int, str]]:
    return [(a, b, reason) for a, b in zip(citing.tolist(), cited.tolist(), strict=True)]
