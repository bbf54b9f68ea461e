"""Usable citations within limits, followed outwards from both ends of an influence path until they meet.

A node is a work by its number, or an era: one more node that joins all works of an end given as many works, so that every
search runs between two single nodes. Standard library only: `kg path` must start at once.
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from kg.graph.arrays import UNDATED, GraphArrays

NEW_ERA: Final = -1  # the node of NEW where NEW is many works
OLD_ERA: Final = -2


class Steps(Protocol):
    """Where one may go from a node, and how many citations that takes to look at."""

    def of(self, v: int, skip: Container[int]) -> list[int]:
        """The nodes that a usable citation joins to v, in rising order, without those to skip."""
        ...

    def degree(self, v: int) -> int:
        """How many citations `of` looks at."""
        ...


class Way(NamedTuple):
    """The usable citations in one direction, within the years that a path between the two ends can have."""

    arrays: GraphArrays
    back: bool  # from citing to cited, else from cited to citing
    timed: bool = True
    bound: int = UNDATED + 1  # no work before this year going back, none after it going forth
    closed: Collection[int] = frozenset()  # works never entered
    span: tuple[int, int] | None = None  # years of the works entered, the exempt ones apart
    exempt: Collection[int] = frozenset()  # OLD and NEW
    starts: Sequence[int] = ()  # the works of the era the search starts from
    goals: Container[int] = frozenset()  # the works of the era it goes to; from them only the node of the era is next
    era: int = OLD_ERA  # that node

    def degree(self, v: int) -> int:
        """How many citations `of` looks at."""
        if v < 0 or v in self.goals:
            return 1 if v >= 0 else len(self.starts) if v != self.era else 0
        offsets = self.arrays.reference_offsets if self.back else self.arrays.citer_offsets
        return int(offsets[v + 1] - offsets[v])

    def row(self, v: int) -> list[int]:
        """The works next to v, usable or not, in rising order."""
        if v < 0:
            return []
        if self.back:
            works, offsets = self.arrays.reference_works, self.arrays.reference_offsets
        else:
            works, offsets = self.arrays.citer_works, self.arrays.citer_offsets
        return works[offsets[v] : offsets[v + 1]].tolist()  # type: ignore[no-any-return]

    def of(self, v: int, skip: Container[int]) -> list[int]:
        """The nodes that a usable citation joins to v, in rising order, without those to skip."""
        if v < 0 or v in self.goals:
            eras = (self.era,) if v >= 0 else self.starts if v != self.era else ()
            return [u for u in eras if u not in skip]
        near = [u for u in self.row(v) if u not in skip]
        if near and self.closed:
            near = [u for u in near if u not in self.closed]
        if near and self.span:
            first, last = self.span
            near = [u for u in near if first <= self.arrays.years[u] <= last or u in self.exempt]
        if not (self.timed and near):
            return near
        years, dates = self.arrays.years, self.arrays.dates
        low, high = (self.bound, years[v]) if self.back else (years[v], self.bound)
        near = [u for u in near if low <= years[u] <= high]
        day = dates[v]
        if day == UNDATED:
            return near
        return [u for u in near if dates[u] in (day, UNDATED) or (dates[u] < day) == self.back]


class ViaWay(NamedTuple):
    """The same ways for paths that must pass some works, in whatever order.

    Its nodes say which of those lie on the path between NEW and here, here included: node = work * size + mask. A path
    of such nodes may pass a work twice; whoever asks for simple paths drops it.
    """

    way: Way
    bits: Mapping[int, int]  # the bit of each work to pass
    old: int

    @property
    def size(self) -> int:
        """How many nodes a work has."""
        return 1 << len(self.bits)

    def degree(self, v: int) -> int:
        """How many citations `of` looks at."""
        return self.way.degree(v // self.size)

    def of(self, v: int, skip: Container[int]) -> list[int]:
        """The nodes that a usable citation joins to v, in rising order, without those to skip."""
        size, found = self.size, []
        work, mask = divmod(v, size)
        for u in self.way.of(work, ()):
            bit = self.bits.get(u, 0)
            if self.way.back:
                passed = mask | bit
                ends = u == self.old or u in self.way.goals
                fits = not mask & bit and not (ends and passed != size - 1) and not self._missed(u, passed)
            else:
                passed = mask & ~self.bits.get(work, 0)
                fits = passed & bit == bit
            node = u * size + passed
            if fits and node not in skip:
                found.append(node)
        return found

    def _missed(self, u: int, passed: int) -> bool:
        """Whether a work still to pass is later than u, so that no way back leads from u to it."""
        years = self.way.arrays.years
        return (
            self.way.timed and u >= 0 and any(years[w] > years[u] for w, bit in self.bits.items() if not passed & bit)
        )


class Ball:
    """The nodes around a start and their distances from it, grown one hop at a time; done when `level` is empty."""

    def __init__(self, way: Steps, starts: Iterable[int]) -> None:
        self.way = way
        self.hops = 0
        self.level = list(starts)
        self.distance = dict.fromkeys(self.level, 0)

    def cost(self) -> int:
        """How many citations the next hop looks at."""
        return sum(map(self.way.degree, self.level))

    def grow(self) -> None:
        """Go one hop further."""
        self.hops += 1
        level, self.level = self.level, []
        for v in level:
            met = self.way.of(v, self.distance)
            self.distance.update(dict.fromkeys(met, self.hops))
            self.level += met


def meet(back: Ball, forth: Ball, most: int) -> bool:
    """Grow both balls until they touch; False where they do not within `most` hops."""
    while back.distance.keys().isdisjoint(forth.level):
        if back.hops + forth.hops >= most or not (back.level and forth.level):
            return False
        min(back, forth, key=Ball.cost).grow()
    return True


def widen(back: Ball, forth: Ball, limit: int) -> bool:
    """Grow both balls until every path of at most `limit` hops is within them; whether all paths are, of any length."""
    while back.hops + forth.hops < limit and back.level and forth.level:
        min(back, forth, key=Ball.cost).grow()
    return not (back.level and forth.level)


def distances_to_old(back: Ball, forth: Ball, limit: int) -> dict[int, int]:
    """The exact distance to old of every node on a path of at most `limit` citations (and of some others).

    The radii of the balls add up to `limit` unless one is done, so such nodes beyond the ball of old are in that of new.
    """
    distance, hops = dict(forth.distance), forth.hops
    level = [v for v in forth.level if v in back.distance]
    while level:
        hops += 1
        level, inner = [], level
        for v in inner:
            met = [u for u in forth.way.of(v, distance) if back.distance.get(u, limit) + hops <= limit]
            distance.update(dict.fromkeys(met, hops))
            level += met
    return distance


def cone(way: Steps, new: int, old: int, to_old: Mapping[int, int], limit: int) -> dict[int, list[int]]:
    """The nodes on ways from new back to old of at most `limit` hops, each with those it leads back to, in rising order.

    Nothing leads into new or on from old.
    """
    depth, rows, queue = {new: 0}, {}, [new]
    for v in queue:
        rows[v] = row = [] if v == old else [
            u for u in way.of(v, (new,)) if u in to_old and depth[v] + 1 + to_old[u] <= limit
        ]  # fmt: skip
        for u in row:
            if u not in depth:
                depth[u] = depth[v] + 1
                queue.append(u)
    return rows
