"""PageRank without its bias towards age: each work among those published nearest in time."""

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import coverage_since
from kg.analysis.metrics.pagerank import solve
from kg.analysis.scores import Floats, Ints, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

DAYS = 4_000_000  # more than any day has for a number
WINDOWS = 10  # windows a graph should hold for the rescaling to take age away


def rescaled_pagerank(graph: CitationGraph, *, alpha: float = 0.5, window: int = 1000) -> Scores:
    """How far a work's PageRank stands above that of the works published just before and after it.

    R_v = (p_v - mean)/std of PageRank (citing -> cited, `alpha`) over the `window` works nearest in order of date, the
    window shifted inward at the ends; std is that of a population. Works of one date have no order, so R is the average
    over the places its date takes up, and a date that lies partly in a window enters by its mean and mean square with the
    share that lies in it. Dates are days in years where every work has one, else the year. Unit: standard deviations;
    any sign.

    Null for undated works, where the graph has fewer dated works than the window, and where std is 0. In graphs of under
    ten windows the value is kept with a remark: old and new works still share windows. Missing lists move it either way.

    >>> edges = [("b", "a"), ("c", "a"), ("d", "c"), ("e", "a")]
    >>> g = CitationGraph.from_edges(edges, years={"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
    >>> round(rescaled_pagerank(g, window=3)["a"], 3)
    1.359

    Raises:
        InputError: if alpha is not in [0, 1) or the window is below 2.

    Source: Mariani, Medo & Zhang (2016), Identification of milestone papers through time-balanced network centrality.
    """
    if window < 2:
        raise InputError(f"a window of {window} works has no spread", "1000 is the default")
    if not 0 <= alpha < 1:
        raise InputError(f"alpha {alpha} is not in [0, 1)", "0.5 is advised for citations")
    value = rescaled(graph, solve(graph, alpha)[0], window)
    dated = graph.years != UNDATED
    count = int(dated.sum())
    few = f"{count:,} dated works are under {WINDOWS} windows of {window:,}: age is not wholly taken away"
    lacking = {
        "undated": ~dated,
        f"{count:,} dated works are fewer than a window of {window:,}": np.full(len(graph), count < window),
        "no spread among the works nearest in time": np.isnan(value),
        few: np.full(len(graph), count < WINDOWS * window),
    }
    return Scores.of(
        graph,
        "rescaled_pagerank",
        value,
        n=graph.citers.counts(),
        coverage=coverage_since(graph),
        reason=reasons(lacking),
        options={"alpha": alpha, "window": window},
        notes=conventions(graph, cycles="kept and solved", backward="kept", undated="null, in no window"),
    )


def rescaled(graph: CitationGraph, value: Floats, window: int) -> Floats:
    """Any figure of works, as standard deviations from the mean of the `window` works nearest in time; NaN where undefined."""
    result = np.full(len(graph), np.nan)
    works = np.flatnonzero(graph.years != UNDATED)
    if len(works) < window:
        return result
    date = _dates(graph, works)
    order = np.argsort(date, kind="stable")
    works = works[order]
    _, group, size = np.unique(date[order], return_inverse=True, return_counts=True)
    x = value[works] / (np.abs(value[works]).max() or 1.0)
    means = _window_means(_group_means(x, group, size)[group], window)
    squares = _window_means(_group_means(x * x, group, size)[group], window)
    variance = squares - means * means
    std = np.sqrt(np.where(variance > 1e-13 * squares, variance, np.nan))
    scale, shift = (_group_means(y, group, size)[group] for y in (1 / std, means / std))
    result[works] = x * scale - shift
    return result


def neighbours(graph: CitationGraph, i: int, window: int) -> Ints:
    """The works in the windows of all places that the date of work i takes up, in order of date; none where undefined."""
    works = np.flatnonzero(graph.years != UNDATED)
    if graph.years[i] == UNDATED or len(works) < window:
        return works[:0]
    date = _dates(graph, works)
    order = np.argsort(date, kind="stable")
    of_date = np.flatnonzero(date[order] == date[np.searchsorted(works, i)])
    start, end = np.clip(of_date[[0, -1]] - window // 2, 0, len(works) - window).tolist()
    return works[order[start : end + window]]


def _dates(graph: CitationGraph, works: Ints) -> Ints:
    """A number for each work's date: its day in a year all of whose works have one, else one for the whole year."""
    years, at = np.unique(graph.years[works], return_inverse=True)
    days = graph.dates[works]
    some_without = np.bincount(at, weights=days == UNDATED, minlength=len(years)) > 0
    return at * DAYS + np.where(some_without[at], 0, days)


def _group_means(x: Floats, group: NDArray[np.intp], size: Ints) -> Floats:
    return np.asarray(np.bincount(group, weights=x) / size, np.float64)


def _window_means(x: Floats, window: int) -> Floats:
    """For each place the mean of the `window` places nearest to it, shifted inward at the ends."""
    total = np.concatenate(([0.0], np.cumsum(x)))
    first = np.clip(np.arange(len(x)) - window // 2, 0, len(x) - window)
    return np.asarray((total[first + window] - total[first]) / window, np.float64)
