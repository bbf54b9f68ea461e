"""Kleinberg's two-level bursts: in which years a history stands above its usual rate."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

TIE = 1e-10  # costs that differ by less are equal but for rounding, and ties stay low


MOST = 1 - 1e-5  # the share of all references a burst may take at most


class Levels(NamedTuple):
    """For each work (row) and year: whether it is in a burst, and what that year adds to the weight of a burst."""

    burst: NDArray[np.bool_]
    gain: Floats


@once_per_graph
def references_made(graph: CitationGraph) -> dict[int, int]:
    """How many held references the works of each year make whose lists are known."""
    counted = graph.known_lists & (graph.years != UNDATED)
    years, at = np.unique(graph.years[counted], return_inverse=True)
    made = np.bincount(at, weights=graph.references.counts()[counted], minlength=len(years))
    return dict(zip(years.tolist(), made.astype(np.int64).tolist(), strict=True))


def burst_levels(counts: Ints, made: Ints, s: float = 2.0, gamma: float = 1.0) -> Levels:
    """The cheapest level of every year for histories of the same years: `counts` works x years, `made` references a year.

    >>> levels = burst_levels(np.array([[1, 1, 0, 1, 1, 8, 9, 7, 1, 1]]), np.full(10, 20))
    >>> levels.burst[0].astype(int).tolist(), round(float(levels.gain[0] @ levels.burst[0]), 6)
    ([0, 0, 0, 0, 0, 1, 1, 1, 0, 0], 9.645916)
    """
    from scipy.special import xlog1py, xlogy

    works, years = counts.shape
    usual = counts.sum(axis=1, keepdims=True) / max(int(made.sum()), 1)
    high = np.minimum(s * usual, MOST)
    rest = made - counts
    gain = xlogy(counts, high) + xlog1py(rest, -high) - xlogy(counts, usual) - xlog1py(rest, -usual)
    gain[(high <= usual)[:, 0]] = -np.inf  # nothing lies above such a level
    up = gamma * np.log(max(years, 1))
    # `lead`: how much dearer the cheapest sequence ending high is than that ending low, in which moving down is free
    lead = np.full(works, np.inf)
    from_low, kept_high = np.empty((years, works), np.bool_), np.empty((years, works), np.bool_)
    for t in range(years):
        from_low[t] = lead >= up - TIE  # the high level is entered from below
        kept_high[t] = lead < -TIE  # the low level is entered from above
        lead = np.where(from_low[t], up, lead) - np.minimum(lead, 0) - gain[:, t]
    burst = np.zeros((works, years), np.bool_)
    level = lead < -TIE
    for t in range(years - 1, -1, -1):
        burst[:, t] = level
        level = np.where(level, ~from_low[t], kept_high[t])
    return Levels(burst, gain)
