"""Number works by generation and lay their citations out as arrays; the builder behind `index/` and CitationGraph.

Works of generation 0 cite nothing in the graph; any other work is one generation above the highest that it cites. Works of
one strongly connected component share a generation and are neighbours. Citations of a work by itself are left out of the
arrays and listed in `loops`.
"""

import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.graph.arrays import ARRAYS, OUTCOMES, UNDATED, GraphArrays, write_arrays
from kg.model import Outcome

if TYPE_CHECKING:
    from kg.graph.store import Store

FACTS = ("works", "citations", "loops", "cyclic_parts", "backward")  # what `facts` counts
Ints = NDArray[np.int32] | NDArray[np.int64]


def number_works(citing: Ints, cited: Ints, years: Ints, dates: Ints, outcomes: NDArray[np.uint8]) -> GraphArrays:
    """Lay out a graph given by its citations (positions into `years`; repeated pairs and loops allowed)."""
    n = len(years)
    citing, cited = _distinct(citing, cited)
    loop = citing == cited
    loops, citing, cited = citing[loop], citing[~loop], cited[~loop]
    component, generation = _generations(citing, cited, n)
    first_year = np.full(component.max(initial=-1) + 1, np.iinfo(np.int32).max, np.int64)
    np.minimum.at(first_year, component, np.where(years == UNDATED, np.iinfo(np.int32).max, years))
    order = np.lexsort((np.arange(n), years, component, first_year[component], generation))
    number = np.empty(n, np.int32)
    number[order] = np.arange(n, dtype=np.int32)
    citing, cited = number[citing], number[cited]
    reference_offsets, reference_works = _rows(citing, cited, n)
    citer_offsets, citer_works = _rows(cited, citing, n)
    return GraphArrays(
        reference_offsets=reference_offsets,
        reference_works=reference_works,
        citer_offsets=citer_offsets,
        citer_works=citer_works,
        years=years[order].astype(np.int32),
        dates=dates[order].astype(np.int32),
        outcomes=outcomes[order],
        generations=np.concatenate(([0], np.cumsum(np.bincount(generation)))).astype(np.int64),
        components=component[order].astype(np.int32),
        loops=np.sort(number[loops]).astype(np.int32),
        rows=order.astype(np.int32),
        numbers=number,
    )


def in_numpy(arrays: GraphArrays) -> GraphArrays:
    """The same arrays, each as numpy's own, sharing their memory."""
    mapped: dict[str, Any] = {name: np.asarray(getattr(arrays, name)) for name in ARRAYS}
    return replace(arrays, **mapped)


def in_memoryviews(arrays: GraphArrays) -> GraphArrays:
    """The same arrays, each as a memoryview, whose items are plain integers."""
    views: dict[str, Any] = {name: memoryview(getattr(arrays, name)) for name in ARRAYS}
    return replace(arrays, **views)


def select(graph: GraphArrays, keep: NDArray[np.bool_], outcomes: NDArray[np.uint8]) -> GraphArrays:
    """Number the works marked anew, with the citations among them; `outcomes` are those of all works.

    `rows` are the rows of the same store as before.
    """
    kept = np.flatnonzero(keep)
    kept = kept[np.argsort(graph.rows[kept], kind="stable")]  # in the order of the store, as if read from it
    at = np.full(len(graph), -1)
    at[kept] = np.arange(len(kept))
    citing, cited = _citing(graph), graph.reference_works
    inside = keep[citing] & keep[cited]
    loops = at[graph.loops[keep[graph.loops]]]
    chosen = number_works(
        np.concatenate((at[citing[inside]], loops)),
        np.concatenate((at[cited[inside]], loops)),
        graph.years[kept],
        graph.dates[kept],
        outcomes[kept],
    )
    return in_rows(chosen, graph.rows[kept], len(graph.numbers))


def in_rows(graph: GraphArrays, rows: Ints, size: int) -> GraphArrays:
    """The arrays with `rows` of a store of `size` rows for the places of the works that they were numbered from."""
    own = rows[graph.rows].astype(np.int32)
    numbers = np.full(size, -1, np.int32)
    numbers[own] = np.arange(len(own))
    return replace(graph, rows=own, numbers=numbers)


def as_of(graph: GraphArrays, year: int) -> GraphArrays:
    """The graph as it stood at the end of a year: works dated up to it and the citations among them.

    A complete reference list of which nothing is left becomes UNKNOWN.
    """
    keep = (graph.years != UNDATED) & (graph.years <= year)
    left = np.bincount(_citing(graph)[keep[graph.reference_works]], minlength=len(graph))
    left[graph.loops] += 1
    gone = (graph.outcomes == OUTCOMES.index(Outcome.COMPLETE)) & (left == 0)
    outcomes = np.where(gone, OUTCOMES.index(Outcome.UNKNOWN), graph.outcomes)
    return select(graph, keep, outcomes.astype(np.uint8))


def without_references(
    graph: GraphArrays, gone: NDArray[np.bool_], lost: NDArray[np.bool_], outcomes: NDArray[np.uint8]
) -> GraphArrays:
    """The arrays without the citations marked (in the order of `reference_works`) and the loops of the works `lost`."""
    size = len(lost)
    citing = _citing(graph)
    cited = np.repeat(np.arange(size), np.diff(graph.citer_offsets))
    keep = ~gone
    back = keep[np.argsort(graph.reference_works, kind="stable")]
    return replace(
        graph,
        reference_offsets=_offsets(citing[keep], size),
        reference_works=graph.reference_works[keep],
        citer_offsets=_offsets(cited[back], size),
        citer_works=graph.citer_works[back],
        loops=graph.loops[~lost[graph.loops]],
        outcomes=outcomes,
        meta={},
    )


def facts(graph: GraphArrays) -> dict[str, int]:
    """Counts of a graph.

    Returns
    -------
    dict
        `works`; `citations`, distinct ones, also of a work by itself; `loops`, the latter alone; `cyclic_parts`, strongly
        connected components of several works; `backward`, citations of a later work, by date where both have one.
    """
    citing = _citing(graph)
    later = is_later(graph, graph.reference_works, citing)
    sizes = np.bincount(graph.components)
    return {
        "works": len(graph.years),
        "citations": len(graph.reference_works) + len(graph.loops),
        "loops": len(graph.loops),
        "cyclic_parts": int((sizes > 1).sum()),
        "backward": int(later.sum()),
    }


def is_later(graph: GraphArrays, a: Ints, b: Ints) -> NDArray[np.bool_]:
    """Whether work a[i] is later than work b[i]: by date where both have one, else by year; False where one is undated."""
    by_day = (graph.dates[a] != UNDATED) & (graph.dates[b] != UNDATED)
    dated = (graph.years[a] != UNDATED) & (graph.years[b] != UNDATED)
    return np.where(by_day, graph.dates[a] > graph.dates[b], dated & (graph.years[a] > graph.years[b]))


def build_index(store_path: Path, folder: Path) -> None:
    """Write the arrays of a store's present revision into `folder/STATE`."""
    from kg.graph.store import Store

    with Store.open(store_path) as store, store.snapshot():
        write_arrays(folder / store.state, arrays_of(store))


def arrays_of(store: "Store") -> GraphArrays:
    """The arrays of the works that a store shows, with its revision and counts in `meta`."""
    rows, years, dates, outcomes = store.dump_works()
    citing, cited = store.dump_citations()
    at = np.full(int(rows.max(initial=0)) + 1, -1, np.int32)
    at[rows] = np.arange(len(rows))
    citing, cited = at[citing], at[cited]
    graph = in_rows(number_works(citing, cited, years, dates, outcomes), rows, len(at))
    return with_meta(graph, store)


def differing(a: GraphArrays, b: GraphArrays) -> list[str]:
    """The names of the arrays in which two differ."""
    names = [field.name for field in fields(a) if field.name != "meta"]
    return [name for name in names if not np.array_equal(np.asarray(getattr(a, name)), np.asarray(getattr(b, name)))]


def with_meta(graph: GraphArrays, store: "Store") -> GraphArrays:
    """The arrays of a store with its revision and its counts in `meta`."""
    meta = {"revision": store.revision, "duplicates": store.duplicates(), "evident": store.has_citation_evidence()}
    return replace(graph, meta=meta | facts(graph))


def _citing(graph: GraphArrays) -> NDArray[np.int64]:
    """The citing work of each entry of `reference_works`."""
    return np.repeat(np.arange(len(graph)), np.diff(graph.reference_offsets))


def _packed(high: Ints, low: Ints) -> NDArray[np.int64]:
    """Pairs as single integers, in the order of the pairs."""
    keys = high.astype(np.int64)
    keys <<= 32
    keys |= low
    return keys


def _distinct(citing: Ints, cited: Ints) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Each pair once, in rising order."""
    keys = _packed(citing, cited)
    if (keys[1:] < keys[:-1]).any():  # a store gives them in order
        keys.sort()
    again = keys[1:] == keys[:-1]
    if again.any():
        keys = keys[np.concatenate(([True], ~again))]
    return (keys >> 32).astype(np.int32), keys.astype(np.int32)


def _rows(of: Ints, works: Ints, n: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    keys = _packed(of, works)
    keys.sort()
    return _offsets(of, n), keys.astype(np.int32)


def _offsets(of: Ints, n: int) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.bincount(of, minlength=n)))).astype(np.int64)


def _generations(citing: Ints, cited: Ints, n: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The cyclic part and the generation of each work, by peeling whole generations of parts off the bottom.

    Pairs are distinct and in rising order.
    """
    if not n:
        return np.empty(0, np.int32), np.empty(0, np.int64)
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    adjacency = csr_array((np.ones(len(citing), np.int8), cited, _offsets(citing, n)), shape=(n, n))
    parts, component = connected_components(adjacency, directed=True, connection="strong")
    upper, lower = component[citing], component[cited]
    between = upper != lower
    upper, lower = upper[between], lower[between]
    offsets, above = _rows(lower, upper, parts)
    waiting = np.bincount(upper, minlength=parts)
    generation = np.zeros(parts, np.int64)
    frontier, level, placed = np.flatnonzero(waiting == 0), 0, 0
    while len(frontier):
        generation[frontier] = level
        placed += len(frontier)
        starts, lengths = offsets[frontier], offsets[frontier + 1] - offsets[frontier]
        shifts = starts - (np.cumsum(lengths) - lengths)  # of each row, from the rows joined to `above`
        touched = above[np.repeat(shifts, lengths) + np.arange(lengths.sum())]
        met, times = np.unique(touched, return_counts=True)
        waiting[met] -= times
        frontier, level = met[waiting[met] == 0], level + 1
    if placed != parts:
        raise AssertionError("strong components left a cycle")
    return component, generation[component]


if __name__ == "__main__":
    build_index(Path(sys.argv[1]), Path(sys.argv[2]))
