"""Ties: values that differ by no more than the rounding error of their calculation are equal."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

ERROR = 1e-12  # relative: thousands of roundings of 64-bit numbers, and less than any difference that says something


def levelled(values: NDArray[Any]) -> NDArray[np.int64]:
    """The level of each value, 0 for the lowest; values within rounding error of the next are on its level, NaN on the last.

    Examples
    --------
    >>> levelled(np.array([2.0, 1.0, 0.9999999999999999, 0.0])).tolist()
    [2, 1, 1, 0]
    """
    found, at = np.unique(values, return_inverse=True)
    if not len(found):
        return np.empty(0, np.int64)
    size = np.abs(found.astype(np.float64))
    with np.errstate(invalid="ignore"):  # infinite or NaN
        level = np.cumsum(~(np.diff(found) <= ERROR * np.minimum(size[1:], size[:-1])))
    return np.concatenate(([0], level))[at].astype(np.int64)
