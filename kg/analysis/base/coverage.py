"""Coverage: the share of reference lists that are known, of those that could hold a citation.

All works of the graph count: no community or concept is attached to every work yet.
"""

from typing import NamedTuple

import numpy as np

from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph
from kg.model import Outcome

HEARD = 5  # known reference lists that a year needs for its silence to say anything
COVERED = 0.5  # coverage a year needs for its citations to count as observed
CUT = [OUTCOMES.index(outcome) for outcome in (Outcome.PARTIAL, Outcome.CAPPED)]  # retrieved, but not whole


class YearCoverage(NamedTuple):
    """For each year that has works, in order: how many works it has, and how many of their reference lists are known."""

    years: Ints
    works: Ints
    known: Ints

    def kappa(self, years: Ints) -> Floats:
        """The share of known reference lists among the works of each of these years; NaN for a year without works."""
        works = self._at(years, self.works)
        return np.where(works > 0, self._at(years, self.known) / np.maximum(works, 1), np.nan)

    def lists(self, years: Ints) -> Ints:
        """How many reference lists are known of each of these years."""
        return self._at(years, self.known)

    def heard(self, first: int, last: int) -> bool:
        """Whether silence can be heard in all years first..last: 5 lists of each are known, and half of all."""
        years = np.arange(first, last + 1)
        return bool(((self.lists(years) >= HEARD) & (self.kappa(years) >= COVERED)).all())

    def unobserved(self, first: int, last: int) -> bool:
        """Whether under half of the reference lists are known in most of the years first..last that have works."""
        kappa = self.kappa(np.arange(first, last + 1))
        return bool((kappa < COVERED).sum() > (~np.isnan(kappa)).sum() / 2)

    def _at(self, years: Ints, counts: Ints) -> Ints:
        """The count of each of these years, 0 where there are no works."""
        if not len(self.years):
            return np.zeros(len(years), np.int64)
        at = np.searchsorted(self.years, years).clip(0, len(self.years) - 1)
        return np.where(self.years[at] == years, counts[at], 0)

    def between(self, first: int, last: int) -> float:
        """The share of known reference lists among the works of first..last; NaN where there are no works."""
        span = slice(*np.searchsorted(self.years, [first, last + 1]))
        works = self.works[span].sum()
        return float(self.known[span].sum() / works) if works else float("nan")


@once_per_graph
def coverage_by_year(graph: CitationGraph) -> YearCoverage:
    """How many reference lists are known, by the year of the works."""
    dated = graph.years != UNDATED
    years, at = np.unique(graph.years[dated], return_inverse=True)
    known = np.bincount(at, weights=graph.known_lists[dated], minlength=len(years))
    return YearCoverage(years.astype(np.int64), np.bincount(at, minlength=len(years)), known.astype(np.int64))


@once_per_graph
def coverage_since(graph: CitationGraph) -> Floats:
    """For each work, the share of known reference lists among the works of its year or later; NaN for undated works.

    These are the lists that could cite it.

    Examples
    --------
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


@once_per_graph
def citing_coverage(graph: CitationGraph) -> Floats:
    """The share of known lists among those that could cite a work, weighted by how often lists of that age difference do.

    Works are cited most in the years after them, so what counts is how many lists of those years are known. NaN for undated
    works.

    Notes
    -----
    The weight of a year is its number of works times the citations that one list gives one work that many years older. That
    rate is estimated from the known lists, each standing for 1/coverage of its year. A list known in part counts by the
    share that is known. Where no list is known, the result is that of `coverage_since`.

    Examples
    --------
    >>> years = {"A": 1988, "B": 1990, "C": 2016, "D": 2016}
    >>> g = CitationGraph.from_edges([("B", "A")], years=years)
    >>> [float(f(g)[g.number("A")]) for f in (coverage_since, citing_coverage)]
    [0.25, 1.0]
    """
    by, share, held = coverage_by_year(graph), coverage_since(graph).copy(), held_shares(graph)
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


@once_per_graph
def held_shares(graph: CitationGraph) -> Floats:
    """How much of each work's reference list is in the graph: 1 where the list is known, found/reported where it is cut short.

    NaN where this is unknown: no list was retrieved, or it is cut short and no source reports its length.

    Examples
    --------
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
    """How many citations of each work come from lists whose known share is known: only these can be scaled up.

    Examples
    --------
    >>> outcomes = {"B": Outcome.COMPLETE, "C": Outcome.PARTIAL}
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A")], outcomes=outcomes)
    >>> int(known_citations(g)[g.number("A")])
    1
    """
    known = ~np.isnan(held_shares(graph))[graph.citers.works]
    return np.bincount(graph.citers.owners()[known], minlength=len(graph))
