"""Princes: the works whose citation woke a sleeping beauty."""

from math import inf
from typing import NamedTuple

import numpy as np

from kg.analysis.base.cohort import cohort_percentiles
from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.history import histories
from kg.analysis.base.inputs import history_and_citers
from kg.analysis.metric import metric
from kg.analysis.metrics.beauty import beauty
from kg.analysis.scores import Ints, Scores
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

AROUND = 5  # years around the awakening
TOGETHER = 5  # works that must cite both
HIGHLY = 0.9  # percentile of citations in the cohort from which a work is highly cited
LEVEL = 0.05


class Prince(NamedTuple):
    """A prince: number of works citing both, Fisher's one-sided p, and how many times more than by chance (lift)."""

    id: str
    co_citations: int
    p: float
    lift: float


@metric(
    unit="works",
    family="attention over time",
    range=(0, inf),
    whole=True,
    backward="kept as citing works",
    undated="no value, no princes",
    inputs=history_and_citers,
    dossier={},
)
def prince(graph: CitationGraph, *, around: int = AROUND) -> Scores:
    """How many princes woke a sleeping beauty by citing it.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    around : int, default 5
        Years before and after the awakening in which a prince cites it.

    Returns
    -------
    Scores
        No value where `awakening_year` has none. Missing reference lists can raise or lower it, so there are no bounds. `n` is
        the number of citing works within `around` years of the awakening. Own column: `princes` (each `id`, number of works
        citing both, p, lift), the most co-cited first.

    Raises
    ------
    InputError
        If `around` is negative.

    Notes
    -----
    A prince cites the work (citing -> cited) within `around` years of its awakening, is in the top tenth of its cohort by
    citations in this graph, is cited together with the work by at least 5 works and more often than by chance (Fisher's exact
    test, one-sided, p at most .05, over the works with known reference lists dated as the prince or later, without the prince),
    and has more citations than the work within `around` years of the awakening.

    References
    ----------
    Du & Wu (2016), A bibliometric framework for identifying "princes" who wake up the "sleeping beauty" in challenge-type
    scientific discoveries.

    Examples
    --------
    >>> years = {"old": 1990, "king": 2000} | {f"c{k}": 2001 for k in range(12)} | {f"x{k}": 2001 for k in range(60)}
    >>> edges = [("king", "old")] + [(f"c{k}", w) for k in range(12) for w in ("old", "king")]
    >>> edges += [(f"x{k}", "king" if k < 3 else f"c{k % 9}") for k in range(60)]
    >>> scores = prince(CitationGraph.from_edges(edges, years=years))
    >>> [(p.id, p.co_citations) for p in scores.table.at["old", "princes"]]
    [('king', 12)]
    """
    if around < 0:
        raise InputError(f"around must not be negative (got {around} years)", "5 is usual")
    slept = beauty(graph).table
    awoke = slept["awakening_year"].to_numpy(float)
    years, count = graph.years.astype(np.int64), graph.citers.counts()
    top = cohort_percentiles(count, years) if len(graph) else count.astype(np.float64)
    past = histories(graph)
    at = past.first[past.work] + past.since
    order = np.argsort(past.work, kind="stable")
    offsets = np.concatenate(([0], np.cumsum(past.total)))
    at = at[order]
    value, n = np.full(len(graph), np.nan), np.zeros(len(graph), np.int64)
    princes: list[list[Prince]] = [[] for _ in range(len(graph))]
    dated_known = np.sort(years[graph.known_lists & (years != UNDATED)])
    for i in np.flatnonzero(~np.isnan(awoke)).tolist():

        def busy(work: int, year: int = int(awoke[i])) -> int:
            return int((np.abs(at[offsets[work] : offsets[work + 1]] - year) <= around).sum())

        citers = graph.citers.of(i).astype(np.int64)
        near = citers[np.abs(years[citers] - awoke[i]) <= around]
        n[i], value[i] = len(near), 0
        mine, own = set(citers.tolist()), busy(i)
        for h in near[top[near] >= HIGHLY].tolist():
            theirs = graph.citers.of(h).astype(np.int64)
            if len(theirs) < TOGETHER or busy(h) <= own:
                continue
            universe = int(len(dated_known) - np.searchsorted(dated_known, years[h]))
            found = _pair(graph, h, theirs, np.array(sorted(mine - {h}), np.int64), universe)
            if found.co_citations >= TOGETHER and found.p <= LEVEL:
                princes[i].append(found)
        princes[i].sort(key=lambda found: (-found.co_citations, found.id))
        value[i] = len(princes[i])
    reason = [(why or "no awakening") if np.isnan(v) else None for v, why in zip(value, slept["reason"], strict=True)]
    return Scores.of(graph, value, n=n, coverage=coverage_since(graph), reason=reason, own={"princes": princes})


def _pair(graph: CitationGraph, h: int, theirs: Ints, mine: Ints, universe: int) -> Prince:
    """The co-citation of a sleeping beauty with citing work h, among works with known lists dated as h or later."""
    from scipy.stats import hypergeom

    later = [
        works[(graph.years[works] >= graph.years[h]) & graph.known_lists[works] & (works != h)]
        for works in (theirs, mine)
    ]
    a, b = (len(works) for works in later)
    both = len(np.intersect1d(*later))
    total = max(universe - 1, a, b)  # without the prince itself
    p = float(hypergeom.sf(both - 1, total, a, b))
    return Prince(graph.ids[h], both, p, both * total / (a * b) if a * b else float("nan"))
