"""Which citations time allows, and the DAG of time that path metrics sweep over."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Ints
from kg.graph import CitationGraph
from kg.index import UNDATED

LOOP = "cites itself"
LATER = "the cited work is later"
INSIDE = "inside a cyclic part"
PARALLEL = "a shrunk cyclic part makes it one with another citation"


class TimeDag(NamedTuple):
    """The citations of a graph that time allows, with what is still cyclic shrunk to units.

    `unit[w]` is the unit of work w: units are numbered so that every citation goes from a higher to a lower one.
    `citing` and `cited` are the works of the kept citations between units; `arc` says which of the `arcs` (pairs of
    units, citing and cited, sorted) each of them is. `altered` lists the others: (citing, cited, reason); a reason
    PARALLEL means it shares the count of its arc.
    """

    unit: Ints
    units: int
    citing: Ints
    cited: Ints
    arc: Ints
    arcs: tuple[Ints, Ints]
    altered: list[tuple[int, int, str]]


def usable(graph: CitationGraph) -> NDArray[np.bool_]:
    """Which citations (entries of `graph.references`) an influence path may follow.

    Both ends dated and the citing work not earlier, at the finest precision both hold; in a graph without any dated
    work, all.
    """
    citing, cited = graph.references.owners(), graph.references.works
    dated = graph.years != UNDATED
    if not dated.any():
        return np.ones(len(cited), np.bool_)
    held: NDArray[np.bool_] = dated[citing] & dated[cited] & ~graph.is_later(cited, citing)
    return held


def time_dag(graph: CitationGraph) -> TimeDag:
    """The DAG of time: loops dropped, citations of a later work dropped, what is still cyclic shrunk to one unit.

    Later is judged at the finest precision both ends hold; a citation with an undated end is kept. Citations inside a
    unit get no weight; several between the same two units count once. All of these are listed as altered.

    >>> dag = time_dag(CitationGraph.from_edges([("B", "A"), ("A", "B"), ("C", "A")], years={"A": 1, "B": 2, "C": 3}))
    >>> dag.units, [reason for _, _, reason in dag.altered]
    (3, ['the cited work is later'])
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = len(graph)
    citing, cited = graph.references.owners(), graph.references.works.astype(np.int64)
    later = graph.is_later(cited, citing)
    altered = [(int(w), int(w), LOOP) for w in graph.loops]
    altered += _listed(citing[later], cited[later], LATER)
    citing, cited = citing[~later], cited[~later]
    adjacency = csr_array((np.ones(len(citing), np.int8), (citing, cited)), shape=(n, n))
    units, unit = connected_components(adjacency, directed=True, connection="strong") if n else (0, [])
    unit = np.asarray(unit, np.int64)
    inside = unit[citing] == unit[cited]
    altered += _listed(citing[inside], cited[inside], INSIDE)
    citing, cited = citing[~inside], cited[~inside]
    if not (unit[citing] > unit[cited]).all():  # scipy does not promise that its labels are a topological order
        raise AssertionError("strong components came out of order")
    pairs, first, arc = np.unique(unit[citing] * units + unit[cited], return_index=True, return_inverse=True)
    repeated = np.ones(len(citing), np.bool_)
    repeated[first] = False
    altered += _listed(citing[repeated], cited[repeated], PARALLEL)
    return TimeDag(unit, units, citing, cited, arc, (pairs // max(units, 1), pairs % max(units, 1)), altered)


def _listed(citing: Ints, cited: Ints, reason: str) -> list[tuple[int, int, str]]:
    return [(a, b, reason) for a, b in zip(citing.tolist(), cited.tolist(), strict=True)]
