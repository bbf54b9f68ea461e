"""Why: what one number of one work is made of: its history, citers, references, cohort, and the lists that are missing."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from kg.analysis.base.bit_search import Search
from kg.analysis.base.burst_levels import references_made
from kg.analysis.base.cohort import cohorts
from kg.analysis.base.cohort_gap import groups
from kg.analysis.base.coverage import coverage_by_year
from kg.analysis.base.history import history
from kg.analysis.base.reachability import CREDITED, UNCREDITED, UNDECIDABLE, credit
from kg.analysis.base.related import related_pairs
from kg.analysis.base.time_dag import time_dag
from kg.analysis.first_uses import first_uses
from kg.analysis.metrics.persistent_influence import list_lengths, persistent_influence
from kg.analysis.metrics.rescaled_pagerank import neighbours
from kg.analysis.scores import Scores, plain
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph

Inputs = dict[str, Any]
STATES = {CREDITED: "credited", UNCREDITED: "uncredited", UNDECIDABLE: "undecidable"}


def why(graph: CitationGraph, id_: str, scores: Scores) -> Inputs:
    """The inputs behind the number a metric gives a work.

    `result` is the work's row with the metric's own columns; the other keys hold what the metric is made of (see the
    functions of this module): `history`, `levels`, `citers`, `handed`, `references`, `cohort`, `window`, `returns`,
    `uses`; `missing` the lists not known that could change it. Everything is a plain value for JSON.

    >>> from kg.analysis.metrics.wake import wake
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "B")], years={"A": 1988, "B": 2002, "C": 2016})
    >>> told = why(g, "A", wake(g))
    >>> told["result"]["value"], [(row["links"], row["works"], row["adds"]) for row in told["levels"]]
    (1.5, [(1, 1, 1.0), (2, 1, 0.5)])

    Raises:
        NothingFound: if the graph has no such work.
    """
    i = graph.number(id_)
    row = scores.table.loc[id_].to_dict()
    told: Inputs = {"result": {name: _told(value) for name, value in row.items()}}
    for name in _PARTS.get(scores.metric, ("citers",)):
        told[name] = _SECTIONS[name](graph, i, scores)
    told["missing"] = missing(graph, i)
    return told


def by_year(graph: CitationGraph, i: int, scores: Scores) -> Inputs | None:
    """Citations of each year of the history, and what was left out.

    With them those by works with known lists, the coverage of the year, and the references that such works made in it.
    """
    past = history(graph, i, last_year=scores.options.get("last_year"))
    if past is None:
        return None
    kappa = coverage_by_year(graph).kappa(past.first + np.arange(len(past.counts)))
    made = references_made(graph)
    citing = graph.citers.of(i)
    by_known = Counter(graph.years[citing[graph.known_lists[citing]]].tolist())
    rows = [
        {"year": year, "citations": count, "by_known_lists": by_known[year], "coverage": plain(float(share))}
        | {"references_made": made.get(year, 0)}
        for (year, count), share in zip(past.by_year(), kappa, strict=True)
    ]
    return {"years": rows, "left_out": {"earlier": past.earlier, "undated": past.undated, "beyond": past.beyond}}


def levels(graph: CitationGraph, i: int, scores: Scores) -> list[Inputs]:
    """How many works lie at each number of citations, with their weight a^(d - 1) and what they add to the wake."""
    a = float(scores.options.get("a", 0.5))
    search = Search(graph)
    found = search.levels(np.array([i]), np.array([-1])) if search.citers[i] else []
    return [
        {"links": d, "works": int(n[0]), "weight": a ** (d - 1), "adds": a ** (d - 1) * int(n[0])}
        for d, n in enumerate(found, 1)
        if n[0]
    ]


def citers(graph: CitationGraph, i: int, scores: Scores) -> list[Inputs]:
    """The works citing it, with year, how their lists were retrieved, and what each is worth by the same metric."""
    value = scores.table["value"]
    rows = [_work(graph, j) | {"value": plain(float(value.iloc[j]))} for j in graph.citers.of(i).tolist()]
    return sorted(rows, key=lambda row: (row["year"] or 9999, row["id"]))


def handed(graph: CitationGraph, i: int, _: Scores) -> list[Inputs]:
    """What each citer hands on: its share 1/list length times one and its own persistent influence."""
    dag = time_dag(graph)
    listed, _open = list_lengths(graph, dag)
    own = persistent_influence(graph).table["value"].to_numpy(float)
    rows = []
    for j in dag.citing[dag.cited == i].tolist():
        share = 1 / int(listed[j])
        rows.append(
            _work(graph, j) | {"length": int(listed[j]), "value": float(own[j]), "adds": share * (1 + float(own[j]))}
        )
    return sorted(rows, key=lambda row: (-row["adds"], row["id"]))


def references(graph: CitationGraph, i: int, _: Scores) -> Inputs:
    """The works it cites, and how its list was retrieved."""
    rows = [_work(graph, j) for j in graph.references.of(i).tolist()]
    reported = graph.works["reported_references"].iloc[i]
    said = None if str(reported) == "<NA>" else int(reported)
    rows.sort(key=lambda row: (row["year"] or 9999, row["id"]))
    return {"outcome": str(OUTCOMES[graph.outcomes[i]]), "reported": said, "works": rows}


def cohort(graph: CitationGraph, i: int, scores: Scores) -> Inputs | None:
    """The works it is compared with: years and number, of its community for gaps, and where it stands among them."""
    value = scores.table["value"].to_numpy(float)
    some = np.flatnonzero(~np.isnan(value) & (graph.years != UNDATED))
    at = np.searchsorted(some, i)
    if at == len(some) or some[at] != i:
        return None
    group = groups(graph) if scores.metric in _IN_COMMUNITIES else None
    for own, among in cohorts(graph.years[some].astype(np.int64), None if group is None else group[some]):
        if own[at]:
            years, like = graph.years[some][among], value[some][among]
            one = group is not None and bool((group[some][among] == group[i]).all())
            return {
                "community": int(group[i]) if group is not None and one else None,
                "years": [int(years.min()), int(years.max())],
                "works": int(among.sum()),
                "above": int((like > value[i]).sum()),
                "equal": int((like == value[i]).sum()),
            }
    return None


def window(graph: CitationGraph, i: int, scores: Scores) -> Inputs | None:
    """The works nearest in time that it is compared with: how many at a time, and all that its windows reach."""
    size = int(scores.options["window"])
    near = neighbours(graph, i, size)
    if not len(near):
        return None
    years = graph.years[near]
    return {"window": size, "works": len(near), "years": [int(years.min()), int(years.max())]}


def returns(graph: CitationGraph, i: int, scores: Scores) -> list[Inputs]:
    """The later works on its subject, each with whether a citation path leads to it."""
    old, new = related_pairs(graph, years=int(scores.options.get("years", 10)), of=np.array([i]))
    state = credit(graph, old, new)
    rows = [_work(graph, j) | {"path": STATES[int(s)]} for j, s in zip(new.tolist(), state, strict=True)]
    return sorted(rows, key=lambda row: (row["path"], row["year"] or 9999, row["id"]))


def uses(graph: CitationGraph, i: int, _: Scores) -> list[Inputs]:
    """The concepts it was first to use, each with its later users and whether they can be traced back to a first one."""
    table = first_uses(graph).table
    kept = ["year", "later_users", "dormancy", "credited", "uncredited", "undecidable"]
    rows = zip(table.index, table.to_dict("records"), strict=True)
    return [
        {"scheme": scheme, "label": label} | {str(name): plain(row[name]) for name in kept}
        for (scheme, label), row in rows
        if graph.ids[i] in row["first_users"]
    ]


def missing(graph: CitationGraph, i: int) -> Inputs:
    """Among works dated as it or later, by outcome, how many lists there are; those not known may hold a citation of it."""
    year = int(graph.years[i])
    later = graph.years >= year if year != UNDATED else np.ones(len(graph), np.bool_)
    codes, times = np.unique(graph.outcomes[later], return_counts=True)
    told = {str(OUTCOMES[code]): int(n) for code, n in zip(codes.tolist(), times.tolist(), strict=True)}
    known = int((later & graph.known_lists).sum())
    return {"since": None if year == UNDATED else year, "works": int(later.sum()), "known": known, "outcomes": told}


_SECTIONS: dict[str, Callable[[CitationGraph, int, Scores], Any]] = {
    "history": by_year,
    "levels": levels,
    "citers": citers,
    "handed": handed,
    "references": references,
    "cohort": cohort,
    "window": window,
    "returns": returns,
    "uses": uses,
}
_IN_COMMUNITIES = ("wake_gap", "persistence_gap")
_HISTORIES = [
    "beauty",
    "awakening_year",
    "beauty_cp",
    "beauty_cp_mean",
    "latency",
    "dormancy",
    "revival_year",
    "impact_sequence",
    "burst",
]
#: metric -> what is shown besides its result and the missing lists; others show their citers
_PARTS: dict[str, tuple[str, ...]] = dict.fromkeys(_HISTORIES, ("history", "citers")) | {
    "prince": ("history", "citers"),
    "wake": ("levels", "citers"),
    "wake_gap": ("levels", "citers", "cohort"),
    "persistent_influence": ("handed",),
    "persistence_gap": ("handed", "cohort"),
    "citations_rank": ("citers", "cohort"),
    "rescaled_pagerank": ("citers", "window"),
    "gem": ("citers", "window"),
    "disruption": ("references", "citers"),
    "amnesia": ("references",),
    "hits": ("citers", "references"),
    "foresight": (),
    "uncredited_return": ("returns",),
    "first_use": ("uses",),
}


def _work(graph: CitationGraph, j: int) -> Inputs:
    year = int(graph.years[j])
    return {"id": graph.ids[j], "year": None if year == UNDATED else year, "list": str(OUTCOMES[graph.outcomes[j]])}


def _told(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _told(part) for name, part in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_told(part) for part in value]
    return plain(value)
