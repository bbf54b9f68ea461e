"""What share of a population of later works cites a work, when only some of their reference lists are known.

A known reference list is an observation. Lists come in clusters (of one author, venue or collection), and the works that
lists of one cluster cite are alike; so clusters, not lists, are the sample. For work X and cluster c with m_c known lists,
of which y_c cite X: y_c ~ Poisson(m_c pi g_c), g_c ~ Gamma(shape alpha, mean 1). The joint law of (pi, alpha) over works is
estimated from all works seen, without a formula for it, on a grid (EM), with the likelihood truncated at one citation, for
a work never cited by a known list is not seen there; then again within the works of near years.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from kg.analysis.scores import Floats, Ints

RATES = 44  # values of pi, from half a citing work in the population to nine in ten lists
SHAPES = np.array([0.05, 0.15, 0.5, 1.5, 5.0, 50.0])  # alpha: small where few clusters hold most of a work's citers
ROUNDS, COHORT_ROUNDS = 60, 12
COHORT = 200  # works of near years from which a cohort's own law is estimated
DRAWS = 400
THRESHOLDS = (1 / 50, 1 / 100, 1 / 200)
SURE = 0.95
FEW_LISTS, FEW_CLUSTERS = 20, 5  # below these nothing is estimated
WIDE_BELOW = 40  # clusters; with fewer the interval is that of 98 %
CITED_OFTEN = 10  # citing lists from which the interval must hold Wilson's


@dataclass(frozen=True, kw_only=True)
class KnownLists:
    """Which works the known reference lists of a population cite.

    Attributes
    ----------
    population : int
        N, the number of works in the population.
    sizes : ndarray of int, shape (clusters,)
        m_c, how many known lists each cluster has; their sum is n.
    works : int
        How many works are asked about; they go by their place.
    work, cluster, count : ndarray of int, shape (entries,)
        y_c: `count` lists of `cluster` cite `work`; only where there is one.
    """

    population: int
    sizes: Ints
    works: int
    work: Ints
    cluster: Ints
    count: Ints

    @property
    def known(self) -> int:
        """n, the number of known lists."""
        return int(self.sizes.sum())

    @property
    def citing(self) -> Ints:
        """K of each work: how many known lists cite it."""
        return np.bincount(self.work, weights=self.count, minlength=self.works).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class CitingShares:
    """For each work, what share of the population cites it.

    Attributes
    ----------
    k : ndarray of int
        How many known lists cite it.
    value, low, high : ndarray of float
        Posterior mean and 90 % interval of the share; exact where the population's lists are all known.
    rank_low, rank_high : ndarray of float
        5 % and 95 % of its rank among the works of near years; 1 is cited most.
    under : dict of float to ndarray
        Threshold t -> P(share < t).
    top_tenth : ndarray of float
        P(it is among the tenth of its cohort that is cited most).
    """

    k: Ints
    value: Floats
    low: Floats
    high: Floats
    rank_low: Floats
    rank_high: Floats
    under: dict[float, Floats]
    top_tenth: Floats


def enough(lists: KnownLists) -> bool:
    """Whether so many lists and clusters are known that a share can be estimated."""
    return lists.known >= FEW_LISTS and len(lists.sizes) >= FEW_CLUSTERS


def citing_shares(lists: KnownLists, years: Ints, *, topical: bool = False, seed: int = 0) -> CitingShares:
    """Estimate the share of a population that cites each work.

    Parameters
    ----------
    lists : KnownLists
        What the known lists of the population cite.
    years : ndarray of int, shape (works,)
        The year of each work asked about; works of near years make its cohort.
    topical : bool
        Whether each cluster is about one subject: intervals are then those of 98 %.
    seed : int
        Of the draws.

    References
    ----------
    Robbins (1956), An empirical Bayes approach to statistics; Laird (1978), Nonparametric maximum likelihood estimation of
    a mixing distribution; Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    k = lists.citing
    unknown = lists.population - lists.known
    none = _log_none(lists)
    likelihood = _log_likelihood(lists, none)
    seen = 1 - np.exp(none)
    mixing, cohorts = _mixing(likelihood, seen, k, years)
    rates, shapes = _cells(lists)
    rng = np.random.default_rng(seed)
    shares = np.empty((lists.works, DRAWS), np.float32)
    effective = max(lists.sizes.sum() ** 2 / max(float((lists.sizes.astype(float) ** 2).sum()), 1.0), 1.0)
    similar = effective / max(lists.known, 1)  # clusters for each list, so many among the unknown lists too
    unseen: dict[int, NDArray[np.float32]] = {}  # works of one cohort that no known list cites have one law
    for i in range(lists.works):
        cohort = int(cohorts[i])
        if not k[i] and cohort in unseen:
            shares[i] = unseen[cohort]
            continue
        weight = mixing[cohort] / seen
        weight = weight * (np.exp(likelihood[i] - likelihood[i].max()) if k[i] else np.exp(none - none.max()))
        cell = rng.choice(len(weight), DRAWS, p=weight / weight.sum())
        pi, alpha = rates[cell], shapes[cell]
        shape = np.maximum(alpha * unknown * similar, 1e-3)
        others = np.minimum(rng.poisson(unknown * pi * rng.gamma(shape) / shape), unknown)
        shares[i] = (k[i] + others) / max(lists.population, 1)
        if not k[i]:
            unseen[cohort] = shares[i]
    tail = 0.01 if topical or len(lists.sizes) < WIDE_BELOW else 0.05
    low, high = np.quantile(shares, [tail, 1 - tail], axis=1)
    low[k == 0] = 0.0
    low, high = _hold_wilson(lists, k, low, high)
    rank_low, rank_high, top = _ranks(shares, years, k)
    under = {t: (shares < t).mean(axis=1) for t in THRESHOLDS}
    return CitingShares(
        k=k,
        value=shares.mean(axis=1, dtype=np.float64),
        low=low,
        high=high,
        rank_low=rank_low,
        rank_high=rank_high,
        under=under,
        top_tenth=top,
    )


def wilson(k: Floats | Ints, n: Floats | float, *, z: float = 1.645) -> tuple[Floats, Floats]:
    """Wilson's interval of a share of which k of n are known; 90 % by default.

    >>> [round(float(end), 4) for end in wilson(np.array(2), 359)]
    [0.0018, 0.0167]
    """
    k, n = np.asarray(k, float), np.asarray(n, float)
    p = k / n
    centre, spread = p + z * z / (2 * n), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def most_missed(k: Ints, detection: float) -> Ints:
    """How many citations were missed at most (95 %) where k were found and each is found with probability `detection`.

    Missed ~ NegBin(k + 1, detection), the posterior under a flat prior.

    >>> most_missed(np.array([0, 4]), 0.8).tolist()
    [1, 4]
    """
    from scipy.stats import nbinom

    return np.asarray(nbinom.ppf(0.95, np.asarray(k) + 1, detection)).astype(np.int64)


def _cells(lists: KnownLists) -> tuple[Floats, Floats]:
    """The grid: pi, from half a citing work in the population to nine in ten lists, and alpha."""
    rates = np.geomspace(0.5 / max(lists.population, 1), 0.9, RATES)
    return np.repeat(rates, len(SHAPES)), np.tile(SHAPES, RATES)


def _log_none(lists: KnownLists) -> Floats:
    """Log P(no known list cites a work), for each cell of the grid."""
    pi, alpha = _cells(lists)
    distinct, times = np.unique(lists.sizes, return_counts=True)
    return np.asarray(-(alpha[:, None] * np.log1p(distinct * pi[:, None] / alpha[:, None]) * times).sum(axis=1))


def _log_likelihood(lists: KnownLists, none: Floats) -> Floats:
    """Log P(counts of a work), works x cells, but for a constant of each work."""
    pi, alpha = _cells(lists)
    result = np.repeat(none[None, :], lists.works, axis=0)
    mean = lists.sizes[lists.cluster]
    pairs, at = np.unique(np.stack((mean, lists.count)), axis=1, return_inverse=True)
    mu = pairs[0][:, None] * pi
    y = pairs[1][:, None].astype(float)
    gain = gammaln(y + alpha) - gammaln(alpha) + y * np.log(mu / (alpha + mu))
    np.add.at(result, lists.work, gain[at.ravel()])
    return result


def _mixing(likelihood: Floats, seen: Floats, k: Ints, years: Ints) -> tuple[list[Floats], Ints]:
    """The law of (pi, alpha) among the works seen: of each cohort, and which cohort a work is in."""
    some = np.flatnonzero(k > 0)
    flat = np.full(likelihood.shape[1], 1 / likelihood.shape[1])
    truncated = likelihood[some] - np.log(seen)
    whole = _em(flat, truncated, ROUNDS) if len(some) else flat
    laws, cohorts = [], np.zeros(len(k), np.int64)
    for number, year in enumerate(np.unique(years)):
        cohorts[years == year] = number
        near = np.argsort(np.abs(years[some] - year), kind="stable")[:COHORT]
        laws.append(_em(whole, truncated[near], COHORT_ROUNDS) if len(near) else whole)
    return laws, cohorts


def _em(law: Floats, log_likelihood: Floats, rounds: int) -> Floats:
    scaled = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
    for _ in range(rounds):
        weight = scaled * law
        law = (weight / weight.sum(axis=1, keepdims=True)).mean(axis=0)
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
    size = lists.sizes[lists.cluster].astype(float)
    met = np.bincount(lists.work, weights=(lists.count - size * p[lists.work]) ** 2, minlength=lists.works)
    met_squares = np.bincount(lists.work, weights=size**2, minlength=lists.works)
    spread = (met + (squares - met_squares) * p**2) * clusters / (clusters - 1) / n**2
    effect = np.maximum(spread / np.maximum(p * (1 - p) / n, 1e-12), 1.0)
    first, last = wilson(p * n / effect, n / effect)
    rest = lists.population - n
    low, high = low.copy(), high.copy()
    low[often] = np.minimum(low, (k + rest * first) / lists.population)[often]
    high[often] = np.maximum(high, (k + rest * last) / lists.population)[often]
    return low, high


def _ranks(shares: NDArray[np.float32], years: Ints, k: Ints) -> tuple[Floats, Floats, Floats]:
    """5 and 95 % of each work's rank among the works seen of near years, and how often it is in their top tenth."""
    low, high, top = (np.full(len(years), np.nan) for _ in range(3))
    seen = np.flatnonzero(k > 0)
    for year in np.unique(years):
        own = np.flatnonzero(years == year)
        near = seen[np.argsort(np.abs(years[seen] - year), kind="stable")[:COHORT]]
        near = np.union1d(near, seen[years[seen] == year])
        if not len(near):
            continue
        ordered = np.sort(shares[near], axis=0)
        for part in (own[k[own] > 0], own[k[own] == 0]):
            some = part if len(part) and k[part[0]] else part[:1]  # works never seen are alike
            if not len(some):
                continue
            place = np.stack(
                [1 + len(near) - np.searchsorted(ordered[:, d], shares[some, d], "right") for d in range(DRAWS)], axis=1
            )
            low[part], high[part] = np.quantile(place, [0.05, 0.95], axis=1)
            top[part] = (place <= max(len(near) // 10, 1)).mean(axis=1)
    return low, high, top
