"""Persistent influence: how much of all later works goes back to a work, each passing itself on to its references."""

from math import inf

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.inputs import work_row
from kg.analysis.base.time_dag import INSIDE, TimeDag, time_dag
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Inputs, Ints, Scores
from kg.graph.citation_graph import CitationGraph


def inputs(graph: CitationGraph, i: int, _: Scores) -> Inputs:
    """What each citing work passes on: its share, 1 / length of its list, of one and its own persistent influence."""
    dag = time_dag(graph)
    length = list_lengths(graph, dag)
    own = persistent_influence(graph).table["value"].to_numpy(float)
    rows = [
        work_row(graph, j)
        | {"length": int(length[j]), "value": float(own[j]), "adds": 1 / int(length[j]) * (1 + float(own[j]))}
        for j in dag.citing[dag.cited == i].tolist()
    ]
    return {"handed": sorted(rows, key=lambda row: (-row["adds"], row["id"]))}


@metric(
    unit="works",
    family="influence",
    range=(0, inf),
    cycles="opened by leaving out citations of later works; those that remain are treated as one node",
    backward="not followed; the share they would pass on is lost",
    inputs=inputs,
)
def persistent_influence(graph: CitationGraph) -> Scores:
    """How many later works' worth of knowledge goes back to a work, directly or through others.

    Each work passes itself, and all that was passed to it, to its references in equal shares.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Scores
        A value for every work, without bounds. Missing reference lists mostly hide a part of it, but may lower it too: more
        references make smaller shares, and a citation that closes a cycle ends what was passed on within it, so that even
        the shares that are certain may exceed what complete data would give. `n` is the number of citing works counted.

    Notes
    -----
    P_v = sum over u citing v of S_uv (1 + P_u), the column sum of S + S^2 + ... (citing -> cited), with S_uv = 1/max(references
    reported for u, distinct references of u in this graph). It follows the citations in their order in time (see `time_dag`):
    citations of a later work and those within a cycle pass nothing on. The shares of references that are missing here, left
    out or only reported are lost; this is a choice of kg.

    References
    ----------
    Going beneath the shoulders of giants: tracking the cumulative knowledge spreading in a comprehensive citation network
    (arXiv:1908.11089).

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("C", "B"), ("D", "B"), ("E", "C"), ("E", "D")])
    >>> [round(persistent_influence(g)[work], 9) for work in "ABCDE"]
    [4.0, 2.25, 0.5, 0.5, 0.0]
    """
    dag = time_dag(graph)
    length = list_lengths(graph, dag)
    inner = sum(why == INSIDE for _, _, why in dag.altered)
    lost = len(graph) - float((1 / length[dag.citing]).sum()) if len(graph) else 0.0
    return Scores.of(
        graph,
        influence(dag, np.divide(1.0, length, out=np.zeros(len(graph)), where=length > 0)),
        n=np.bincount(dag.cited, minlength=len(graph)),
        coverage=coverage_since(graph),
        remarks=[
            f"Each work passes on one unit; {lost:,.1f} of the {len(graph):,} units reach no work, because references are unknown or left out."
        ],
        notes=[f"{inner:,} citation{'s' * (inner != 1)} within a cycle: not followed"] if inner else [],
    )


def list_lengths(graph: CitationGraph, dag: TimeDag) -> Ints:
    """Among how many references each work divides itself: those reported, or those outside its own cycle here if more."""
    import pandas as pd

    citing, cited = graph.references.owners(), graph.references.works
    outside = np.bincount(citing[dag.unit[citing] != dag.unit[cited]], minlength=len(graph))
    reported = pd.to_numeric(graph.works["reported_references"]).fillna(-1).to_numpy(np.int64)
    return np.asarray(np.maximum(outside, reported), np.int64)


def influence(dag: TimeDag, share: Floats) -> Floats:
    """P of every work if work u passes `share[u]` to each reference: (I - S^T) P = S^T 1, triangular in time."""
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
