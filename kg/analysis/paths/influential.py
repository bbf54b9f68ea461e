"""The strongest influence paths: those along citations most likely to mean that the citing work built on the cited one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from math import log, prod

from kg.analysis.paths.k_shortest import Cost, costs_to_old, ranked_paths
from kg.analysis.paths.query import End, Inquiry, Limits, PathAnswer, answered, shortest
from kg.analysis.paths.usable_steps import Ball, distances_to_old, meet, widen
from kg.graph.arrays import GraphArrays

#: The weight of a citation of which nothing is known but that it is there; the other numbers are judgements of ours too.
PRIOR = 0.3
INFLUENTIAL, NOT_INFLUENTIAL = 4.0, 0.5
INTENTS = {"methodology": 2.0, "result": 1.5, "background": 0.75}
MOST_CONTEXTS = 16
_UNIT = 10**6  # costs are whole numbers, so that sums do not depend on their order
_HOP = 10**5  # more than any path has citations: equal cost is decided by length


@dataclass(frozen=True, slots=True)
class Evidence:
    """What sources say of one citation; None and empty where they say nothing."""

    influential: bool | None = None  # whether a source's classifier calls it influential
    intents: tuple[str, ...] = ()
    contexts: int = 0  # sentences in which the citing work names the cited one, as far as they are held


Weigh = Callable[[int], Mapping[int, Evidence]]  # citing work -> what is known of its citations, by cited work


def weight(evidence: Evidence) -> float:
    """How likely it is that the citing work built on the cited one, given this evidence; a judgement, not a measurement.

    Range (0, 1): never zero, so that no citation is worth nothing.

    Notes
    -----
    odds(w) = odds(PRIOR) x influential (4, or 1/2 if a source says it is not) x the greatest factor of its intents
    (methodology 2, result 1.5, background 3/4) x sqrt(contexts, at most 16). What is unknown leaves the odds as they are.

    Examples
    --------
    >>> round(weight(Evidence()), 3), round(weight(Evidence(True, ("methodology",), 4)), 3)
    (0.3, 0.873)
    """
    odds = PRIOR / (1 - PRIOR)
    if evidence.influential is not None:
        odds *= INFLUENTIAL if evidence.influential else NOT_INFLUENTIAL
    if known := [INTENTS[intent] for intent in evidence.intents if intent in INTENTS]:
        odds *= max(known)
    if evidence.contexts:
        odds *= min(evidence.contexts, MOST_CONTEXTS) ** 0.5
    return odds / (1 + odds)


def most_influential_paths(
    arrays: GraphArrays,
    old: End,
    new: End,
    weigh: Weigh,
    *,
    k: int = 1,
    limits: Limits | None = None,
    evident: bool = True,
) -> PathAnswer:
    """The k simple influence paths of the greatest strength, the product of the weights of their citations.

    They are the paths of the least sum of -log w; of equal strength the shorter comes first, then as in `shortest_paths`,
    whose rules and errors hold. Strength is in the range (0, 1); see `weight`.

    Parameters
    ----------
    arrays : GraphArrays
        The graph.
    old, new : End
        The earlier and the later work, or many works each.
    weigh : Weigh
        Gives the evidence of a work's citations, by cited work.
    k : int, default 1
        How many paths to find.
    limits : Limits, optional
        What may lie between.
    evident : bool, default True
        False where no citation at all has evidence: then the strongest paths are the shortest.

    Examples
    --------
    >>> from kg.graph.citation_graph import CitationGraph
    >>> g = CitationGraph.from_edges([("C", "A"), ("B", "A"), ("C", "B")], years={"A": 1, "B": 2, "C": 3})
    >>> strong = {("C", "B"): Evidence(True, contexts=9), ("B", "A"): Evidence(True, contexts=9)}
    >>> weigh = lambda w: {g.number(b): e for (a, b), e in strong.items() if a == g.ids[w]}
    >>> [g.ids[w] for w in most_influential_paths(g.arrays, g.number("A"), g.number("C"), weigh).paths[0]]
    ['A', 'B', 'C']
    """
    weigh = cache(weigh)
    least = _cost(weight(Evidence(True, ("methodology",), MOST_CONTEXTS) if evident else Evidence()))

    def find(inquiry: Inquiry, k: int) -> list[tuple[int, ...]]:
        def cost(citing: int, cited: int) -> int:
            a, b = inquiry.work(citing), inquiry.work(cited)
            return _HOP if a < 0 or b < 0 else _cost(weight(weigh(a).get(b, Evidence())))

        return _strongest(inquiry, k, cost, least)

    return answered(Inquiry(arrays, old, new, limits or Limits()), k, find)


def strength(path: Iterable[int], weigh: Weigh) -> float:
    """The product of the weights of a path's citations, the path given from old to new."""
    return prod(weight(weigh(citing).get(cited, Evidence())) for cited, citing in pairwise(path))


def _strongest(inquiry: Inquiry, k: int, cost: Cost, least: int) -> list[tuple[int, ...]]:
    """The k shortest paths bound the cost of the k strongest, and with it, as no citation costs less, their length."""
    known = shortest(inquiry, k)
    if not known:
        return []
    limit = inquiry.most
    if len(known) == k:
        highest = max(sum(cost(*_nodes(inquiry, b, a)) for a, b in pairwise(path)) for path in known)
        limit = min(limit, highest // least + inquiry.most - _hops_of_works(inquiry))
    back, forth = Ball(inquiry.back(), [inquiry.start]), Ball(inquiry.forth(), [inquiry.goal])
    meet(back, forth, limit)
    widen(back, forth, limit)
    hops = distances_to_old(back, forth, limit)
    to_go = costs_to_old(inquiry.forth(), inquiry.goal, hops, cost)
    found = ranked_paths(inquiry.back(), inquiry.start, to_go=to_go, hops=hops, limit=limit, cost=cost)
    return [inquiry.path_of(nodes) for nodes in islice(filter(inquiry.is_simple, found), k)]


def _nodes(inquiry: Inquiry, citing: int, cited: int) -> tuple[int, int]:
    via = len(inquiry.limits.via)
    return citing << via, cited << via


def _hops_of_works(inquiry: Inquiry) -> int:
    """The most citations a path may have, without the hops between an era and its works."""
    return inquiry.most - (inquiry.old < 0) - (inquiry.new < 0)


def _cost(w: float) -> int:
    return round(-log(w) * _UNIT) * _HOP + 1
