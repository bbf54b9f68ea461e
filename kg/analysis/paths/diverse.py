"""Influence paths that differ: vertex-disjoint ones first, then those that overlap least with the ones already found."""

from collections import Counter
from itertools import islice

from kg.analysis.paths.disjoint import disjoint_paths
from kg.analysis.paths.k_shortest import costs_to_old, ranked_paths
from kg.analysis.paths.query import End, Inquiry, Limits, PathAnswer, answered, shortest
from kg.analysis.paths.usable_steps import Ball, cone, distances_to_old, meet, widen
from kg.graph.arrays import GraphArrays

_SHARED = 10**7  # the cost of a shared work: more than any path has citations


def diverse_paths(arrays: GraphArrays, old: End, new: End, *, k: int = 3, limits: Limits | None = None) -> PathAnswer:
    """The k influence paths that have as little in common as possible.

    First come as many as there are, up to k, that share no work but OLD and NEW: of all such sets one with the fewest
    citations in all, its paths by length. Then, one by one, the path whose works between OLD and NEW were used least by the
    paths before it (uses added up), the shorter one first. Works to pass do not count as shared; with them, or with
    `max_hops`, every path after the shortest is found in the second way, because no fast algorithm for disjoint sets is
    known then. Rules and errors as in `shortest_paths`.

    References
    ----------
    Suurballe (1974), Disjoint paths in a network.

    Examples
    --------
    >>> from kg.graph.citation_graph import CitationGraph
    >>> pairs = [("D", "B"), ("B", "A"), ("D", "C"), ("C", "A"), ("C", "B")]
    >>> g = CitationGraph.from_edges(pairs, years={"A": 1, "B": 2, "C": 3, "D": 4})
    >>> ["".join(g.ids[w] for w in p) for p in diverse_paths(g.arrays, g.number("A"), g.number("D")).paths]
    ['ABD', 'ACD', 'ABCD']
    """
    limits = limits or Limits()
    return answered(Inquiry(arrays, old, new, limits), k, _limited if limits.via or limits.max_hops else _free)


def _free(inquiry: Inquiry, k: int) -> list[tuple[int, ...]]:
    paths = _disjoint(inquiry, k)
    return paths if len(paths) == k else _least_shared(inquiry, paths, k)


def _limited(inquiry: Inquiry, k: int) -> list[tuple[int, ...]]:
    return _least_shared(inquiry, shortest(inquiry, 1), k)


def _disjoint(inquiry: Inquiry, k: int) -> list[tuple[int, ...]]:
    """The k disjoint paths with the fewest citations in all, or as many as there are.

    Sought among the works on paths of a limited length. No set with a longer path is shorter in all if the one found is
    at most that path and k - 1 shortest ones long.
    """
    way = inquiry.back()
    back, forth = Ball(way, [inquiry.start]), Ball(inquiry.forth(), [inquiry.goal])
    if not meet(back, forth, inquiry.most):
        return []
    least = limit = back.hops + forth.hops
    while True:
        done = widen(back, forth, limit)
        limit = inquiry.most if done else limit
        rows = cone(way, inquiry.start, inquiry.goal, distances_to_old(back, forth, limit), limit)
        found = disjoint_paths(rows, inquiry.start, inquiry.goal, most=k)
        bound = sum(len(path) - 1 for path in found) - (k - 1) * least
        if limit == inquiry.most or (len(found) == k and bound <= limit + 1):
            return [inquiry.path_of(tuple(path)) for path in found]
        limit = bound - 1 if len(found) == k else limit + max(1, limit - least)


def _least_shared(inquiry: Inquiry, paths: list[tuple[int, ...]], k: int) -> list[tuple[int, ...]]:
    """Add, one by one, the path that shares least with those before, up to k paths."""
    if not paths or len(paths) >= k:
        return paths
    way, forth = inquiry.back(), inquiry.forth()
    back, ahead = Ball(way, [inquiry.start]), Ball(forth, [inquiry.goal])
    widen(back, ahead, inquiry.most)
    hops = distances_to_old(back, ahead, inquiry.most)
    ends = {*inquiry.limits.via, *((inquiry.old,) if inquiry.old >= 0 else ()), inquiry.new}
    while len(paths) < k:
        uses = Counter(w for path in paths for w in path if w not in ends)

        def cost(_citing: int, cited: int, uses: Counter[int] = uses) -> int:
            return 1 + _SHARED * uses[inquiry.work(cited)]

        to_go = costs_to_old(forth, inquiry.goal, hops, cost)
        ranked = ranked_paths(way, inquiry.start, to_go=to_go, hops=hops, limit=inquiry.most, cost=cost)
        simple = (inquiry.path_of(nodes) for nodes in ranked if inquiry.is_simple(nodes))
        other = next((path for path in islice(simple, len(paths) + 1) if path not in paths), None)
        if other is None:
            break
        paths.append(other)
    return paths
