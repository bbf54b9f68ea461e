"""Kleinberg's two-state automaton: in which years a work was cited above its usual rate."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Floats, Ints
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

TIE = 1e-10  # costs that differ by less are equal but for rounding; ties prefer the low state
MOST = 1 - 1e-5  # greatest share of all references in the high state


class Levels(NamedTuple):
    """For each work (row) and year: whether it is in the high state, and what the year adds to the weight of a run."""

    high: NDArray[np.bool_]
    gain: Floats


def check_levels(s: float, gamma: float) -> None:
    """Refuse settings of the automaton that are invalid; raises InputError."""
    if not 1 < s < np.inf:
        raise InputError(f"s must be greater than 1 (got {s:g})", "2 is usual")
    if not 0 <= gamma < np.inf:
        raise InputError(f"gamma must be 0 or more (got {gamma:g})", "1 is usual")


def references_made(graph: CitationGraph) -> dict[int, int]:
    """How many references in this graph the works of each year make, counting works with known reference lists."""
    counted = graph.known_lists & (graph.years != UNDATED)
    years, at = np.unique(graph.years[counted], return_inverse=True)
    made = np.bincount(at, weights=graph.references.counts()[counted], minlength=len(years))
    return dict(zip(years.tolist(), made.astype(np.int64).tolist(), strict=True))


def burst_levels(counts: Ints, made: Ints, s: float = 2.0, gamma: float = 1.0) -> Levels:
    """The sequence of states with least cost, for histories of the same years.

    Parameters
    ----------
    counts : array of int
        Citations, works x years.
    made : array of int
        References made in each year.
    s : float, default 2.0
        Rate in the high state, as a multiple of the usual rate.
    gamma : float, default 1.0
        Cost of an upward transition, times the natural log of the number of years.

    Returns
    -------
    Levels
        The state of each work in each year.

    Notes
    -----
    The automaton starts in the low state, downward transitions cost nothing, ties prefer the low state.

    Examples
    --------
    >>> levels = burst_levels(np.array([[1, 1, 0, 1, 1, 8, 9, 7, 1, 1]]), np.full(10, 20))
    >>> levels.high[0].astype(int).tolist(), round(float(levels.gain[0] @ levels.high[0]), 6)
    ([0, 0, 0, 0, 0, 1, 1, 1, 0, 0], 9.645916)
    """
    from scipy.special import xlog1py, xlogy

    works, years = counts.shape
    usual = counts.sum(axis=1, keepdims=True) / max(int(made.sum()), 1)
    raised = np.minimum(s * usual, MOST)
    rest = made - counts
    gain = xlogy(counts, raised) + xlog1py(rest, -raised) - xlogy(counts, usual) - xlog1py(rest, -usual)
    gain[(raised <= usual)[:, 0]] = -np.inf  # no rate is higher
    up = gamma * np.log(max(years, 1))
    # `lead`: cost of the cheapest sequence that ends in the high state less that of the cheapest that ends in the low one
    lead = np.full(works, np.inf)
    from_low, kept_high = np.empty((years, works), np.bool_), np.empty((years, works), np.bool_)
    for t in range(years):
        from_low[t] = lead >= up - TIE  # the high state is entered from the low one
        kept_high[t] = lead < -TIE  # the low state is entered from the high one
        lead = np.where(from_low[t], up, lead) - np.minimum(lead, 0) - gain[:, t]
    high = np.zeros((works, years), np.bool_)
    state = lead < -TIE
    for t in range(years - 1, -1, -1):
        high[:, t] = state
        state = np.where(state, ~from_low[t], kept_high[t])
    return Levels(high, gain)
