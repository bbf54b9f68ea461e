"""Hubs and authorities: works cited by works that cite much that is well cited."""

import numpy as np

from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Scores, reasons
from kg.graph.citation_graph import CitationGraph

DENSE = 300  # graphs up to this many works are solved as a full matrix
TIE = 1e-9  # eigenvalues this near (relative) are one


@metric(unit="share", family="influence", range=(0, 1))
def hits(graph: CitationGraph) -> Scores:
    """How much a work is cited by works that cite the authorities of the graph.

    It describes the densest part of the graph: works outside get 0 or nearly 0.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Scores
        No values in a graph without citations; otherwise they add up to 1. Missing reference lists can raise or lower them,
        so there are no bounds. Own column: `hub`, how much a work cites authorities.

    Notes
    -----
    The authority a and the hub h of works with a = A^T h and h = A a up to scale, where A_uv = 1 if u cites v: the principal
    eigenvector of A^T A at which the iteration from equal hubs ends.

    References
    ----------
    Kleinberg (1999), Authoritative sources in a hyperlinked environment.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("c", "a"), ("d", "a"), ("d", "b")])
    >>> scores = hits(g)
    >>> round(scores["a"], 4), round(float(scores.table.at["d", "hub"]), 4)
    (0.618, 0.618)
    """
    from scipy.sparse import csr_array

    n = len(graph)
    offsets, works = graph.references
    cites = csr_array((np.ones(len(works)), works, offsets), shape=(n, n))
    notes: list[str] = []
    if len(works):
        authority, error = _principal(cites)
        hub = cites @ authority
        authority, hub = authority / authority.sum(), hub / hub.sum()
        notes.append(f"The relative numerical error is {error:.0e}: ||A^T A a - l a|| / (l ||a||).")
    else:
        authority = hub = np.full(n, np.nan)
    return Scores.of(
        graph,
        authority,
        n=graph.citers.counts(),
        coverage=graph.coverage(),
        reason=reasons({"this graph has no citations": np.isnan(authority)}),
        notes=notes,
        own={"hub": hub},
    )


def _principal(cites: "csr_array") -> tuple[Floats, float]:  # type: ignore[name-defined]  # noqa: F821
    """The part of A^T 1 along the greatest eigenvalue of A^T A, and its relative residual."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    n = cites.shape[0]
    back = cites.T.tocsr()
    start = back @ np.ones(n)
    if n <= DENSE:
        values, vectors = np.linalg.eigh((back @ cites).toarray())
        top = vectors[:, values >= values[-1] * (1 - TIE)]
        found = top @ (top.T @ start)
    else:
        both = LinearOperator((n, n), matvec=lambda x: back @ (cites @ x), dtype=np.float64)
        found = eigsh(both, k=1, which="LA", v0=start, tol=0)[1][:, 0]
        found *= np.sign(found.sum())
    found = np.maximum(found, 0.0)
    image = back @ (cites @ found)
    value = float(found @ image / (found @ found))
    return found, float(np.linalg.norm(image - value * found) / (value * np.linalg.norm(found)))
