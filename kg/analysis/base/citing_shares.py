"""What share of a population of later works cites a work, when only some of their reference lists are known.

A known reference list is an observation. Lists come in clusters (of one author, venue or collection), and the works that
lists of one cluster cite are alike; so clusters, not lists, are the sample. For work X and cluster c with m_c known lists,
of which y_c cite X: y_c ~ Poisson(m_c pi g_c), g_c ~ Gamma(shape alpha, mean 1). The joint law of (pi, alpha) over works is
estimated from all works seen, without a formula for it, on a grid (EM), with the likelihood truncated at one citation, for
a work never cited by a known list is not seen there; then again within the works of near years.

Works with the same counts have the same likelihood, so all of it is computed once for each pattern of counts.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from kg.analysis.base.citing_words import THRESHOLDS
from kg.analysis.base.intervals import wilson_interval
from kg.analysis.base.known_lists import KnownLists
from kg.analysis.scores import Floats, Ints

RATES = 44  # values of pi, from half a citing work in the population to nine in ten lists
SHAPES = np.array([0.05, 0.15, 0.5, 1.5, 5.0, 50.0])  # alpha: small where few clusters hold most of a work's citers
ROUNDS, COHORT_ROUNDS = 60, 12
COHORT = 200  # works of near years from which a cohort's own law is estimated
NO_LAW_HOLDS = 1e-4  # share of works that follow no law seen: none is so unlike the others that it has no posterior
DRAWS = 400
FEW_LISTS, FEW_CLUSTERS = 20, 5  # below these nothing is estimated
WIDE_BELOW = 40  # clusters; with fewer the interval is that of 98 %
CITED_OFTEN = 10  # citing lists from which the interval must hold Wilson's


@dataclass(frozen=True, kw_only=True)
class CitingShares:
    """For each work, what share of the population cites it.

    Attributes
    ----------
    k : ndarray of int
        How many known lists cite it.
    value, low, high : ndarray of float
        Posterior mean and 90 % interval of the share.
    rank_low, rank_high : ndarray of float
        90 % interval of its rank among the works of near years; 1 is cited most.
    under : dict of float to ndarray
        Threshold t -> P(share < t).
    top_tenth : ndarray of float
        P(it is among the tenth of its cohort that is cited most).
    neither : dict of float to ndarray
        Threshold t -> P(share < t, and it is not among that tenth).
    """

    k: Ints
    value: Floats
    low: Floats
    high: Floats
    rank_low: Floats
    rank_high: Floats
    under: dict[float, Floats]
    top_tenth: Floats
    neither: dict[float, Floats]


def enough(lists: KnownLists) -> bool:
    """Whether so many lists and clusters are known that a share can be estimated."""
    return lists.known >= FEW_LISTS and len(lists.sizes) >= FEW_CLUSTERS


def citing_shares(
    lists: KnownLists,
    years: Ints,
    *,
    asked: int | None = None,
    thresholds: tuple[float, ...] = THRESHOLDS,
    topical: bool = False,
    seed: int = 0,
) -> CitingShares:
    """Estimate the share of a population that cites each work.

    Parameters
    ----------
    lists : KnownLists
        What the known lists of the population cite.
    years : ndarray of int, shape (works,)
        The year of each work; works of near years make its cohort.
    asked : int, optional
        Answer for so many works, the first ones; the others only belong to their cohorts. All by default.
    thresholds : tuple of float
        The shares t for which P(share < t) is given.
    topical : bool
        Whether each cluster is about one subject: intervals, of ranks too, are then those of 98 %.
    seed : int
        Seed of the draws behind ranks; all else is exact.

    References
    ----------
    Robbins (1956), An empirical Bayes approach to statistics; Laird (1978), Nonparametric maximum likelihood estimation of
    a mixing distribution; Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    k, asked = lists.citing, lists.works if asked is None else asked
    unknown, size = lists.population - lists.known, max(lists.population, 1)
    weight, posterior = _posteriors(lists, years, k)
    others, reached = _others(lists, unknown)
    cdf = weight @ reached  # P(at most `others` of the works with unknown lists cite it), posteriors x points
    rates, _ = _cells(lists)
    tail = 0.01 if topical or len(lists.sizes) < WIDE_BELOW else 0.05
    low, high = (
        (k + others[np.minimum((cdf < q).sum(axis=1), len(others) - 1)][posterior]) / size for q in (tail, 1 - tail)
    )
    low, high = _hold_wilson(lists, k, np.where(k == 0, 0.0, low), high)
    rng, drawn = np.random.default_rng(seed), np.empty((lists.works, DRAWS), np.int64)
    for i, mine in enumerate(posterior.tolist()):
        at = np.searchsorted(cdf[mine], rng.random(DRAWS))
        drawn[i] = k[i] + others[np.minimum(at, len(others) - 1)]
    rank_low, rank_high, least = ranks(drawn, k > 0, years, asked, tail=tail)
    within = {  # the last point that leaves a work under t
        t: np.searchsorted(others, np.ceil(t * lists.population - 1e-9) - 1 - k[:asked], "right") - 1
        for t in thresholds
    }
    _, first, alike = np.unique(posterior[:asked], return_index=True, return_inverse=True)
    neither = np.empty((len(thresholds) + 1, len(first)))  # the last row: not in the top tenth, whatever the share
    for place, i in enumerate(first.tolist()):  # not by its own draws: works with the same counts get the same
        most = np.searchsorted(others, least[i] - 1 - k[i], "right") - 1
        for row, last in enumerate([*(under_t[i] for under_t in within.values()), len(others)]):
            neither[row, place] = _at_most(cdf, posterior[i], np.minimum(most, last)).mean()
    neither = neither[:, alike.ravel()]
    value = np.clip((k + (weight @ (unknown * rates))[posterior]) / size, low, high)
    return CitingShares(
        k=k[:asked],
        value=value[:asked],
        low=low[:asked],
        high=high[:asked],
        rank_low=rank_low,
        rank_high=rank_high,
        under={t: _at_most(cdf, posterior[:asked], last) for t, last in within.items()},
        top_tenth=1 - neither[-1],
        neither=dict(zip(thresholds, neither, strict=False)),
    )


def _at_most(cdf: Floats, posterior: Ints, point: Ints) -> Floats:
    """The probability of a posterior up to a point, 0 before the first one."""
    return np.asarray(np.where(point >= 0, cdf[posterior, np.maximum(point, 0)], 0.0), np.float64)


def ranks(
    drawn: Ints, seen: NDArray[np.bool_], years: Ints, asked: int, *, tail: float = 0.05
) -> tuple[Floats, Floats, Ints]:
    """The interval of a work's rank among the works seen of near years, and what makes one of their top tenth.

    Parameters
    ----------
    drawn : ndarray of int, shape (works, draws)
        Draws of how many works cite each work; one where that is known.
    seen : ndarray of bool, shape (works,)
        Which works are cited at all.
    years : ndarray of int, shape (works,)
        Their years.
    asked : int
        How many works are asked about, the first ones.
    tail : float
        What the interval leaves out at each end.

    Returns
    -------
    tuple of ndarray
        Both ends, 1 for the work cited most; and for each draw the least count of a work in the top tenth.

    Examples
    --------
    >>> low, high, least = ranks(np.array([[3], [9], [0]]), np.array([True, True, False]), np.array([1988, 1989, 1989]), 3)
    >>> low.tolist(), least.tolist()
    ([2.0, 1.0, 3.0], [[9], [9], [9]])
    """
    low, high = np.full(asked, np.nan), np.full(asked, np.nan)
    least = np.zeros((asked, drawn.shape[1]), np.int64)
    for year in np.unique(years[:asked]):
        own = np.flatnonzero(years[:asked] == year)
        cohort = near(seen, years, year)
        if not len(cohort):
            continue
        ordered = np.sort(drawn[cohort], axis=0)
        place = np.empty((len(own), drawn.shape[1]))
        for d in range(drawn.shape[1]):
            place[:, d] = 1 + len(cohort) - np.searchsorted(ordered[:, d], drawn[own, d], "right")
        low[own], high[own] = np.quantile(place, [tail, 1 - tail], axis=1)
        least[own] = ordered[-max(len(cohort) // 10, 1)]
    return low, high, least


def near(seen: NDArray[np.bool_], years: Ints, year: int) -> Ints:
    """The cohort of a year: the works seen of the nearest years, whole years until there are COHORT works."""
    some = np.flatnonzero(seen)
    apart = np.abs(years[some] - year)
    if len(some) <= COHORT:
        return some
    farthest = np.partition(apart, COHORT - 1)[COHORT - 1]
    return np.asarray(some[apart <= farthest])


def _others(lists: KnownLists, unknown: int) -> tuple[Ints, Floats]:
    """Points 0 .. unknown, and for each cell P(no more than so many of the unknown lists cite a work).

    A Poisson number whose rate is a gamma variate is negative binomial; unknown lists are taken to come in clusters as large
    as the known ones.
    """
    from scipy.special import betainc

    points = np.unique(np.geomspace(1, unknown + 1, 200).round().astype(np.int64) - 1)
    rates, shapes = _cells(lists)
    squares = float((lists.sizes.astype(float) ** 2).sum())
    clusters = unknown * lists.known / max(squares, 1.0)
    shape = np.maximum(shapes * max(clusters, 1e-9), 1e-6)
    mean = np.maximum(unknown * rates, 1e-12)
    cdf = np.asarray(betainc(shape[:, None], points[None, :] + 1.0, (shape / (shape + mean))[:, None]), np.float64)
    cdf[:, -1] = 1.0
    return points, cdf


def _cells(lists: KnownLists) -> tuple[Floats, Floats]:
    """The grid: pi, from half a citing work in the population to nine in ten lists, and alpha."""
    rates = np.geomspace(0.5 / max(lists.population, 1), 0.9, RATES)
    return np.repeat(rates, len(SHAPES)), np.tile(SHAPES, RATES)


def _posteriors(lists: KnownLists, years: Ints, k: Ints) -> tuple[Floats, Ints]:
    """The posteriors of (pi, alpha), posteriors x cells, and which of them each work has.

    Works of one year with the same counts share one.
    """
    none = _log_none(lists)
    seen = np.log(-np.expm1(none))  # log P(a known list cites a work)
    patterns, pattern = _log_likelihood(lists, none)
    truncated = patterns - seen
    some = k > 0
    flat = np.full(len(none), 1 / len(none))
    whole = _em(flat, truncated, pattern[some], ROUNDS)
    of_year, cohort = np.unique(years, return_inverse=True)
    laws = [_em(whole, truncated, pattern[near(some, years, year)], COHORT_ROUNDS) for year in of_year]
    both, posterior = np.unique(pattern * max(len(of_year), 1) + cohort, return_inverse=True)
    law = (1 - NO_LAW_HOLDS) * np.array(laws) + NO_LAW_HOLDS * flat
    weight = truncated[both // max(len(of_year), 1)] + np.log(law)[both % max(len(of_year), 1)]
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True), np.float64), posterior.ravel()


def _log_none(lists: KnownLists) -> Floats:
    """Log P(no known list cites a work), for each cell of the grid."""
    pi, alpha = _cells(lists)
    distinct, times = np.unique(lists.sizes, return_counts=True)
    return np.asarray(-(alpha[:, None] * np.log1p(distinct * pi[:, None] / alpha[:, None]) * times).sum(axis=1))


def _log_likelihood(lists: KnownLists, none: Floats) -> tuple[Floats, Ints]:
    """Log P(counts) but for a constant, for each pattern of counts, patterns x cells; and the pattern of each work."""
    from scipy.sparse import csr_array

    pi, alpha = _cells(lists)
    base = int(lists.sizes.max(initial=0)) + 1
    kinds, kind = np.unique(lists.size * base + lists.count, return_inverse=True)
    size, y = (kinds // base)[:, None], (kinds % base)[:, None].astype(float)
    gain = gammaln(y + alpha) - gammaln(alpha) + y * np.log(size * pi / (alpha + size * pi))
    counts = csr_array((lists.times, (lists.work, kind.ravel())), shape=(lists.works, len(kinds)))
    counts.sort_indices()
    number: dict[bytes, int] = {}
    parts = [slice(*ends) for ends in pairwise(counts.indptr.tolist())]
    keys = [counts.indices[part].tobytes() + counts.data[part].tobytes() for part in parts]
    pattern = np.array([number.setdefault(key, len(number)) for key in keys], np.int64)
    _, first = np.unique(pattern, return_index=True)
    return np.asarray(none + counts[first] @ gain, np.float64), pattern


def _em(law: Floats, log_likelihood: Floats, patterns: Ints, rounds: int) -> Floats:
    """The law of (pi, alpha) among works with these patterns of counts, by so many rounds of EM from a first guess."""
    if not len(patterns):
        return law
    some, times = np.unique(patterns, return_counts=True)
    scaled = np.exp(log_likelihood[some] - log_likelihood[some].max(axis=1, keepdims=True))
    for _ in range(rounds):
        weight = scaled * law
        law = (times / weight.sum(axis=1)) @ weight / len(patterns)
    return law


def _hold_wilson(lists: KnownLists, k: Ints, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Widen the interval of works cited often to hold Wilson's with the work's own design effect."""
    often = np.flatnonzero(k >= CITED_OFTEN)
    if not len(often) or lists.population == lists.known:
        return low, high
    n, clusters = lists.known, len(lists.sizes)
    p = k / n
    # sum over clusters of (y_c - m_c p)^2: those that cite it, and m_c^2 p^2 of the others
    squares = float((lists.sizes.astype(float) ** 2).sum())
    apart = lists.times * (lists.count - lists.size * p[lists.work]) ** 2
    met = np.bincount(lists.work, weights=apart, minlength=lists.works)
    met_squares = np.bincount(lists.work, weights=lists.times * lists.size.astype(float) ** 2, minlength=lists.works)
    spread = (met + (squares - met_squares) * p**2) * clusters / (clusters - 1) / n**2
    effect = np.maximum(spread / np.maximum(p * (1 - p) / n, 1e-12), 1.0)
    rest = lists.population - n
    low, high = low.copy(), high.copy()
    for i in often.tolist():
        first, last = wilson_interval(k[i] / effect[i], n / effect[i])
        low[i] = min(low[i], (k[i] + rest * first) / lists.population)
        high[i] = max(high[i], (k[i] + rest * last) / lists.population)
    return low, high


def most_missed(k: Ints, detection: float) -> Ints:
    """How many citations were missed at most (95 %) where k were found and each is found with probability `detection`.

    Missed ~ NegBin(k + 1, detection), the posterior under a flat prior.

    Examples
    --------
    >>> most_missed(np.array([0, 4]), 0.8).tolist()
    [1, 4]
    """
    from scipy.special import betainc, nbdtrik  # scipy.stats takes a second to load

    found, missed = np.asarray(k) + 1.0, np.ceil(nbdtrik(0.95, np.asarray(k) + 1.0, detection))
    fewer = np.maximum(missed - 1, 0)
    return np.where(betainc(found, fewer + 1, detection) >= 0.95, fewer, missed).astype(np.int64)
