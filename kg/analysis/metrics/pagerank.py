"""PageRank by one exact sweep from the newest generation to the oldest; cyclic parts are solved as they come."""

from collections.abc import Callable
from typing import Any

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Scores
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph

DENSE = 200  # cyclic parts up to this many works are solved as a full matrix
LARGE = 1_000_000  # citations from which scipy's sums are worth its import
ROUNDING = 2.0**-53  # of a floating-point operation, relative


@metric(
    unit="share of visits", family="influence", range=(0, 1), cycles="included; solved as linear equations", dossier={}
)
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
    all errors is at most 2 ||residual||_1 / (1 - alpha), the residual being bounded by what rounding can do.

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
        remarks=[
            f"Works whose reference lists are unknown pass nothing on; their PageRank is {unknown:.1%} of the total."
        ],
        notes=[f"The sum of all numerical errors is below {bound:.1e}."],
    )


def solve(graph: CitationGraph, alpha: float) -> tuple[Floats, float]:
    """The PageRank of every work and a proven bound on the sum of absolute errors."""
    n = len(graph)
    if not n:
        return np.empty(0), 0.0
    visited, bound = visits(graph, np.full(n, 1 / n), alpha)
    total = float(visited.sum())  # of n positive numbers, pairwise: at most 64 roundings deep
    return visited / total, 2 * bound / total + 64 * ROUNDING


def visits(graph: CitationGraph, start: Floats, alpha: float) -> tuple[Floats, float]:
    """The visits x = start + alpha S^T x of readers who go on with probability alpha, S_uv = 1/references(u).

    With them a proven bound on the sum of absolute errors: ||start + alpha S^T x - x||_1 / (1 - alpha). What is missing in the
    equation of a work outside cyclic parts is only what is rounded off in a sum of numbers that are not negative; what is
    missing inside a cyclic part is measured where that part is solved.
    """
    n, references = len(graph), graph.references.counts()
    follow = np.divide(alpha, references, out=np.zeros(n), where=references > 0)
    visited, passed = np.array(start, np.float64), np.zeros(n)  # `passed`: what each passes on to each reference
    received = (_by_scipy if graph.m > LARGE else _by_numpy)(graph)
    parts, missing = _cyclic_parts(graph), 0.0
    generations = graph.generations.tolist()
    for a, b in zip(generations[-2::-1], generations[:0:-1], strict=True):
        visited[a:b] += received(passed, a, b)
        for first, last in parts.get(a, ()):
            visited[first:last], left = _solve_part(graph, first, last, follow, visited[first:last])
            missing += alpha * left
        np.multiply(visited[a:b], follow[a:b], out=passed[a:b])
    rounded = ROUNDING * float(visited @ (graph.citers.counts() + 4.0))  # two products, a sum, and `start`
    return visited, 1.01 * (missing + rounded) / (1 - alpha)


def _by_numpy(graph: CitationGraph) -> Callable[[Floats, int, int], Floats]:
    """What the works a..b-1 receive in all from what each of their citing works passes on."""
    offsets, citers = graph.citers

    def received(passed: Floats, a: int, b: int) -> Floats:
        total, (first, last) = np.zeros(b - a), offsets[[a, b]]
        cited = np.flatnonzero(np.diff(offsets[a : b + 1]))
        total[cited] = np.add.reduceat(passed[citers[first:last]], offsets[a:b][cited] - first) if len(cited) else 0.0
        return total

    return received


def _by_scipy(graph: CitationGraph) -> Callable[[Floats, int, int], Floats]:
    """The same in a third of the time for large graphs, without a list of what is summed; slow to import."""
    from scipy.sparse import csr_array

    offsets, citers = graph.citers
    ones = np.ones(int(np.diff(offsets[graph.generations]).max(initial=0)))

    def received(passed: Floats, a: int, b: int) -> Floats:
        first, last = offsets[[a, b]]
        rows = csr_array((b - a, len(passed)))  # filled here, as these arrays need no check
        rows.data, rows.indices = ones[: last - first], citers[first:last]
        rows.indptr = (offsets[a : b + 1] - first).astype(np.int32)
        return np.asarray(rows @ passed, np.float64)

    return received


def _cyclic_parts(graph: CitationGraph) -> dict[int, list[tuple[int, int]]]:
    """The cyclic parts (first work, last + 1) by the first work of their generation."""
    inside = np.flatnonzero(graph.component[1:] == graph.component[:-1])  # the works of one are neighbours
    first = inside[np.diff(inside, prepend=-2) > 1]
    last = inside[np.diff(inside, append=len(graph)) > 1] + 2
    parts: dict[int, list[tuple[int, int]]] = {}
    for a, b in zip(first.tolist(), last.tolist(), strict=True):
        generation = np.searchsorted(graph.generations, a, side="right") - 1
        parts.setdefault(int(graph.generations[generation]), []).append((a, b))
    return parts


def _solve_part(graph: CitationGraph, a: int, b: int, follow: Floats, given: Floats) -> tuple[Floats, float]:
    """The visits of the works a..b-1 of one cyclic part, given what comes to each from outside the part.

    With them how far the last step of an iteration moved them in all.
    """
    offsets, citers = graph.citers
    citing = citers[offsets[a] : offsets[b]]
    cited = np.repeat(np.arange(b - a), np.diff(offsets[a : b + 1]))
    inside = (citing >= a) & (citing < b)
    citing, cited = citing[inside], cited[inside]
    inner: Any
    if b - a <= DENSE:
        inner = np.zeros((b - a, b - a))
        inner[cited, citing - a] = follow[citing]
        found = np.linalg.solve(np.eye(b - a) - inner, given)
    else:
        from scipy.sparse import csr_array
        from scipy.sparse.linalg import LinearOperator, bicgstab

        starts = np.concatenate(([0], np.cumsum(np.bincount(cited, minlength=b - a))))
        inner = csr_array((follow[citing], citing - a, starts), shape=(b - a, b - a))
        equation = LinearOperator(inner.shape, lambda x: x - inner @ x, dtype=np.float64)
        found, _ = bicgstab(equation, given, rtol=1e-14, atol=0.0, maxiter=500)
    found, error = np.maximum(found, 0), np.inf
    while True:  # polish: each step shrinks the error by alpha, until rounding stops it
        better = given + inner @ found
        step = float(np.abs(better - found).sum())
        if not step < error:
            return better, step
        found, error = better, step
