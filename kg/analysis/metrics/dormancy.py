"""Latency, dormancy and revival: how long a work waited, how long it lay still, and when it came back."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import coverage_by_year, coverage_since
from kg.analysis.base.history import histories
from kg.analysis.metrics.burst import burst_levels, references_made
from kg.analysis.scores import Floats, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

ASLEEP = 5  # years that make a sleep
SOURCE_LISTS = 0.5  # coverage of a year below which its silence says little


def latency(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """How many years passed from a work to the first citation of it held.

    The first t with c_t > 0, c_t the citations held made t years after the work's own year (citing -> cited); citers
    dated before it are left out. Unit: years, 0 and up. A list not known can only make it shorter: `high` is the value,
    `low` 0 where a list of the years before, or of an undated work, is not known, or an undated work cites it. Null for
    undated works and those without citations in their history; then `low` is the length of the silence if all such lists are
    known. `coverage` is that of its years of silence.

    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2002})
    >>> latency(g)["A"]
    14.0

    Source: Glänzel, Schlemmer & Thijs (2003), Better late than never? On the chance to become highly cited only beyond the
    standard bibliometric time horizon.
    """
    past = histories(graph, last_year=last_year)
    value = np.full(len(graph), np.inf)
    np.minimum.at(value, past.work, past.since.astype(np.float64))
    uncited = np.isinf(value)
    silence = np.where(uncited, past.last - past.first + 1, value - 1)  # years after the first without a citation
    coverage = coverage_by_year(graph)
    known = np.full(len(graph), np.nan)
    for i in np.flatnonzero(past.dated).tolist():
        year = int(past.first[i])
        known[i] = coverage.between(year, year + int(max(silence[i], 0)))
    value[uncited] = np.nan
    dateless = graph.years == UNDATED
    undated_citer = np.bincount(graph.citers.owners()[dateless[graph.citers.works]], minlength=len(graph)) > 0
    sure = ~(known < 1) & ~undated_citer & ~(dateless & ~graph.known_lists).any()
    why = {"undated": graph.years == UNDATED, "no citations held in its history": uncited}
    return Scores.of(
        graph,
        "latency",
        value,
        low=np.where(uncited, np.where(sure & past.dated, silence, np.nan), np.where(sure, value, 0.0)),
        high=value,
        n=past.total,
        coverage=known,
        reason=reasons(why),
        options={"last_year": last_year},
        notes=_notes(graph),
        whole=True,
    )


def dormancy(graph: CitationGraph, *, s: float = 2.0, gamma: float = 1.0, last_year: int | None = None) -> Scores:
    """How many years a work once taken up lay still: its longest run at its low level of citations after the first one.

    Levels are those of `burst` (`s`, `gamma`): the years of the longest run in the low level that begins after the year
    of the first citation held, if 5 or more, else 0. Citing -> cited. Unit: years. Null for undated works, without
    citations by works of known lists, and where under half of the lists are known in over half of the years of the run
    (silence nobody listened to). Missing lists move it either way: no bounds. `coverage` is that of all its years.

    Own columns: `from_year` and `to_year` of the run (NaN where 0), `running` (whether it lasts to the last full year).

    >>> years = {"old": 1980, "end": 2000} | {f"c{k}": 1981 for k in range(9)} | {f"x{y}": y for y in range(1981, 2001)}
    >>> edges = [(f"c{k}", "old") for k in range(9)] + [(f"x{y}", f"c{k}") for y in range(1982, 2001) for k in range(9)]
    >>> dormancy(CitationGraph.from_edges(edges, years=years, closed=True)).table.loc["old", ["value", "from_year"]].tolist()
    [19.0, 1982.0]

    Source: van Raan (2004), Sleeping Beauties in science; levels after Kleinberg (2002).
    """
    return _scores(graph, "dormancy", s, gamma, last_year)


def revival_year(graph: CitationGraph, *, s: float = 2.0, gamma: float = 1.0, last_year: int | None = None) -> Scores:
    """The year in which a work came back: its first burst after a sleep.

    The first year of the first `burst` that begins after a latency of 5 years or more, or after a dormancy (a run of 5
    years or more at the low level after the first citation). Citing -> cited. Unit: calendar year. Null where `dormancy`
    is, and where no burst follows a sleep. Missing lists move it either way: no bounds.

    Own columns: `slept` (years of the sleep before it).

    >>> years = {"old": 1980} | {f"x{y}.{k}": y for y in range(1981, 1993) for k in range(9)} | {"other": 1980}
    >>> edges = [(f"x{y}.{k}", "other" if y < 1990 else "old") for y in range(1981, 1993) for k in range(9)]
    >>> revival_year(CitationGraph.from_edges(edges, years=years, closed=True))["old"]
    1990.0

    Source: van Raan (2004), Sleeping Beauties in science; bursts after Kleinberg (2002).
    """
    return _scores(graph, "revival_year", s, gamma, last_year)


def sleeps(high: NDArray[np.bool_], first: int) -> list[tuple[int, int]]:
    """The sleeps of a work: [a, b) of latency and of low runs after the year `first` of the first citation, 5 years or more.

    >>> sleeps(np.array([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], bool), 5)
    [(0, 5), (7, 12)]
    """
    found = [(0, first)] if first >= ASLEEP else []
    edge = np.flatnonzero(np.diff(np.concatenate(([True], high[first + 1 :], [True])).astype(np.int8))).tolist()
    runs = zip(edge[::2], edge[1::2], strict=True)
    return found + [(first + 1 + a, first + 1 + b) for a, b in runs if b - a >= ASLEEP]


def _scores(graph: CitationGraph, metric: str, s: float, gamma: float, last_year: int | None) -> Scores:
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
        notes=[*_notes(graph), f"levels of bursts: s {s:g}, gamma {gamma:g}"],
        whole=True,
        own=own if metric == "dormancy" else {"slept": np.where(deaf, np.nan, columns["slept"])},
    )


def _next(high: NDArray[np.bool_], after: int) -> int | None:
    """The first year of the first burst that begins at or after a year."""
    starts = np.flatnonzero(high[after:] & ~np.concatenate(([False], high))[after:-1])
    return after + int(starts[0]) if len(starts) else None


def _notes(graph: CitationGraph) -> list[str]:
    return conventions(
        graph, cycles="counted like others", backward="left out, by year", undated="null, left out of histories"
    )
