"""The model behind standing: intervals hold what was drawn, and posteriors are those of a second computation."""

import math

import numpy as np
import pytest

from kg.analysis.base.citing_shares import (
    COHORT_ROUNDS,
    NO_LAW_HOLDS,
    RATES,
    ROUNDS,
    SHAPES,
    citing_shares,
    enough,
    most_missed,
)
from kg.analysis.base.known_lists import KnownLists


def drawn(rng: np.random.Generator, clusters: int, size: int, works: int, shape: float) -> np.ndarray:
    """How many lists of each cluster cite each work, works x clusters: generated, gamma within works, Poisson within lists."""
    rate = rng.lognormal(np.log(0.004), 1.0, works)
    near = rng.gamma(shape, 1 / shape, (works, clusters))
    return np.minimum(rng.poisson(size * rate[:, None] * near), size)


@pytest.mark.parametrize("shape", [0.5, 50.0])
def test_the_interval_holds_what_a_tenth_of_the_lists_tells(shape: float):
    """In generated fields, clustered and not, the 90 % interval holds the true share of the works seen."""
    inside: list[bool] = []
    wrong = decided = 0
    for seed in range(4):
        counts = drawn(np.random.default_rng(seed), clusters=600, size=5, works=500, shape=shape)
        truth = counts.sum(axis=1) / 3000
        known = counts[:, :60]
        work, cluster = np.nonzero(known)
        sizes = np.full(60, 5)
        lists = KnownLists(
            population=3000,
            sizes=sizes,
            works=500,
            work=work,
            size=sizes[cluster],
            count=known[work, cluster],
            times=np.ones(len(work), np.int64),
        )
        assert enough(lists)
        found = citing_shares(lists, np.full(500, 2000))
        seen = found.k > 0
        inside += ((truth >= found.low - 1e-9) & (truth <= found.high + 1e-9))[seen].tolist()
        sure = seen & (found.under[1 / 50] >= 0.95)
        decided += int(sure.sum())
        wrong += int((truth >= 1 / 50)[sure].sum())
        assert (found.low <= found.value).all()
        assert (found.value <= found.high).all()
    assert 0.85 <= np.mean(inside) <= 0.97
    assert decided > 400
    assert wrong <= 0.02 * decided


def test_what_is_said_does_not_depend_on_the_order_of_works():
    """Shares, intervals and probabilities are exact: works in another order get the same to the last digit."""
    counts = drawn(np.random.default_rng(7), clusters=40, size=3, works=80, shape=1.0)
    years, order = np.arange(80) % 7 + 1990, np.random.default_rng(1).permutation(80)

    def ask(of: np.ndarray):
        work, cluster = np.nonzero(counts[of])
        ones = np.ones(len(work), np.int64)
        lists = KnownLists(
            population=900,
            sizes=np.full(40, 3),
            works=80,
            work=work,
            size=3 * ones,
            count=counts[of][work, cluster],
            times=ones,
        )
        return citing_shares(lists, years[of])

    plain, turned = ask(np.arange(80)), ask(order)
    for name in ("k", "low", "high"):
        assert getattr(plain, name)[order].tolist() == getattr(turned, name).tolist()
    assert np.allclose(plain.value[order], turned.value, rtol=1e-9)


def test_works_of_one_year_with_the_same_counts_have_the_same_posterior():
    """The posterior is that of a second computation: the gamma mixture integrated by the trapezium rule, EM in plain Python."""
    sizes, population = [1, 1, 1, 2, 3, 2], 40
    counts = {"a": [1, 0, 0, 0, 0, 0], "b": [1, 1, 0, 2, 1, 0], "c": [0, 0, 0, 0, 3, 1], "d": [0] * 6}
    lists = KnownLists.of(
        population,
        np.array(sizes),
        4,
        *np.array([(w, c) for w, row in enumerate(counts.values()) for c, y in enumerate(row) for _ in range(y)]).T,
    )
    found = citing_shares(lists, np.full(4, 1990))
    rates = [0.5 / population * (0.9 * population / 0.5) ** (k / (RATES - 1)) for k in range(RATES)]
    grid = [(pi, alpha) for pi in rates for alpha in SHAPES.tolist()]

    def probability(y: int, mean: float, alpha: float) -> float:
        """Of y citations: a Poisson number whose rate is a gamma variate, integrated over its logarithm."""
        u = np.linspace(-60 / alpha, 5, 40_001)
        log = y * (np.log(mean) + u) - mean * np.exp(u) - math.lgamma(y + 1)
        log += alpha * np.log(alpha) - math.lgamma(alpha) + alpha * u - alpha * np.exp(u)
        height = np.exp(log)
        return float(((height[1:] + height[:-1]) / 2).sum() * (u[1] - u[0]))

    of_count = {
        (m, y): [probability(y, m * pi, alpha) for pi, alpha in grid]
        for m, y in {(m, y) for row in counts.values() for m, y in zip(sizes, row, strict=True)}
        | {(m, 0) for m in sizes}
    }

    def likelihood(row: list[int]) -> list[float]:
        return [math.prod(of_count[m, y][cell] for m, y in zip(sizes, row, strict=True)) for cell in range(len(grid))]

    none = likelihood([0] * 6)
    seen = [[p / (1 - q) for p, q in zip(likelihood(row), none, strict=True)] for row in counts.values() if any(row)]
    law = [1 / len(grid)] * len(grid)
    for _ in range(ROUNDS + COHORT_ROUNDS):
        shares = [[w * p for w, p in zip(law, row, strict=True)] for row in seen]
        law = [sum(row[cell] / sum(row) for row in shares) / len(seen) for cell in range(len(grid))]
    law = [(1 - NO_LAW_HOLDS) * w + NO_LAW_HOLDS / len(grid) for w in law]
    for place, row in enumerate(counts.values()):
        weight = [w * p / (1 - q) for w, p, q in zip(law, likelihood(row), none, strict=True)]
        mean = sum(w * pi for w, (pi, _) in zip(weight, grid, strict=True)) / sum(weight)
        expected = (sum(row) + (population - sum(sizes)) * mean) / population
        assert found.value[place] == pytest.approx(expected, rel=1e-3)


def test_the_probability_of_a_verdict_is_that_of_its_own_posterior():
    """P(under t), P(top tenth) and P(under t and not in it) are those of counts drawn from a posterior computed apart."""
    sizes, population, t = np.array([1, 1, 1, 2, 3, 2, 4, 2]), 60, 1 / 12
    counts = np.array([[1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 2, 1, 0, 3, 1], [0, 0, 0, 0, 3, 1, 0, 0], [0] * 8])
    work, cluster = np.nonzero(counts)
    ones = np.ones(len(work), np.int64)
    lists = KnownLists(
        population=population,
        sizes=sizes,
        works=4,
        work=work,
        size=sizes[cluster],
        count=counts[work, cluster],
        times=ones,
    )
    found = citing_shares(lists, np.full(4, 1990), thresholds=(t,))
    pi, alpha = (a.ravel() for a in np.meshgrid(np.geomspace(0.5 / population, 0.9, RATES), SHAPES, indexing="ij"))
    # of y citations by m lists: negative binomial, from its generating ratio
    fits = np.ones((4, len(pi)))
    for row, ys in enumerate(counts.tolist()):
        for m, y in zip(sizes.tolist(), ys, strict=True):
            fits[row] *= (alpha / (alpha + m * pi)) ** alpha * (m * pi / (alpha + m * pi)) ** y
            fits[row] *= np.prod([(alpha + j) / (j + 1) for j in range(y)], axis=0)
    fits /= 1 - fits[3]
    law = np.full(len(pi), 1 / len(pi))
    for _ in range(ROUNDS + COHORT_ROUNDS):
        law = np.mean([law * fit / (law @ fit) for fit in fits[:3]], axis=0)
    law = (1 - NO_LAW_HOLDS) * law + NO_LAW_HOLDS / len(pi)
    rng, draws, unknown = np.random.default_rng(3), 40_000, population - int(sizes.sum())
    groups = unknown * sizes.sum() / (sizes**2).sum()
    drawn = np.empty((4, draws))
    for row, fit in enumerate(fits):
        cell = rng.choice(len(pi), draws, p=law * fit / (law @ fit))
        near = rng.gamma(alpha[cell] * groups, 1 / (alpha[cell] * groups))
        drawn[row] = counts[row].sum() + np.minimum(rng.poisson(unknown * pi[cell] * near), unknown)
    best = drawn[:3].max(axis=0)  # the top tenth of three works seen is one
    rare = drawn < t * population
    rng.shuffle(best)  # whom a work is held against are other draws than its own
    assert found.under[t] == pytest.approx(rare.mean(axis=1), abs=0.01)
    assert found.top_tenth == pytest.approx((drawn >= best).mean(axis=1), abs=0.04)
    assert found.neither[t] == pytest.approx((rare & (drawn < best)).mean(axis=1), abs=0.04)
    assert (found.neither[t] <= np.minimum(found.under[t], 1 - found.top_tenth) + 1e-12).all()


def test_missed_citations_are_bounded():
    """With every citation found none is missed; the bound rises as fewer are found."""
    assert most_missed(np.array([0, 3, 10]), 0.999999).tolist() == [0, 0, 0]
    assert (most_missed(np.array([3]), 0.5) > most_missed(np.array([3]), 0.8)).all()
