"""Paths that share no work but their ends, as a flow that passes every work at most once.

A side of a work is (work, False) where paths come in and (work, True) where they go on; from a side of a work on a path
the search may undo that path's steps.
"""

import itertools
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

Side = tuple[int, bool]
Rows = Mapping[int, Sequence[int]]


def disjoint_paths(rows: Rows, start: int, goal: int, *, most: int | None = None) -> list[list[int]]:
    """Paths from start to goal along `rows` that share no other node: as many as there are, or `most`.

    Their number is the greatest (Menger), and of that many paths they are those with the fewest hops in all. At most one
    is the single hop from start to goal.

    Source: Menger (1927), Zur allgemeinen Kurventheorie; Suurballe (1974), Disjoint paths in a network.

    >>> disjoint_paths({1: [2, 3], 2: [4], 3: [4], 4: []}, 1, 4)
    [[1, 2, 4], [1, 3, 4]]
    """
    flow = _Flow(rows, start, goal)
    while (most is None or flow.paths < most) and flow.widen():
        pass
    return flow.followed()


class _Flow:
    def __init__(self, rows: Rows, start: int, goal: int) -> None:
        self.rows, self.start, self.goal = rows, start, goal
        self.first: set[int] = set()  # where paths leave start
        self.after: dict[int, int] = {}  # work on a path -> the next on it
        self.before: dict[int, int] = {}

    @property
    def paths(self) -> int:
        return len(self.first)

    def widen(self) -> bool:
        """Add one path, rerouting others where needed, at the least number of hops; whether there was one to add."""
        origin: Side = (self.start, True)
        cost, came, queue, waiting = {origin: 0}, {}, deque([origin]), {origin}
        while queue:  # Bellman & Ford: undone hops count -1, and no cycle is negative
            side = queue.popleft()
            waiting.discard(side)
            for other, step in self._residual(side):
                if cost[side] + step < cost.get(other, 1 << 60):
                    cost[other], came[other] = cost[side] + step, side
                    if other not in waiting and other[0] != self.goal:
                        waiting.add(other)
                        queue.append(other)
        end: Side = (self.goal, False)
        if end not in came:
            return False
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
        v, out = side
        if out:
            for u in self.rows[v]:
                if u not in self.first if v == self.start else self.after.get(v) != u:
                    yield (u, False), 1
            if v in self.after:
                yield (v, False), 0
        elif v not in self.after:
            yield (v, True), 0
        elif self.before[v] != self.start:
            yield (self.before[v], True), -1

    def _apply(self, route: list[Side]) -> None:
        gained, lost = [], []
        for (a, out), (b, into) in itertools.pairwise(route):
            if out and not into and a != b:
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
