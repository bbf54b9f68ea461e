"""All influence paths between OLD and NEW: how many are vertex-disjoint, which works every path passes, how many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

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
    if inquiry.settled:
        certificate = inquiry.settled
        return IndependentPaths(
            certificate=certificate, reach=certificate.reach, through={}, notes=tuple(inquiry.notes)
        )
    found = (_found_in_arrays if inquiry.large else _found)(inquiry, steps)
    notes, through, reach = list(inquiry.notes), found.through or {}, found.certificate.reach
    if found.through is None:
        notes.append(
            f"works of one date cite each other in more ways than {steps:,} steps can follow: the paths are not counted"
        )
    return IndependentPaths(
        reach=reach,
        paths=tuple(inquiry.path_of(tuple(path)) for path in found.paths),
        dominators=tuple(w for w in found.dominators[::-1] if w >= 0),
        on=tuple(sorted(w for w in found.on if w >= 0)),
        count=None if found.through is None else through.get(inquiry.new, 0),
        through={w: n for w, n in through.items() if w >= 0},
        certificate=None if found.paths else found.certificate,
        notes=tuple(notes),
    )


class _Found(NamedTuple):
    """All paths from NEW back to OLD, as nodes; none of them where there is only a certificate."""

    certificate: Certificate
    paths: list[list[int]]
    dominators: list[int]
    through: dict[int, int] | None  # None where cycles hold too many to follow
    on: Iterable[int]


def _found(inquiry: Inquiry, steps: int) -> _Found:
    rows, certificate = ways_between(inquiry), inquiry.certificate()
    if rows is None:
        return _Found(certificate, [], [], {}, ())
    paths = disjoint_paths(rows, inquiry.new, inquiry.old)
    try:
        through = paths_through(rows, inquiry.new, inquiry.old, steps=steps)
    except TooManyCycles:
        through = None
    return _Found(certificate, paths, _dominators(rows, paths[0]) if len(paths) == 1 else [], through, through or rows)


def _found_in_arrays(inquiry: Inquiry, steps: int) -> _Found:
    """The same by numpy and scipy."""
    from kg.analysis.paths.span_counts import counts_in
    from kg.analysis.paths.span_flow import disjoint_in, dominators_in

    search = inquiry.by_arrays()
    certificate, span = search.certificate(), search.span()
    if span is None:
        return _Found(certificate, [], [], {}, ())
    nodes: list[int] = span.nodes.tolist()
    paths = disjoint_in(span)
    dominators = dominators_in(span, paths[0]) if len(paths) == 1 else []
    try:
        counts = counts_in(span, steps).tolist()
        through = {v: n for v, n in zip(nodes, counts, strict=True) if n}
    except TooManyCycles:
        through = None
    named = [[nodes[v] for v in path] for path in (dominators, *paths)]
    return _Found(certificate, named[1:], named[0], through, through or nodes)


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
    return cone(way, inquiry.new, inquiry.old, to_old, 2 * inquiry.most)  # no limit: every citation on a path


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
