"""Citation histories as rates: how many of the known reference lists of each year cite a work, and when the rate changed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import HEARD
from kg.analysis.base.history import last_full_year
from kg.analysis.base.silence import SILENT
from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

FACTOR = 2  # by which the rate must rise or fall to be called an awakening, revival or fading
KINDS = ("revival", "awakening", "fading")
_MOST = 1_000_000  # numbers in one array


class Exposure(NamedTuple):
    """The known reference lists of each year from `first` on, and the citations in them, one entry each."""

    first: int
    works: Ints  # works of each year
    lists: Ints  # those whose lists are known
    cited: Ints
    citing: Ints
    year: Ints  # of the citing work

    def heard(self) -> Ints:
        """The known lists of each year that has enough of them, else 0."""
        return np.where(self.lists >= HEARD, self.lists, 0)


class Changes(NamedTuple):
    """What the rates of some works say: probabilities, and a distribution over years for each kind of change.

    Attributes
    ----------
    changed : ndarray of float, shape (works,)
        Posterior probability that the rate changed at all.
    years : ndarray of float, shape (kinds, works, years)
        Posterior probability of each of `KINDS` by the first year of the new rate.
    """

    changed: Floats
    years: Floats


def exposure(graph: CitationGraph, works: Ints, read: NDArray[np.bool_]) -> Exposure:
    """The known reference lists of each year up to the last full one, and their citations of works of earlier years.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    works : ndarray of int
        The works whose reference lists count.
    read : ndarray of bool, shape (works,)
        Whether each list is known.

    Returns
    -------
    Exposure
        Without any year where no such work has one.
    """
    years, last = graph.years.astype(np.int64), last_full_year(graph)
    works, read = works[timely := years[works] != UNDATED], read[timely]
    works, read = works[timely := years[works] <= (last or 0)], read[timely]
    first = int(years[works].min(initial=last or 0))
    lists = np.zeros(len(graph), np.bool_)
    lists[works[read]] = True
    cited, citing = (of.astype(np.int64) for of in (graph.citers.owners(), graph.citers.works))
    later = lists[citing] & (years[cited] != UNDATED) & (years[cited] < years[citing])
    of_year = np.bincount(years[works] - first), np.bincount(years[works] - first, read).astype(np.int64)
    return Exposure(first, *of_year, cited[later], citing[later], years[citing[later]])


def changes(citing: Ints, lists: Ints) -> Changes:
    """Whether, how and when the share of lists that cite a work changed, for histories of the same years.

    Parameters
    ----------
    citing : ndarray of int, shape (works, years)
        Lists of each year that cite the work.
    lists : ndarray of int, shape (years,)
        Lists known of each year; 0 for a year that does not count. The first and the last year count.

    Returns
    -------
    Changes
        Exact: every pair of years is tried.

    Notes
    -----
    The rate has one, two or three levels, with prior odds 2 : 1 : 1 and all years of change equally likely; each level has
    a year that counts. Given the levels, r_t ~ Binomial(d_t, p); p ~ Beta(1/(1 - m), 1/m), whose mean is the mean rate of the
    work, m = (R + 1/2)/(D + 1).

    Examples
    --------
    >>> found = changes(np.array([[0] * 8 + [9, 9, 9]]), np.full(11, 20))
    >>> round(float(found.changed[0]), 6), [round(float(p), 3) for p in found.years.sum(axis=2)[:, 0]]
    (1.0, [0.0, 1.0, 0.0])
    """
    steps = max(1, _MOST // max(lists.size**2, 1))
    parts = [_some(citing[k : k + steps], lists) for k in range(0, max(len(citing), 1), steps)]
    return Changes(np.concatenate([p.changed for p in parts]), np.concatenate([p.years for p in parts], axis=1))


def _some(citing: Ints, lists: Ints) -> Changes:
    from scipy.special import betaln, logsumexp

    size = len(lists)
    before = np.concatenate((np.zeros((len(citing), 1), np.int64), citing.cumsum(axis=1)), axis=1)
    made, heard = (np.concatenate(([0], of.cumsum())) for of in (lists, lists > 0))
    mean = ((before[:, -1:] + 0.5) / (made[-1] + 1)) if size else np.zeros((len(citing), 1))
    start, end = np.triu_indices(size + 1, 1)
    cite, of = before[:, end] - before[:, start], made[end] - made[start]
    a, b = 1 / (1 - mean), 1 / mean
    fit, rate = betaln(a + cite, b + of - cite) - betaln(a, b), cite / np.maximum(of, 1)
    span = np.zeros((size + 1, size + 1), np.int64)
    span[start, end] = np.arange(len(start))

    one, two = np.triu_indices(size, 1)  # a change in `one`, another in `two`; from year 0 there is none in `one`
    only = one == 0
    level = (span[0, one], span[one, two], span[two, size])
    weight = fit[:, level[1]] + fit[:, level[2]] + np.where(only, 0.0, fit[:, level[0]])
    years = [heard[one], heard[two] - heard[one], heard[-1] - heard[two]]
    possible = (years[1] > 0) & (years[2] > 0) & (only | (years[0] > 0))
    for some in (only & possible, ~only & possible):
        weight[:, some] += np.log(1 / 4) - np.log(max(some.sum(), 1))
    weight[:, ~possible] = -np.inf
    still = np.log(1 / 2) + fit[:, span[0, size]]
    total = logsumexp(np.concatenate((still[:, None], weight), axis=1), axis=1)
    p = np.exp(weight - total[:, None])

    middle, last = rate[:, level[1]], rate[:, level[2]]
    first = np.where(only, middle, rate[:, level[0]])  # with one change only, the levels are `middle` and `last`
    # low for long enough before the change `one`, before `two`, between them; after `one`, after `two`
    slept = [years[0] >= SILENT, years[0] + years[1] >= SILENT, years[1] >= SILENT]
    faint = [years[1] + years[2] >= SILENT, years[2] >= SILENT]
    back = _above(last, middle) & slept[2]
    rises = [_above(middle, first) & slept[0], back | (_above(last, np.maximum(first, middle)) & slept[1])]
    falls = [_above(first, np.maximum(middle, last)) & faint[0], _above(middle, last) & faint[1]]
    found = np.zeros((len(KINDS), len(citing), size))
    for kind, shapes, more in ((1, rises, last - middle > middle - first), (2, falls, middle - last > first - middle)):
        at = np.where(shapes[1] & (more | ~shapes[0]), two, one)  # of two changes the greater
        _add(found[kind], at, np.where(shapes[0] | shapes[1], p, 0))
    _add(found[0], np.broadcast_to(two, p.shape), np.where(back & _above(first, middle), p, 0))
    return Changes(1 - np.exp(still - total), found)


def _add(to: Floats, at: Ints, p: Floats) -> None:
    """Add probabilities at the year of each, work by work."""
    works, size = to.shape
    at = at + size * np.arange(works)[:, None]
    to += np.bincount(at.ravel(), p.ravel(), works * size).reshape(works, size)


def _above(rate: Floats, other: Floats) -> NDArray[np.bool_]:
    return (rate >= FACTOR * other) & (rate > other)
