"""The main path: the citations through which most of a literature's history runs, counted exactly."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.names import name_of
from kg.analysis.base.time_dag import TimeDag, time_dag
from kg.analysis.scores import Ints
from kg.analysis.search_path_counts import path_counts
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.text import counted

if TYPE_CHECKING:
    import pandas as pd

SEARCHES = ("global", "forward", "backward", "key-route")
Arc = tuple[int, int]  # of units, in the direction of knowledge: cited -> citing


@dataclass(frozen=True, kw_only=True)
class MainPath:
    """The main paths of a graph.

    Attributes
    ----------
    weights : str
        How citations were counted.
    search : str
        How the path was searched.
    cycles : str
        What was done with cycles.
    paths : list[list[str]]
        The main paths, each from the oldest work to the newest; works of a cycle stand together.
    citations : pd.DataFrame
        Every counted citation: `citing`, `cited`, `count` (an exact int) and `on_path`.
    altered : list[dict[str, str]]
        The citations that are not counted: `citing`, `cited`, `reason`.
    total : int
        The number of paths counted in all (for spc: from any source to any sink), of one citation or more.
    complete : bool
        Whether `paths` lists every path of this search; else the first `limit`.
    notes : list[str]
        What was done with loops, cycles, backward citations and undated works.
    """

    weights: str
    search: str
    cycles: str
    paths: list[list[str]]
    citations: "pd.DataFrame"
    altered: list[dict[str, str]]
    total: int
    complete: bool
    notes: list[str]

    def steps(self, k: int = 0) -> list[tuple[str, int | None]]:
        """The works of one of the paths, each with the count of the citation to the next one; None for the last."""
        path = self.paths[k] if self.paths else []
        counts = {(a, b): n for a, b, n in self.citations[["citing", "cited", "count"]].itertuples(index=False)}
        return [(id_, counts.get((later, id_))) for id_, later in zip_longest(path, path[1:])]


def main_path(
    graph: CitationGraph,
    *,
    weights: str = "spc",
    search: str = "global",
    cycles: str = "shrink",
    routes: int = 1,
    limit: int = 1000,
) -> MainPath:
    """The chains of citations through which most paths from the oldest to the newest works run.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    weights : {"spc", "splc", "spnp"}
        Which paths count: `spc` those from sources (works that cite nothing in this graph) to sinks (cited by nothing in it);
        `splc` starts paths at every work; `spnp` starts and ends them at every work.
    search : {"global", "forward", "backward", "key-route"}
        `global` takes the source-to-sink paths of the greatest sum of counts; `forward` starts with the greatest counts
        leaving sources and goes on by the greatest count, `backward` likewise from the sinks; `key-route` takes the `routes`
        greatest counts and goes on from each both ways.
    cycles : {"shrink", "preprint", "drop-same-date"}
        How cycles are opened; see `time_dag`.
    routes : int, default 1
        How many key routes to start from.
    limit : int, default 1000
        The most paths to list; paths of equal counts are all followed.

    Raises
    ------
    InputError
        If `weights`, `search` or `cycles` is not one of those, or `routes` or `limit` below 1.

    Notes
    -----
    On the acyclic graph of time, along the flow of knowledge cited u -> citing v, the count of a citation is N-(u) N+(v): N-
    is the number of paths that lead to u, N+ of those that go on from v. A cycle counts as one work; works without a kept
    citation are on no path. Counts are whole numbers from 1 up, exact however large.

    References
    ----------
    Hummon & Doreian (1989), Connectivity in a citation network.
    Batagelj (2003), Efficient algorithms for citation network analysis.
    Liu & Lu (2012), An integrated approach for main path analysis.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("D", "B"), ("D", "C"), ("E", "D")])
    >>> result = main_path(g)
    >>> result.paths, result.total
    ([['A', 'B', 'D', 'E'], ['A', 'C', 'D', 'E']], 2)
    """
    if search not in SEARCHES:
        raise InputError(f"no main path search {search!r}", f"one of {', '.join(SEARCHES)}")
    if routes < 1 or limit < 1:
        raise InputError(f"routes {routes} and limit {limit} must be 1 or more")
    dag = time_dag(graph, cycles)
    flow = _Flow(dag, weights)
    parts = _search(flow, search, routes)
    ends = list(zip(flow.cited.tolist(), flow.citing.tolist(), strict=True))
    units: dict[tuple[int, ...], None] = {}
    for part in parts:
        units |= dict.fromkeys(islice(_paths({ends[k] for k in part}), limit + 1))
        if len(units) > limit:
            break
    members: dict[int, list[str]] = {}
    for id_, unit, preprint in zip(graph.ids, dag.unit.tolist(), dag.preprint.tolist(), strict=True):
        members.setdefault(unit, []).append(id_)
        if preprint >= 0:
            members.setdefault(preprint, []).append(id_)
    paths = [[id_ for unit in path for id_ in members[unit]] for path in units]
    ids = graph.ids
    return MainPath(
        weights=weights,
        search=search,
        cycles=cycles,
        paths=sorted(paths[:limit]),
        citations=_table(ids, dag, flow, {arc for part in parts for arc in part}),
        altered=[{"citing": ids[a], "cited": ids[b], "reason": why} for a, b, why in dag.altered],
        total=flow.total,
        complete=len(units) <= limit,
        notes=_notes(graph, dag, None if len(units) <= limit else limit),
    )


class _Flow:
    """The arcs between units in the direction of knowledge, cited -> citing, and the exact count of each."""

    def __init__(self, dag: TimeDag, weights: str) -> None:
        self.dag = dag
        self.citing, self.cited = dag.arcs  # sorted by citing
        self.counts, self.total = path_counts(dag, weights)
        cites, is_cited = (np.bincount(x, minlength=dag.units) for x in (self.citing, self.cited))
        self._before = np.concatenate(([0], np.cumsum(cites)))
        self._after = np.concatenate(([0], np.cumsum(is_cited)))
        self._by_cited = np.argsort(self.cited, kind="stable")
        self.first = np.flatnonzero(cites[self.cited] == 0)  # arcs that leave sources
        self.last = np.flatnonzero(is_cited[self.citing] == 0)  # arcs that enter sinks

    def after(self, unit: int) -> Ints:
        """The arcs from a unit to newer ones."""
        return self._by_cited[self._after[unit] : self._after[unit + 1]]

    def before(self, unit: int) -> Ints:
        """The arcs from older units to a unit."""
        return np.arange(self._before[unit], self._before[unit + 1])

    def greatest(self) -> NDArray[Any]:
        """For each arc the greatest sum of counts of a path from a source that ends with it."""
        best = np.zeros(self.dag.units, object)
        worth = self.counts.copy()
        offsets = self._before[self.dag.levels]
        for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
            if a < b:
                worth[a:b] += best[self.cited[a:b]]
                first = np.flatnonzero(np.diff(self.citing[a:b], prepend=-1))
                best[self.citing[a:b][first]] = np.maximum.reduceat(worth[a:b], first)
        return worth

    def follow(self, arcs: Ints, worth: NDArray[Any], *, forward: bool) -> set[int]:
        """The arcs and, from each on, the ones worth most, to the end."""
        on, end = (self.after, self.citing) if forward else (self.before, self.cited)
        found, met = set(arcs.tolist()), set[int]()
        front = end[arcs].tolist()
        while front:
            unit = front.pop()
            if unit not in met:
                met.add(unit)
                best = most(on(unit), worth)
                found.update(best.tolist())
                front += end[best].tolist()
        return found


def most(arcs: Ints, worth: NDArray[Any]) -> Ints:
    """The arcs of the greatest worth."""
    return arcs[worth[arcs] == worth[arcs].max()] if len(arcs) else arcs


def _search(flow: _Flow, search: str, routes: int) -> list[set[int]]:
    """The arcs of the main paths: one part, or one for each key route."""
    worth = flow.counts
    if not len(worth):
        return []
    if search == "key-route":
        least = min(nlargest(routes, worth))
        keys = np.flatnonzero(worth >= least)[:, None]
        return [flow.follow(key, worth, forward=True) | flow.follow(key, worth, forward=False) for key in keys]
    if search == "forward":
        return [flow.follow(most(flow.first, worth), worth, forward=True)]
    if search == "global":  # backward again, by the greatest sum of a path that ends with the arc
        worth = flow.greatest()
    return [flow.follow(most(flow.last, worth), worth, forward=False)]


def _paths(part: set[Arc]) -> Iterator[tuple[int, ...]]:
    """Every path of these arcs from a unit without an arc into it to one without an arc out of it."""
    after: dict[int, list[int]] = {}
    for u, v in sorted(part, reverse=True):
        after.setdefault(u, []).append(v)
    stack: list[tuple[int, ...]] = [(u,) for u in sorted(after.keys() - {v for _, v in part}, reverse=True)]
    while stack:
        path = stack.pop()
        if path[-1] in after:
            stack += [(*path, v) for v in after[path[-1]]]
        else:
            yield path


def _table(ids: Sequence[str], dag: TimeDag, flow: _Flow, chosen: set[int]) -> "pd.DataFrame":
    import pandas as pd

    on_path = np.zeros(len(flow.counts), np.bool_)
    on_path[list(chosen)] = True
    name = np.array(ids, dtype=object)
    table = pd.DataFrame(
        {
            "citing": pd.array(name[dag.citing], dtype="str"),
            "cited": pd.array(name[dag.cited], dtype="str"),
            "count": flow.counts[dag.arc],
            "on_path": on_path[dag.arc],
        }
    )
    if (dag.preprint < 0).all():
        return table
    # a citation by a work and by its preprint is one citation
    order = np.lexsort((dag.cited, dag.citing))
    first = np.flatnonzero(np.diff(dag.citing[order] * len(ids) + dag.cited[order], prepend=-1))
    joined = table.iloc[order[first]].reset_index(drop=True)
    joined["count"] = np.add.reduceat(table["count"].to_numpy()[order], first)
    joined["on_path"] = np.logical_or.reduceat(table["on_path"].to_numpy()[order], first)
    return joined


def beginning(graph: CitationGraph, found: MainPath) -> str | None:
    """Why the first main path begins where it does, where that is for want of a reference list; None where it is known.

    Examples
    --------
    >>> graph = CitationGraph.from_edges([("C", "B")], years={"B": 2014, "C": 2016})
    >>> beginning(graph, main_path(graph))
    'the main path begins in 2014 with B, whose reference list is not known: what that work builds on is missing'
    """
    first = graph.number(found.paths[0][0]) if found.paths else None
    if first is None or graph.known_lists[first]:
        return None
    year = "" if graph.years[first] == UNDATED else f" in {graph.years[first]}"
    missing = "whose reference list is not known: what that work builds on is missing"
    return f"the main path begins{year} with {name_of(graph, first)}, {missing}"


def _notes(graph: CitationGraph, dag: TimeDag, limit: int | None) -> list[str]:
    notes = [
        f"{counted(count, 'citation')} not counted: {why}"
        for why, count in Counter(why for _, _, why in dag.altered).items()
    ]
    if graph.duplicates:
        notes.append(f"{counted(graph.duplicates, 'repeated citation')}: counted once")
    if undated := int((graph.years == UNDATED).sum()):
        notes.append(f"{counted(undated, 'work')} without a year: included, as their citations may agree with time")
    if limit:
        notes.append(f"more than {limit:,} paths are equally good: the first {limit:,} are listed")
    return notes
