"""CiteRank: where readers end up who start with recent works and follow references."""

from datetime import date
from math import inf

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.metric import metric
from kg.analysis.metrics.pagerank import visits
from kg.analysis.scores import Floats, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

DAYS = 365.25


@metric(
    unit="visits per reader",
    family="influence",
    range=(0, inf),
    cycles="included; solved as linear equations",
    undated="no value, no reader starts there; their references are followed",
)
def citerank(graph: CitationGraph, *, a: float = 0.48, tau: float = 1.0) -> Scores:
    """How often readers come to a work if they start with recent works and follow references.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    a : float, default 0.48
        Probability of stopping at each work, in (0, 1].
    tau : float, default 1.0
        Years after which a work attracts readers 1/e times as often as a new one.

    Returns
    -------
    Scores
        No value for works without a year. Missing reference lists can raise or lower it, so there are no bounds. The notes
        give a proven bound on the numerical error.

    Raises
    ------
    InputError
        If `a` is not in (0, 1] or `tau` is not greater than 0.

    Notes
    -----
    T = sum over k >= 0 of (1 - a)^k (S^T)^k rho: a reader starts at a work with probability rho, proportional to exp(-age/tau)
    (age in years before the newest work, by day where both have one), and at each work stops with probability a or follows
    one of its references in this graph, S_uv = 1/references(u) (citing -> cited). A reader at a work without references stops.

    References
    ----------
    Walker, Xie, Yan & Maslov (2007), Ranking scientific publications using a model of network traffic.

    Examples
    --------
    >>> edges = [("B", "A"), ("C", "A"), ("C", "B"), ("D", "B"), ("E", "C"), ("E", "D")]
    >>> g = CitationGraph.from_edges(edges, years={"A": 2000, "B": 2001, "C": 2002, "D": 2002, "E": 2003})
    >>> round(citerank(g, a=0.5, tau=1 / np.log(2))["A"] * 76, 9)
    23.0
    """
    if not 0 < a <= 1:
        raise InputError(f"a must be in (0, 1] (got {a:g})", "0.48 is usual")
    if not 0 < tau < np.inf:
        raise InputError(f"tau must be greater than 0 years (got {tau:g})", "1 is usual")
    dated = graph.years != UNDATED
    start = np.zeros(len(graph))
    start[dated] = np.exp(-ages(graph)[dated] / tau)
    start /= start.sum() or 1.0
    value, bound = visits(graph, start, 1 - a)
    return Scores.of(
        graph,
        np.where(dated, value, np.nan),
        n=graph.citers.counts(),
        coverage=coverage_since(graph),
        reason=reasons({"no year": ~dated}),
        notes=[f"The sum of all numerical errors is below {bound:.1e}."],
    )


def ages(graph: CitationGraph) -> Floats:
    """Years from each dated work to the newest one: by day where both hold one, else by year; NaN where undated."""
    dated = graph.years != UNDATED
    age = np.full(len(graph), np.nan)
    if not dated.any():
        return age
    newest = int(graph.years[dated].max())
    age[dated] = newest - graph.years[dated]
    by_day = dated & (graph.dates != UNDATED)
    last = int(graph.dates[by_day].max(initial=UNDATED))
    if last != UNDATED and date.fromordinal(last).year == newest:
        age[by_day] = (last - graph.dates[by_day]) / DAYS
    return age
