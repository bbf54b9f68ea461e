"""Influence paths: how did OLD reach NEW? Shortest time-respecting paths, and a certificate where there is none.

An influence path runs old -> ... -> new: new cites ... cites old. A citation is usable if both works are dated and the
citing work is not earlier, compared at the finest precision known of both (day, else year; equal dates are usable).
Undated works are on no path. The rule is one of citations, so between two works known to the day a path may pass a work
known by its year alone. Where both are known, the year of a work is the year of its date. Works go by their numbers in
the arrays.

OLD and NEW are a work each, or many (those of an era): a path then begins at its last work of OLD and ends at its first
of NEW. Standard library only, because `kg path` must start at once, but for certificates of large searches.
"""

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from kg.analysis.paths.certificate import Certificate, certify
from kg.analysis.paths.k_shortest import ranked_paths
from kg.analysis.paths.reach import Reach
from kg.analysis.paths.usable_steps import NEW_ERA, OLD_ERA, Ball, ViaWay, Way, distances_to_old, meet, widen
from kg.errors import InputError, NothingFound
from kg.graph.arrays import UNDATED, GraphArrays

if TYPE_CHECKING:
    from kg.analysis.paths.span import Search

__all__ = ["Certificate", "Inquiry", "Limits", "PathAnswer", "answered", "shortest", "shortest_paths"]

End = int | Collection[int]
LARGE = 10_000  # nodes met from which arrays answer sooner than plain Python
MOST_VIA = 6  # every further work to pass doubles what is searched


class Limits(NamedTuple):
    """What may lie between OLD and NEW.

    Attributes
    ----------
    via : tuple[int, ...]
        Works that a path must pass, in any order.
    avoid : frozenset[int]
        Works that no path may pass.
    max_hops : int | None
        The most citations a path may have.
    era : tuple[int, int] | None
        First and last year of the works between OLD and NEW.
    as_of : int | None
        The graph as it stood at the end of this year: later and undated works are not in it. `kg.graph.topology.as_of` makes
        such a graph with numpy, which costs `kg path` more than its search; here the same rule is applied on the way.
    ignore_time : bool
        Follow citations whatever the dates.
    """

    via: tuple[int, ...] = ()
    avoid: frozenset[int] = frozenset()
    max_hops: int | None = None
    era: tuple[int, int] | None = None
    as_of: int | None = None
    ignore_time: bool = False


class PathAnswer(NamedTuple):
    """Paths from old to new, best first; a certificate if there is none; notes that people should read."""

    paths: tuple[tuple[int, ...], ...]
    certificate: Certificate | None
    notes: tuple[str, ...]


def shortest_paths(
    arrays: GraphArrays,
    old: End,
    new: End,
    *,
    k: int = 1,
    limits: Limits | None = None,
    max_hops: int | None = None,
    ignore_time: bool = False,
) -> PathAnswer:
    """The k shortest simple influence paths from `old` to `new`, or a certificate that none was found.

    Length is the number of citations; paths of one length come in the lexicographic order of their work numbers, read from
    new back to old. All are given where fewer than k exist. Ignoring time, or in a graph without any date, citations are
    followed whatever the dates, and a note says so.

    Parameters
    ----------
    arrays : GraphArrays
        The graph.
    old, new : End
        The earlier and the later work, or many works each.
    k : int, default 1
        How many paths to find.
    limits : Limits, optional
        What may lie between.
    max_hops : int, optional
        Short for `limits` with this alone.
    ignore_time : bool, default False
        Short for `limits` with this alone.

    Raises
    ------
    InputError
        If OLD is NEW, or a limit is invalid.
    NothingFound
        If an end is not in the graph as of the year asked for.

    References
    ----------
    Hart, Nilsson & Raphael (1968), A formal basis for the heuristic determination of minimum cost paths.
    Yen (1971), Finding the k shortest loopless paths in a network.
    Lawler (1972), A procedure for computing the k best solutions to discrete optimization problems and its application to the
    shortest path problem.

    Examples
    --------
    >>> from kg.graph.citation_graph import CitationGraph
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "B")], years={"A": 1989, "B": 2002, "C": 2016})
    >>> [g.ids[w] for w in shortest_paths(g.arrays, g.number("A"), g.number("C")).paths[0]]
    ['A', 'B', 'C']
    >>> shortest_paths(g.arrays, g.number("C"), g.number("A")).certificate.status
    'none'
    """
    inquiry = Inquiry(arrays, old, new, limits or Limits(max_hops=max_hops, ignore_time=ignore_time))
    return answered(inquiry, k, shortest)


class Inquiry:
    """Two ends and the limits on what may lie between, made ready for a search; `settled` where none is needed.

    Its `old` and `new` are the nodes to search between, with `back()` and `forth()`: see `usable_steps`.
    """

    def __init__(self, arrays: GraphArrays, old: End, new: End, limits: Limits) -> None:
        self.arrays = arrays
        self.limits = limits
        self.notes: list[str] = []
        self.settled: Certificate | None = None
        self.news = _works(new)
        one_old, one_new = not isinstance(old, Collection), not isinstance(new, Collection)
        # what is both stands for NEW: an era holds the work it is asked about
        self.olds = tuple(w for w in _works(old) if one_old or w not in self.news)
        if not self.olds and _works(old):
            raise InputError("every work of OLD is one of NEW too: nothing lies between them", "name other eras")
        self._check(one_old, one_new)
        self.old = self.olds[0] if one_old else OLD_ERA
        self.new = self.news[0] if one_new else NEW_ERA
        eras = (self.old == OLD_ERA) + (self.new == NEW_ERA)
        longest = len(arrays.years) if limits.max_hops is None else min(limits.max_hops, len(arrays.years))
        self.most = longest + eras  # hops between the nodes
        self.timed = self._is_timed()
        years = arrays.years
        if self.timed and not self.settled:
            last = max(years[w] for w in self.news)
            self.olds = tuple(w for w in self.olds if UNDATED < years[w] <= last)
            first = min((years[w] for w in self.olds), default=None)
            if first is None or any(years[w] < first for w in limits.via):
                self._settle("none", ())
            elif (
                len(self.olds) == len(self.news) == 1
                and UNDATED < arrays.dates[self.news[0]] < arrays.dates[self.olds[0]]
            ):
                self.notes.append(_LATER)
            if first is None:
                self.notes.append(_LATER)

    def back(self) -> Way | ViaWay:
        """The way from new back to old."""
        return self._over(self.plain_back())

    def forth(self) -> Way | ViaWay:
        """The way from old forth to new."""
        return self._over(self._way(back=False))

    def plain_back(self) -> Way:
        """The way from new back to old, ignoring the works to pass."""
        return self._way(back=True)

    @property
    def start(self) -> int:
        """The node to start from on the way back."""
        return self.new << len(self.limits.via)

    @property
    def goal(self) -> int:
        """The node to reach on the way back."""
        return (self.old << len(self.limits.via)) + (1 << len(self.limits.via)) - 1

    def work(self, node: int) -> int:
        """The work, or era, of a node of the way back or forth."""
        return node >> len(self.limits.via)

    def path_of(self, nodes: tuple[int, ...]) -> tuple[int, ...]:
        """The works of a path of nodes from new back to old, old first."""
        return tuple(w for node in reversed(nodes) if (w := self.work(node)) >= 0)

    def is_simple(self, nodes: tuple[int, ...]) -> bool:
        """Whether a path of nodes passes no work twice."""
        return not self.limits.via or len({self.work(node) for node in nodes}) == len(nodes)

    @cached_property
    def reached(self) -> dict[int, int]:
        """Every node met on the way back, with its distance from new; one hop beyond the limit included."""
        back = self._back
        while back.level and back.hops <= self.most:
            back.grow()
        return back.distance

    @cached_property
    def large(self) -> bool:
        """Whether the way back meets more nodes than plain Python answers about as soon as arrays do."""
        if self.limits.via or self.limits.max_hops:
            return False
        back = self._back
        while back.level and len(back.distance) <= LARGE:
            back.grow()
        return len(back.distance) > LARGE

    def by_arrays(self) -> "Search":
        """The same search by numpy and scipy, which small questions do without: these take longer to load than to answer."""
        from kg.analysis.paths.span import Search

        as_of = self.limits.as_of
        return Search(self.plain_back(), self.old, self.new, olds=self.olds, news=self.news, as_of=as_of)

    @cached_property
    def _back(self) -> Ball:
        return Ball(self.back(), [self.start])

    def certificate(self) -> Certificate:
        """The certificate, where no path was found."""
        if self.settled:
            return self.settled
        if self.large:
            return self.by_arrays().certificate()
        era = self.new == NEW_ERA
        met: dict[int, int] = {}
        for node, hops in self.reached.items():
            if (work := self.work(node)) >= 0:
                met.setdefault(work, hops - era)
        most = self.most - era - (self.old == OLD_ERA)
        return certify(self.plain_back(), met, self.olds, most, self.limits.as_of)

    def _settle(self, status: str, frontier: tuple[int, ...]) -> None:
        self.settled = Certificate(status, Reach(len(self.news), 0, frontier))

    def _check(self, one_old: bool, one_new: bool) -> None:
        limits, years = self.limits, self.arrays.years
        if one_old and one_new and self.olds == self.news:
            raise InputError("a path needs two works: OLD and NEW are the same", "name two different works")
        if limits.max_hops is not None and limits.max_hops < 1:
            raise InputError(f"max_hops must be at least 1 (got {limits.max_hops})")
        if len(set(limits.via)) < len(limits.via) or len(limits.via) > MOST_VIA:
            raise InputError(f"a path can be asked to pass up to {MOST_VIA} works, each once")
        given = {*((self.olds) if one_old else ()), *((self.news) if one_new else ())}
        if given & {*limits.via, *limits.avoid} or limits.avoid & {*limits.via}:
            raise InputError("a work was given twice: as OLD or NEW, to be passed, or to be avoided", "name it once")
        self.olds = tuple(w for w in self.olds if one_old or w not in limits.avoid)
        self.news = tuple(w for w in self.news if one_new or w not in limits.avoid)
        if limits.as_of is not None:
            held = [tuple(w for w in end if UNDATED < years[w] <= limits.as_of) for end in (self.olds, self.news)]
            for name, works in zip(("OLD", "NEW"), held, strict=True):
                if not works:
                    gone = f"{name} is not in the graph as of {limits.as_of}: it is later or undated"
                    raise NothingFound(gone, "ask as of a later year")
            self.olds, self.news = held
        if not (self.olds and self.news):
            raise NothingFound("no works in this graph fall in the era asked about", "ask for other years")

    def _is_timed(self) -> bool:
        """Whether dates are minded; a note says why not, and undated ends settle the answer."""
        years, limits = self.arrays.years, self.limits
        ends = (*self.olds[:1], *self.news[:1], *limits.via)
        undated = tuple(w for w in ends if years[w] == UNDATED)
        if limits.ignore_time:
            self.notes.append("time is ignored: citations are followed even if the citing work is the earlier one")
            return False
        if undated and all(year == UNDATED for year in years):
            self.notes.append("no work here is dated: citations are followed whatever their direction in time")
            return False
        if undated:
            self._settle("unknown", undated)
            self.notes.append(
                "OLD or NEW is undated, and undated works are on no path"
                if set(undated) - {*limits.via}
                else "a work to pass is undated, and undated works are on no path"
            )
        return True

    def _way(self, *, back: bool) -> Way:
        years, limits = self.arrays.years, self.limits
        olds = frozenset(self.olds if self.old == OLD_ERA else ())
        news = frozenset(self.news if self.new == NEW_ERA else ())
        first, last = limits.era or (UNDATED + 1, -UNDATED)
        span = (first, last if limits.as_of is None else min(last, limits.as_of))
        bounds = (min(years[w] for w in self.olds), max(years[w] for w in self.news)) if self.timed else (0, 0)
        return Way(
            arrays=self.arrays,
            back=back,
            timed=self.timed,
            bound=bounds[0] if back else bounds[1],
            closed=limits.avoid | (news if back else olds),
            span=span if limits.era or limits.as_of is not None else None,
            exempt=frozenset({*self.olds, *self.news}),
            starts=sorted(news if back else olds),
            goals=olds if back else news,
            era=OLD_ERA if back else NEW_ERA,
        )

    def _over(self, way: Way) -> Way | ViaWay:
        if not self.limits.via:
            return way
        return ViaWay(way=way, bits={w: 1 << k for k, w in enumerate(self.limits.via)}, old=self.old)


def shortest(inquiry: Inquiry, k: int) -> list[tuple[int, ...]]:
    """The k shortest paths of an inquiry that is not settled, each from old to new.

    Two balls grow until they meet; then the limit on length rises until there are k paths or one ball is complete.
    """
    way, most = inquiry.back(), inquiry.most
    back, forth = Ball(way, [inquiry.start]), Ball(inquiry.forth(), [inquiry.goal])
    if not meet(back, forth, most):
        return []
    limit, step = back.hops + forth.hops + (k > 1), 1
    while True:
        limit = min(limit, most)
        done = widen(back, forth, limit)
        hops = distances_to_old(back, forth, limit)
        paths = list(islice(_by_length(inquiry, way, hops, limit), k))
        if len(paths) >= k or limit == most:
            return paths
        limit, step = most if done else limit + step, 2 * step


def answered(inquiry: Inquiry, k: int, find: Callable[[Inquiry, int], list[tuple[int, ...]]]) -> PathAnswer:
    """The answer to an inquiry: the paths that `find` gives, or the certificate.

    Raises
    ------
    InputError
        If k is below 1.
    """
    if k < 1:
        raise InputError(f"k must be at least 1 (got {k})")
    paths = [] if inquiry.settled else find(inquiry, k)
    notes, hops = list(inquiry.notes), inquiry.limits.max_hops
    if paths and len(paths) < k:
        within = "" if hops is None else f" of at most {hops} citations"
        notes.append(f"the graph holds {len(paths)} of the {k} paths asked for{within}")
    elif not paths and hops is not None and not inquiry.settled:
        notes.append(f"paths of more than {hops} citation{'s' if hops > 1 else ''} were not looked for")
    return PathAnswer(tuple(paths), None if paths else inquiry.certificate(), tuple(notes))


def _by_length(inquiry: Inquiry, way: Way | ViaWay, hops: dict[int, int], limit: int) -> Iterator[tuple[int, ...]]:
    if inquiry.start in hops:
        found = ranked_paths(way, inquiry.start, to_go=hops, hops=hops, limit=limit, cost=lambda _a, _b: 1)
        yield from (inquiry.path_of(nodes) for nodes in found if inquiry.is_simple(nodes))


def _works(end: End) -> tuple[int, ...]:
    return (int(end),) if not isinstance(end, Collection) else tuple(sorted({int(w) for w in end}))


_LATER = "OLD is later than NEW: influence runs forward in time; try the other order"
