"""How many paths there are in a `Span`, and on how many each node lies: exact whole numbers, as `counting` finds them.

Levels of nodes are added up at once, as arrays of Python integers; cyclic parts are followed path by path.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from kg.analysis.paths.counting import STEPS, Inside
from kg.analysis.paths.span import Ints, Lists, Span

Whole = NDArray[np.object_]


def counts_in(span: Span, steps: int = STEPS) -> Whole:
    """On how many of the paths from start to goal each node lies, as `paths_through` gives it; 0 where on none.

    Raises
    ------
    TooManyCycles
        If more than `steps` steps would have to be followed inside strongly connected components.
    """
    return _Counts(span, steps).through()


class _Counts:
    """Paths counted from the start: `arriving` at each node from outside its cyclic part, and `ending` there."""

    def __init__(self, span: Span, steps: int) -> None:
        self.goal, rows = span.goal, span.rows
        size = len(span.nodes)
        held = csr_array((np.ones(len(rows.nodes), np.int8), rows.nodes, rows.offsets), shape=(size, size))
        parts, self.part = connected_components(held, directed=True, connection="strong")
        inner = self.part[rows.owners()] == self.part[rows.nodes]
        self.outward = rows.kept(~inner)
        sizes = np.bincount(self.part, minlength=parts)
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        self.members = Lists(offsets, np.argsort(self.part, kind="stable").astype(np.int32))
        self.cyclic = sizes > 1
        within, cycles = rows.kept(inner), np.flatnonzero(self.cyclic[self.part])
        self.inside = Inside({int(v): within.joined(np.array([v])).tolist() for v in cycles}, steps)
        self.levels = list(self._levels(span.start))
        inward = self.outward.turned()
        self.arriving, self.ending = _nothing(size), _nothing(size)
        for nodes, cyclic in self.levels:
            self.arriving[nodes] = _sums(inward, self.ending, nodes)
            self.arriving[span.start] = 1
            self.ending[nodes] = self.arriving[nodes]
            for part in cyclic:
                self.ending[part] = 0
                for path in self._inside(part):
                    self.ending[path[-1]] += self.arriving[path[0]]

    def through(self) -> Whole:
        """On how many paths to the goal each node lies."""
        size = len(self.arriving)
        leading, leaving, passing = _nothing(size), _nothing(size), _nothing(size)
        for nodes, cyclic in reversed(self.levels):
            leaving[nodes] = _sums(self.outward, leading, nodes)
            leaving[self.goal] = 1
            leading[nodes] = leaving[nodes]
            passing[nodes] = self.arriving[nodes] * leaving[nodes]
            for part in cyclic:
                leading[part] = passing[part] = 0
                for path in self._inside(part):
                    ways = leaving[path[-1]]
                    leading[path[0]] += ways
                    passing[path] += self.arriving[path[0]] * ways
        return passing

    def _inside(self, part: list[int]) -> Iterator[list[int]]:
        return self.inside.paths(part, [v for v in part if self.arriving[v]])

    def _levels(self, start: int) -> Iterator[tuple[Ints, list[list[int]]]]:
        """Whole parts, each after all those that lead into it; with the cyclic ones among them."""
        waiting = np.bincount(self.part[self.outward.nodes], minlength=len(self.cyclic))
        front: Ints = self.part[[start]]
        while len(front):
            nodes = self.members.joined(front)
            cyclic = front[self.cyclic[front]]
            yield nodes, [self.members.joined(np.array([part])).tolist() for part in cyclic]
            met = self.part[self.outward.joined(nodes)]
            np.subtract.at(waiting, met, 1)
            front = np.unique(met[waiting[met] == 0])


def _nothing(size: int) -> Whole:
    return np.zeros(size, np.object_)


def _sums(lists: Lists, of: Whole, nodes: Ints) -> Whole:
    """For each node the sum over its row."""
    lengths, sums = lists.lengths(nodes), _nothing(len(nodes))
    some = lengths > 0
    if some.any():
        first = np.cumsum(lengths[some]) - lengths[some]
        sums[some] = np.add.reduceat(of[lists.joined(nodes)], first)
    return sums
