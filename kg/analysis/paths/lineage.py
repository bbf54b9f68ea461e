"""The ancestors or descendants of a work by generation, and all that lies between two works."""

from dataclasses import dataclass

from kg.analysis.paths.counting import STEPS, TooManyCycles, paths_from
from kg.analysis.paths.independent import lines
from kg.analysis.paths.query import Certificate, Limits
from kg.analysis.paths.usable_steps import Ball, Way
from kg.errors import InputError
from kg.graph.arrays import KNOWN, UNDATED, GraphArrays


@dataclass(frozen=True, slots=True)
class Relative:
    """A work of a lineage: its generation, and the exact number of paths (None where they are too many to follow)."""

    work: int
    generation: int
    paths: int | None


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """What `lineage` or `lineage_between` found.

    Attributes
    ----------
    relatives : tuple[Relative, ...]
        The works, by generation and in each those on most paths first. The work asked about is not there.
    searched : int
        How many works have lists that could hold another relative: those met, the one asked about included; of
        descendants all works dated as it or later, or undated; with two ends, those met going back from `new`.
    unknown : int
        How many of these leave open whether there are more.
    complete : bool
        Whether every generation was searched.
    count : int or None
        With two ends, the number of paths between them; None where they are too many to follow.
    certificate : Certificate or None
        With two ends, where no path was found.
    notes : tuple[str, ...]
        What people should read.
    extent : str
        In one sentence how much of this is known.
    """

    relatives: tuple[Relative, ...]
    searched: int
    unknown: int
    complete: bool = True
    count: int | None = None
    certificate: Certificate | None = None
    notes: tuple[str, ...] = ()
    extent: str = ""


def lineage(
    arrays: GraphArrays, work: int, *, back: bool = True, hops: int | None = None, steps: int = STEPS
) -> Lineage:
    """The works that `work` descends from along usable citations (`back`), or that descend from it.

    Generation: the least number of citations between. Paths: how many simple usable paths join the two, counted
    exactly along the works within `hops`; the main ones of a generation are those on most paths, then those with most
    citations held. Usable as in `paths`: works undated or against the direction of time are no relatives. In a graph
    without any date time is not minded. Raises InputError for an undated work among dated ones, or hops below 1.

    Examples
    --------
    >>> from kg.graph.citation_graph import CitationGraph
    >>> g = CitationGraph.from_edges([("D", "B"), ("D", "C"), ("B", "A"), ("C", "A")], years=dict(zip("ABCD", range(4))))
    >>> [(g.ids[r.work], r.generation, r.paths) for r in lineage(g.arrays, g.number("D")).relatives]
    [('B', 1, 1), ('C', 1, 1), ('A', 2, 2)]
    """
    if hops is not None and hops < 1:
        raise InputError(f"hops is at least 1, not {hops}")
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
    unknown = sum(arrays.outcomes[w] not in KNOWN for w in searched)
    which, more = ("works met", "ancestors") if back else ("works as late as it, or undated,", "descendants")
    extent = _extent(unknown, len(searched), which, f"more {more}")
    return Lineage(
        relatives=_ordered(arrays, {w: d for w, d in ball.distance.items() if d}, counts),
        searched=len(searched),
        unknown=unknown,
        complete=complete,
        notes=tuple(notes),
        extent=extent if complete else f"{extent}; there are generations beyond these",
    )


def lineage_between(arrays: GraphArrays, old: int, new: int, *, steps: int = STEPS) -> Lineage:
    """All works on usable paths from `old` to `new`, those on most paths first within their generation before `new`.

    `new` itself is left out, `old` comes last. Rules, errors and certificate as in `lines.lines`.
    """
    found = lines(arrays, old, new, limits=Limits(), steps=steps)
    distance = Ball(Way(arrays=arrays, back=True, timed=not _undated(arrays)), [int(new)])
    works = set(found.on)
    while distance.level and not works <= distance.distance.keys():
        distance.grow()
    return Lineage(
        relatives=_ordered(arrays, {w: distance.distance[w] for w in works if w != new}, found.through),
        searched=found.searched,
        unknown=found.unknown,
        count=found.count,
        certificate=found.certificate,
        notes=found.notes,
        extent=_extent(found.unknown, found.searched, "works met going back from the later one", "more between them"),
    )


def _extent(unknown: int, searched: int, which: str, more: str) -> str:
    known = f"{unknown:,} of the {searched:,} {which} have unknown reference lists"
    return f"{known}: there may be {more}" if unknown else known


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
    "are those with most citations held"
)
