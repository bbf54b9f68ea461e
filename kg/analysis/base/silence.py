"""Years in which a work was cited below its usual rate: what `dormancy` and `revival_year` have in common."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.burst_levels import burst_levels, check_levels, references_made
from kg.analysis.base.coverage import coverage_by_year, coverage_since
from kg.analysis.base.history import histories
from kg.analysis.base.sleep import COVERED
from kg.analysis.scores import Floats, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

SILENT = 5  # least length of a silence, in years


def silences(high: NDArray[np.bool_], first: int) -> list[tuple[int, int]]:
    """The silences of a work, each at least 5 years: before its first citation, and in the low state after it.

    Parameters
    ----------
    high : array of bool
        Whether each year is in the high state.
    first : int
        Position of the year of the first citation.

    Returns
    -------
    list of (int, int)
        First year and the year after the last, as positions.

    Examples
    --------
    >>> silences(np.array([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], bool), 5)
    [(0, 5), (7, 12)]
    """
    found = [(0, first)] if first >= SILENT else []
    edge = np.flatnonzero(np.diff(np.concatenate(([True], high[first + 1 :], [True])).astype(np.int8))).tolist()
    runs = zip(edge[::2], edge[1::2], strict=True)
    return found + [(first + 1 + a, first + 1 + b) for a, b in runs if b - a >= SILENT]


def silence_scores(graph: CitationGraph, s: float, gamma: float, last_year: int | None, *, revival: bool) -> Scores:
    """The scores of `revival_year` (`revival`) or `dormancy`, with their own columns."""
    check_levels(s, gamma)
    past, made = histories(graph, last_year=last_year), references_made(graph)
    coverage, size = coverage_by_year(graph), len(graph)
    columns: dict[str, Floats] = {name: np.full(size, np.nan) for name in ("value", "from_year", "to_year", "slept")}
    running, unobserved, share = np.zeros(size, np.bool_), np.zeros(size, np.bool_), coverage_since(graph)
    by_known = graph.known_lists[past.citing]
    n = np.bincount(past.work[by_known], minlength=size)
    for year in np.unique(past.first[past.work[by_known]]).tolist():
        mine = by_known & (past.first[past.work] == year)
        works, row = np.unique(past.work[mine], return_inverse=True)
        counts = np.zeros((len(works), past.last - year + 1), np.int64)
        np.add.at(counts, (row, past.since[mine]), 1)
        drawn = np.array([made.get(year + t, 0) for t in range(counts.shape[1])], np.int64)
        kappa = coverage.kappa(year + np.arange(counts.shape[1]))
        for i, high, history in zip(works.tolist(), burst_levels(counts, drawn, s, gamma).high, counts, strict=True):
            first = int(np.flatnonzero(history)[0])
            found = silences(high, first)
            longest = max((run for run in found if run[0] > first), key=lambda run: run[1] - run[0], default=None)
            silence = longest
            if not revival:
                columns["value"][i] = longest[1] - longest[0] if longest else 0
            elif back := [(a, b, t) for a, b in found if (t := _next(high, b)) is not None]:
                a, b, t = min(back, key=lambda found: found[2])
                columns["value"][i], columns["slept"][i], silence = year + t, b - a, (a, b)
            if silence:
                span = kappa[silence[0] : silence[1]]
                with_works = span[~np.isnan(span)]
                unobserved[i] = (with_works < COVERED).sum() > len(with_works) / 2
            if longest:
                columns["from_year"][i], columns["to_year"][i] = year + longest[0], year + longest[1] - 1
                running[i] = longest[1] == counts.shape[1]
    value = np.where(unobserved, np.nan, columns["value"])
    why: dict[str, NDArray[np.bool_]] = {
        "no year": graph.years == UNDATED,
        "no work with a known reference list cites it in its history": n == 0,
        "under half of the reference lists are known in most years of its silence": unobserved,
    }
    if revival:
        why["not much cited after 5 years of silence"] = np.isnan(columns["value"])
    own: dict[str, Any] = {name: columns[name] for name in ("from_year", "to_year")} | {"running": running}
    return Scores.of(
        graph,
        value,
        n=n,
        coverage=share,
        reason=reasons(why),
        notes=[f"Settings of the automaton: s = {s:g}, gamma = {gamma:g} (Kleinberg)."],
        own={"slept": np.where(unobserved, np.nan, columns["slept"])} if revival else own,
    )


def _next(high: NDArray[np.bool_], after: int) -> int | None:
    """The first year of the first run in the high state that begins at or after a year."""
    starts = np.flatnonzero(high[after:] & ~np.concatenate(([False], high))[after:-1])
    return after + int(starts[0]) if len(starts) else None
