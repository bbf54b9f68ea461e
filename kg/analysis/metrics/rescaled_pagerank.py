"""PageRank without its bias towards age: each work among those published nearest in time."""

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.inputs import citers
from kg.analysis.base.ties import ERROR
from kg.analysis.metric import metric
from kg.analysis.metrics.pagerank import solve
from kg.analysis.scores import Floats, Inputs, Ints, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

DAYS = 4_000_000  # more than any day has for a number
WINDOWS = 10  # windows a graph should hold for the rescaling to take age away


def inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """The citing works and the works nearest in time."""
    return {"citers": citers(graph, i, scores), "window": window_of(graph, i, int(scores.options["window"]))}


@metric(
    unit="standard deviations",
    family="influence",
    cycles="included; solved as linear equations",
    undated="no value, in no window",
    inputs=inputs,
)
def rescaled_pagerank(graph: CitationGraph, *, alpha: float = 0.5, window: int = 1000) -> Scores:
    """How far the PageRank of a work is above that of the works published just before and after it.

    It takes away the advantage that old works have in PageRank.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    alpha : float, default 0.5
        Probability of following a reference in PageRank, in [0, 1).
    window : int, default 1000
        Number of works nearest in time that a work is compared with, at least 2.

    Returns
    -------
    Scores
        No value for works without a year, if fewer works than the window have one, and where PageRank does not vary in the
        window. In graphs of fewer than ten windows the values carry a warning: old and new works share windows. Missing
        reference lists can raise or lower it, so there are no bounds.

    Raises
    ------
    InputError
        If `alpha` is not in [0, 1) or `window` is below 2.

    Notes
    -----
    R_v = (p_v - mean)/std of PageRank (citing -> cited) over the window in order of date, moved inwards at both ends; std is
    that of a population. Works of one date have no order, so R is the average over the places that their date takes up, and a
    date only partly in the window enters by its mean and mean square with the share that is in it. Dates are days in years
    where every work has one, otherwise years.

    References
    ----------
    Mariani, Medo & Zhang (2016), Identification of milestone papers through time-balanced network centrality.

    Examples
    --------
    >>> edges = [("b", "a"), ("c", "a"), ("d", "c"), ("e", "a")]
    >>> g = CitationGraph.from_edges(edges, years={"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
    >>> round(rescaled_pagerank(g, window=3)["a"], 3)
    1.359
    """
    if window < 2:
        raise InputError(f"window must be at least 2 works (got {window})", "1000 is the default")
    if not 0 <= alpha < 1:
        raise InputError(f"alpha must be in [0, 1) (got {alpha:g})", "0.5 is advised for citations")
    value = rescaled(graph, solve(graph, alpha)[0], window)
    dated = graph.years != UNDATED
    count = int(dated.sum())
    few = f"only {count:,} works have a year, too few to correct for age ({WINDOWS * window:,} needed)"
    lacking = {
        "no year": ~dated,
        f"only {count:,} works have a year, fewer than one window ({window:,} needed)": np.full(
            len(graph), count < window
        ),
        "the works nearest in time all have the same PageRank": np.isnan(value),
        few: np.full(len(graph), count < WINDOWS * window),
    }
    return Scores.of(graph, value, n=graph.citers.counts(), coverage=coverage_since(graph), reason=reasons(lacking))


def rescaled(graph: CitationGraph, value: Floats, window: int) -> Floats:
    """Any value of works, as standard deviations from the mean of the `window` works nearest in time; NaN where undefined."""
    result = np.full(len(graph), np.nan)
    works = np.flatnonzero(graph.years != UNDATED)
    if len(works) < window:
        return result
    date = _dates(graph, works)
    order = np.argsort(date, kind="stable")
    works = works[order]
    _, group, size = np.unique(date[order], return_inverse=True, return_counts=True)
    x = value[works] / (np.abs(value[works]).max() or 1.0)
    means, squares = (_window_means(_group_means(y, group, size)[group], window) for y in (x, x * x))
    std = np.sqrt(np.where(_varies(x, group, window), squares - means * means, np.nan))
    scale, shift = (_group_means(y, group, size)[group] for y in (1 / std, means / std))
    result[works] = x * scale - shift
    return result


def window_of(graph: CitationGraph, i: int, window: int) -> Inputs | None:
    """The size of the window, and number and years of all works in the windows of a work; None where undefined."""
    near = neighbours(graph, i, window)
    if not len(near):
        return None
    years = graph.years[near]
    return {"window": window, "works": len(near), "years": [int(years.min()), int(years.max())]}


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


def _varies(x: Floats, group: NDArray[np.intp], window: int) -> NDArray[np.bool_]:
    """For each place whether the dates in its window hold different values, by more than their rounding error."""
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    start = np.flatnonzero(np.diff(group, prepend=-1))
    lowest, highest = (extreme.reduceat(x, start)[group] for extreme in (np.minimum, np.maximum))
    middle = _first(len(x), window) + window // 2
    most: Floats = maximum_filter1d(highest, window)[middle]
    return np.asarray(most - minimum_filter1d(lowest, window)[middle] > ERROR * np.abs(most), np.bool_)


def _window_means(x: Floats, window: int) -> Floats:
    """For each place the mean of the `window` places nearest to it, shifted inward at the ends.

    Added from parts of a block, never as a difference of totals: beside great values small ones would be lost.
    """
    first = _first(len(x), window)
    blocks = np.pad(x, (0, -len(x) % window)).reshape(-1, window)
    since = np.cumsum(blocks, axis=1).ravel()[first + window - 1]
    until = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1].ravel()[first]
    return np.asarray((since + np.where(first % window, until, 0.0)) / window, np.float64)


def _first(places: int, window: int) -> Ints:
    return np.clip(np.arange(places) - window // 2, 0, places - window)
