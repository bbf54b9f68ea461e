"""Sleeping beauties among little cited works: how late in its span the citations of a work lie, against chance."""

from kg.analysis.base.late_citations import late_citation_scores
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


def beauty_cp(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """How late in its span the citations of a work lie: a sleeping beauty that need not have a peak.

    B_cp = sum over t = 0..n of [((P_n - P_0)/n) t + P_0 - P_t], P_t the share of the citations held that came up to t years
    after the work's own year (citing -> cited), n the years to the last full one. Range -n/2 .. n/2; 0 for even spread.
    Unit: years of a full share. Null for undated works, with under 3 or over 50 citations (there `beauty` is the better
    measure), and where n < 1. Missing lists move it either way: no bounds. `coverage` is that of all years of the history.

    Own columns: `mean` (B_cp/n), `p` (probability that as many citations thrown into the years in proportion to the
    citations this graph holds from them, which is the field's volume times its coverage, give as high a value; exact),
    `p0` (whether the work was cited in its own year).

    >>> edges = [(f"later{k}", "old") for k in range(3)]
    >>> g = CitationGraph.from_edges(edges, years={"old": 1990} | {f"later{k}": 1994 for k in range(3)})
    >>> beauty_cp(g)["old"]
    1.5

    Source: Du & Wu (2018), A parameter-free index for identifying under-cited sleeping beauties in science.
    """
    return late_citation_scores(graph, "beauty_cp", last_year)
