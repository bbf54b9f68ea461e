"""Which works a usable path leads to, and up to which year unknown reference lists may hide one.

All of it is found in one pass over the generations of works.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.time_dag import usable_citations
from kg.analysis.scores import Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

UNCREDITED, CREDITED, UNDECIDABLE = 0, 1, 2
BLOCK = 512  # works whose followers are found in one pass


def credit(graph: CitationGraph, old: Ints, new: Ints) -> NDArray[np.int8]:
    """For each pair, whether a usable path runs from `old` to `new`, does not, or may.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    old, new : Ints
        The earlier and the later work of each pair.

    Returns
    -------
    NDArray[np.int8]
        CREDITED where there is a path. UNDECIDABLE where there is none in the graph, but `new`, or a work on the way back
        from it that is not earlier than the year of `old`, has an unknown reference list or cites an undated work; also where
        an end is undated. Else UNCREDITED.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("X", "O"), ("N", "X")], years={"O": 1990, "X": 2000, "N": 2010, "E": 2010})
    >>> pairs = [np.array([g.number(w) for w in ends]) for ends in ("OO", "NE")]
    >>> credit(g, *pairs).tolist()
    [1, 2]
    """
    state = np.full(len(old), UNCREDITED, np.int8)
    dated = graph.years != UNDATED
    if dated.any():
        state[graph.years[old] <= open_until(graph)[new]] = UNDECIDABLE
        state[~dated[old] | ~dated[new]] = UNDECIDABLE
    else:
        state[_open_anywhere(graph)[new]] = UNDECIDABLE
    for starts, bits in followers(graph, np.unique(old)):
        at = np.searchsorted(starts, old).clip(max=len(starts) - 1)
        mine = np.flatnonzero(starts[at] == old)
        word, bit = at[mine] // 64, (at[mine] % 64).astype(np.uint64)
        state[mine[(bits[new[mine], word] >> bit) & np.uint64(1) == 1]] = CREDITED
    return state


def followers(graph: CitationGraph, starts: Ints) -> Iterator[tuple[Ints, NDArray[np.uint64]]]:
    """For blocks of the ascending `starts`: a row of bits for every work, bit k set if a path leads to it from start k."""
    for k in range(0, len(starts), BLOCK):
        block = starts[k : k + BLOCK]
        own = np.zeros((len(graph), -(-len(block) // 64)), np.uint64)
        task = np.arange(len(block))
        np.bitwise_or.at(own, (block, task // 64), np.uint64(1) << (task % 64).astype(np.uint64))
        yield block, _upwards(graph, own, np.bitwise_or)


@once_per_graph
def open_until(graph: CitationGraph) -> Ints:
    """For each work, the latest year of a work on the paths back from it (itself included) that may hide a further path.

    Such a work has an unknown reference list or cites an undated work; UNDATED where there is none.
    """
    latest: NDArray[np.int64] = np.where(_is_open(graph), graph.years, UNDATED).astype(np.int64)
    return _upwards(graph, latest, np.maximum)


def _is_open(graph: CitationGraph) -> NDArray[np.bool_]:
    undated = graph.years[graph.references.works] == UNDATED
    cites_undated = np.bincount(graph.references.owners()[undated], minlength=len(graph)) > 0
    dated: NDArray[np.bool_] = graph.years != UNDATED
    return ~graph.known_lists | (cites_undated & bool(dated.any()))


@once_per_graph
def _open_anywhere(graph: CitationGraph) -> NDArray[np.bool_]:
    return _upwards(graph, _is_open(graph), np.logical_or)


def _upwards(graph: CitationGraph, rows: NDArray[Any], join: Callable[..., Any]) -> NDArray[Any]:
    """Join to the row of every work those of all works a usable path leads to it from."""
    citing, cited = usable_citations(graph)
    edges = np.searchsorted(citing, graph.generations)
    for g in range(1, len(graph.generations)):
        part = slice(edges[g - 1], edges[g])
        by, of = citing[part], cited[part]
        if not len(by):
            continue
        first = np.flatnonzero(np.diff(by, prepend=-1))
        inner = bool((of >= graph.generations[g - 1]).any())  # a cyclic part: go round until nothing changes
        while True:
            joined = join(rows[by[first]], join.reduceat(rows[of], first, axis=0))  # type: ignore[attr-defined]
            same = not inner or np.array_equal(joined, rows[by[first]])
            rows[by[first]] = joined
            if same:
                break
    return rows
