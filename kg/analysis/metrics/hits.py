"""Hubs and authorities: works cited by works that cite much that is well cited."""

import numpy as np

from kg.analysis.scores import Floats, Scores, conventions, reasons
from kg.graph.citation_graph import CitationGraph

DENSE = 300  # graphs up to this many works are solved as a full matrix
TIE = 1e-9  # eigenvalues this near (relative) are one


def hits(graph: CitationGraph) -> Scores:
    """How much a work is cited by works that cite the authorities of the graph.

    The authority a and the hub h of works with a = A^T h, h = A a up to scale, A_uv = 1 if u cites v: the principal
    eigenvector of A^T A that the iteration from equal hubs ends at, scaled to sum 1. It speaks for the densest part of
    the graph: others get 0 or nearly. Loops are left out, cycles kept. Unit: share; range [0, 1]; null in a graph without
    citations. Missing lists move it either way. Own column: `hub`.

    >>> g = CitationGraph.from_edges([("c", "a"), ("d", "a"), ("d", "b")])
    >>> scores = hits(g)
    >>> round(scores["a"], 4), round(float(scores.table.at["d", "hub"]), 4)
    (0.618, 0.618)

    Source: Kleinberg (1999), Authoritative sources in a hyperlinked environment.
    """
    from scipy.sparse import csr_array

    n = len(graph)
    offsets, works = graph.references
    cites = csr_array((np.ones(len(works)), works, offsets), shape=(n, n))
    notes = conventions(graph, cycles="kept", backward="kept", undated="kept")
    if len(works):
        authority, error = _principal(cites)
        hub = cites @ authority
        authority, hub = authority / authority.sum(), hub / hub.sum()
        notes.append(f"||A^T A a - l a|| / (l ||a||) is {error:.0e}")
    else:
        authority = hub = np.full(n, np.nan)
    return Scores.of(
        graph,
        "hits",
        authority,
        n=graph.citers.counts(),
        coverage=graph.coverage(),
        reason=reasons({"no citations are held": np.isnan(authority)}),
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
