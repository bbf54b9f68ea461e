"""Related works: cited together (co-citation), or citing the same works (bibliographic coupling)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.analysis.scores import Ints, conventions
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.graph.tables import Rows

if TYPE_CHECKING:
    import pandas as pd

BATCH = 4_000_000  # pairs looked at in one go


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Pairs of related works, as `co_citation` and `coupling` find them.

    Attributes
    ----------
    metric : str
        Its name.
    table : pd.DataFrame
        One row per work asked about and related work: ids `work` and `other`, `count`; by work in the order asked, then by
        falling count, then by id. `both` is how many citations (or references) either of them has.
    options : dict[str, Any]
        The options it was called with.
    notes : list[str]
        What was done with loops, duplicates, cycles, backward citations and undated works.
    """

    metric: str
    table: "pd.DataFrame"
    options: dict[str, Any]
    notes: list[str]


def co_citation(graph: CitationGraph, *, works: Iterable[str] | None = None, top: int = 20) -> Pairs:
    """Which works are cited together with a work most often.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    works : Iterable[str], optional
        The ids of the works asked about; all by default.
    top : int, default 20
        How many related works to give for each, those of equal counts by id.

    Raises
    ------
    InputError
        If `top` is below 1.
    NothingFound
        If a work is not in the graph.

    Notes
    -----
    count = the number of works in this graph that cite both, citations of a work by itself left out. It is found work by work
    in batches, so the matrix of all pairs is never in memory. A lower bound: an unknown list can only add.

    References
    ----------
    Small (1973), Co-citation in the scientific literature: a new measure of the relationship between two documents.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("x", "a"), ("x", "b"), ("y", "a"), ("y", "b"), ("y", "c")])
    >>> co_citation(g, works=["a"]).table[["other", "count"]].values.tolist()
    [['b', 2], ['c', 1]]
    """
    return _pairs(graph, "co_citation", graph.citers, graph.references, works, top)


def coupling(graph: CitationGraph, *, works: Iterable[str] | None = None, top: int = 20) -> Pairs:
    """Which works share most references with a work.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    works : Iterable[str], optional
        The ids of the works asked about; all by default.
    top : int, default 20
        How many related works to give for each, those of equal counts by id.

    Raises
    ------
    InputError
        If `top` is below 1.
    NothingFound
        If a work is not in the graph.

    Notes
    -----
    count = the number of works in this graph that both cite, citations of a work by itself left out. A lower bound: an unknown
    list can only add.

    References
    ----------
    Kessler (1963), Bibliographic coupling between scientific papers.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("x", "a"), ("x", "b"), ("y", "a"), ("y", "b"), ("z", "b")])
    >>> coupling(g, works=["x"]).table[["other", "count"]].values.tolist()
    [['y', 2], ['z', 1]]
    """
    return _pairs(graph, "coupling", graph.references, graph.citers, works, top)


def _pairs(graph: CitationGraph, metric: str, out: Rows, back: Rows, works: Iterable[str] | None, top: int) -> Pairs:
    import pandas as pd

    if top < 1:
        raise InputError(f"top {top} is below 1", "20 is usual")
    asked = range(len(graph)) if works is None else [graph.number(id_) for id_ in works]
    of, other, count = top_pairs(out, back, np.array(asked, np.int64), ranks(graph.ids), top)
    ids, have = np.array(graph.ids, dtype=object), out.counts()
    table = pd.DataFrame(
        {
            "work": pd.array(ids[of], dtype="str"),
            "other": pd.array(ids[other], dtype="str"),
            "count": count,
            "both": have[of] + have[other] - count,
        }
    )
    notes = conventions(graph, cycles="counted like other citations", backward="counted", undated="counted")
    coverage = graph.coverage()
    notes += [] if coverage is None else [f"{coverage:.0%} of the reference lists are known: counts are lower bounds"]
    return Pairs(metric=metric, table=table, options={"top": top}, notes=notes)


def ranks(ids: Sequence[str]) -> Ints:
    """The place of each work in the order of ids."""
    rank = np.empty(len(ids), np.int64)
    rank[np.argsort(np.array(ids, dtype=object))] = np.arange(len(ids))
    return rank


def top_pairs(
    out: Rows, back: Rows, asked: Ints, rank: Ints, top: int, *, batch: int = BATCH
) -> tuple[Ints, Ints, Ints]:
    """For each work asked about, the `top` works most often two steps away (`out`, then `back`): work, other, count.

    They come as asked, then by falling count, then by `rank`.
    """
    from scipy.sparse import csr_array

    n = len(rank)
    forth = csr_array((np.ones(len(out.works), np.int32), out.works, out.offsets), shape=(n, n))
    # columns by rank, so that equal counts fall into the order of ids
    home = csr_array((np.ones(len(back.works), np.int32), rank[back.works], back.offsets), shape=(n, n))
    steps = np.concatenate(([0], np.cumsum(back.counts()[out.works])))
    cost = steps[out.offsets[1:]] - steps[out.offsets[:-1]]
    lot = np.cumsum(cost[asked]) // batch
    by_rank = np.argsort(rank)
    found: list[tuple[Ints, Ints, Ints]] = []
    for part in np.split(asked, np.flatnonzero(np.diff(lot)) + 1) if len(asked) else []:
        product = forth[part] @ home
        row = np.repeat(np.arange(len(part)), np.diff(product.indptr))
        column, count = product.indices.astype(np.int64), product.data.astype(np.int64)
        other = column != rank[part][row]
        row, column, count = row[other], column[other], count[other]
        most = int(count.max(initial=0)) + 1
        key = np.sort((row * most + (most - 1 - count)) * n + column)
        row, column, count = key // n // most, key % n, most - 1 - key // n % most
        place = np.arange(len(key)) - np.searchsorted(row, row)
        row, column, count = row[place < top], column[place < top], count[place < top]
        found.append((part[row], by_rank[column], count))
    if not found:
        return (np.empty(0, np.int64),) * 3
    of, others, counts = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return of, others, counts
