"""CiteRank: where readers end up who start with recent works and follow references."""

from datetime import date

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.metrics.pagerank import passed_on, visits
from kg.analysis.scores import Floats, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

DAYS = 365.25


def citerank(graph: CitationGraph, *, a: float = 0.48, tau: float = 1.0) -> Scores:
    """How often readers come to a work who start with recent works and follow references.

    T = sum over k >= 0 of (1 - a)^k (S^T)^k rho: a reader starts at a work with probability rho, proportional to
    exp(-age/tau) (age in years before the newest work, by day where both hold one), and at each work stops with
    probability `a` or goes on to one of its held references, S_uv = 1/references(u) (citing -> cited). Loops are left
    out, cycles kept. A reader at a work without held references stops. Unit: visits a reader; range 0 and up. No reader
    starts at an undated work and its value is null; references to and from it are followed. Solved, not iterated:
    `notes` has a proven bound. A missing list moves it either way.

    >>> edges = [("B", "A"), ("C", "A"), ("C", "B"), ("D", "B"), ("E", "C"), ("E", "D")]
    >>> g = CitationGraph.from_edges(edges, years={"A": 2000, "B": 2001, "C": 2002, "D": 2002, "E": 2003})
    >>> round(citerank(g, a=0.5, tau=1 / np.log(2))["A"] * 76, 9)
    23.0

    Raises:
        InputError: if `a` is not in (0, 1] or `tau` not above 0.

    Source: Walker, Xie, Yan & Maslov (2007), Ranking scientific publications using a model of network traffic.
    """
    if not 0 < a <= 1 or not 0 < tau < np.inf:
        raise InputError(f"a = {a}, tau = {tau} have no meaning", "a in (0, 1], tau above 0 years")
    dated = graph.years != UNDATED
    start = np.zeros(len(graph))
    start[dated] = np.exp(-ages(graph)[dated] / tau)
    start /= start.sum() or 1.0
    value = visits(graph, start, 1 - a)
    bound = float(np.abs(start + passed_on(graph, value, 1 - a) - value).sum() / a)
    notes = conventions(graph, cycles="kept and solved", backward="kept", undated="null, no start, references followed")
    notes.append(f"sum of errors proven below {bound:.1e}")
    return Scores.of(
        graph,
        "citerank",
        np.where(dated, value, np.nan),
        n=graph.citers.counts(),
        coverage=coverage_since(graph),
        reason=reasons({"undated": ~dated}),
        options={"a": a, "tau": tau},
        notes=notes,
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
