"""Number works by generation and lay their citations out as arrays; the builder behind `index/` and CitationGraph.

Generation 0 cites nothing held; every other work is one generation above the highest it cites. Works of one cyclic part
share a generation and are neighbours. Citations are distinct pairs; loops are kept apart.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.graph.arrays import UNDATED, write_index

if TYPE_CHECKING:
    from kg.graph.store import Store

Ints = NDArray[np.int32] | NDArray[np.int64]


class Numbered(NamedTuple):
    """A graph in arrays; names as in `index.Index`. `rows[i]` is the caller's row of work i."""

    reference_offsets: NDArray[np.int64]
    reference_works: NDArray[np.int32]
    citer_offsets: NDArray[np.int64]
    citer_works: NDArray[np.int32]
    years: NDArray[np.int32]
    dates: NDArray[np.int32]
    outcomes: NDArray[np.uint8]
    generations: NDArray[np.int64]
    components: NDArray[np.int32]
    loops: NDArray[np.int32]
    rows: NDArray[np.int32]


def number_works(citing: Ints, cited: Ints, years: Ints, dates: Ints, outcomes: NDArray[np.uint8]) -> Numbered:
    """Lay out a graph given by its citations (positions into `years`; repeated pairs and loops allowed)."""
    n = len(years)
    pairs = np.unique(citing.astype(np.int64) * n + cited) if n else np.empty(0, np.int64)
    citing, cited = pairs // max(n, 1), pairs % max(n, 1)
    loop = citing == cited
    loops, citing, cited = citing[loop], citing[~loop], cited[~loop]
    component, generation = _generations(citing, cited, n)
    first_year = np.full(component.max(initial=-1) + 1, np.iinfo(np.int32).max, np.int64)
    np.minimum.at(first_year, component, np.where(years == UNDATED, np.iinfo(np.int32).max, years))
    order = np.lexsort((np.arange(n), years, component, first_year[component], generation))
    number = np.empty(n, np.int64)
    number[order] = np.arange(n)
    reference_offsets, reference_works = _rows(number[citing], number[cited], n)
    citer_offsets, citer_works = _rows(number[cited], number[citing], n)
    return Numbered(
        reference_offsets,
        reference_works,
        citer_offsets,
        citer_works,
        years[order].astype(np.int32),
        dates[order].astype(np.int32),
        outcomes[order],
        np.concatenate(([0], np.cumsum(np.bincount(generation)))).astype(np.int64),
        component[order].astype(np.int32),
        np.sort(number[loops]).astype(np.int32),
        order.astype(np.int32),
    )


def without_references(
    graph: Numbered, gone: NDArray[np.bool_], lost: NDArray[np.bool_], outcomes: NDArray[np.uint8]
) -> Numbered:
    """The arrays without the citations marked (in the order of `reference_works`) and the loops of the works `lost`."""
    size = len(lost)
    citing = np.repeat(np.arange(size), np.diff(graph.reference_offsets))
    cited = np.repeat(np.arange(size), np.diff(graph.citer_offsets))
    keep = ~gone
    back = keep[np.argsort(graph.reference_works, kind="stable")]
    return graph._replace(
        reference_offsets=_offsets(citing[keep], size),
        reference_works=graph.reference_works[keep],
        citer_offsets=_offsets(cited[back], size),
        citer_works=graph.citer_works[back],
        loops=graph.loops[~lost[graph.loops]],
        outcomes=outcomes,
    )


def facts(graph: Numbered) -> dict[str, int]:
    """Counts every reader wants: works, distinct citations with loops, cyclic parts, backward citations.

    A citation is backward if the cited work is later, by date where both ends hold one, else by year.
    """
    citing = np.repeat(np.arange(len(graph.years)), np.diff(graph.reference_offsets))
    later = is_later(graph, graph.reference_works, citing)
    sizes = np.bincount(graph.components)
    return {
        "works": len(graph.years),
        "citations": len(graph.reference_works) + len(graph.loops),
        "loops": len(graph.loops),
        "cyclic_parts": int((sizes > 1).sum()),
        "backward": int(later.sum()),
    }


def is_later(graph: Numbered, a: Ints, b: Ints) -> NDArray[np.bool_]:
    """Whether work a[i] is later than work b[i], at the finest precision both hold; False where one is undated."""
    by_day = (graph.dates[a] != UNDATED) & (graph.dates[b] != UNDATED)
    dated = (graph.years[a] != UNDATED) & (graph.years[b] != UNDATED)
    return np.where(by_day, graph.dates[a] > graph.dates[b], dated & (graph.years[a] > graph.years[b]))


def build_index(store_path: Path, folder: Path) -> None:
    """Write the index of a store's present revision into `folder/STATE`."""
    from kg.graph.store import Store

    with Store.open(store_path) as store, store.reading():
        state = store.state
        arrays, meta = index_of(store)
    write_index(folder / state, arrays, meta)


def index_of(store: "Store") -> tuple[dict[str, bytes], dict[str, int]]:
    """The arrays of an index, as bytes by name, and what its `meta` says, of the works that a store shows."""
    rows, years, dates, outcomes = store.dump_works()
    citing, cited, duplicates = store.dump_citations()
    at = np.full(int(rows.max(initial=0)) + 1, -1, np.int32)
    at[rows] = np.arange(len(rows))
    graph = number_works(at[citing], at[cited], years, dates, outcomes)
    numbers = np.full(len(at), -1, np.int32)
    numbers[rows[graph.rows]] = np.arange(len(rows))
    arrays = graph._replace(rows=rows[graph.rows].astype(np.int32))._asdict() | {"numbers": numbers}
    meta = {"revision": store.revision, "duplicates": duplicates, "evident": store.judges()} | facts(graph)
    return {name: data.tobytes() for name, data in arrays.items()}, meta


def _rows(of: Ints, works: Ints, n: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    order = np.lexsort((works, of))
    return _offsets(of, n), works[order].astype(np.int32)


def _offsets(of: Ints, n: int) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.bincount(of, minlength=n)))).astype(np.int64)


def _generations(citing: Ints, cited: Ints, n: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The cyclic part and the generation of each work, by peeling whole generations of parts off the bottom."""
    if not n:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    adjacency = csr_array((np.ones(len(citing), np.int8), (citing, cited)), shape=(n, n))
    parts, labels = connected_components(adjacency, directed=True, connection="strong")
    component = labels.astype(np.int64)
    between = component[citing] != component[cited]
    upper, lower = component[citing[between]], component[cited[between]]
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
