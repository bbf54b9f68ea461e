"""Persistent influence: how much of all later works goes back to a work, each passing itself on to its references."""

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.time_dag import INSIDE, TimeDag, time_dag
from kg.analysis.scores import Floats, Ints, Scores, conventions
from kg.graph.citation_graph import CitationGraph


def persistent_influence(graph: CitationGraph) -> Scores:
    """How many later works' worth of knowledge goes back to a work, directly or through others.

    P_v = sum over u citing v of S_uv (1 + P_u), the column sum of S + S^2 + ...: each work hands itself, and all that
    was handed to it, in equal shares to its references. S_uv = 1/max(references reported for u, distinct references held
    outside its own unit) on the DAG of time (see `time_dag`): citations of a later work and inside a cyclic part pass
    nothing on. Shares of references not held, dropped or merely reported leak away. Citing -> cited. Unit: works; range
    0 and up; never null.

    `low` is a lower bound for the units as they are: a list not known can only add, but where works of such lists with no
    reported length pass a share on, that share is taken as 0. `high` is open. `n` is the number of direct citers counted.

    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("C", "B"), ("D", "B"), ("E", "C"), ("E", "D")])
    >>> [round(persistent_influence(g)[work], 9) for work in "ABCDE"]
    [4.0, 2.25, 0.5, 0.5, 0.0]

    Source: Going beneath the shoulders of giants: tracking the cumulative knowledge spreading in a comprehensive citation
    network (arXiv:1908.11089); that the shares of references not held leak is a choice made here.
    """
    dag = time_dag(graph)
    listed, open_list = list_lengths(graph, dag)
    value = influence(dag, np.divide(1.0, listed, out=np.zeros(len(graph)), where=listed > 0))
    sure = np.divide(1.0, listed, out=np.zeros(len(graph)), where=(listed > 0) & ~open_list)
    inner = sum(why == INSIDE for _, _, why in dag.altered)
    notes = conventions(
        graph,
        cycles="what is left of them once citations of later works are gone is a unit, and passes nothing to itself",
        backward="not followed, their share leaks",
        undated="kept",
    )
    leak = len(graph) - float((1 / listed[dag.citing]).sum()) if len(graph) else 0.0
    notes.append(f"of {len(graph):,} works, the shares of {leak:,.1f} leak: references not held, or dropped")
    if inner:
        notes.append(f"{inner:,} citations inside a unit: pass nothing on")
    return Scores.of(
        graph,
        "persistent_influence",
        value,
        low=influence(dag, sure) if open_list.any() else value,
        n=np.bincount(dag.cited, minlength=len(graph)),
        coverage=coverage_since(graph),
        notes=notes,
    )


def list_lengths(graph: CitationGraph, dag: TimeDag) -> tuple[Ints, NDArray[np.bool_]]:
    """How many references each work shares itself among, and whether that may be too few (list not known, no report)."""
    import pandas as pd

    citing, cited = graph.references.owners(), graph.references.works
    outside = np.bincount(citing[dag.unit[citing] != dag.unit[cited]], minlength=len(graph))
    reported = pd.to_numeric(graph.works["reported_references"]).fillna(-1).to_numpy(np.int64)
    return np.maximum(outside, reported), ~graph.known_lists & (reported < outside)


def influence(dag: TimeDag, share: Floats) -> Floats:
    """P of every work where work u hands `share[u]` to each reference: (I - S^T) P = S^T 1, triangular in time."""
    from scipy.sparse import csr_array, eye_array
    from scipy.sparse.linalg import spsolve_triangular

    n = len(dag.unit)
    if not n:
        return np.empty(0)
    order = np.argsort(dag.unit, kind="stable")
    place = np.argsort(order)
    given = np.bincount(dag.cited, weights=share[dag.citing], minlength=n)
    passed = csr_array((share[dag.citing], (place[dag.cited], place[dag.citing])), shape=(n, n))
    matrix = (eye_array(n, format="csr") - passed).tocsr()
    solved = spsolve_triangular(matrix, given[order], lower=False, unit_diagonal=True)
    return np.asarray(solved, np.float64)[place]
