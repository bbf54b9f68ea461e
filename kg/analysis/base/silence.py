"""Years in which a work was cited less than its own usual rate: what dormancy and revival year share."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.burst_levels import burst_levels, references_made
from kg.analysis.base.coverage import coverage_by_year, coverage_since
from kg.analysis.base.history import histories
from kg.analysis.scores import Floats, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

ASLEEP = 5  # years that make a sleep


def sleeps(high: NDArray[np.bool_], first: int) -> list[tuple[int, int]]:
    """The sleeps of a work: [a, b) of latency and of low runs after the year `first` of the first citation, 5 years or more.

    >>> sleeps(np.array([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], bool), 5)
    [(0, 5), (7, 12)]
    """
    found = [(0, first)] if first >= ASLEEP else []
    edge = np.flatnonzero(np.diff(np.concatenate(([True], high[first + 1 :], [True])).astype(np.int8))).tolist()
    runs = zip(edge[::2], edge[1::2], strict=True)
    return found + [(first + 1 + a, first + 1 + b) for a, b in runs if b - a >= ASLEEP]


def silence_scores(graph: CitationGraph, metric: str, s: float, gamma: float, last_year: int | None) -> Scores:
    if not s > 1 or not 0 <= gamma < np.inf:
        raise InputError(f"s = {s}, gamma = {gamma} have no meaning", "s above 1 (2 is usual), gamma 0 or more (1)")
    past, made = histories(graph, last_year=last_year), references_made(graph)
    coverage, size = coverage_by_year(graph), len(graph)
    columns: dict[str, Floats] = {name: np.full(size, np.nan) for name in ("value", "from_year", "to_year", "slept")}
    running, deaf, share = np.zeros(size, np.bool_), np.zeros(size, np.bool_), coverage_since(graph)
    by_known = graph.known_lists[past.citing]
    n = np.bincount(past.work[by_known], minlength=size)
    for year in np.unique(past.first[past.work[by_known]]).tolist():
        mine = by_known & (past.first[past.work] == year)
        works, row = np.unique(past.work[mine], return_inverse=True)
        counts = np.zeros((len(works), past.last - year + 1), np.int64)
        np.add.at(counts, (row, past.since[mine]), 1)
        drawn = np.array([made.get(year + t, 0) for t in range(counts.shape[1])], np.int64)
        kappa = coverage.kappa(year + np.arange(counts.shape[1]))
        for i, high, history in zip(works.tolist(), burst_levels(counts, drawn, s, gamma).burst, counts, strict=True):
            first = int(np.flatnonzero(history)[0])
            found = sleeps(high, first)
            still = max((run for run in found if run[0] > first), key=lambda run: run[1] - run[0], default=None)
            if metric == "dormancy":
                columns["value"][i] = still[1] - still[0] if still else 0
                judged = still
            else:
                back = [(a, b, t) for a, b in found if (t := _next(high, b)) is not None]
                judged = still
                if back:
                    a, b, t = min(back, key=lambda found: found[2])
                    columns["value"][i], columns["slept"][i], judged = year + t, b - a, (a, b)
            if judged:
                span = kappa[judged[0] : judged[1]]
                listened = span[~np.isnan(span)]
                deaf[i] = (listened < SOURCE_LISTS).sum() > len(listened) / 2
            if still:
                columns["from_year"][i], columns["to_year"][i] = year + still[0], year + still[1] - 1
                running[i] = still[1] == counts.shape[1]
    value = np.where(deaf, np.nan, columns["value"])
    why: dict[str, NDArray[np.bool_]] = {
        "undated": graph.years == UNDATED,
        "nothing with a known list cites it in its full years": n == 0,
        "under half of the lists are known in over half of the years it seems still": deaf,
    }
    if metric == "revival_year":
        why["no burst after 5 still years"] = np.isnan(columns["value"])
    own: dict[str, Any] = {name: columns[name] for name in ("from_year", "to_year")} | {"running": running}
    return Scores.of(
        graph,
        metric,
        value,
        n=n,
        coverage=share,
        reason=reasons(why),
        options={"s": s, "gamma": gamma, "last_year": last_year},
        notes=[*oddities(graph), f"levels of bursts: s {s:g}, gamma {gamma:g}"],
        whole=True,
        own=own if metric == "dormancy" else {"slept": np.where(deaf, np.nan, columns["slept"])},
    )


def _next(high: NDArray[np.bool_], after: int) -> int | None:
    """The first year of the first burst that begins at or after a year."""
    starts = np.flatnonzero(high[after:] & ~np.concatenate(([False], high))[after:-1])
    return after + int(starts[0]) if len(starts) else None


SOURCE_LISTS = 0.5  # coverage of a year below which its silence says little


def oddities(graph: CitationGraph) -> list[str]:
    return conventions(
        graph, cycles="counted like others", backward="left out, by year", undated="null, left out of histories"
    )
