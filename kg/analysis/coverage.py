"""Coverage: how many of the reference lists that could hold a citation are known, by year.

The scope of a work is the whole graph: no community or concept is attached to every work yet.
"""

from typing import NamedTuple

import numpy as np

from kg.analysis.scores import Floats, Ints
from kg.graph import CitationGraph
from kg.index import UNDATED


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
