"""All influence paths between OLD and NEW: how many are vertex-disjoint, which works every path passes, how many there are."""

from dataclasses import dataclass

from kg.analysis.paths.certificate import Certificate
from kg.analysis.paths.counting import STEPS, TooManyCycles, paths_through
from kg.analysis.paths.disjoint import Rows, disjoint_paths
from kg.analysis.paths.query import End, Inquiry, Limits
from kg.analysis.paths.reach import Reach
from kg.analysis.paths.usable_steps import ViaWay, cone
from kg.errors import InputError
from kg.graph.arrays import GraphArrays


@dataclass(frozen=True, kw_only=True)
class IndependentPaths:
    """All influence paths from OLD to NEW taken together.

    Attributes
    ----------
    paths : tuple[tuple[int, ...], ...]
        A largest set of vertex-disjoint paths, each from old to new, shortest first.
    dominators : tuple[int, ...]
        The works between OLD and NEW that every path passes, in the order of influence.
    on : tuple[int, ...]
        The works on any path, OLD and NEW included.
    count : int | None
        The exact number of paths; None where cycles hold too many to follow (see `notes`).
    through : dict[int, int]
        On how many of the paths each work lies; empty where `count` is None.
    reach : Reach
        What was searched back from NEW, and which works leave open whether there are more paths.
    certificate : Certificate | None
        The certificate, where there is no path.
    notes : tuple[str, ...]
        What people should read.
    """

    paths: tuple[tuple[int, ...], ...] = ()
    dominators: tuple[int, ...] = ()
    on: tuple[int, ...] = ()
    count: int | None = 0
    through: dict[int, int]
    reach: Reach
    certificate: Certificate | None = None
    notes: tuple[str, ...] = ()


def independent_paths(
    arrays: GraphArrays, old: End, new: End, *, limits: Limits | None = None, steps: int = STEPS
) -> IndependentPaths:
    """All influence paths from `old` to `new` together.

    The greatest number of vertex-disjoint paths (that share no work between OLD and NEW nor, where an end is many works, any
    of those) is also the smallest number of works whose loss cuts every path, a direct citation apart (Menger's theorem). A
    citation missing from the graph may make a work look as if every path passed it. Rules as in `shortest_paths`.

    Parameters
    ----------
    arrays : GraphArrays
        The graph.
    old, new : End
        The earlier and the later work, or many works each.
    limits : Limits, optional
        What may lie between.
    steps : int, default 1,000,000
        How many steps to follow inside cycles before giving up counting.

    Raises
    ------
    InputError
        For works to pass and `max_hops`, with which these numbers are not defined.

    References
    ----------
    Menger (1927), Zur allgemeinen Kurventheorie.
    Prosser (1959), Applications of Boolean matrices to the analysis of flow diagrams.

    Examples
    --------
    >>> from kg.graph.citation_graph import CitationGraph
    >>> pairs = [("E", "D"), ("D", "B"), ("B", "A"), ("D", "C"), ("C", "A")]
    >>> g = CitationGraph.from_edges(pairs, years={"A": 1, "B": 2, "C": 3, "D": 4, "E": 5})
    >>> found = independent_paths(g.arrays, g.number("A"), g.number("E"))
    >>> len(found.paths), [g.ids[w] for w in found.dominators], found.count
    (1, ['D'], 2)
    """
    limits = limits or Limits()
    if limits.via or limits.max_hops:
        raise InputError(
            "all paths together cannot be combined with works to pass or a limit on hops",
            "leave out --via and --max-hops",
        )
    inquiry = Inquiry(arrays, old, new, limits)
    rows = None if inquiry.settled else ways_between(inquiry)
    certificate = inquiry.certificate()
    if rows is None:
        return IndependentPaths(
            certificate=certificate, reach=certificate.reach, through={}, notes=tuple(inquiry.notes)
        )
    found = disjoint_paths(rows, inquiry.new, inquiry.old)
    notes, through, count = list(inquiry.notes), {}, None
    try:
        through = paths_through(rows, inquiry.new, inquiry.old, steps=steps)
        count = through.get(inquiry.new, 0)
    except TooManyCycles:
        notes.append(
            f"works of one date cite each other in more ways than {steps:,} steps can follow: the paths are not counted"
        )
    return IndependentPaths(
        reach=certificate.reach,
        paths=tuple(inquiry.path_of(tuple(path)) for path in found),
        dominators=tuple(w for w in _dominators(rows, found[0])[::-1] if w >= 0) if len(found) == 1 else (),
        on=tuple(w for w in through or rows if w >= 0),
        count=count,
        through={w: n for w, n in through.items() if w >= 0},
        notes=tuple(notes),
    )


def ways_between(inquiry: Inquiry) -> dict[int, list[int]] | None:
    """Every node on a path from new back to old, with those it leads back to; None where there is no path."""
    way = inquiry.back()
    if isinstance(way, ViaWay):
        raise InputError("all paths together cannot be combined with works to pass", "leave out --via")
    if inquiry.old not in inquiry.reached:
        return None
    forth = inquiry.forth()
    to_old, level = {inquiry.old: 0}, [inquiry.old]
    for v in level:
        met = [u for u in forth.of(v, to_old) if u in inquiry.reached]
        to_old.update(dict.fromkeys(met, to_old[v] + 1))
        level += met
    return cone(way, inquiry.new, inquiry.old, to_old, inquiry.most)


def _dominators(rows: Rows, path: list[int]) -> list[int]:
    """The nodes between the ends of a path that every other path passes too.

    Going along the path, a node is one if no detour that left the path before it has come back beyond it.
    """
    place = {v: k for k, v in enumerate(path)}
    met, found, beyond = set(path), [], 0
    for k, v in enumerate(path[:-1]):
        if k and beyond <= k:
            found.append(v)
        queue = [v]
        for u in queue:
            for w in rows[u]:
                beyond = max(beyond, place.get(w, 0))
                if w not in met:
                    met.add(w)
                    queue.append(w)
    return found
