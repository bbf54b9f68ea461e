"""Simple paths in the order of their cost: Lawler's partition over A* searches."""

from collections.abc import Callable, Iterator, Mapping
from heapq import heappop, heappush
from itertools import pairwise

from kg.analysis.paths.usable_steps import Steps

Cost = Callable[[int, int], int]  # of the hop from a node back to the next


def ranked_paths(
    way: Steps, new: int, *, to_go: Mapping[int, int], hops: Mapping[int, int], limit: int, cost: Cost
) -> Iterator[tuple[int, ...]]:
    """Every simple path from `new` to the node whose `to_go` is 0, by cost.

    Paths of one cost come in lexicographic order if costs tell paths of different lengths apart. The paths after one given
    are split by the node where they leave it and the steps from there already taken; each part waits in the heap under its
    best path.

    Parameters
    ----------
    way : Steps
        The usable citations.
    new : int
        The node to start from.
    to_go : Mapping[int, int]
        The cost left from each node, never too high; a node without it is on no path.
    hops : Mapping[int, int]
        The hops left from each node, never too many.
    limit : int
        The most hops a path may have.
    cost : Cost
        The cost of a hop.
    """
    best = _complete(way, (new,), frozenset(), to_go, hops, limit, cost)
    heap = [(*best, 0, frozenset[int]())] if best else []
    while heap:
        _, path, leaves, barred = heappop(heap)
        yield path
        for at in range(leaves, len(path) - 1):
            taken = (barred if at == leaves else frozenset[int]()) | {path[at + 1]}
            best = _complete(way, path[: at + 1], taken, to_go, hops, limit, cost)
            if best:
                heappush(heap, (*best, at, taken))


def costs_to_old(way: Steps, old: int, within: Mapping[int, int], cost: Cost) -> dict[int, int]:
    """The least cost from each node of `within` back to `old`, by Dijkstra's algorithm along steps that lead forth."""
    done: dict[int, int] = {}
    heap = [(0, old)]
    while heap:
        total, v = heappop(heap)
        if v not in done:
            done[v] = total
            for u in way.of(v, done):
                if u in within:
                    heappush(heap, (total + cost(u, v), u))
    return done


def _complete(
    way: Steps,
    start: tuple[int, ...],
    barred: frozenset[int],
    to_go: Mapping[int, int],
    hops: Mapping[int, int],
    limit: int,
    cost: Cost,
) -> tuple[int, tuple[int, ...]] | None:
    """The cost of the best simple path that begins with `start` and does not go on to a barred node, and that path.

    A* search; of equal estimates the lexicographically first is taken up first. A node is taken up again only if
    reached in fewer hops than before, which matters where the limit on hops binds.
    """
    passed = set(start[:-1])
    fewest = dict.fromkeys(passed, 0)
    heap = [(sum(cost(a, b) for a, b in pairwise(start)) + to_go[start[-1]], start)]
    while heap:
        estimate, path = heappop(heap)
        v, length = path[-1], len(path)
        if to_go[v] == 0:
            return estimate, path
        if fewest.get(v, length + 1) <= length:
            continue
        fewest[v] = length
        spent = estimate - to_go[v]
        for u in way.of(v, passed):
            if u not in to_go or length + hops[u] > limit or fewest.get(u, length + 2) <= length + 1:
                continue
            if not (length == len(start) and u in barred):
                heappush(heap, (spent + cost(v, u) + to_go[u], (*path, u)))
    return None
