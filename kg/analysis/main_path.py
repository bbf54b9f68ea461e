"""The main path: the citations through which most of a literature's history runs, counted exactly."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING

from kg.analysis._sweeps import TimeDag, time_dag
from kg.errors import InputError
from kg.graph import CitationGraph
from kg.index import UNDATED

if TYPE_CHECKING:
    import pandas as pd

WEIGHTS = ("spc", "splc", "spnp")
SEARCHES = ("global", "forward", "backward", "key-route")
Arc = tuple[int, int]  # of units, in the direction of knowledge: cited -> citing


@dataclass(frozen=True, kw_only=True)
class MainPath:
    """What `main_path` found.

    Attributes:
        weights: How citations were counted.
        search: How the path was searched.
        paths: The main paths, each from the oldest work to the newest; works of a cyclic part stand together.
        citations: Every counted citation: `citing`, `cited`, `count` (an exact int) and `on_path`.
        altered: The citations without a count of their own: `citing`, `cited`, `reason`.
        total: The number of paths counted in all (for spc: from any source to any sink), of one citation or more.
        complete: Whether `paths` lists every path of this search; else the first `limit`.
        notes: What was done with loops, cycles, backward citations and undated works.
    """

    weights: str
    search: str
    paths: list[list[str]]
    citations: "pd.DataFrame"
    altered: list[dict[str, str]]
    total: int
    complete: bool
    notes: list[str]


def main_path(
    graph: CitationGraph, *, weights: str = "spc", search: str = "global", routes: int = 1, limit: int = 1000
) -> MainPath:
    """The chains of citations through which most paths from the oldest to the newest works run.

    On the DAG of time (see `time_dag`), along the flow of knowledge cited u -> citing v, the count of a citation is
    N-(u) N+(v), N- the paths that lead to u and N+ those that go on from v. `spc`: paths from sources (citing nothing
    held) to sinks (cited by nothing held); `splc`: every work starts paths; `spnp`: every work starts and ends them.
    A cyclic part counts as one work. Works without a kept citation are on no path. Unit: paths; whole numbers from 1 up,
    exact however large.

    `global` takes the source-to-sink paths of the greatest sum of counts; `forward` starts with the greatest counts
    leaving sources and goes on by the greatest count, `backward` likewise from the sinks; `key-route` takes the
    `routes` greatest counts and goes on from each both ways. Ties are all followed; at most `limit` paths are listed.

    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("D", "B"), ("D", "C"), ("E", "D")])
    >>> result = main_path(g)
    >>> result.paths, result.total
    ([['A', 'B', 'D', 'E'], ['A', 'C', 'D', 'E']], 2)

    Raises:
        InputError: if `weights` or `search` is not one of those, or `routes` or `limit` below 1.

    Source: Hummon & Doreian (1989), Connectivity in a citation network; Batagelj (2003), Efficient algorithms for
    citation network analysis; Liu & Lu (2012), An integrated approach for main path analysis.
    """
    if weights not in WEIGHTS:
        raise InputError(f"no main path weights {weights!r}", f"one of {', '.join(WEIGHTS)}")
    if search not in SEARCHES:
        raise InputError(f"no main path search {search!r}", f"one of {', '.join(SEARCHES)}")
    if routes < 1 or limit < 1:
        raise InputError(f"routes {routes} and limit {limit} must be 1 or more")
    dag = time_dag(graph)
    flow = _Flow(dag, weights)
    parts = _search(flow, search, routes)
    units: dict[tuple[int, ...], None] = {}
    for part in parts:
        units |= dict.fromkeys(islice(_paths(part), limit + 1))
        if len(units) > limit:
            break
    ids = graph.ids
    members: dict[int, list[str]] = {}
    for id_, unit in zip(ids, dag.unit.tolist(), strict=True):
        members.setdefault(unit, []).append(id_)
    paths = [[id_ for unit in path for id_ in members[unit]] for path in units]
    return MainPath(
        weights=weights,
        search=search,
        paths=sorted(paths[:limit]),
        citations=_table(ids, dag, flow, {arc for part in parts for arc in part}),
        altered=[{"citing": ids[a], "cited": ids[b], "reason": why} for a, b, why in dag.altered],
        total=flow.total,
        complete=len(units) <= limit,
        notes=_notes(graph, dag, None if len(units) <= limit else limit),
    )


class _Flow:
    """The arcs between units in the direction of knowledge, (cited, citing), and the exact count of each."""

    def __init__(self, dag: TimeDag, weights: str) -> None:
        citing, cited = (units.tolist() for units in dag.arcs)
        self.arcs: list[Arc] = list(zip(cited, citing, strict=True))  # sorted by citing
        self.after: dict[int, list[int]] = {}  # unit -> its arcs to newer units
        self.before: dict[int, list[int]] = {}
        for k, (u, v) in enumerate(self.arcs):
            self.after.setdefault(u, []).append(k)
            self.before.setdefault(v, []).append(k)
        starts_everywhere, ends_everywhere = weights != "spc", weights == "spnp"
        self.sources = [u for u in self.after if u not in self.before]
        self.sinks = [v for v in self.before if v not in self.after]
        leading = [int(starts_everywhere or u not in self.before) for u in range(dag.units)]
        for u, v in self.arcs:
            leading[v] += leading[u]
        onward = [int(ends_everywhere or v not in self.after) for v in range(dag.units)]
        for u in sorted(self.after, reverse=True):
            onward[u] += sum(onward[self.arcs[k][1]] for k in self.after[u])
        self.counts = [leading[u] * onward[v] for u, v in self.arcs]
        ends = self.before if ends_everywhere else self.sinks
        self.total = sum(leading[v] - starts_everywhere for v in ends)

    def best(self, arcs: Iterable[int], worth: Sequence[int]) -> list[int]:
        """Those of the arcs that are worth most."""
        arcs = list(arcs)
        most = max((worth[k] for k in arcs), default=0)
        return [k for k in arcs if worth[k] == most]

    def follow(self, arcs: list[int], worth: Sequence[int], *, forward: bool) -> set[Arc]:
        """The arcs and, from each on, the best ones, to the end."""
        table, end = (self.after, 1) if forward else (self.before, 0)
        found, met = {self.arcs[k] for k in arcs}, set[int]()
        front = [self.arcs[k][end] for k in arcs]
        while front:
            unit = front.pop()
            if unit not in met:
                met.add(unit)
                on = self.best(table.get(unit, ()), worth)
                found |= {self.arcs[k] for k in on}
                front += [self.arcs[k][end] for k in on]
        return found


def _search(flow: _Flow, search: str, routes: int) -> list[set[Arc]]:
    """The arcs of the main paths: one part, or one for each key route."""
    worth = flow.counts
    if search == "key-route":
        least = min(nlargest(routes, worth), default=0)
        keys = [[k] for k, count in enumerate(worth) if count >= least]
        return [flow.follow(key, worth, forward=True) | flow.follow(key, worth, forward=False) for key in keys]
    if search == "forward":
        first = flow.best((k for u in flow.sources for k in flow.after[u]), worth)
        return [flow.follow(first, worth, forward=True)]
    if search == "global":  # backward again, by the greatest sum of a path that ends with the arc
        worth, greatest = [], dict.fromkeys(flow.sources, 0)
        for (u, v), count in zip(flow.arcs, flow.counts, strict=True):
            worth.append(greatest[u] + count)
            greatest[v] = max(greatest.get(v, 0), worth[-1])
    last = flow.best((k for v in flow.sinks for k in flow.before[v]), worth)
    return [flow.follow(last, worth, forward=False)]


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


def _table(ids: list[str], dag: TimeDag, flow: _Flow, chosen: set[Arc]) -> "pd.DataFrame":
    import pandas as pd

    arc = dag.arc.tolist()
    return pd.DataFrame(
        {
            "citing": pd.Series([ids[w] for w in dag.citing.tolist()], dtype="str"),
            "cited": pd.Series([ids[w] for w in dag.cited.tolist()], dtype="str"),
            "count": pd.Series([flow.counts[k] for k in arc], dtype=object),
            "on_path": pd.Series([flow.arcs[k] in chosen for k in arc], dtype=bool),
        }
    )


def _notes(graph: CitationGraph, dag: TimeDag, limit: int | None) -> list[str]:
    notes = [
        f"{count:,} citations without a count of their own: {why}"
        for why, count in Counter(why for _, _, why in dag.altered).items()
    ]
    if graph.duplicates:
        notes.append(f"{graph.duplicates:,} repeated citations: counted once")
    if undated := int((graph.years == UNDATED).sum()):
        notes.append(f"{undated:,} undated works: kept, nothing says their citations are backward")
    if limit:
        notes.append(f"more than {limit:,} paths are equally good: the first {limit:,} are listed")
    return notes
