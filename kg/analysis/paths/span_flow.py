"""Vertex-disjoint paths, and the works that every path passes, in a `Span`: as `disjoint` and `independent` find them."""

from heapq import heappop, heappush
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kg.analysis.paths.span import Ints, Lists, Span

_NONE = np.iinfo(np.int32).max


def disjoint_in(span: Span) -> list[list[int]]:
    """The paths that `disjoint_paths` gives, all of them."""
    flow = _Flow(span)
    while len(flow.first) < flow.most and flow.widen():
        pass
    return flow.followed()


class _Flow:
    """The flow of `disjoint`, widened by whole levels of sides at once."""

    def __init__(self, span: Span) -> None:
        self.start, self.goal = span.start, span.goal
        hops = span.rows.turned().distances(np.array([span.goal]))
        self.rows = span.rows.kept(hops[span.rows.nodes] >= 0)  # without dead ends
        into = int((self.rows.nodes == span.goal).sum())
        self.most = min(int(np.diff(self.rows.offsets)[span.start]), into)
        self.height = np.repeat(-hops, 2)
        self.first: list[int] = []
        self.after = np.full(len(hops), -1, np.int32)
        self.before = np.full(len(hops), -1, np.int32)

    def widen(self) -> bool:
        """Add one path, as `disjoint` does: the same one."""
        origin, end = 2 * self.start + 1, 2 * self.goal
        settled = np.zeros(len(self.height), np.bool_)
        cost = np.full(len(self.height), _NONE, np.int32)
        came = np.full(len(self.height), _NONE, np.int32)
        waiting: dict[tuple[int, int], list[tuple[Ints, Ints]]] = {(0, 0): [(np.array([origin]), np.array([-1]))]}
        keys = [(0, 0)]
        while keys:
            key = heappop(keys)
            level = self._settle(waiting.pop(key), settled, came)
            if not len(level):
                continue
            spent, free = key
            cost[level] = spent
            if settled[end]:
                break
            source, target, paid = self._residual(level)
            total = spent + self.height[source] + paid - self.height[target]
            fits = ~settled[target] & (total <= cost[target])
            source, target, total = source[fits], target[fits], total[fits]
            for amount in np.unique(total).tolist():
                now = total == amount
                then = (amount, 0 if amount > spent else free + 1)
                if then not in waiting:
                    heappush(keys, then)
                waiting.setdefault(then, []).append((target[now], source[now]))
                cost[target[now]] = np.minimum(cost[target[now]], amount)
        else:
            return False
        met = np.flatnonzero(settled)
        self.height[met] += cost[met] - cost[end]
        route = [end]
        while route[-1] != origin:
            route.append(int(came[route[-1]]))
        self._apply(route[::-1])
        return True

    def followed(self) -> list[list[int]]:
        """The paths, shortest first."""
        found = []
        for w in self.first:
            path = [self.start, w]
            while path[-1] != self.goal:
                path.append(int(self.after[path[-1]]))
            found.append(path)
        return sorted(found, key=lambda path: (len(path), path))

    @staticmethod
    def _settle(chunks: list[tuple[Ints, Ints]], settled: NDArray[np.bool_], came: Ints) -> Ints:
        """Settle the sides of one key, each from the least side it was met from; those that were not settled before."""
        for target, source in chunks:
            fresh = ~settled[target]
            np.minimum.at(came, target[fresh], source[fresh])
        sides = np.concatenate([target for target, _ in chunks])
        sides = np.unique(sides[~settled[sides]])
        settled[sides] = True
        return sides

    def _residual(self, level: Ints) -> tuple[Ints, Ints, Ints]:
        """The steps from sides: from, to, and their cost."""
        v, out = level >> 1, (level & 1).astype(np.bool_)
        outs = v[out]
        source, target = np.repeat(outs, self.rows.lengths(outs)), self.rows.joined(outs)
        used = self.after[source] == target
        if self.start in outs:
            used |= (source == self.start) & np.isin(target, self.first)
        source, target = source[~used], target[~used]
        back_in = outs[self.after[outs] >= 0]
        ins = v[~out]
        through = ins[self.after[ins] < 0]
        undone = ins[(self.after[ins] >= 0) & (self.before[ins] != self.start)]
        steps = (
            (2 * source + 1, 2 * target, 1),
            (2 * back_in + 1, 2 * back_in, 0),
            (2 * through, 2 * through + 1, 0),
            (2 * undone, 2 * self.before[undone] + 1, -1),
        )
        return (
            np.concatenate([a for a, _, _ in steps]),
            np.concatenate([b for _, b, _ in steps]),
            np.concatenate([np.full(len(a), paid, np.int32) for a, _, paid in steps]),
        )

    def _apply(self, route: list[int]) -> None:
        gained, lost = [], []
        for left, entered in pairwise(route):
            a, b = left >> 1, entered >> 1
            if left & 1 and not entered & 1 and a != b:
                gained.append((a, b))
            elif a != b:
                lost.append((b, a))  # from the in-side of a back to the out-side of b
        for a, b in lost:
            self.after[a] = self.before[b] = -1
        for a, b in gained:
            if a == self.start:
                self.first.append(b)
            else:
                self.after[a] = b
            if b != self.goal:
                self.before[b] = a


def dominators_in(span: Span, path: list[int]) -> list[int]:
    """The nodes between the ends of a path that every other path passes too, as `independent` finds them."""
    rows: Lists = span.rows
    size = len(span.nodes)
    place = np.zeros(size, np.int64)
    place[path] = np.arange(len(path))
    met = np.zeros(size, np.bool_)
    met[path] = True
    found, beyond = [], 0
    for k, v in enumerate(path[:-1]):
        if k and beyond <= k:
            found.append(v)
        level: Ints = np.array([v])
        while len(level):
            near = rows.joined(level)
            beyond = max(beyond, int(place[near].max(initial=0)))
            level = np.unique(near[~met[near]])
            met[level] = True
    return found
