"""The certificate of no path: what was searched back from NEW, and what would have to be known to be sure."""

from collections.abc import Mapping
from typing import NamedTuple

from kg.analysis.paths.reach import Reach
from kg.analysis.paths.usable_steps import Ball, Way
from kg.graph.arrays import KNOWN, OUTCOMES, UNDATED, GraphArrays
from kg.model import Outcome


class Certificate(NamedTuple):
    """What was searched where no path was found.

    The search runs back from NEW along usable citations, to no year before that of OLD.

    Attributes
    ----------
    status : str
        "none": there is no path, whatever else is true. "unknown": an unknown reference list, or the limit on the number of
        citations, may hide one.
    reach : Reach
        The works searched, NEW and undated ones included. On the frontier stand those not earlier than OLD whose reference
        list is neither COMPLETE nor EMPTY, and undated ones; if OLD or NEW itself is undated, it stands there alone.
    """

    status: str
    reach: Reach


def certify(way: Way, met: Mapping[int, int], olds: tuple[int, ...], most: int, as_of: int | None) -> Certificate:
    """The certificate for the works met back from NEW, none of which reaches one of `olds`.

    Parameters
    ----------
    way : Way
        The usable citations that were followed.
    met : Mapping[int, int]
        The works met, each with its distance from NEW.
    olds : tuple[int, ...]
        The works of OLD.
    most : int
        Works at a greater distance leave the answer open.
    as_of : int | None
        The year whose knowledge counts; all years where it is None.
    """
    arrays, timed = way.arrays, way.timed
    distance = dict(met)
    if timed and as_of is None:
        for v, hops in met.items():
            for u in way.row(v):
                if arrays.years[u] == UNDATED and u not in way.closed:
                    distance.setdefault(u, hops + 1)
    inside = {w: hops for w, hops in distance.items() if hops <= most}
    day = first_day(arrays, [w for w in olds if arrays.years[w] == way.bound]) if timed else UNDATED

    def known(w: int) -> bool:
        code = arrays.outcomes[w]
        if as_of is None or code != OUTCOMES.index(Outcome.COMPLETE):
            return code in KNOWN
        return any(UNDATED < arrays.years[u] <= as_of for u in way.row(w))

    def leaves_open(w: int) -> bool:
        early = arrays.years[w] == way.bound and UNDATED < arrays.dates[w] < day
        return (timed and arrays.years[w] == UNDATED) or (not known(w) and not early)

    frontier = tuple(sorted(filter(leaves_open, inside), key=lambda w: (inside[w], w)))
    status = "unknown" if frontier or len(inside) < len(distance) else "none"
    whole = len(inside) == len(distance)
    return Certificate(status, Reach(len(inside), max(inside.values(), default=0), frontier, whole))


def first_day(arrays: GraphArrays, olds: list[int]) -> int:
    """The first day on which a work can descend from one of `olds`, of one year; UNDATED where any day of it will do.

    It is the day of old, unless a descendant of the same year is known by that year alone: works of any day may cite it.
    """
    if not olds:
        return UNDATED
    around = Ball(Way(arrays=arrays, back=False, bound=arrays.years[olds[0]]), olds)
    while around.level:
        if any(arrays.dates[w] == UNDATED for w in around.level):
            return UNDATED
        around.grow()
    return min(int(arrays.dates[w]) for w in olds)
