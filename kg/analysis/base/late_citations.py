"""How late in its life a work was cited, and whether by chance: what `beauty_cp` and its mean have in common."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import coverage_by_year
from kg.analysis.base.history import Histories, histories
from kg.analysis.scores import Floats, Ints, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

FEW, MANY = 3, 50  # least and greatest number of citations for which the measure is meant


def chance(counts: NDArray[Any], volume: Floats | None = None) -> float:
    """The exact probability of a B_cp at least as high if as many citations fell into the years at random.

    Parameters
    ----------
    counts : array of int
        Citations by year, from the year of publication.
    volume : array of float, optional
        Weight of each year; default is the same for all.

    Returns
    -------
    float
        The probability; 1 where no year has weight.

    Examples
    --------
    >>> round(1 / chance([0, 0, 0, 0, 3]))
    125
    """
    c = np.asarray(counts)
    size, twice = int(c.sum()), round(2 * float(c @ _weights(len(c))))
    return float(_tails(len(c), size, np.ones(len(c)) if volume is None else volume)[twice + size * len(c)])


def late_citation_scores(graph: CitationGraph, beside: str, last_year: int | None) -> Scores:
    """The scores of `beauty_cp` with the own column `mean` beside, or of `beauty_cp_mean` with `total` beside."""
    past = histories(graph, last_year=last_year)
    n = past.total
    span = np.where(past.dated, past.last - past.first, 0)
    enough = (n >= FEW) & (n <= MANY) & (span >= 1)
    total = late_share(past) * np.where(enough, 1.0, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / span
    coverage = coverage_by_year(graph)
    share = {int(y): coverage.between(int(y), past.last) for y in np.unique(past.first[past.dated])}
    why = {
        "no year": graph.years == UNDATED,
        f"fewer than {FEW} citations in its history": n < FEW,
        f"more than {MANY} citations in its history: use `beauty`": n > MANY,
        "its history has only one year": span < 1,
    }
    own: dict[str, Any] = {beside: mean if beside == "mean" else total}
    own |= {"p": _chances(graph, past, enough, total), "p0": past.counts_at(0) > 0}
    return Scores.of(
        graph,
        total if beside == "mean" else mean,
        n=n,
        coverage=np.array([share.get(int(y), np.nan) for y in graph.years]),
        reason=reasons(why),
        notes=[f"Citation histories end with {past.last}, the last full year."] if past.dated.any() else [],
        own=own,
    )


def late_share(past: Histories) -> Floats:
    """B_cp of every work with citations in its history, NaN for others."""
    half = (past.last - past.first[past.work] + 1) / 2
    weight = np.where(past.since > 0, past.since - half, 0.0)
    total = np.bincount(past.work, weights=weight, minlength=len(past.first))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(past.total > 0, total / past.total, np.nan)


def _chances(graph: CitationGraph, past: Histories, enough: NDArray[np.bool_], total: Floats) -> Floats:
    made = graph.years[graph.references.owners()]
    p = np.full(len(graph), np.nan)
    for first in np.unique(past.first[enough]).tolist():
        made_since = made[(made >= first) & (made <= past.last)] - first
        volume = np.bincount(made_since, minlength=past.last - first + 1)
        of_year = np.flatnonzero(enough & (past.first == first))
        for size in np.unique(past.total[of_year]).tolist():
            some = of_year[past.total[of_year] == size]
            twice = np.rint(2 * size * total[some]).astype(np.int64)
            p[some] = _tails(len(volume), size, volume)[twice + size * len(volume)]
    return p


def _weights(years: int) -> Floats:
    """What a citation t years after the work adds to B_cp, for t = 0, 1, ..."""
    if years < 2:
        raise InputError("a history must have at least two years (got one)", "choose a later last year")
    weight: Floats = np.arange(years, dtype=np.float64) - years / 2
    weight[0] = 0
    return weight


def _tails(years: int, size: int, volume: Floats | Ints) -> Floats:
    """P(twice the sum of the weights of `size` citations >= k - size * years), for k = 0, 1, ..."""
    one = np.zeros(2 * years + 1)
    np.add.at(one, np.rint(2 * _weights(years)).astype(np.int64) + years, np.asarray(volume, np.float64))
    if not one.sum():
        return np.ones(2 * size * years + 1)
    one /= one.sum()
    summed, power = np.ones(1), one
    while size:
        if size & 1:
            summed = np.convolve(summed, power)
        size >>= 1
        power = np.convolve(power, power) if size else power
    tails: Floats = np.minimum(summed[::-1].cumsum()[::-1], 1.0).astype(np.float64)
    return tails
