"""Influence paths: how did OLD reach NEW? Shortest time-respecting paths, and a certificate where there is none.

An influence path runs old -> ... -> new: new cites ... cites old. A citation is usable iff both ends are dated and the
citing work is not earlier, compared at the finest precision both hold (day, else year; equal is usable). Undated works
are on no path. The rule is one of citations, so between two works known to the day a path may pass a work known by its
year alone. Where both are held, the year of a work is the year of its date. Works go by their numbers in the index.

Standard library only: `kg path` must start at once.
"""

from collections.abc import Container
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, Protocol

from kg.errors import InputError
from kg.index import KNOWN, UNDATED


class Arrays(Protocol):
    """What paths read: the memoryviews of `kg.index.Index` or the numpy arrays of `CitationGraph.arrays`."""

    @property
    def reference_offsets(self) -> Any: ...  # noqa: D102
    @property
    def reference_works(self) -> Any: ...  # noqa: D102
    @property
    def citer_offsets(self) -> Any: ...  # noqa: D102
    @property
    def citer_works(self) -> Any: ...  # noqa: D102
    @property
    def years(self) -> Any: ...  # noqa: D102
    @property
    def dates(self) -> Any: ...  # noqa: D102
    @property
    def outcomes(self) -> Any: ...  # noqa: D102


@dataclass(frozen=True)
class Certificate:
    """What was searched where no path was found: back from NEW along usable citations, to no year before that of OLD."""

    status: str  # "none": no path and no list is missing; "unknown": what is missing or beyond max_hops may hide one
    hops: int  # how many citations from NEW the farthest work met lies
    works: int  # how many works were met, NEW and undated ones included
    #: The works met that leave the answer open, nearest to NEW first: those not earlier than OLD whose reference list is
    #: neither COMPLETE nor EMPTY, and undated ones. If OLD or NEW itself is undated, it stands here alone.
    frontier: tuple[int, ...]


@dataclass(frozen=True)
class PathAnswer:
    """Paths old -> ... -> new, shortest first; a certificate iff there is none; notes that people should read."""

    paths: tuple[tuple[int, ...], ...]
    certificate: Certificate | None
    notes: tuple[str, ...]


def shortest_paths(
    index: Arrays, old: int, new: int, *, k: int = 1, max_hops: int | None = None, ignore_time: bool = False
) -> PathAnswer:
    """The k shortest simple influence paths from `old` to `new`, or a certificate that none was found.

    Length is the number of citations; paths of one length come in the lexicographic order of their work numbers read
    from new back to old. All are given where fewer than k exist; `max_hops` bounds their length. `ignore_time`, or a
    graph without any date, follows citations whatever the dates, and a note says so. Raises InputError where old is
    new, or k or max_hops is below 1.

    Sources: Hart, Nilsson & Raphael (1968), A formal basis for the heuristic determination of minimum cost paths;
    Yen (1971), Finding the k shortest loopless paths in a network; Lawler (1972), A procedure for computing the k best
    solutions to discrete optimization problems and its application to the shortest path problem.

    >>> from kg.graph import CitationGraph
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "B")], years={"A": 1989, "B": 2002, "C": 2016})
    >>> [g.ids[w] for w in shortest_paths(g.arrays, g.number("A"), g.number("C")).paths[0]]
    ['A', 'B', 'C']
    >>> shortest_paths(g.arrays, g.number("C"), g.number("A")).certificate.status
    'none'
    """
    if old == new:
        raise InputError("a path needs two works: OLD and NEW are the same", "name two different works")
    if k < 1 or (max_hops is not None and max_hops < 1):
        raise InputError(f"k and max_hops are at least 1, not {k} and {max_hops}")
    first, last = int(index.years[old]), int(index.years[new])
    undated = tuple(int(end) for end in (old, new) if index.years[end] == UNDATED)
    timed = not ignore_time and (not undated or any(year != UNDATED for year in index.years))
    later = "OLD is later than NEW: influence runs forward in time; try the other order"
    notes = []
    if ignore_time:
        notes.append("time is ignored: citations are followed even if the citing work is the earlier one")
    elif not timed:
        notes.append("no work here is dated: citations are followed whatever their direction in time")
    elif undated:
        missing = Certificate("unknown", 0, 1, undated)
        return PathAnswer((), missing, ("OLD or NEW is undated, and undated works are on no path",))
    elif first > last:
        return PathAnswer((), Certificate("none", 0, 1, ()), (later,))
    elif UNDATED < index.dates[new] < index.dates[old]:
        notes.append(later)
    back = _Ball(_Way(index, back=True, bound=first, timed=timed), int(new))
    forth = _Ball(_Way(index, back=False, bound=last, timed=timed), int(old))
    most = len(index.years) if max_hops is None else min(max_hops, len(index.years))
    paths = _search(back, forth, k, most)
    within = "" if max_hops is None else f" of at most {max_hops} citations"
    if len(paths) < k and (paths or within):
        notes.append(f"the graph holds {len(paths)} of the {k} paths asked for{within}")
    certificate = None if paths else _certify(back, int(old), most)
    return PathAnswer(tuple(path[::-1] for path in paths), certificate, tuple(notes))


@dataclass(frozen=True, slots=True)
class _Way:
    """The usable citations in one direction, within the years that a path between the two ends can have."""

    index: Arrays
    back: bool  # from citing to cited, else from cited to citing
    bound: int  # no work before this year going back, none after it going forth
    timed: bool

    @property
    def offsets(self) -> Any:
        return self.index.reference_offsets if self.back else self.index.citer_offsets

    def row(self, v: int) -> list[int]:
        """The works next to v, usable or not, in rising order."""
        works, offsets = self.index.reference_works if self.back else self.index.citer_works, self.offsets
        return works[offsets[v] : offsets[v + 1]].tolist()  # type: ignore[no-any-return]

    def of(self, v: int, skip: Container[int]) -> list[int]:
        """The works that a usable citation joins to v, in rising order, without those to skip."""
        near = [u for u in self.row(v) if u not in skip]
        if not (self.timed and near):
            return near
        years, dates = self.index.years, self.index.dates
        low, high = (self.bound, years[v]) if self.back else (years[v], self.bound)
        near = [u for u in near if low <= years[u] <= high]
        day = dates[v]
        if day == UNDATED:
            return near
        return [u for u in near if dates[u] in (day, UNDATED) or (dates[u] < day) == self.back]


class _Ball:
    """The works around a start and their distances from it, grown one hop at a time; done when `level` is empty."""

    def __init__(self, way: _Way, start: int) -> None:
        self.way = way
        self.start = start
        self.hops = 0
        self.level = [start]
        self.distance = {start: 0}

    def cost(self) -> int:
        offsets = self.way.offsets
        return sum(int(offsets[v + 1] - offsets[v]) for v in self.level)

    def grow(self) -> None:
        self.hops += 1
        level, self.level = self.level, []
        for v in level:
            met = self.way.of(v, self.distance)
            self.distance.update(dict.fromkeys(met, self.hops))
            self.level += met


def _search(back: _Ball, forth: _Ball, k: int, most: int) -> list[tuple[int, ...]]:
    """The k shortest paths of at most `most` citations, each from new back to old.

    Two balls grow until they meet; then the limit on length rises until there are k paths or one ball is done.
    """
    while back.distance.keys().isdisjoint(forth.level):
        if back.hops + forth.hops >= most or not (back.level and forth.level):
            return []
        min(back, forth, key=_Ball.cost).grow()
    limit, step = back.hops + forth.hops + (k > 1), 1
    while True:
        limit = min(limit, most)
        while back.hops + forth.hops < limit and back.level and forth.level:
            min(back, forth, key=_Ball.cost).grow()
        paths = _k_shortest(back.way, back.start, _distances_to_old(back, forth, limit), k, limit)
        if len(paths) == k or limit == most:
            return paths
        limit, step = limit + step if back.level and forth.level else most, 2 * step


def _distances_to_old(back: _Ball, forth: _Ball, limit: int) -> dict[int, int]:
    """The exact distance to old of every work on a path of at most `limit` citations (and of some others).

    The radii of the balls add up to `limit` unless one is done, so such works beyond the ball of old are in that of new.
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


def _k_shortest(way: _Way, new: int, to_old: dict[int, int], k: int, limit: int) -> list[tuple[int, ...]]:
    """The first k simple paths of at most `limit` citations, by length, then lexicographically.

    Lawler's partition: the paths after one given are split by the work where they leave it and the ways from there
    already taken; each part waits in the heap under its best path.
    """
    paths: list[tuple[int, ...]] = []
    best = _complete(way, (new,), frozenset(), to_old, limit)
    heap = [(len(best), best, 0, frozenset[int]())] if best else []
    while heap and len(paths) < k:
        _, path, leaves, barred = heappop(heap)
        paths.append(path)
        for at in range(leaves, len(path) - 1):
            taken = (barred if at == leaves else frozenset[int]()) | {path[at + 1]}
            best = _complete(way, path[: at + 1], taken, to_old, limit)
            if best:
                heappush(heap, (len(best), best, at, taken))
    return paths


def _complete(
    way: _Way, start: tuple[int, ...], barred: frozenset[int], to_old: dict[int, int], limit: int
) -> tuple[int, ...] | None:
    """The best simple path that begins with `start` and does not go on to a barred work.

    A* search: `to_old` never overestimates, and of equal estimates the lexicographically first is taken up first.
    """
    done = set(start[:-1])
    heap = [(0, start)]
    while heap:
        _, path = heappop(heap)
        v, length = path[-1], len(path)
        if to_old[v] == 0:
            return path
        if v not in done:
            done.add(v)
            for u in way.of(v, done):
                if u in to_old and length + to_old[u] <= limit and not (path == start and u in barred):
                    heappush(heap, (length + to_old[u], (*path, u)))
    return None


def _certify(back: _Ball, old: int, most: int) -> Certificate:
    """The certificate for a ball around new that does not hold old, after growing it as far as allowed."""
    while back.level and back.hops <= most:
        back.grow()
    index, timed = back.way.index, back.way.timed
    met = dict(back.distance)
    if timed:
        for v, hops in back.distance.items():
            for u in back.way.row(v):
                if index.years[u] == UNDATED:
                    met.setdefault(u, hops + 1)
    inside = {w: hops for w, hops in met.items() if hops <= most}
    first_day = _first_day(index, old) if timed else UNDATED

    def leaves_open(w: int) -> bool:
        early = index.years[w] == back.way.bound and UNDATED < index.dates[w] < first_day
        return (timed and index.years[w] == UNDATED) or (index.outcomes[w] not in KNOWN and not early)

    frontier = tuple(sorted(filter(leaves_open, inside), key=lambda w: (inside[w], w)))
    status = "unknown" if frontier or len(inside) < len(met) else "none"
    return Certificate(status, max(inside.values()), len(inside), frontier)


def _first_day(index: Arrays, old: int) -> int:
    """The first day on which a work can descend from old; UNDATED where any day of the year will do.

    It is the day of old, unless a descendant of the same year is known by that year alone: works of any day may cite it.
    """
    around = _Ball(_Way(index, back=False, bound=index.years[old], timed=True), old)
    while around.level:
        if any(index.dates[w] == UNDATED for w in around.level):
            return UNDATED
        around.grow()
    return int(index.dates[old])
