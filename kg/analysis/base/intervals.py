"""Intervals: where the true value of a work's metric lies, given that some reference lists are unknown.

Deleting lists again at the same rate would describe a graph with a share kappa squared of them, and cover nothing. Counts
have a posterior of their own. For other metrics the known lists are thinned to the share kappa; this shows how much such a
loss takes from works of the same years that end up looking like each work does now, and that much is added back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import citing_coverage, held_shares, known_citations
from kg.analysis.scores import Floats, Ints, Scores
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.text import counted

DRAWS = 20
NEAREST = 60
ALIKE = 5  # years weigh as much as a standard deviation of the measure
#: What spreads of thinned figures are stretched by around their median: fixed once on simulated graphs (docs/metrics.md).
INFLATION = 1.5
#: The share of the lists that could cite a work from which on intervals were shown to hold (docs/metrics.md).
HOLD_FROM = 0.5
#: Works above which only a sample of them is thinned, and how many those are.
MANY, SAMPLE = 20_000, 2_000
BLOCK = 50_000  # works whose nearest records are looked at together
NORMAL_95 = 1.6448536269514722  # the quantile of 0.95 of the normal distribution

Measure = Callable[[CitationGraph], Mapping[str, Floats]]


def count_interval(
    held: Ints | Floats, kappa: Floats, *, known: Ints | Floats | None = None, level: float = 0.9
) -> tuple[Floats, Floats]:
    """Central interval of the true number of citations: n + NegBin(n + 1, kappa), from a flat prior.

    Parameters
    ----------
    held : Ints | Floats
        Citations in this graph.
    kappa : Floats
        The share of the lists that could cite the work which are known. At 1 nothing is missing; where it is 0 or unknown
        there is no upper end.
    known : Ints | Floats, optional
        Citations from known lists, n in the formula; all by default.
    level : float, default 0.9
        The probability that the interval holds the truth.

    Returns
    -------
    tuple[Floats, Floats]
        Low and high ends, in citations; whole numbers, never below `held`.

    Raises
    ------
    InputError
        If the level is not between 0 and 1.

    Examples
    --------
    >>> low, high = count_interval(np.array([10, 10]), np.array([1.0, 0.5]))
    >>> low.tolist(), high.tolist()
    ([10.0, 14.0], [10.0, 29.0])
    """
    from scipy.stats import nbinom

    if not 0 < level < 1:
        raise InputError(f"level must be in (0, 1) (got {level})", "0.9 is usual")
    n, share = np.asarray(held if known is None else known, np.float64), np.asarray(kappa, np.float64)
    some = share > 0
    ends = [
        n + np.where(some, nbinom.ppf(q, n + 1, np.where(some, share, 0.5)), beyond)
        for q, beyond in (((1 - level) / 2, 0.0), ((1 + level) / 2, np.inf))
    ]
    return np.maximum(ends[0], held), np.maximum(ends[1], held)


def wilson_interval(count: float, n: float) -> tuple[float, float]:
    """90% confidence interval of the proportion `count` / `n`, by Wilson's score method.

    The ends are (p + z²/2n ± z sqrt(p(1 - p)/n + z²/4n²)) / (1 + z²/n), z the normal quantile of 0.95. This is what
    `scipy.stats.binomtest(count, n).proportion_ci(0.9, "wilson")` gives, without the second it takes to load scipy.stats.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> [round(end, 3) for end in wilson_interval(3, 86)]
    [0.014, 0.084]
    """
    p, scale = count / n, 2 * (n + NORMAL_95**2)
    middle = (2 * n * p + NORMAL_95**2) / scale
    reach = NORMAL_95 / scale * sqrt(4 * n * p * (1 - p) + NORMAL_95**2)
    return (middle - reach if count else 0.0), (middle + reach if count < n else 1.0)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """What thinning took from works: for each record (a work in one draw) its metric and citations afterwards, and the loss.

    Attributes
    ----------
    left : Floats
        The metric after thinning.
    citations : Floats
        The citations after thinning.
    years : Ints
        The years of the works; old ones lose more.
    loss : Floats
        What was lost: of the metric itself if it is `signed`, else of log(1 + metric).
    signed : bool
        Whether the metric has negative values.
    """

    left: Floats
    citations: Floats
    years: Ints
    loss: Floats
    signed: bool

    def interval(
        self, value: Floats, citations: Ints | Floats, years: Ints, *, level: float = 0.9, inflation: float = INFLATION
    ) -> tuple[Floats, Floats]:
        """Low and high ends for works with these values, citations and years; NaN where there is no value.

        Parameters
        ----------
        value : Floats
            The metric of the works in this graph.
        citations : Ints | Floats
            Their citations in this graph.
        years : Ints
            Their years.
        level : float, default 0.9
            The probability that the interval holds the truth.
        inflation : float, default 1.5
            How much losses are stretched around their median.
        """
        ends = np.full((2, len(value)), np.nan)
        for mine, near in self.nearest(value, citations, years):
            loss = self.loss[near]
            middle = np.median(loss, axis=1, keepdims=True) if loss.size else loss[:, :1]
            stretched = middle + inflation * (loss - middle)
            seen = value[mine] if self.signed else np.log1p(value[mine])
            for end, q in zip(ends, ((1 - level) / 2, (1 + level) / 2), strict=True):
                end[mine] = self.back(seen, np.quantile(stretched, q, axis=1))
        return ends[0], ends[1]

    def nearest(
        self, value: Floats, citations: Ints | Floats, years: Ints
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """Blocks of works with a value, and for each work the NEAREST records that are most like it in metric, citations and year.

        An undated work is compared with records of the middle year.
        """
        from scipy.spatial import cKDTree

        some = np.flatnonzero(~np.isnan(value))
        if not len(some):
            return
        scale = [max(float(np.std(x)), 1e-9) for x in (self._seen(self.left), np.log1p(self.citations))]
        middle = np.median(self.years)

        def places(value: Floats, citations: Ints | Floats, years: Ints) -> Floats:
            dated = np.where(years == UNDATED, middle, years)
            return np.column_stack((self._seen(value) / scale[0], np.log1p(citations) / scale[1], dated / ALIKE))

        records = cKDTree(places(self.left, self.citations, self.years))
        count = min(NEAREST, len(self.loss))
        for mine in np.split(some, range(BLOCK, len(some), BLOCK)):
            _, found = records.query(places(value[mine], citations[mine], years[mine]), k=count)
            yield mine, np.asarray(found, np.int32).reshape(len(mine), count)

    def back(self, seen: Floats, loss: Floats) -> Floats:
        """The metric of works as they look now, with a loss added back."""
        whole = seen + loss
        return whole if self.signed else np.expm1(whole)

    def _seen(self, value: Floats) -> Floats:
        return value if self.signed else np.log1p(np.maximum(value, 0))


def thinned(graph: CitationGraph, rng: np.random.Generator) -> CitationGraph:
    """The graph with its reference lists thinned once more, at the rate at which they are known now.

    A list of a year in which the share kappa is known, whole or in part, stays with probability kappa; each reference of a
    list known in part stays with the share of it that is known. Strata of year and community or topic were tried and hold
    less (docs/metrics.md).
    """
    _, stratum = np.unique(graph.years, return_inverse=True)
    share = held_shares(graph)
    retrieved = ~np.isnan(share)
    kappa = np.bincount(stratum, weights=retrieved) / np.bincount(stratum)
    lost = retrieved & (rng.random(len(graph)) >= kappa[stratum])
    cut = retrieved & (share < 1)
    if cut.any():
        citing = graph.references.owners()
        graph = graph.without_citations(cut[citing] & (rng.random(len(citing)) >= share[citing]))
    return graph.without_lists(lost)


def spreads(
    graph: CitationGraph, measure: Measure, *, signed: frozenset[str] = frozenset(), draws: int = DRAWS, seed: int = 0
) -> dict[str, Spread]:
    """What thinning takes from metrics.

    Parameters
    ----------
    graph : CitationGraph
        The graph to thin.
    measure : Measure
        Gives the metrics of a graph by name, as arrays over all works; NaN where there is no value.
    signed : frozenset[str]
        The names of metrics with negative values.
    draws : int, default 20
        How often to thin.
    seed : int, default 0
        The seed of the random numbers.

    Raises
    ------
    InputError
        If `draws` is below 1.
    """
    if draws < 1:
        raise InputError(f"draws must be at least 1 (got {draws})", f"{DRAWS} is the default")
    rng = np.random.default_rng(seed)
    whole, years = measure(graph), graph.years.astype(np.int64)
    records: dict[str, list[tuple[Floats, Floats, Ints, Floats]]] = {name: [] for name in whole}
    for _ in range(draws):
        poorer = thinned(graph, rng)
        citations = poorer.citers.counts().astype(np.float64)
        for name, value in measure(poorer).items():
            some = ~np.isnan(value) & ~np.isnan(whole[name])
            before, after = whole[name][some], value[some]
            loss = before - after if name in signed else np.log1p(before) - np.log1p(after)
            records[name].append((after, citations[some], years[some], np.asarray(loss, np.float64)))
    return {
        name: Spread(
            left=np.concatenate([r[0] for r in rows]),
            citations=np.concatenate([r[1] for r in rows]),
            years=np.concatenate([r[2] for r in rows]),
            loss=np.concatenate([r[3] for r in rows]),
            signed=name in signed,
        )
        for name, rows in records.items()
    }


def metric_intervals(
    graph: CitationGraph,
    scores: Scores,
    measure: Callable[[CitationGraph], Scores],
    *,
    of: Callable[[CitationGraph, Ints], Floats] | None = None,
    asked: Sequence[int] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> tuple[Floats, Floats]:
    """90% intervals of a metric of every work: counts from their posterior, other metrics by thinning.

    Where every list is known both ends are the value. NaN where there is no value, no work to compare with, or too little is
    known: see `too_few_known`. In graphs of over 20,000 works what thinning takes is learnt from 2,000 of them, drawn at random.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    scores : Scores
        The metric of the graph.
    measure : Callable[[CitationGraph], Scores]
        The metric of any graph. One with negative values is taken as signed.
    of : Callable[[CitationGraph, Ints], Floats], optional
        The same for some works alone, where that takes less.
    asked : Sequence[int], optional
        The works whose intervals are asked for; those of others may be NaN. All by default.
    draws : int, default 20
        How often to thin.
    seed : int, default 0
        The seed of the random numbers.
    """
    value = scores.table["value"].to_numpy(float)
    if scores.metric == "standing":  # has its own
        return scores.table["low"].to_numpy(float), scores.table["high"].to_numpy(float)
    if graph.known_lists.all():
        return value, value
    few = too_few_known(graph) & ~np.isnan(scores.table["coverage"].to_numpy(float)).all()
    if scores.metric == "citations_held":
        ends = count_interval(value, citing_coverage(graph), known=known_citations(graph))
        return np.where(few, np.nan, ends[0]), np.where(few, np.nan, ends[1])
    if few.all():
        return np.full(len(value), np.nan), np.full(len(value), np.nan)
    signed = frozenset({"m"} if (value < 0).any() else ())
    tried = sampled(graph, SAMPLE, seed) if len(graph) > MANY else None

    def values(g: CitationGraph) -> Mapping[str, Floats]:
        if tried is None:
            return {"m": measure(g).table["value"].to_numpy(float)}
        found = np.full(len(g), np.nan)
        found[tried] = of(g, tried) if of else measure(g).table["value"].to_numpy(float)[tried]
        return {"m": found}

    spread = spreads(graph, values, signed=signed, draws=draws, seed=seed)["m"]
    if not len(spread.loss):
        return np.full(len(value), np.nan), np.full(len(value), np.nan)
    if asked is not None:
        few[~np.isin(np.arange(len(value)), asked)] = True
    return spread.interval(np.where(few, np.nan, value), graph.citers.counts(), graph.years.astype(np.int64))


def too_few_known(graph: CitationGraph) -> NDArray[np.bool_]:
    """For each work whether intervals were not shown to hold: under half of the lists that could cite it are known.

    At 6 to 10 % they held in .39 to .81 of cases instead of .9. Undated works count as such too.

    Examples
    --------
    >>> from kg.model import Outcome
    >>> years = {"A": 1988, "B": 1990, "C": 1990, "D": 1990}
    >>> outcomes = {"B": Outcome.COMPLETE, "A": Outcome.COMPLETE}
    >>> g = CitationGraph.from_edges([("B", "A")], years=years, outcomes=outcomes)
    >>> too_few_known(g)[[g.number("A"), g.number("B")]].tolist()
    [True, True]
    """
    return ~(citing_coverage(graph) >= HOLD_FROM)


def doubts(graph: CitationGraph) -> list[str]:
    """Why intervals of this graph may be too narrow: how much is missing from some incomplete lists is unknown."""
    part = int(graph.citers.counts().sum() - known_citations(graph).sum())
    note = f"{counted(part, 'citation')} {'comes' if part == 1 else 'come'} from incomplete reference lists of unknown length: the intervals may be too narrow"
    return [note] if part else []


def sampled(graph: CitationGraph, size: int, seed: int = 0) -> NDArray[np.int64]:
    """At most `size` dated, cited works, drawn at random: those on which thinning is tried."""
    some = np.flatnonzero((graph.years != UNDATED) & (graph.citers.counts() > 0))
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(some, size, replace=False)) if len(some) > size else some
