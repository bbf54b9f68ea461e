"""Sleeping beauties: what `beauty` and `awakening_year` have in common."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import COVERED, YearCoverage, coverage_by_year
from kg.analysis.base.history import History, histories, history, history_end
from kg.analysis.scores import Scores
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

ENOUGH = 10  # citations a history needs


class Sleep(NamedTuple):
    """B of a yearly history c_0, c_1, ..., the first year with the highest count, and the awakening, if any."""

    beauty: float
    peak: int
    awakening: int | None


def sleep(counts: NDArray[Any], peak: int | None = None) -> Sleep:
    """Beauty coefficient and awakening of a yearly history.

    Parameters
    ----------
    counts : array of int
        Citations by year, from the year of publication.
    peak : int, optional
        Position of the peak; default is the first highest count.

    Returns
    -------
    Sleep
        See `kg.analysis.metrics.beauty` and `awakening_year` for the formulas.

    Examples
    --------
    >>> sleep([0] * 10 + [20])
    Sleep(beauty=90.0, peak=10, awakening=9)
    >>> sleep([4, 2, 1, 1, 1, 12])
    Sleep(beauty=25.2, peak=5, awakening=4)
    """
    c = np.asarray(counts)
    peak = int(c.argmax()) if peak is None else peak
    if peak == 0:
        return Sleep(0.0, 0, None)
    c = c[: peak + 1]
    below = (c[peak] - c[0]) * np.arange(peak + 1) + peak * (c[0] - c)  # peak x the height of the line above c
    farthest = below.max()
    awakening = int(below.argmax()) if farthest > 0 and farthest >= -below.min() else None
    return Sleep(float((below / np.maximum(1, c)).sum() / peak), peak, awakening)


class _Row(NamedTuple):
    n: int = 0
    coverage: float = np.nan
    reason: str | None = None
    beauty: float = np.nan  # from here on: the two metrics and their own columns
    awakening_year: float = np.nan
    peak_year: float = np.nan
    censored: bool = False
    other_peaks: tuple[int, ...] = ()
    at_last_peak: float = np.nan
    corrected: float = np.nan


def sleep_scores(graph: CitationGraph, metric: str, last_year: int | None) -> Scores:
    """The scores of `beauty` or `awakening_year`; the other columns are their own."""
    last = history_end(graph, last_year)
    rows = _rows(graph, UNDATED if last is None else last)
    column: dict[str, list[Any]] = {name: [row[k] for row in rows] for k, name in enumerate(_Row._fields)}
    reason = column["reason"]
    if metric == "awakening_year":
        never = "it never slept: its history is not below the line to its peak"
        slept = np.isnan(column["beauty"]) | ~np.isnan(column["awakening_year"])
        reason = np.where(slept, reason, never).tolist()
    own = {name: column[name] for name in _Row._fields[3:] if name != metric}
    return Scores.of(
        graph,
        np.array(column[metric], np.float64),
        n=np.array(column["n"], np.int64),
        coverage=np.array(column["coverage"], np.float64),
        reason=reason,
        notes=[] if last is None else [f"Citation histories end with {last}, the last full year."],
        own=own,
    )


@once_per_graph
def _rows(graph: CitationGraph, last: int) -> tuple[_Row, ...]:
    return tuple(_each(graph, last))


def _each(graph: CitationGraph, last: int) -> Iterator[_Row]:
    coverage = coverage_by_year(graph)
    share = {year: coverage.between(year, last) for year in coverage.years.tolist()}
    count = histories(graph, last_year=None if last == UNDATED else last).total

    @cache  # most works of a large graph are alike, and are given the same row
    def few(n: int, year: int) -> _Row:
        only = f"only {n} citation{'' if n == 1 else 's'} by {last} in this graph, {ENOUGH} needed"
        return _Row(reason="no year") if year == UNDATED else _Row(n, share[year], only)

    for i, (n, year) in enumerate(zip(count.tolist(), graph.years.tolist(), strict=True)):
        past = history(graph, i, last_year=last) if n >= ENOUGH else None
        yield _judge(past, n, share[year], coverage, last) if past else few(n, year)


def _judge(past: History, n: int, share: float, coverage: YearCoverage, last: int) -> _Row:
    first, counts = past.first, past.counts
    found = sleep(counts)
    kappa = coverage.kappa(first + np.arange(len(counts)))
    asleep = kappa[: found.peak + 1]
    few, years = int((asleep < COVERED).sum()), int((~np.isnan(asleep)).sum())
    if few > years / 2:
        known = f"under half of the reference lists are known in {few} of the {years} years up to its peak"
        return _Row(n, share, known)
    others = np.flatnonzero(counts == counts[found.peak])[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.where(counts > 0, counts / kappa, 0)
    censored = first + found.peak == last
    return _Row(
        beauty=found.beauty,
        awakening_year=np.nan if found.awakening is None else first + found.awakening,
        n=n,
        coverage=share,
        reason="censored: its peak is the last full year, so it may still rise" if censored else None,
        peak_year=first + found.peak,
        censored=censored,
        other_peaks=tuple((first + others).tolist()),
        at_last_peak=sleep(counts, int(others[-1])).beauty if len(others) else found.beauty,
        corrected=sleep(whole).beauty if np.isfinite(whole).all() else np.nan,
    )
