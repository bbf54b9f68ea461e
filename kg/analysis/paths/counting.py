"""How many influence paths there are, exactly: whole numbers of any size, cycles included.

A simple path passes each strongly connected component once, from a work where it enters to one where it leaves. So paths
are counted through the components in order, and inside one by following every simple path.
"""

from collections.abc import Iterator, Mapping, Sequence

Rows = Mapping[int, Sequence[int]]  # a node -> those it leads to
STEPS = 1_000_000  # followed inside cyclic parts before giving up


class TooManyCycles(Exception):
    """A strongly connected component holds more paths than can be followed one by one."""


def paths_from(rows: Rows, start: int, *, steps: int = STEPS) -> dict[int, int]:
    """How many simple paths lead from `start` to each node; one to `start` itself.

    Raises
    ------
    TooManyCycles
        If more than `steps` steps would have to be followed inside strongly connected components.

    Examples
    --------
    >>> paths_from({3: [1, 2], 2: [1], 1: []}, 3)
    {3: 1, 2: 1, 1: 2}
    """
    return _Count(rows, start, steps).ending


def paths_through(rows: Rows, start: int, goal: int, *, steps: int = STEPS) -> dict[int, int]:
    """On how many of the simple paths from `start` to `goal` each node lies; for the ends, the number of paths.

    Raises
    ------
    TooManyCycles
        If more than `steps` steps would have to be followed inside strongly connected components.

    Examples
    --------
    >>> paths_through({4: [3, 2], 3: [1, 2], 2: [1], 1: []}, 4, 1)
    {4: 3, 3: 2, 2: 2, 1: 3}
    """
    rows = {v: () if v == goal else [u for u in row if u != start] for v, row in rows.items()}
    count = _Count(rows, start, steps)
    return count.through(goal)


class _Count:
    """Paths counted from a start: `arriving` at each node from outside its part, and `ending` there."""

    def __init__(self, rows: Rows, start: int, steps: int) -> None:
        self.rows, self.inside = rows, Inside(rows, steps)
        self.parts = list(_parts(rows, start))[::-1]  # the part of start first
        self.part = {v: k for k, part in enumerate(self.parts) for v in part}
        self.arriving = dict.fromkeys(self.part, 0)
        self.arriving[start] = 1
        self.ending: dict[int, int] = {}
        for part in self.parts:
            self.ending |= dict.fromkeys(part, 0)
            for path in self._inside(part):
                self.ending[path[-1]] += self.arriving[path[0]]
            for v in part:
                for u in self._onward(v):
                    self.arriving[u] += self.ending[v]

    def through(self, goal: int) -> dict[int, int]:
        """On how many paths to goal each node lies."""
        leaving = dict.fromkeys(self.part, 0)  # ways from a node out of its part to goal
        leading = dict.fromkeys(self.part, 0)  # ways from a node, entered from outside, to goal
        passing = dict.fromkeys(self.part, 0)
        for part in reversed(self.parts):
            for v in part:
                leaving[v] = 1 if v == goal else sum(leading[u] for u in self._onward(v))
            for path in self._inside(part):
                ways = leaving[path[-1]]
                leading[path[0]] += ways
                for v in path if ways else ():
                    passing[v] += self.arriving[path[0]] * ways
        return {v: n for v, n in passing.items() if n}

    def _onward(self, v: int) -> list[int]:
        return [u for u in self.rows.get(v, ()) if self.part[u] != self.part[v]]

    def _inside(self, part: list[int]) -> Iterator[list[int]]:
        return self.inside.paths(part, [v for v in part if self.arriving[v]])


class Inside:
    """Follows the simple paths within strongly connected parts one by one, up to a number of steps in all."""

    def __init__(self, rows: Rows, steps: int) -> None:
        self.rows, self.steps = rows, steps

    def paths(self, part: list[int], firsts: list[int]) -> Iterator[list[int]]:
        """Every simple path within a part that begins at one of `firsts`; the same list, changed, each time.

        Raises
        ------
        TooManyCycles
            If that takes more steps than are left.
        """
        if len(part) == 1:
            if firsts:
                yield part
            return
        here = set(part)
        for first in firsts:
            path, met, turns = [first], {first}, [iter(self.rows.get(first, ()))]
            yield path
            while turns:
                u = next((u for u in turns[-1] if u in here and u not in met), None)
                if u is None:
                    turns.pop()
                    met.discard(path.pop())
                    continue
                self.steps -= 1
                if self.steps < 0:
                    raise TooManyCycles
                path.append(u)
                met.add(u)
                turns.append(iter(self.rows.get(u, ())))
                yield path


def _parts(rows: Rows, start: int) -> Iterator[list[int]]:
    """The strongly connected parts reached from start, each after those it leads to.

    References
    ----------
    Tarjan (1972), Depth-first search and linear graph algorithms.
    """
    order: dict[int, int] = {start: 0}
    low, stack, on_stack = {start: 0}, [start], {start}
    calls = [(start, iter(rows.get(start, ())))]
    while calls:
        v, turns = calls[-1]
        for u in turns:
            if u not in order:
                order[u] = low[u] = len(order)
                stack.append(u)
                on_stack.add(u)
                calls.append((u, iter(rows.get(u, ()))))
                break
            if u in on_stack:
                low[v] = min(low[v], order[u])
        else:
            calls.pop()
            if calls:
                low[calls[-1][0]] = min(low[calls[-1][0]], low[v])
            if low[v] == order[v]:
                part: list[int] = []
                while not part or part[-1] != v:
                    part.append(stack.pop())
                    on_stack.discard(part[-1])
                yield part
