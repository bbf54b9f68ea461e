"""Vertex-disjoint paths, as a flow that passes every work at most once.

A work has two sides: 2 * work where paths come in and 2 * work + 1 where they go on; from a side of a work on a path the
search may undo that path's steps.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush

Side = int
Rows = Mapping[int, Sequence[int]]


def disjoint_paths(rows: Rows, start: int, goal: int, *, most: int | None = None) -> list[list[int]]:
    """Vertex-disjoint paths from `start` to `goal` along `rows`: as many as there are, or `most`.

    Their number is the greatest possible (Menger), and they have the fewest hops in all of any set of that many. At most one
    of them is the single hop from start to goal. Which of several such sets it is follows from the numbers of the nodes alone,
    not from the order of the rows (see `_Flow.widen`).

    References
    ----------
    Menger (1927), Zur allgemeinen Kurventheorie.
    Suurballe (1974), Disjoint paths in a network.

    Examples
    --------
    >>> disjoint_paths({1: [2, 3], 2: [4], 3: [4], 4: []}, 1, 4)
    [[1, 2, 4], [1, 3, 4]]
    """
    flow = _Flow(rows, start, goal)
    if 2 * start + 1 not in flow.height:
        return []
    while (most is None or flow.paths < most) and flow.widen():
        pass
    return flow.followed()


class _Flow:
    def __init__(self, rows: Rows, start: int, goal: int) -> None:
        self.rows, self.start, self.goal = rows, start, goal
        self.first: set[int] = set()  # where paths leave start
        self.after: dict[int, int] = {}  # work on a path -> the next on it
        self.before: dict[int, int] = {}
        ahead = _distances(rows, goal)  # the potential of a side; towards the goal it falls with each hop
        self.height: dict[Side, int] = {2 * v + out: -hops for v, hops in ahead.items() for out in (0, 1)}

    @property
    def paths(self) -> int:
        return len(self.first)

    def widen(self) -> bool:
        """Add one path, rerouting others where needed, at the least number of hops; whether there was one to add.

        Of equally short ways to a side the one counts that took fewer steps free of cost since the last that cost something,
        then the one from the side of the lowest number.
        """
        origin, end = 2 * self.start + 1, 2 * self.goal
        best, came, heap, settled = {origin: (0, 0)}, dict[Side, Side](), [(0, 0, origin)], set[Side]()
        while heap:  # Dijkstra with potentials, under which undone hops, of cost -1, cost nothing
            spent, free, side = heappop(heap)
            if side in settled:
                continue
            if side == end:
                break
            settled.add(side)
            here = spent + self.height[side]
            for other, step in self._residual(side):
                total = here + step - self.height[other]
                way = (total, 0 if total > spent else free + 1)
                known = best.get(other)
                if other in settled or (known and (known, came[other]) <= (way, side)):
                    continue
                if known != way:
                    heappush(heap, (*way, other))
                best[other], came[other] = way, side
        else:
            return False
        for side in settled:
            self.height[side] += best[side][0] - best[end][0]
        route = [end]
        while route[-1] != origin:
            route.append(came[route[-1]])
        self._apply(route[::-1])
        return True

    def followed(self) -> list[list[int]]:
        """The paths, shortest first."""
        found = []
        for w in self.first:
            path = [self.start, w]
            while path[-1] != self.goal:
                path.append(self.after[path[-1]])
            found.append(path)
        return sorted(found, key=lambda path: (len(path), path))

    def _residual(self, side: Side) -> Iterator[tuple[Side, int]]:
        v, out = side >> 1, side & 1
        if out:
            for u in self.rows[v]:
                if 2 * u not in self.height:  # a dead end
                    continue
                if u not in self.first if v == self.start else self.after.get(v) != u:
                    yield 2 * u, 1
            if v in self.after:
                yield 2 * v, 0
        elif v not in self.after:
            yield 2 * v + 1, 0
        elif self.before[v] != self.start:
            yield 2 * self.before[v] + 1, -1

    def _apply(self, route: list[Side]) -> None:
        gained, lost = [], []
        for left, entered in itertools.pairwise(route):
            a, b = left >> 1, entered >> 1
            if left & 1 and not entered & 1 and a != b:
                gained.append((a, b))
            elif a != b:
                lost.append((b, a))  # from the in-side of a back to the out-side of b
        for a, b in lost:
            del self.after[a], self.before[b]
        for a, b in gained:
            if a == self.start:
                self.first.add(b)
            else:
                self.after[a] = b
            if b != self.goal:
                self.before[b] = a


def _distances(rows: Rows, goal: int) -> dict[int, int]:
    """The fewest hops from each node to the goal, of those that reach it."""
    before: dict[int, list[int]] = {}
    for v, row in rows.items():
        for u in row:
            before.setdefault(u, []).append(v)
    ahead, queue = {goal: 0}, [goal]
    for u in queue:
        for v in before.get(u, ()):
            if v not in ahead:
                ahead[v] = ahead[u] + 1
                queue.append(v)
    return ahead
