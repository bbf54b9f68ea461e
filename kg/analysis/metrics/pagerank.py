"""PageRank by one exact sweep from the newest generation to the oldest; cyclic parts are solved as they come."""

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Scores
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph

DENSE = 200  # cyclic parts up to this many works are solved as a full matrix


@metric(unit="share of visits", family="influence", range=(0, 1), cycles="kept; solved as linear equations", dossier={})
def pagerank(graph: CitationGraph, *, alpha: float = 0.85) -> Scores:
    """How often a reader who keeps following references ends at a work.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    alpha : float, default 0.85
        Probability of following a reference instead of jumping to any work, in [0, 1); 0.85 is usual, 0.5 is advised for
        citations (Chen, Xie, Maslov & Redner 2007).

    Returns
    -------
    Scores
        A value for every work; the values add up to 1. Missing reference lists can raise or lower them, so there are no
        bounds. The notes give the share of works with unknown reference lists and a proven bound on the numerical error.

    Raises
    ------
    InputError
        If `alpha` is not in [0, 1).

    Notes
    -----
    p_v = (1 - alpha)/N + alpha (sum over u citing v of p_u / references(u) + D/N), where D is the sum of p over works without
    references: with probability alpha the reader follows one of the references in this graph at random, otherwise (and from
    a work without references) jumps to any work (citing -> cited). The equations are solved exactly, not iterated; the sum of
    all errors is at most ||residual||_1 / (1 - alpha).

    References
    ----------
    Brin & Page (1998), The anatomy of a large-scale hypertextual web search engine.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("C", "B"), ("D", "B"), ("E", "C"), ("E", "D")])
    >>> round(pagerank(g, alpha=0.5)["A"] * 247, 9)
    73.0
    """
    if not 0 <= alpha < 1:
        raise InputError(f"alpha must be in [0, 1) (got {alpha:g})", "0.85 is usual, 0.5 is advised for citations")
    share, bound = solve(graph, alpha)
    unknown = float(share[~graph.known_lists].sum())
    return Scores.of(
        graph,
        share,
        n=graph.citers.counts(),
        coverage=coverage_since(graph),
        remarks=[f"Works whose reference lists are unknown pass nothing on; they have {unknown:.1%} of the total."],
        notes=[f"The sum of all numerical errors is below {bound:.1e}."],
    )


def solve(graph: CitationGraph, alpha: float) -> tuple[Floats, float]:
    """The PageRank of every work and a proven bound on the sum of absolute errors."""
    n = len(graph)
    if not n:
        return np.empty(0), 0.0
    visited = visits(graph, np.full(n, 1 / n), alpha)
    share = visited / visited.sum()
    dangling = alpha * share[graph.references.counts() == 0].sum()
    residual = passed_on(graph, share, alpha) + (dangling + 1 - alpha) / n - share
    return share, float(np.abs(residual).sum() / (1 - alpha))


def visits(graph: CitationGraph, start: Floats, alpha: float) -> Floats:
    """The visits x = start + alpha S^T x of readers who go on with probability alpha, S_uv = 1/references(u)."""
    n, follow = len(graph), _follow(graph, alpha)
    visited, passed = np.array(start, np.float64), np.zeros(n)  # `passed`: what each passes on to each reference
    offsets, citers = graph.citers
    parts = _cyclic_parts(graph)
    for a, b in zip(graph.generations[-2::-1], graph.generations[:0:-1], strict=True):
        cited = a + np.flatnonzero(np.diff(offsets[a : b + 1]))
        visited[cited] += np.add.reduceat(passed[citers[offsets[a] : offsets[b]]], offsets[cited] - offsets[a])
        for first, last in parts.get(int(a), ()):
            visited[first:last] = _solve_part(graph, first, last, follow, visited[first:last])
        passed[a:b] = visited[a:b] * follow[a:b]
    return visited


def passed_on(graph: CitationGraph, visited: Floats, alpha: float) -> Floats:
    """What each work receives from its citers, alpha S^T x."""
    handed = (visited * _follow(graph, alpha))[graph.references.owners()]
    return np.asarray(np.bincount(graph.references.works, weights=handed, minlength=len(graph)), np.float64)


def _follow(graph: CitationGraph, alpha: float) -> Floats:
    references = graph.references.counts()
    return np.divide(alpha, references, out=np.zeros(len(graph)), where=references > 0)


def _cyclic_parts(graph: CitationGraph) -> dict[int, list[tuple[int, int]]]:
    """The cyclic parts (first work, last + 1) by the first work of their generation."""
    _, first, size = np.unique(graph.component, return_index=True, return_counts=True)
    parts: dict[int, list[tuple[int, int]]] = {}
    for a, works in zip(first[size > 1].tolist(), size[size > 1].tolist(), strict=True):
        generation = np.searchsorted(graph.generations, a, side="right") - 1
        parts.setdefault(int(graph.generations[generation]), []).append((a, a + works))
    return parts


def _solve_part(graph: CitationGraph, a: int, b: int, follow: Floats, given: Floats) -> Floats:
    """The visits of the works a..b-1 of one cyclic part, given what comes to each from outside the part."""
    offsets, citers = graph.citers
    citing = citers[offsets[a] : offsets[b]]
    cited = np.repeat(np.arange(b - a), np.diff(offsets[a : b + 1]))
    inside = (citing >= a) & (citing < b)
    citing, cited = citing[inside], cited[inside]
    if b - a <= DENSE:
        matrix = np.eye(b - a)
        matrix[cited, citing - a] -= follow[citing]
        return np.asarray(np.linalg.solve(matrix, given), np.float64)
    from scipy.sparse import csr_array, eye_array
    from scipy.sparse.linalg import bicgstab

    inner = csr_array((follow[citing], (cited, citing - a)), shape=(b - a, b - a))
    visits, _ = bicgstab(eye_array(b - a, format="csr") - inner, given, rtol=1e-14, atol=0.0, maxiter=500)
    error = np.inf
    while True:  # polish: each step shrinks the error by alpha, until rounding stops it
        better = given + inner @ visits
        step = float(np.abs(better - visits).sum())
        if not step < error:
            return better
        visits, error = better, step
