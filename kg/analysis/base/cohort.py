"""A work among its peers: percentiles within its cohort, what a value leaves unexplained, Pareto layers.

The cohort of a work is the works of its year, widened year by year on both sides until 30 have a value. Given groups
(such as communities), it is drawn from the work's own group, or from all works where that group has fewer than 30.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.ties import ERROR, levelled

Floats = NDArray[np.float64]
Ints = NDArray[np.int32] | NDArray[np.int64]
COHORT = 30
BLOCK = 256  # rows put in layers together


def percentiles(values: Floats | Ints) -> Floats:
    """The mid-rank percentile of each value among all: (mid-rank - 0.5) / n; values equal but for rounding share a rank.

    Examples
    --------
    >>> percentiles(np.array([1.0, 5.0, 5.0, 9.0])).tolist()
    [0.125, 0.5, 0.5, 0.875]
    """
    level = levelled(values)
    size = np.bincount(level)
    middle: Floats = (2 * np.cumsum(size) - size) / (2 * max(len(values), 1))
    return middle[level]


def cohorts(years: Ints, groups: Ints | None = None) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """For each year and group: which works are of it, and which works are their cohort.

    Examples
    --------
    >>> [int(cohort.sum()) for _, cohort in cohorts(np.repeat([1990, 1991, 2000], 20), np.tile([0, 0, 1, 1], 15))]
    [30, 30, 30, 30, 30, 30]
    """
    found = []
    groups = np.zeros(len(years), np.int64) if groups is None else groups
    _, group, size = np.unique(groups, return_inverse=True, return_counts=True)
    small = size[group] < COHORT
    for k in [*np.flatnonzero(size >= COHORT), -1]:
        own = small if k < 0 else group == k
        among = np.ones(len(years), np.bool_) if k < 0 else own
        found += [(own & (years == year), _nearest(years, year, among)) for year in np.unique(years[own])]
    return found


def cohort_of(years: Ints, at: int, groups: Ints | None = None) -> NDArray[np.bool_]:
    """Which works are the cohort of the work at one place: what `cohorts` finds for it, without all others.

    Examples
    --------
    >>> int(cohort_of(np.repeat([1990, 1991, 2000], 20), 0, np.tile([0, 0, 1, 1], 15)).sum())
    30
    """
    own = np.zeros(len(years), np.bool_) if groups is None else groups == groups[at]
    return _nearest(years, years[at], own if own.sum() >= COHORT else np.ones(len(years), np.bool_))


def _nearest(years: Ints, year: int, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The works of the years around one year that hold enough of some works."""
    distance = np.abs(years - year)
    enough = min(COHORT, int(among.sum())) - 1
    near: NDArray[np.bool_] = distance <= np.partition(distance[among], enough)[enough]
    return among & near


class Place(NamedTuple):
    """The works of one year and group, their cohort, and where in the cohort they stand; all as positions."""

    own: NDArray[np.int64]
    cohort: NDArray[np.int64]
    at: NDArray[np.int64]


def places(years: Ints, groups: Ints | None = None) -> list[Place]:
    """What `cohorts` finds as positions, for comparing many values within the same cohorts; looks at each group alone."""
    groups = np.zeros(len(years), np.int64) if groups is None else groups
    _, group, size = np.unique(groups, return_inverse=True, return_counts=True)
    order, ends = np.argsort(group, kind="stable"), np.concatenate(([0], np.cumsum(size)))
    found: list[Place] = []
    for k in np.flatnonzero(size >= COHORT).tolist():
        works = order[ends[k] : ends[k + 1]]
        found += _places(years, works, works)
    return found + _places(years, np.flatnonzero(size[group] < COHORT), np.arange(len(years)))


def _places(years: Ints, works: NDArray[np.int64], among: NDArray[np.int64]) -> list[Place]:
    """The places of some works, by their years, in cohorts drawn from others; both in rising order."""
    found, of, year_of = [], years[works], years[among]
    everyone = np.ones(len(among), np.bool_)
    for year in np.unique(of):
        own, cohort = works[of == year], among[_nearest(year_of, year, everyone)]
        found.append(Place(own, cohort, np.searchsorted(cohort, own)))
    return found


def cohort_percentiles(values: Floats | Ints, years: Ints, groups: Ints | None = None) -> Floats:
    """The mid-rank percentile of each value within its cohort."""
    return percentiles_within(values, places(years, groups))


def percentiles_within(values: Floats | Ints, found: list[Place]) -> Floats:
    """The mid-rank percentile of each value within cohorts that `places` found."""
    result = np.empty(len(values))
    for own, cohort, at in found:
        result[own] = percentiles(values[cohort])[at]
    return result


def gap(values: Floats, given: Ints, years: Ints, groups: Ints | None = None) -> Floats:
    """How far each value lies above what works of its cohort with as much of `given` have.

    Parameters
    ----------
    values : Floats
        The values to compare.
    given : Ints
        What they are compared given, such as citations.
    years : Ints
        The years of the works.
    groups : Ints, optional
        Groups from which cohorts are drawn, such as communities.

    Returns
    -------
    Floats
        The difference z(value) - E[z(value) | given], in standard deviations of the cohort. z is the inverse normal of the mid-rank
        percentile in the cohort; the expectation is a rising (isotonic) fit over the cohort.
    """
    return gap_within(values, given, places(years, groups))


def gap_within(values: Floats, given: Ints | Floats, found: list[Place]) -> Floats:
    """The same as `gap`, within cohorts that `places` found."""
    from scipy.optimize import isotonic_regression
    from scipy.special import ndtri

    result = np.empty(len(values))
    for own, cohort, at in found:
        z = ndtri(percentiles(values[cohort]))
        _, group, size = np.unique(given[cohort], return_inverse=True, return_counts=True)
        fit = isotonic_regression(np.bincount(group, weights=z) / size, weights=size.astype(np.float64)).x
        left = z - fit[group]
        result[own] = np.where(np.abs(left) > ERROR, left, 0.0)[at]
    return result


def pareto_layers(points: Floats) -> NDArray[np.int64]:
    """The Pareto layer of each row: 1 for rows that no other row dominates, 2 for those that only rows of layer 1 do, and so on.

    A row dominates another if it is at least as great in every column and greater in one.

    Examples
    --------
    >>> pareto_layers(np.array([[3.0, 1.0], [1.0, 3.0], [1.0, 1.0], [3.0, 1.0]])).tolist()
    [1, 1, 2, 1]
    """
    if not len(points):
        return np.empty(0, np.int64)
    rows, again = np.unique(points, axis=0, return_inverse=True)
    rows = rows[::-1]  # a dominating row comes before those it dominates, and is as great by the first column
    short: type[Any] = np.int16 if len(rows) < 2**15 else np.int32
    places: NDArray[Any] = np.array([np.unique(column, return_inverse=True)[1] for column in rows.T[1:]], short)
    layer: NDArray[Any] = np.ones(len(rows), short)
    # Of the rows before a block those count that none as great by all of `places` and on a layer as deep or deeper follows.
    needed, depth = places[:, :0], layer[:0]  # the deepest first
    for start in range(0, len(rows), BLOCK):
        mine, block = places[:, start : start + BLOCK], layer[start : start + BLOCK]
        below, among = _as_great(needed, mine), _as_great(mine, mine)
        if len(depth):
            deepest = below.argmax(axis=1)
            block += np.where(below[np.arange(len(block)), deepest], depth[deepest], 0).astype(short)
        earlier = np.tril(among, -1)
        while (deeper := np.maximum(block, 1 + (earlier * block).max(axis=1))).sum() > block.sum():
            block[:] = deeper
        own = ~(np.triu(among, 1) & (block >= block[:, None])).any(axis=1)
        mine, block = mine[:, own], block[own]
        kept = ~(_as_great(mine, needed) & (block >= depth[:, None])).any(axis=1)
        needed = np.concatenate((needed[:, kept], mine), axis=1)
        depth = np.concatenate((depth[kept], block))
        order = np.argsort(-depth, kind="stable")
        needed, depth = needed[:, order], depth[order]
    return layer[::-1][again.ravel()].astype(np.int64)


def _as_great(others: NDArray[Any], rows: NDArray[Any]) -> NDArray[np.bool_]:
    """For each of some rows which others are as great by all of their places; both have a column for each row."""
    great = np.ones((rows.shape[1], others.shape[1]), np.bool_)
    for other, own in zip(others, rows, strict=True):
        great &= other >= own[:, None]
    return great
