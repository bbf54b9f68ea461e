"""Years in which a work was cited below its usual rate: what `dormancy` and `revival_year` have in common."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.burst_levels import burst_levels, check_levels, references_made
from kg.analysis.base.coverage import coverage_by_year, coverage_since
from kg.analysis.base.history import histories
from kg.analysis.scores import Floats, Ints, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

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


class _Silences(NamedTuple):
    """The silences in the histories of all works; NaN where there is none."""

    n: Ints  # citations counted
    longest: Floats  # years of the longest silence after the first citation; 0 without one
    from_year: Floats
    to_year: Floats
    running: NDArray[np.bool_]  # it lasts to the end of the history
    unobserved: NDArray[np.bool_]  # under half of the reference lists are known in most of its years
    revival: Floats  # the first year of the first run in the high state after a silence
    slept: Floats  # years of that silence
    unobserved_before: NDArray[np.bool_]  # as `unobserved`, of that silence; of the longest where no run follows


def silence_scores(graph: CitationGraph, s: float, gamma: float, last_year: int | None, *, revival: bool) -> Scores:
    """The scores of `revival_year` (`revival`) or `dormancy`, with their own columns."""
    check_levels(s, gamma)
    found = _silences(graph, s, gamma, last_year)
    unobserved = found.unobserved_before if revival else found.unobserved
    value = np.where(unobserved, np.nan, found.revival if revival else found.longest)
    why: dict[str, NDArray[np.bool_]] = {
        "no year": graph.years == UNDATED,
        "no work with a known reference list cites it in its history": found.n == 0,
        "under half of the reference lists are known in most years without a citation of it": unobserved,
    }
    if revival:
        why["not cited much after 5 years of silence"] = np.isnan(found.revival)
    span = (np.where(unobserved, np.nan, year) for year in (found.from_year, found.to_year))
    own: dict[str, Any] = dict(zip(("from_year", "to_year"), span, strict=True)) | {
        "running": found.running & ~unobserved
    }
    return Scores.of(
        graph,
        value,
        n=found.n,
        coverage=coverage_since(graph),
        reason=reasons(why),
        notes=[f"Burst settings: s = {s:g}, gamma = {gamma:g} (Kleinberg)."],
        own={"slept": np.where(unobserved, np.nan, found.slept)} if revival else own,
    )


@once_per_graph
def _silences(graph: CitationGraph, s: float, gamma: float, last_year: int | None) -> _Silences:
    past, made = histories(graph, last_year=last_year), references_made(graph)
    coverage, size = coverage_by_year(graph), len(graph)
    longest, from_year, to_year, revival, slept = (np.full(size, np.nan) for _ in range(5))
    running, unobserved, unobserved_before = (np.zeros(size, np.bool_) for _ in range(3))
    by_known = graph.known_lists[past.citing]
    n = np.bincount(past.work[by_known], minlength=size)
    for year, works, counts in past.tables(by_known):
        drawn = np.array([made.get(year + t, 0) for t in range(counts.shape[1])], np.int64)
        for i, high, history in zip(works.tolist(), burst_levels(counts, drawn, s, gamma).high, counts, strict=True):
            first = int(np.flatnonzero(history)[0])
            found = silences(high, first)
            longest[i] = 0
            silence = max((run for run in found if run[0] > first), key=lambda run: run[1] - run[0], default=None)
            if silence:
                a, b = silence
                longest[i], from_year[i], to_year[i] = b - a, year + a, year + b - 1
                running[i] = b == counts.shape[1]
                unobserved[i] = unobserved_before[i] = coverage.unobserved(year + a, year + b - 1)
            back = [(t, a, b) for a, b in found if (t := _next(high, b)) is not None]
            if back:
                t, a, b = min(back, key=lambda run: run[0])
                revival[i], slept[i], unobserved_before[i] = (
                    year + t,
                    b - a,
                    coverage.unobserved(year + a, year + b - 1),
                )
    return _Silences(n, longest, from_year, to_year, running, unobserved, revival, slept, unobserved_before)


def _next(high: NDArray[np.bool_], after: int) -> int | None:
    """The first year of the first run in the high state that begins at or after a year."""
    starts = np.flatnonzero(high[after:] & ~np.concatenate(([False], high))[after:-1])
    return after + int(starts[0]) if len(starts) else None
