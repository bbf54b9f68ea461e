"""Disruption: whether the works that build on a work go on citing what it built on."""

import re
from datetime import date
from importlib.util import find_spec
from os import cpu_count
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.inputs import citers, references
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Inputs, Ints, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

DAYS = 365.25
FAST = 20_000  # works from which the compiled loop is worth its start
VARIANTS = ("nok", "mcd")


def inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """Its references and the citing works."""
    return {"references": references(graph, i), "citers": citers(graph, i, scores)}


@metric(
    unit="",
    family="influence",
    range=(-1, 1),
    backward="counted as references, not as citing works",
    undated="no value, in no window",
    inputs=inputs,
    dossier={},
)
def disruption(
    graph: CitationGraph,
    *,
    window: str | None = "5y",
    variant: str | None = None,
    min_shared: int = 1,
    threads: int | None = None,
) -> Scores:
    """Whether the works that build on a work F stop citing what F built on (+1) or cite both (-1).

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    window : str, default "5y"
        How long after F works count: years ("5y", to the same day), days ("1826d") or None for no limit.
    variant : str, optional
        "nok" leaves n_k out; "mcd" multiplies CD by the number of citing works in the window, so that it has any size.
    min_shared : int, default 1
        Number of references shared with F from which a citing work counts as n_j; others count as n_i. 5 is a common check.
    threads : int, optional
        Threads of the compiled loop that counts graphs of over 20,000 works if numba is installed (extra `fast`); default all.

    Returns
    -------
    Scores
        No value if F has no year, its reference list is unknown or empty, or if n = 0. `low` and `high` are what CD could be
        if the works of the window with unknown reference lists cited anything that is possible in time (not for "mcd"). `n` is
        the denominator; `coverage` the share of known reference lists in the window. Own columns: `n_i`, `n_j`, `n_k`,
        `unknown` (works of the window with unknown lists), `dropped` (citing works not later than F, or without a year),
        `mcd`.

    Raises
    ------
    InputError
        If an option is invalid.

    Notes
    -----
    CD = (n_i - n_j) / (n_i + n_j + n_k) over works dated in (date of F, date of F + window]: n_i cite F and none of its
    references, n_j cite F and at least `min_shared` of them, n_k cite at least one of them and not F (citing -> cited). If
    `min_shared` is above 1, all other citing works are n_i. Dates are compared by day where both works have one, otherwise by
    year; a window in days is then rounded to years. With U works of unknown lists that otherwise cite nothing here, the bounds
    are (n_i - n_j -+ U)/(n + U). A work whose own list is unknown has no CD, however often it is cited. mCD multiplies CD by
    the citing works of the window, n_i + n_j; the package cdindex also counts those of F's date and before, so that its mCD
    of some works is greater.

    References
    ----------
    Funk & Owen-Smith (2017), A dynamic network measure of technological change.

    Wu, Wang & Evans (2019), Large teams develop and small teams disrupt science and technology.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("F", "R"), ("A", "F")], years={"R": 1, "F": 2, "A": 3})
    >>> disruption(g)["F"]
    1.0
    """
    if variant not in (None, *VARIANTS):
        raise InputError(f"unknown variant {variant!r}", f"expected {' or '.join(VARIANTS)}; leave it out for CD")
    if threads is not None and threads < 1:
        raise InputError(f"threads must be at least 1 (got {threads})", "leave it out to use all")
    if min_shared < 1:
        raise InputError(f"min_shared must be at least 1 (got {min_shared})", "1 is the definition, 5 a common check")
    tally = _tally(graph, _parse_window(window), min_shared, threads=threads)
    n_i, n_j, n_k = tally.n_i, tally.n_j, tally.n_k
    nok = variant == "nok"
    n = n_i + n_j + (0 if nok else n_k)
    unseen = tally.unknown - tally.open_i - tally.open_j - tally.open_k
    # at worst every open work cites F and enough of its references, at best F alone where it still can
    worst = n_i - n_j - 2 * tally.open_i - tally.open_k - unseen
    best = n_i - n_j + tally.open_few + unseen
    low = _ratio(worst, n + unseen + (tally.open_k if nok else 0), tally.judged)
    high = _ratio(best, n + unseen + (tally.open_few if nok else 0), tally.judged)
    # all that could still count are n_j: whatever is defined is at its worst
    high = np.where(np.isnan(high), low, high)
    value = _ratio(n_i - n_j, n, tally.judged)
    mcd = _ratio(n_i - n_j, n_i + n_j + n_k, tally.judged) * (n_i + n_j)
    if variant == "mcd":
        value, low, high = mcd, np.full(len(graph), np.nan), np.full(len(graph), np.nan)
    dropped = int(tally.dropped[tally.judged].sum())
    lacking = {
        "no year": graph.years == UNDATED,
        "its reference list is unknown": ~graph.known_lists,
        "no references in this graph": graph.references.counts() == 0,
        "no work published in the window cites it or its references": n == 0,
    }
    return Scores.of(
        graph,
        value,
        low=low,
        high=high,
        n=n,
        coverage=_ratio(tally.works - tally.unknown, tally.works, tally.judged),
        reason=reasons(lacking),
        notes=[f"{dropped:,} citations by works of the same date, earlier or without a year: left out"]
        if dropped
        else [],
        own={name: getattr(tally, name) for name in ("n_i", "n_j", "n_k", "unknown", "dropped")} | {"mcd": mcd},
    )


class _Window(NamedTuple):
    """How far a window reaches: `years` where only years are held; `days`, else the same day `years` on."""

    years: int | None
    days: int | None

    def end(self, day: int) -> int:
        """The last day of the window of a work of this day."""
        if self.days is not None:
            return min(day + self.days, date.max.toordinal())
        if self.years is None:
            return date.max.toordinal()
        start = date.fromordinal(day)
        year = min(start.year + self.years, date.max.year)
        if (start.month, start.day) == (2, 29):
            return date(year, 3, 1).toordinal() - 1
        return start.replace(year=year).toordinal()


class _Tally(NamedTuple):
    """The counts of each work; open_* are those among n_* whose list is not known, `open_few` of n_k with few shared."""

    judged: NDArray[np.bool_]
    dropped: Ints
    n_i: Ints
    n_j: Ints
    n_k: Ints
    works: Ints
    unknown: Ints
    open_i: Ints
    open_j: Ints
    open_k: Ints
    open_few: Ints


def _parse_window(window: str | None) -> _Window:
    if window is None:
        return _Window(None, None)
    match = re.fullmatch(r"(\d{1,5})([yd])", window.strip())
    if not match or not int(match[1]):
        raise InputError(f"invalid window {window!r}", "give years or days, such as 5y or 1826d")
    length = int(match[1])
    return _Window(length, None) if match[2] == "y" else _Window(round(length / DAYS), length)


def _tally(
    graph: CitationGraph, window: _Window, min_shared: int, *, threads: int | None = None, fast: bool | None = None
) -> _Tally:
    """Count for every work over the works of its window, which are neighbours once works are ranked by date.

    The compiled loop is used where it pays (or as `fast` says): not where days and years are mixed, and a window is no
    run of ranks.
    """
    n = len(graph)
    span = _Spans(graph, window)
    judged = span.dated & graph.known_lists & (graph.references.counts() > 0)
    key = np.sort(graph.citers.owners() * n + span.rank[graph.citers.works])  # citers of each work, by date
    row = key % max(n, 1)
    own_from, own_to = (np.searchsorted(key, np.arange(n) * n + end) for end in (span.first, span.last))
    citing, cited = graph.references.owners(), graph.references.works.astype(np.int64)
    near_from, near_to = (np.searchsorted(key, cited * n + end[citing]) for end in (span.first, span.last))
    is_open = ~graph.known_lists[span.order]
    open_before = np.concatenate(([0], np.cumsum(is_open)))
    partial = bool((~graph.known_lists & (graph.references.counts() > 0)).any())
    table = np.zeros((len(_Tally._fields) - 2, n), np.int64)
    later = graph.is_later(graph.citers.works, graph.citers.owners())
    dropped = graph.citers.counts() - np.bincount(graph.citers.owners()[later], minlength=n)
    if fast is None:
        fast = n > FAST and find_spec("numba") is not None
    if fast and not span.mixed:
        from kg.analysis.metrics._disruption_numba import count

        counted = np.zeros((len(table) - 2, n), np.int64)
        asked, reach = np.flatnonzero(judged), (near_from, near_to, own_from, own_to)
        count(asked, graph.references.offsets, *reach, row, is_open, min_shared, threads or cpu_count() or 1, counted)
        table[[0, 1, 2, 5, 6, 7, 8]] = counted
        table[3, asked] = (span.last - span.first)[asked]
        table[4, asked] = (open_before[span.last] - open_before[span.first])[asked]
        return _Tally(judged, dropped, *table)
    offsets, near_from, near_to = graph.references.offsets.tolist(), near_from.tolist(), near_to.tolist()
    for f in np.flatnonzero(judged).tolist():
        first, width = int(span.first[f]), int(span.last[f] - span.first[f])
        a, b = offsets[f], offsets[f + 1]
        pieces = [row[s:e] for s, e in zip(near_from[a:b], near_to[a:b], strict=True) if s < e]
        near, shared = _occurrences(pieces, first, width)
        mine = row[own_from[f] : own_to[f]] - first
        unknown = is_open[first : first + width]
        works = width
        if span.mixed:
            inside = span.inside(f)
            near, shared, mine = near[inside[near]], shared[inside[near]], mine[inside[mine]]
            works, unknown = int(inside.sum()), unknown & inside
        with_mine = np.zeros(len(mine), np.int64)
        if len(near):
            at = np.searchsorted(near, mine).clip(max=len(near) - 1)
            with_mine = np.where(near[at] == mine, shared[at], 0)
        both = int(np.count_nonzero(with_mine >= min_shared))
        table[:5, f] = (
            len(mine) - both,
            both,
            len(near) - np.count_nonzero(with_mine),
            works,
            np.count_nonzero(unknown) if span.mixed else open_before[first + width] - open_before[first],
        )
        if partial:
            few, own, all_near = with_mine < min_shared, unknown[mine], unknown[near]
            table[5:, f] = (
                np.count_nonzero(own & few),
                np.count_nonzero(own & ~few),
                np.count_nonzero(all_near) - np.count_nonzero(own & (with_mine > 0)),
                np.count_nonzero(all_near & (shared < min_shared)) - np.count_nonzero(own & few & (with_mine > 0)),
            )
    return _Tally(judged, dropped, *table)


def _occurrences(pieces: list[Ints], first: int, width: int) -> tuple[Ints, Ints]:
    """The distinct values in the pieces, less `first`, and how often each occurs."""
    if not pieces:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    values = np.concatenate(pieces) - first
    if width > 16 * len(values):
        return np.unique(values, return_counts=True)
    times = np.bincount(values, minlength=width)
    distinct = np.flatnonzero(times)
    return distinct, times[distinct]


class _Spans:
    """Works ranked by date (undated first), and for each work the ranks that hold its window.

    In a graph where some works have a day and some only a year the ranks hold more than the window; `inside` tells.
    """

    def __init__(self, graph: CitationGraph, window: _Window) -> None:
        self.window = window
        self.dated = graph.years != UNDATED
        self.order = np.lexsort((graph.dates, graph.years))
        self.rank = np.argsort(self.order)
        self.years, self.days = graph.years[self.order].astype(np.int64), graph.dates[self.order]
        has_day = graph.dates != UNDATED
        by_day = bool(has_day.any())
        self.mixed = by_day and not has_day[self.dated].all()
        days, at = np.unique(graph.dates, return_inverse=True)
        self.end = np.array([window.end(int(day)) if day != UNDATED else UNDATED for day in days], np.int64)[at]
        reach = np.iinfo(np.int32).max if window.years is None else window.years
        first = np.searchsorted(self.years, graph.years, side="left" if by_day else "right")
        last = np.searchsorted(self.years, graph.years.astype(np.int64) + reach + by_day, side="right")
        if by_day and not self.mixed:
            first = np.searchsorted(self.days, graph.dates, side="right")
            last = np.searchsorted(self.days, self.end, side="right")
        self.first, self.last = np.where(self.dated, first, 0), np.where(self.dated, last, 0)

    def inside(self, f: int) -> NDArray[np.bool_]:
        """Which ranks of first..last are in the window of work f, by day where both hold one, else by year."""
        span = slice(self.first[f], self.last[f])
        years, days = self.years[span], self.days[span]
        year, day = self.years[self.rank[f]], self.days[self.rank[f]]
        by_year: NDArray[np.bool_] = years > year
        if self.window.years is not None:
            by_year &= years <= year + self.window.years
        if day == UNDATED:
            return by_year
        by_day: NDArray[np.bool_] = (days > day) & (days <= self.end[f])
        return np.where(days == UNDATED, by_year, by_day)


def _ratio(above: Any, below: Any, where: NDArray[np.bool_]) -> Floats:
    ratio: Floats = np.divide(above, below, out=np.full(len(above), np.nan), where=where & (below > 0))
    return ratio
