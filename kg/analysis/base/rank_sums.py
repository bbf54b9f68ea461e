"""Whether chance would rank as high: the law of a sum of mid-ranks, and the rate of false ones among those that stand out.

Citations are dealt anew: each of a work's citations is drawn from those of a pool, such as all citations that works of one
year give to works of another. What is compared is the sum of the mid-ranks in the pools.
"""

import numpy as np
from numpy.typing import NDArray

from kg.analysis.scores import Floats, Ints

GRID = 128  # steps of a mid-rank; sums of steps are whole numbers, so that the law of a sum is exact
NAMED = 0.1  # rate of false ones among all that are named


def mid_steps(counts: Ints) -> Ints:
    """The mid-rank of each value in a pool that holds it `counts` times, in steps of 1/GRID; pools are rows.

    Examples
    --------
    >>> mid_steps(np.array([2, 1, 1])).tolist()
    [32, 80, 112]
    """
    size = np.maximum(counts.sum(axis=-1, keepdims=True), 1)
    steps: Ints = np.rint(GRID * (np.cumsum(counts, axis=-1) - counts / 2) / size).astype(np.int64)
    return steps


def chances(pools: list[tuple[Ints, Ints, int]]) -> Floats:
    """The probability of a sum of at least 0, 1, 2, ... steps, if citations are drawn from pools at random.

    Parameters
    ----------
    pools : list of (array of int, array of int, int)
        The steps of the values of a pool, how often it holds each, and how many citations are drawn from it.

    Returns
    -------
    array of float
        Drawn with replacement: dealing without it would vary less.

    Examples
    --------
    >>> two = chances([(np.array([32, 96]), np.array([3, 1]), 2)])
    >>> two[[64, 65, 128, 192]].round(4).tolist()
    [1.0, 0.4375, 0.4375, 0.0625]
    """
    most = sum(GRID * drawn for _, _, drawn in pools)
    length = 1 << most.bit_length()
    waves = np.ones(length // 2 + 1, complex)
    for steps, counts, drawn in pools:
        waves *= np.fft.rfft(np.bincount(steps, counts / counts.sum(), length)) ** drawn
    law = np.fft.irfft(waves, length)[: most + 1]
    return np.asarray(np.cumsum(law[::-1])[::-1].clip(1e-15, 1.0), np.float64)


def discovery_rates(p: Floats, tested: NDArray[np.bool_]) -> Floats:
    """For each p the least rate of false ones at which it is named with those before it (Benjamini-Hochberg).

    Parameters
    ----------
    p : array of float
        NaN where a work that could have been named misses what the name says: it counts as 1.
    tested : array of bool
        Which works could have been named.

    Returns
    -------
    array of float
        NaN where `p` is, and where nothing was tested.

    Examples
    --------
    >>> discovery_rates(np.array([0.04, 0.01, np.nan, 0.5]), np.array([True] * 4)).round(3).tolist()
    [0.08, 0.04, nan, 0.667]
    """
    q = np.full(len(p), np.nan)
    some = np.flatnonzero(tested & ~np.isnan(p))
    order = some[np.argsort(p[some], kind="stable")]
    rates = p[order] * tested.sum() / np.arange(1, len(order) + 1)
    q[order] = np.minimum.accumulate(rates[::-1])[::-1].clip(max=1.0)
    return q
