"""A work among its like: percentiles within its cohort, what is left of a value given another, Pareto layers.

The cohort of a work is the works of its year, widened year by year on both sides until 30 have a value; no community or
concept is attached to every work yet.
"""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32] | NDArray[np.int64]
COHORT = 30


def percentiles(values: Floats | Ints) -> Floats:
    """The mid-rank percentile of each value among all, (midrank - 0.5)/n.

    >>> percentiles(np.array([1.0, 5.0, 5.0, 9.0])).tolist()
    [0.125, 0.5, 0.5, 0.875]
    """
    ordered = np.sort(values)
    below, up_to = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    return (below + up_to) / (2 * max(len(values), 1))


def cohorts(years: Ints) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """For each year: which works are of it and which are its cohort."""
    found = []
    for year in np.unique(years):
        distance = np.abs(years - year)
        width = np.sort(distance)[min(COHORT, len(years)) - 1]
        found.append((distance == 0, distance <= width))
    return found


def cohort_percentiles(values: Floats | Ints, years: Ints) -> Floats:
    """The mid-rank percentile of each value within its cohort."""
    result = np.empty(len(values))
    for own, cohort in cohorts(years):
        result[own] = percentiles(values[cohort])[own[cohort]]
    return result


def gap(values: Floats, given: Ints, years: Ints) -> Floats:
    """How far each value stands above what works of its cohort with as much of `given` have.

    z(value) - E[z(value) | given], z the inverse normal of the mid-rank percentile in the cohort, the expectation a rising
    (isotonic) fit over the cohort. Unit: standard deviations of the cohort.
    """
    from scipy.optimize import isotonic_regression
    from scipy.special import ndtri

    result = np.empty(len(values))
    for own, cohort in cohorts(years):
        z = ndtri(percentiles(values[cohort]))
        _, group, size = np.unique(given[cohort], return_inverse=True, return_counts=True)
        fit = isotonic_regression(np.bincount(group, weights=z) / size, weights=size.astype(np.float64)).x
        result[own] = (z - fit[group])[own[cohort]]
    return result


def pareto_layers(points: Floats) -> NDArray[np.int64]:
    """The Pareto layer of each row of `points` (more is better): 1 for rows no other dominates, and so on.

    A row dominates another if it is at least as great everywhere and greater somewhere.

    >>> pareto_layers(np.array([[3.0, 1.0], [1.0, 3.0], [1.0, 1.0], [3.0, 1.0]])).tolist()
    [1, 1, 2, 1]
    """
    layer = np.zeros(len(points), np.int64)
    layers: list[list[Floats]] = []
    for k in np.lexsort(points.T[::-1])[::-1]:  # a dominating row comes before those it dominates
        at = bisect_left(layers, True, key=lambda members: not _dominated(points[k], np.array(members)))
        if at == len(layers):
            layers.append([])
        layers[at].append(points[k])
        layer[k] = at + 1
    return layer


def _dominated(point: Floats, by: Floats) -> bool:
    return bool(((by >= point).all(axis=1) & (by > point).any(axis=1)).any())
