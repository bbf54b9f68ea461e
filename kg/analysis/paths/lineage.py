"""The ancestors or descendants of a work by generation, and all that lies between two works."""

from dataclasses import dataclass

from kg.analysis.paths.counting import STEPS, TooManyCycles, paths_from
from kg.analysis.paths.independent import independent_paths
from kg.analysis.paths.query import Certificate, Limits
from kg.analysis.paths.reach import Reach
from kg.analysis.paths.usable_steps import Ball, Way
from kg.errors import InputError
from kg.graph.arrays import KNOWN, UNDATED, GraphArrays


@dataclass(frozen=True, slots=True)
class Relative:
    """A work of a lineage.

    Attributes
    ----------
    work : int
        Its number.
    generation : int
        The least number of citations between it and the work asked about.
    paths : int | None
        The exact number of paths between the two; None where they are too many to follow.
    """

    work: int
    generation: int
    paths: int | None


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """The ancestors or descendants of a work, or the works between two.

    Attributes
    ----------
    relatives : tuple[Relative, ...]
        The works by generation, and in each those on most paths first; without the work asked about.
    reach : Reach
        The works whose reference lists could hold another relative: those met, the one asked about included; of descendants
        all works dated as it or later, or undated; with two ends, those met going back from `new`.
    count : int | None
        With two ends, the number of paths between them; None where they are too many to follow.
    certificate : Certificate | None
        With two ends, the certificate where there is no path.
    notes : tuple[str, ...]
        What people should read.
    extent : str
        In one sentence how much of this is known.
    """

    relatives: tuple[Relative, ...]
    reach: Reach
    count: int | None = None
    certificate: Certificate | None = None
    notes: tuple[str, ...] = ()
    extent: str = ""


def lineage(
    arrays: GraphArrays, work: int, *, back: bool = True, hops: int | None = None, steps: int = STEPS
) -> Lineage:
    """The works that `work` descends from along usable citations, or that descend from it.

    Within a generation those on most paths come first, then those with most citations. Works that are undated or cited
    against the direction of time are no relatives; in a graph without any date, time is ignored.

    Parameters
    ----------
    arrays : GraphArrays
        The graph.
    work : int
        The work asked about.
    back : bool, default True
        Whether to look for ancestors; else for descendants.
    hops : int, optional
        The most generations to follow; all by default.
    steps : int, default 1,000,000
        How many steps to follow inside cycles before giving up counting paths.

    Raises
    ------
    InputError
        If the work is undated among dated ones, or `hops` below 1.

    Examples
    --------
    >>> from kg.graph.citation_graph import CitationGraph
    >>> g = CitationGraph.from_edges([("D", "B"), ("D", "C"), ("B", "A"), ("C", "A")], years=dict(zip("ABCD", range(4))))
    >>> [(g.ids[r.work], r.generation, r.paths) for r in lineage(g.arrays, g.number("D")).relatives]
    [('B', 1, 1), ('C', 1, 1), ('A', 2, 2)]
    """
    if hops is not None and hops < 1:
        raise InputError(f"hops must be at least 1 (got {hops})")
    timed = any(year != UNDATED for year in arrays.years)
    if timed and arrays.years[work] == UNDATED:
        raise InputError("the work is undated, so nobody can say what came before or after it", "date it in the graph")
    way = Way(arrays=arrays, back=back, timed=timed, bound=UNDATED + 1 if back else -UNDATED - 1)
    ball = Ball(way, [int(work)])
    while ball.level and (hops is None or ball.hops < hops):
        ball.grow()
    if complete := not any(way.of(v, ball.distance) for v in ball.level):
        ball.level = []
    notes = [] if timed else ["no work here is dated: citations are followed whatever their direction in time"]
    rows = {v: [u for u in way.of(v, ()) if u in ball.distance] for v in ball.distance}
    counts: dict[int, int] = {}
    try:
        counts = paths_from(rows, int(work), steps=steps)
    except TooManyCycles:
        notes.append(_UNCOUNTED.format(steps))
    searched = list(ball.distance) if back else _later(arrays, work, timed=timed)
    unknown = tuple(w for w in searched if arrays.outcomes[w] not in KNOWN)
    reach = Reach(len(searched), max(ball.distance.values()), unknown, complete)
    which, more = (
        ("works searched", "ancestors") if back else ("works of its year or later, or without a year,", "descendants")
    )
    extent = _extent(reach, which, f"more {more}")
    return Lineage(
        relatives=_ordered(arrays, {w: d for w, d in ball.distance.items() if d}, counts),
        reach=reach,
        notes=tuple(notes),
        extent=extent if complete else f"{extent}; there are generations beyond these",
    )


def lineage_between(arrays: GraphArrays, old: int, new: int, *, steps: int = STEPS) -> Lineage:
    """All works on usable paths from `old` to `new`, those on most paths first within their generation before `new`.

    `new` itself is left out, `old` comes last. Rules, errors and certificate as in `independent_paths`.
    """
    found = independent_paths(arrays, old, new, limits=Limits(), steps=steps)
    distance = Ball(Way(arrays=arrays, back=True, timed=not _undated(arrays)), [int(new)])
    works = set(found.on)
    while distance.level and not works <= distance.distance.keys():
        distance.grow()
    return Lineage(
        relatives=_ordered(arrays, {w: distance.distance[w] for w in works if w != new}, found.through),
        reach=found.reach,
        count=found.count,
        certificate=found.certificate,
        notes=found.notes,
        extent=_extent(found.reach, "works searched back from the later one", "more between them"),
    )


def _extent(reach: Reach, which: str, more: str) -> str:
    known = f"{reach.unknown:,} of the {reach.works:,} {which} have no known reference list"
    return f"{known}, so there may be {more}" if reach.frontier else known


def _later(arrays: GraphArrays, work: int, *, timed: bool) -> list[int]:
    """The works that may descend from a work: those dated as it or later, or undated; all where time is not minded."""
    year = arrays.years[work]
    return [w for w, other in enumerate(arrays.years) if not timed or other == UNDATED or other >= year]


def _ordered(arrays: GraphArrays, generations: dict[int, int], counts: dict[int, int]) -> tuple[Relative, ...]:
    def held(w: int) -> int:
        return int(arrays.citer_offsets[w + 1] - arrays.citer_offsets[w])

    order = sorted(generations, key=lambda w: (generations[w], -counts.get(w, 0), -held(w), w))
    return tuple(Relative(w, generations[w], counts.get(w)) for w in order)


def _undated(arrays: GraphArrays) -> bool:
    return all(year == UNDATED for year in arrays.years)


_UNCOUNTED = (
    "works of one date cite each other in more ways than {:,} steps can follow: paths are not counted, and the main works "
    "are the most cited in this graph"
)
