"""Years in which a work was cited less than its own usual rate: what dormancy and revival year share."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.burst_levels import burst_levels, references_made
from kg.analysis.base.coverage import coverage_by_year, coverage_since
from kg.analysis.base.history import histories
from kg.analysis.scores import Floats, Ints, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

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


class _Silences(NamedTuple):
    """What the histories of all works show; NaN where there is nothing to show."""

    n: Ints  # citations counted
    longest: Floats  # years of the longest silence after the first citation; 0 without one
    from_year: Floats
    to_year: Floats
    running: NDArray[np.bool_]  # it lasts to the end of the history
    unheard: NDArray[np.bool_]  # under half of the lists are known in over half of its years
    revival: Floats  # the first year of the first burst after a silence
    slept: Floats  # years of that silence
    revival_unheard: NDArray[np.bool_]  # as `unheard`, of that silence, or of the longest where no burst follows


def silence_scores(graph: CitationGraph, metric: str, s: float, gamma: float, last_year: int | None) -> Scores:
    if not s > 1 or not 0 <= gamma < np.inf:
        raise InputError(f"s = {s}, gamma = {gamma} have no meaning", "s above 1 (2 is usual), gamma 0 or more (1)")
    found = _silences(graph, s, gamma, last_year)
    dormancy = metric == "dormancy"
    unheard = found.unheard if dormancy else found.revival_unheard
    value = np.where(unheard, np.nan, found.longest if dormancy else found.revival)
    why: dict[str, NDArray[np.bool_]] = {
        "undated": graph.years == UNDATED,
        "nothing with a known list cites it in its full years": found.n == 0,
        "under half of the lists are known in over half of the years it seems still": unheard,
    }
    if not dormancy:
        why["no burst after 5 still years"] = np.isnan(found.revival)
    own: dict[str, Any] = {"from_year": found.from_year, "to_year": found.to_year, "running": found.running}
    return Scores.of(
        graph,
        metric,
        value,
        n=found.n,
        coverage=coverage_since(graph),
        reason=reasons(why),
        options={"s": s, "gamma": gamma, "last_year": last_year},
        notes=[*oddities(graph), f"levels of bursts: s {s:g}, gamma {gamma:g}"],
        whole=True,
        own=own if dormancy else {"slept": np.where(unheard, np.nan, found.slept)},
    )


@once_per_graph
def _silences(graph: CitationGraph, s: float, gamma: float, last_year: int | None) -> _Silences:
    past, made = histories(graph, last_year=last_year), references_made(graph)
    coverage, size = coverage_by_year(graph), len(graph)
    longest, from_year, to_year, revival, slept = (np.full(size, np.nan) for _ in range(5))
    running, unheard, revival_unheard = (np.zeros(size, np.bool_) for _ in range(3))
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
            longest[i] = 0
            still = max((run for run in found if run[0] > first), key=lambda run: run[1] - run[0], default=None)
            if still:
                a, b = still
                longest[i], from_year[i], to_year[i] = b - a, year + a, year + b - 1
                running[i] = b == counts.shape[1]
                unheard[i] = revival_unheard[i] = _is_unheard(kappa[a:b])
            back = [(t, a, b) for a, b in found if (t := _next(high, b)) is not None]
            if back:
                t, a, b = min(back, key=lambda run: run[0])
                revival[i], slept[i], revival_unheard[i] = year + t, b - a, _is_unheard(kappa[a:b])
    return _Silences(n, longest, from_year, to_year, running, unheard, revival, slept, revival_unheard)


def _is_unheard(coverage: Floats) -> bool:
    """Whether under half of the lists are known in over half of the years that have works."""
    known = coverage[~np.isnan(coverage)]
    return bool((known < SOURCE_LISTS).sum() > len(known) / 2)


def _next(high: NDArray[np.bool_], after: int) -> int | None:
    """The first year of the first burst that begins at or after a year."""
    starts = np.flatnonzero(high[after:] & ~np.concatenate(([False], high))[after:-1])
    return after + int(starts[0]) if len(starts) else None


SOURCE_LISTS = 0.5  # coverage of a year below which its silence says little


def oddities(graph: CitationGraph) -> list[str]:
    return conventions(
        graph, cycles="counted like others", backward="left out, by year", undated="null, left out of histories"
    )
