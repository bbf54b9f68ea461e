"""Coverage: how many of the reference lists that could hold a citation are known, by year.

The scope of a work is the whole graph: no community or concept is attached to every work yet.
"""

from typing import NamedTuple

import numpy as np

from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.model import Outcome

CUT = [OUTCOMES.index(outcome) for outcome in (Outcome.PARTIAL, Outcome.CAPPED)]  # retrieved, but not whole


class YearCoverage(NamedTuple):
    """For each year that has works, in order: how many works it has and of how many the reference list is known."""

    years: Ints
    works: Ints
    known: Ints

    def kappa(self, years: Ints) -> Floats:
        """The share of known reference lists among the works of each year asked for; NaN where it has no works."""
        at = np.searchsorted(self.years, years).clip(0, max(len(self.years) - 1, 0))
        share = np.full(len(years), np.nan)
        if len(self.years):
            held = self.years[at] == years
            share[held] = self.known[at[held]] / self.works[at[held]]
        return share

    def between(self, first: int, last: int) -> float:
        """The share of known reference lists among the works of first..last; NaN where there are none."""
        span = slice(*np.searchsorted(self.years, [first, last + 1]))
        works = self.works[span].sum()
        return float(self.known[span].sum() / works) if works else float("nan")


def coverage_by_year(graph: CitationGraph) -> YearCoverage:
    """How many reference lists are known, by the year of the works."""
    dated = graph.years != UNDATED
    years, at = np.unique(graph.years[dated], return_inverse=True)
    known = np.bincount(at, weights=graph.known_lists[dated], minlength=len(years))
    return YearCoverage(years.astype(np.int64), np.bincount(at, minlength=len(years)), known.astype(np.int64))


def coverage_since(graph: CitationGraph) -> Floats:
    """For each work, the share of known reference lists among the works of its year or later; NaN where undated.

    These are the lists that could cite it.

    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2002, "C": 2016})
    >>> [round(float(coverage_since(g)[g.number(work)]), 2) for work in "ABC"]
    [0.33, 0.5, 0.0]
    """
    coverage = coverage_by_year(graph)
    share = np.full(len(graph), np.nan)
    dated = graph.years != UNDATED
    later = coverage.known[::-1].cumsum()[::-1] / coverage.works[::-1].cumsum()[::-1]
    share[dated] = later[np.searchsorted(coverage.years, graph.years[dated])]
    return share


def citing_coverage(graph: CitationGraph) -> Floats:
    """The same share with each list weighted by how often lists as much younger than a work cite it; NaN where undated.

    Works are cited most in the years after them, so what counts is how many lists of those years are known. The weight of
    a year is its works times the citations a list gives a work that many years older, estimated from the known lists, each
    standing for 1/coverage of its year. A list held in part counts by its held share. Where nothing is held, as in
    `coverage_since`.

    >>> years = {"A": 1988, "B": 1990, "C": 2016, "D": 2016}
    >>> g = CitationGraph.from_edges([("B", "A")], years=years)
    >>> [float(f(g)[g.number("A")]) for f in (coverage_since, citing_coverage)]
    [0.25, 1.0]
    """
    by, share, held = coverage_by_year(graph), coverage_since(graph), held_shares(graph)
    citing, cited = graph.references.owners(), graph.references.works
    dated = (graph.years[cited] != UNDATED) & (graph.years[citing] >= graph.years[cited])
    some = ~np.isnan(held)[citing] & dated
    if not some.any():
        return share
    first, size = int(by.years[0]), int(by.years[-1] - by.years[0]) + 1
    works, kappa = np.zeros(size), np.zeros(size)
    works[by.years - first] = by.works
    in_time = graph.years != UNDATED
    lists = np.bincount(graph.years[in_time] - first, np.nan_to_num(held)[in_time], size)
    kappa[by.years - first] = lists[by.years - first] / by.works
    at = graph.years[citing[some]] - first
    cited_at = np.bincount(at - (graph.years[cited[some]] - first), weights=1 / kappa[at], minlength=size)
    rate = cited_at / np.maximum(np.correlate(works, works, "full")[size - 1 :], 1)
    for year in by.years.tolist():
        later = works[year - first :]
        weight = rate[: len(later)] * later
        if weight.sum():
            share[graph.years == year] = float(weight @ kappa[year - first :] / weight.sum())
    return share


def held_shares(graph: CitationGraph) -> Floats:
    """How much of each work's reference list is held: 1 where it is known, held/reported where retrieval cut it.

    NaN where nothing tells: no list was retrieved, or it was cut and no source says how long it is.

    >>> outcomes = {"B": Outcome.COMPLETE, "C": Outcome.PARTIAL, "D": Outcome.PARTIAL}
    >>> edges = [("B", "A"), ("C", "A"), ("D", "A")]
    >>> g = CitationGraph.from_edges(edges, outcomes=outcomes, reported_references={"A": 9, "C": 4})
    >>> [float(held_shares(g)[g.number(work)]) for work in "ABCD"]
    [nan, 1.0, 0.25, nan]
    """
    import pandas as pd

    share = np.where(graph.known_lists, 1.0, np.nan)
    cut = np.isin(graph.outcomes, CUT)
    if cut.any():
        reported = pd.to_numeric(graph.works["reported_references"]).fillna(0).to_numpy(np.float64)
        cut &= reported > 0
        share[cut] = np.minimum(graph.references.counts()[cut] / reported[cut], 1)
    return share


def known_citations(graph: CitationGraph) -> Ints:
    """Of the citations held of each work, those in lists of which the held share is known: the rest cannot be scaled up.

    >>> outcomes = {"B": Outcome.COMPLETE, "C": Outcome.PARTIAL}
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A")], outcomes=outcomes)
    >>> int(known_citations(g)[g.number("A")])
    1
    """
    known = ~np.isnan(held_shares(graph))[graph.citers.works]
    return np.bincount(graph.citers.owners()[known], minlength=len(graph))
