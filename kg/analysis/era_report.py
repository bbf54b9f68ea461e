"""Era report: how much of the works of a later era can be traced back to an earlier one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.reachability import followers, open_until
from kg.analysis.base.time_dag import usable_citations
from kg.analysis.scores import Ints, conventions
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class EraReport:
    """What of a later era B leads back to an earlier era A.

    Attributes
    ----------
    counts : dict[str, int]
        `later_works`, `known` (of them with known reference lists), `reaching` (of those: at least one usable path back to a
        work of A), `not_reaching` (none, and none can be hidden), `open` (none in this graph, but unknown lists may hide one);
        `earlier_works`, `reached` (of A, from the known works of B), `not_reached`.
    share : float | None
        reaching / known; None without known works.
    low, high : float | None
        What the share could be if every list were known: reaching / known and (reaching + open) / known.
    coverage : float | None
        known / later_works.
    distances : dict[int, int]
        For each length of the shortest path back, how many known works of B reach A by it.
    through : pd.DataFrame
        Works between, through which most of those shortest paths run: index id, columns `title`, `year`, `works` (how many
        known works of B have a shortest path through it).
    reached : pd.DataFrame
        Works of A reached: index id; `title`, `year`, `works` (of B, known, that reach it), `distance` (shortest).
    not_reached : pd.DataFrame
        Works of A not reached in this graph, same first columns; not a proof that nobody built on them.
    options : dict[str, Any]
        The eras.
    notes : list[str]
        What was done with loops, duplicates, cycles, backward citations and undated works.
    """

    counts: dict[str, int]
    share: float | None
    low: float | None
    high: float | None
    coverage: float | None
    distances: dict[int, int]
    through: "pd.DataFrame"
    reached: "pd.DataFrame"
    not_reached: "pd.DataFrame"
    options: dict[str, Any]
    notes: list[str]


def era_report(graph: CitationGraph, earlier: Era | tuple[int, int], later: Era | tuple[int, int]) -> EraReport:
    """Of the works of the later era with known reference lists: what share reaches the earlier era, how far and through whom.

    A work reaches the era if usable citations (both works dated, the citing one not earlier) lead from it back to a work of
    the era; its distance is the least number of such citations.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    earlier, later : Era or tuple of int
        The eras, or first and last year of each, both included.

    Raises
    ------
    InputError
        If the eras overlap or the later one comes first.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("m", "o"), ("n", "m")], years={"o": 1990, "m": 2000, "n": 2015, "x": 2015})
    >>> report = era_report(g, (1988, 2008), (2009, 2020))
    >>> report.counts["known"], report.share, report.distances
    (1, 1.0, {1: 1})
    """
    eras = {"earlier": Era.of(earlier), "later": Era.of(later)}
    a, b = eras.values()
    if a.last >= b.first:
        raise InputError(f"the era {b.first}-{b.last} does not follow {a.first}-{a.last}", "name the earlier first")
    in_a, in_b = graph.within(a), graph.within(b)
    known = in_b & graph.known_lists
    distance, near = _distance(graph, in_a, back=True), _distance(graph, known, back=False)
    reaching = known & (distance > 0)
    open_ = known & ~reaching & (open_until(graph) >= a.first)
    works = np.flatnonzero(in_a)
    heirs = _heirs(graph, works, known)
    reached, never = works[heirs > 0], works[heirs == 0]
    total, found = int(known.sum()), int(reaching.sum())
    counts = {"later_works": int(in_b.sum()), "known": total, "reaching": found, "open": int(open_.sum())}
    counts |= {"not_reaching": total - found - counts["open"], "earlier_works": int(in_a.sum())}
    counts |= {"reached": len(reached), "not_reached": len(never)}
    lengths, times = np.unique(distance[reaching], return_counts=True)
    table = _table(graph, reached, {"works": heirs[heirs > 0].tolist(), "distance": near[reached].tolist()})
    through, among = _through(graph, distance, reaching)
    return EraReport(
        counts=counts,
        share=found / total if total else None,
        low=found / total if total else None,
        high=(found + counts["open"]) / total if total else None,
        coverage=total / counts["later_works"] if counts["later_works"] else None,
        distances=dict(zip(lengths.tolist(), times.tolist(), strict=True)),
        through=_sorted(_table(graph, through, {"works": among})),
        reached=_sorted(table),
        not_reached=_table(graph, never, {"citations_held": graph.citers.counts()[never].tolist()}).sort_values(
            ["citations_held"], ascending=False, kind="stable"
        ),
        options={
            **{end: [era.first, era.last] for end, era in eras.items()},
            "listed": [end for end, era in eras.items() if era.members is not None],
        },
        notes=conventions(graph, cycles="followed", backward="not followed", undated="on no path and in no era"),
    )


def _distance(graph: CitationGraph, targets: NDArray[np.bool_], *, back: bool) -> Ints:
    """The least number of usable citations from each work back to a target (or forth): 0 for targets, -1 for no way."""
    citing, cited = usable_citations(graph)
    ends = (cited, citing) if back else (citing, cited)
    distance = np.where(targets, 0, -1).astype(np.int64)
    level = 0
    while True:
        new = np.unique(ends[1][(distance[ends[0]] == level) & (distance[ends[1]] < 0)])
        if not len(new):
            return distance
        level += 1
        distance[new] = level


def _heirs(graph: CitationGraph, works: Ints, known: NDArray[np.bool_]) -> Ints:
    """How many of the known works each of these works leads to."""
    count = np.zeros(len(works), np.int64)
    for block, bits in followers(graph, works):
        led = np.unpackbits(bits[known].astype("<u8").view(np.uint8), axis=1, bitorder="little")
        count[np.searchsorted(works, block)] = led.sum(axis=0, dtype=np.int64)[: len(block)]
    return count


def _through(graph: CitationGraph, distance: Ints, reaching: NDArray[np.bool_]) -> tuple[Ints, list[int]]:
    """The inner works of shortest paths back, each with how many reaching works have a shortest path through it."""
    citing, cited = usable_citations(graph)
    nearer = (distance[citing] > 1) & (distance[cited] == distance[citing] - 1)
    down: dict[int, list[int]] = {}
    for a, b in zip(citing[nearer].tolist(), cited[nearer].tolist(), strict=True):
        down.setdefault(a, []).append(b)
    total: dict[int, int] = {}
    for w in np.flatnonzero(reaching).tolist():
        seen, front = set(), list(down.get(w, ()))
        while front:
            v = front.pop()
            if v not in seen:
                seen.add(v)
                front += down.get(v, ())
        for v in seen:
            total[v] = total.get(v, 0) + 1
    return np.array(list(total), np.int64), list(total.values())


def _table(graph: CitationGraph, works: Ints, columns: dict[str, list[int]]) -> "pd.DataFrame":
    ids = [graph.ids[i] for i in works.tolist()]
    table = graph.works.loc[ids, ["title", "year"]].copy()
    for name, values in columns.items():
        table[name] = values
    return table.sort_index()


def _sorted(table: "pd.DataFrame") -> "pd.DataFrame":
    return table.sort_values("works", ascending=False, kind="stable")
