"""What lies between OLD and NEW as arrays, where that is too much for plain Python. Uses numpy and scipy.

The same nodes, distances and certificates as `query`, `usable_steps` and `certificate` find, which start at once and are the
oracle of this file in the tests.
"""

from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from kg.analysis.paths.certificate import Certificate, first_day
from kg.analysis.paths.reach import Reach
from kg.analysis.paths.usable_steps import NEW_ERA, OLD_ERA, Way
from kg.graph.arrays import KNOWN, OUTCOMES, UNDATED, GraphArrays
from kg.graph.topology import in_numpy
from kg.model import Outcome

Ints = NDArray[np.integer[Any]]


class Lists(NamedTuple):
    """A row of nodes for each node: `nodes[offsets[v]:offsets[v + 1]]`."""

    offsets: Ints
    nodes: Ints

    @classmethod
    def of(cls, owners: Ints, nodes: Ints, size: int) -> "Lists":
        """The rows of pairs, whatever their order."""
        held = csr_array((np.ones(len(owners), np.int8), (owners, nodes)), shape=(size, size))
        return cls(held.indptr, held.indices)

    def turned(self) -> "Lists":
        """For each node those whose rows it is in, in rising order."""
        size = len(self.offsets) - 1
        held = csr_array((np.ones(len(self.nodes), np.int8), self.nodes, self.offsets), shape=(size, size)).tocsc()
        return Lists(held.indptr, held.indices)

    def lengths(self, of: Ints) -> Ints:
        """The lengths of some rows."""
        return cast("Ints", self.offsets[of + 1] - self.offsets[of])

    def owners(self) -> Ints:
        """The node whose row each entry is in."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))

    def joined(self, of: Ints) -> Ints:
        """Some rows, one after the other."""
        lengths = self.lengths(of)
        shifts = self.offsets[of] - (np.cumsum(lengths) - lengths)
        return cast("Ints", self.nodes[np.repeat(shifts, lengths) + np.arange(lengths.sum())])

    def kept(self, keep: NDArray[np.bool_]) -> "Lists":
        """The rows without the entries that are not marked."""
        before = np.concatenate((np.zeros(1, np.int32), np.cumsum(keep, dtype=np.int32)))
        return Lists(before[self.offsets], self.nodes[keep])

    def distances(self, starts: Ints, within: NDArray[np.bool_] | None = None) -> NDArray[np.int32]:
        """The fewest steps to each node from one of `starts`, through nodes marked in `within`; -1 where there is no way."""
        hops, far = 0, np.full(len(self.offsets) - 1, -1, np.int32)
        place = np.empty(len(far), np.int32)  # of a node among those just met
        far[starts] = 0
        level: Ints = starts
        while len(level):
            hops += 1
            met = self.joined(level)
            met = met[(far[met] < 0) if within is None else (far[met] < 0) & within[met]]
            place[met] = np.arange(len(met), dtype=np.int32)
            level = met[place[met] == np.arange(len(met), dtype=np.int32)]
            far[level] = hops
        return far


class Span(NamedTuple):
    """The nodes on ways from NEW back to OLD, numbered anew in rising order, eras first.

    Attributes
    ----------
    nodes : Ints
        The work, or the node of an era, of each.
    rows : Lists
        Where each leads back to. Nothing leads into `start` or on from `goal`.
    start, goal : int
        NEW and OLD.
    """

    nodes: Ints
    rows: Lists
    start: int
    goal: int


class Search:
    """All of what can be reached back from NEW, as `Inquiry.reached` has it.

    Parameters
    ----------
    way : Way
        The way from `new` back to `old`.
    old, new : int
        The nodes of the two ends.
    olds, news : tuple[int, ...]
        Their works.
    as_of : int | None
        The year whose knowledge counts; all years where it is None.
    """

    def __init__(
        self, way: Way, old: int, new: int, *, olds: tuple[int, ...], news: tuple[int, ...], as_of: int | None
    ) -> None:
        self.way, self.old, self.new, self.as_of = way, old, new, as_of
        self.arrays = in_numpy(way.arrays)
        self.olds, self.news = np.array(olds, np.int64), np.array(news, np.int64)
        self.usable = self._usable()
        self.hops = self.usable.distances(self.news)

    def certificate(self) -> Certificate:
        """What `certify` says."""
        arrays, way, as_of = self.arrays, self.way, self.as_of
        hops = self.hops
        lists = Lists(arrays.reference_offsets, arrays.reference_works)
        undated = arrays.years == UNDATED
        if way.timed and as_of is None and undated.any():
            hops = hops.copy()
            citing, cited = lists.owners(), lists.nodes
            open_ends = undated[cited] & (hops[citing] >= 0) & ~_marked(arrays, way.closed)[cited]
            far = np.full(len(hops), len(hops), np.int32)
            np.minimum.at(far, cited[open_ends], hops[citing[open_ends]] + 1)
            new = (hops < 0) & (far < len(hops))
            hops[new] = far[new]
        early: NDArray[np.bool_] = np.zeros(len(hops), np.bool_)
        if way.timed:
            day = first_day(way.arrays, self.olds[arrays.years[self.olds] == way.bound].tolist())
            early = (arrays.years == way.bound) & (arrays.dates > UNDATED) & (arrays.dates < day)
        known = np.isin(arrays.outcomes, KNOWN)
        if as_of is not None:
            held = (arrays.years[lists.nodes] > UNDATED) & (arrays.years[lists.nodes] <= as_of)
            some = np.bincount(lists.owners()[held], minlength=len(hops)) > 0
            known &= (arrays.outcomes != OUTCOMES.index(Outcome.COMPLETE)) | some
        leaves_open = (hops >= 0) & ((undated & way.timed) | ~(known | early))
        frontier = np.flatnonzero(leaves_open)
        frontier = frontier[np.argsort(hops[frontier], kind="stable")]
        status = "unknown" if len(frontier) else "none"
        return Certificate(
            status, Reach(int((hops >= 0).sum()), int(hops.max()), tuple(frontier.tolist()), complete=True)
        )

    def span(self) -> Span | None:
        """What lies between, as `cone` finds it; None where no path leads from OLD to NEW."""
        size = len(self.hops)
        met = self.hops >= 0
        olds = self.olds[met[self.olds]]
        if not len(olds):
            return None
        rows = self.usable.kept(np.repeat(met, np.diff(self.usable.offsets)))
        to_old = rows.turned().distances(olds) >= 0
        one_new, one_old = self.new != NEW_ERA, self.old != OLD_ERA
        closed = np.zeros(size, np.bool_)  # ends that nothing leads on from
        closed[olds] = one_old
        keep = to_old[rows.nodes] & ~np.repeat(closed, np.diff(rows.offsets))
        if one_new:
            keep &= rows.nodes != self.new
        rows = rows.kept(keep)
        news = self.news[to_old[self.news]]
        on = rows.distances(news) >= 0
        works = np.flatnonzero(on)
        eras = [*([] if one_old else [OLD_ERA]), *([] if one_new else [NEW_ERA])]
        number = np.full(size, -1, np.int32)
        number[works] = np.arange(len(eras), len(eras) + len(works))
        citing, cited = number[rows.owners()], number[rows.nodes]
        citing, cited = citing[(inside := citing >= 0)], cited[inside]
        ends = [(citing, cited)]
        if not one_old:
            last = number[olds[on[olds]]]
            ends.append((last, np.zeros_like(last)))
        if not one_new:
            ends.append((np.full(len(news), len(eras) - 1, np.int32), number[news]))
        citing, cited = (np.concatenate(each) for each in zip(*ends, strict=True))
        return Span(
            nodes=np.concatenate((np.array(eras, np.int64), works)),
            rows=Lists.of(citing, cited, len(eras) + len(works)),
            start=int(number[self.new]) if one_new else len(eras) - 1,
            goal=int(number[self.old]) if one_old else 0,
        )

    def _usable(self) -> Lists:
        """The usable citations of the works that can be reached from NEW by their generations; other rows are empty."""
        arrays, way = self.arrays, self.way
        size = len(arrays.years)
        top = np.searchsorted(arrays.generations, self.news.max(), side="right")
        end = int(arrays.reference_offsets[arrays.generations[top]])
        offsets = np.minimum(arrays.reference_offsets, end)
        lists = Lists(offsets, arrays.reference_works[:end])
        entered = ~_marked(arrays, way.closed)
        if way.span:
            first, last = way.span
            entered &= ((arrays.years >= first) & (arrays.years <= last)) | _marked(arrays, way.exempt)
        if way.timed:
            entered &= arrays.years >= way.bound
        left = np.ones(size, np.bool_)
        left[self.olds] = self.old != OLD_ERA  # from a work of an era only the era is next
        citing, cited = lists.owners(), lists.nodes
        keep = entered[cited] & left[citing]
        if way.timed:
            keep &= arrays.years[cited] <= arrays.years[citing]
            if (arrays.dates != UNDATED).any():
                day = arrays.dates[citing]
                keep &= (day == UNDATED) | (arrays.dates[cited] <= day)  # an unknown day is the least number
        return lists.kept(keep)


def _marked(arrays: GraphArrays, works: Any) -> NDArray[np.bool_]:
    marked = np.zeros(len(arrays.years), np.bool_)
    marked[np.fromiter(works, np.int64, len(works))] = True
    return marked
