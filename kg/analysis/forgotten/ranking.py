"""Ranking by several criteria at once: missing data are drawn repeatedly, giving layers, ranks and their spread."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.bit_search import Search
from kg.analysis.base.cohort import Place, gap_within, pareto_layers, percentiles, percentiles_within, places
from kg.analysis.base.coverage import citing_coverage, known_citations
from kg.analysis.base.history import histories
from kg.analysis.base.intervals import INFLATION, Spread, sampled, spreads
from kg.analysis.base.late_citations import FEW, MANY, late_share
from kg.analysis.base.sleep import ENOUGH, sleep
from kg.analysis.forgotten.criteria import Criteria, later_of
from kg.analysis.metrics.persistent_influence import persistent_influence
from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

if TYPE_CHECKING:
    import pandas as pd

TRIED = 512  # works that are thinned to learn what missing lists do
SIGNED = frozenset({"beauty", "beauty_cp"})


def rank_forgotten(
    graph: CitationGraph, found: Criteria, asked: NDArray[np.bool_], *, draws: int = 20, seed: int = 0
) -> "pd.DataFrame":
    """Rank the works asked about that can be ranked.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    found : Criteria
        Its criteria.
    asked : array of bool
        Which works are asked about.
    draws : int, default 20
        How often missing data are drawn.
    seed : int, default 0
        Seed of the draws.

    Returns
    -------
    pandas.DataFrame
        Columns `layer` and `rank` (medians over the draws), `rank_low` and `rank_high` (5 and 95 %), in that order; index
        work id.

    Notes
    -----
    Each draw fills the missing criteria of a work together with those of a work drawn from its cohort and, where reference
    lists are unknown, draws citations and the metrics based on them anew (see `intervals`). Works are put in Pareto layers;
    within a layer those with the greater sum of 1/(60 + midrank) over the criteria come first, then by id.
    """
    import pandas as pd

    works = np.flatnonzero(found.enters & asked)
    if not len(works):
        return pd.DataFrame(columns=["layer", "rank", "rank_low", "rank_high"])
    rng = np.random.default_rng(seed)
    redraw = _Redraw(graph, found, seed) if not graph.known_lists.all() else None
    donors = _Donors(graph, found)
    order_by_id = np.argsort(np.argsort(np.array(graph.ids, dtype=object)[works]))
    layers, ranks = np.empty((draws, len(works))), np.empty((draws, len(works)))
    for k in range(draws):
        percent = redraw.percent(rng) if redraw else found.percent.to_numpy(float)
        points = donors.filled(percent, rng)[works]
        layers[k] = pareto_layers(points)
        merit = np.sum([1 / (60 + (1 - percentiles(c)) * len(works) + 0.5) for c in points.T], axis=0)
        ranks[k, np.lexsort((order_by_id, -merit, layers[k]))] = np.arange(1, len(works) + 1)
    low, middle, high = np.quantile(ranks, [0.05, 0.5, 0.95], axis=0)
    table = pd.DataFrame(
        {
            "layer": np.median(layers, axis=0),
            "rank": middle,
            "rank_low": np.floor(low).astype(int),
            "rank_high": np.ceil(high).astype(int),
        },
        index=found.table.index[works],
    )
    return table.sort_index().sort_values(["layer", "rank"], kind="stable")


def measures(graph: CitationGraph, works: Ints) -> dict[str, Floats]:
    """`beauty`, `beauty_cp` and `wake` of some works and `persistent_influence` of all; NaN elsewhere."""
    result = {name: np.full(len(graph), np.nan) for name in ("beauty", "beauty_cp", "wake")}
    past = histories(graph)
    mine = np.zeros(len(graph), np.bool_)
    mine[works] = True
    some = mine & (past.total >= FEW) & (past.total <= MANY)
    result["beauty_cp"][some] = late_share(past)[some]
    order = np.argsort(past.work, kind="stable")
    ends = np.concatenate(([0], np.cumsum(past.total)))
    for i in np.flatnonzero(mine & (past.total >= ENOUGH)).tolist():
        since = past.since[order[ends[i] : ends[i + 1]]]
        result["beauty"][i] = sleep(np.bincount(since, minlength=past.last - int(past.first[i]) + 1)).beauty
    search = Search(graph)
    starts = works[search.citers[works] > 0]
    result["wake"][starts] = search.wakes(starts, np.full(len(starts), -1), 0.5)[0]
    lasting = persistent_influence(graph).table["value"].to_numpy(float)
    result["persistent_influence"] = np.where(graph.citers.counts() > 0, lasting, np.nan)
    return result


class _Donors:
    """Fills missing criteria of a work jointly with those of another of its cohort that has them all."""

    def __init__(self, graph: CitationGraph, found: Criteria) -> None:
        percent = found.percent.to_numpy(float)
        self.missing = found.enters & np.isnan(percent).any(axis=1)
        whole = ~np.isnan(percent).any(axis=1)
        self.whole = np.flatnonzero(whole)
        some = np.flatnonzero(whole | self.missing)
        self.pools: list[tuple[Ints, Ints]] = []
        if self.missing.any() and len(self.whole):
            for place in places(graph.years[some].astype(np.int64), found.group[some]):
                own, pool = some[place.own], some[place.cohort]
                own, pool = own[self.missing[own]], pool[whole[pool]]
                if len(own):
                    self.pools.append((own, pool if len(pool) else self.whole))

    def filled(self, percent: Floats, rng: np.random.Generator) -> Floats:
        result = percent.copy()
        for own, pool in self.pools:
            donor = percent[rng.choice(pool, len(own))]
            result[own] = np.where(np.isnan(percent[own]), donor, percent[own])
        return np.nan_to_num(result, nan=0.5)  # nobody has all of them: the middle


class _Redraw:
    """Criteria as they might be if all reference lists were known: citations and what is based on them drawn anew."""

    def __init__(self, graph: CitationGraph, found: Criteria, seed: int) -> None:
        self.graph, self.found = graph, found
        works = sampled(graph, TRIED, seed)
        spread = spreads(graph, lambda g: measures(g, works), signed=SIGNED, seed=seed)
        years = graph.years.astype(np.int64)
        self.citations, self.known = graph.citers.counts(), known_citations(graph)
        self.kappa = np.nan_to_num(citing_coverage(graph), nan=1.0).clip(0.01, 1.0)
        self.measured = {
            name: _Losses(self._value(name), self.citations, years, spread[of])
            for name, of in (("beauty", "beauty"), ("beauty_cp", "beauty_cp"), ("wake_robust", "wake"))
        }
        self.measured["persistent_influence"] = _Losses(
            np.where(self.citations > 0, self._value("persistent_influence"), np.nan),
            self.citations,
            years,
            spread["persistent_influence"],
        )
        self.places: dict[str, tuple[Ints, list[Place]]] = {}

    def percent(self, rng: np.random.Generator) -> Floats:
        """The percentiles of every criterion in one draw; foresight and uncredited returns stay as they are."""
        value = {name: losses.draw(rng) for name, losses in self.measured.items()}
        more = np.where(self.kappa < 1, rng.negative_binomial(self.known + 1, self.kappa), 0)
        citations = np.maximum(self.citations, self.known + more)
        columns = self.found.percent.copy()
        much, little = (self._percent(name, value[name]) for name in ("beauty", "beauty_cp"))
        columns["late"] = later_of(much, little)
        for name, of in (("wake_gap", "wake_robust"), ("persistence_gap", "persistent_influence")):
            columns[name] = self._percent(name, self._percent(of, value[of], citations))
        return columns.to_numpy(float)

    def _value(self, name: str) -> Floats:
        return self.found.table[name].to_numpy(float)

    def _places(self, name: str, value: Floats) -> tuple[Ints, list[Place]]:
        if name not in self.places:
            some = np.flatnonzero(~np.isnan(value) & (self.graph.years != UNDATED))
            self.places[name] = (some, places(self.graph.years[some].astype(np.int64), self.found.group[some]))
        return self.places[name]

    def _percent(self, name: str, value: Floats, citations: Ints | None = None) -> Floats:
        """The percentile of each value in its cohort; given citations, how far it is above works cited as often."""
        some, found = self._places(name, value)
        result = np.full(len(value), np.nan)
        if citations is None:
            result[some] = percentiles_within(value[some], found)
        else:
            result[some] = gap_within(value[some], citations[some], found)
        return result


class _Losses:
    """For every work with a value, what may have been lost of it: records of works that look like it after thinning."""

    def __init__(self, value: Floats, citations: Ints, years: Ints, spread: Spread) -> None:
        self.value, self.spread = value, spread
        self.some = np.flatnonzero(~np.isnan(value))
        found = list(spread.nearest(value, citations, years)) if len(spread.loss) else []
        self.near = np.concatenate([near for _, near in found]) if found else np.zeros((len(self.some), 1), np.int32)
        self.loss = spread.loss if len(spread.loss) else np.zeros(1)
        middles = [np.median(self.loss[near], axis=1) for _, near in found]
        self.middle = np.concatenate(middles) if found else np.zeros(len(self.some))

    def draw(self, rng: np.random.Generator) -> Floats:
        result = self.value.copy()
        picked = self.loss[self.near[np.arange(len(self.some)), rng.integers(self.near.shape[1], size=len(self.some))]]
        picked = self.middle + INFLATION * (picked - self.middle)
        held = self.value[self.some]
        seen = held if self.spread.signed else np.log1p(held)
        result[self.some] = self.spread.back(seen, picked)
        return result
