"""How far a work is above works of its time and community cited as often, by any measure."""

import numpy as np

from kg.analysis.base.cohort import COHORT, gap
from kg.analysis.base.coverage import coverage_since
from kg.analysis.communities import community_numbers
from kg.analysis.scores import Floats, Ints, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def gap_of(graph: CitationGraph, value: Floats, group: Ints) -> Floats:
    """How far each value is above what as many citations lead one to expect, in standard deviations.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    value : array of float
        Value of each work.
    group : array of int
        Community of each work.

    Returns
    -------
    array of float
        NaN for works without a value, a year or citations, and everywhere if there are fewer than 30 others.
    """
    cited = graph.citers.counts()
    some = ~np.isnan(value) & (cited > 0) & (graph.years != UNDATED)
    result = np.full(len(graph), np.nan)
    if some.sum() >= COHORT:
        result[some] = gap(value[some], cited[some], graph.years[some].astype(np.int64), group[some])
    return result


def against_citations(graph: CitationGraph, measured: Scores) -> Scores:
    """The scores of a gap metric: how far `measured` is above what the number of citations leads one to expect."""
    value = measured.table["value"].to_numpy(float)
    found = gap_of(graph, value, community_numbers(graph))
    cited = graph.citers.counts()
    compared = ~np.isnan(value) & (cited > 0) & (graph.years != UNDATED)
    why = {
        "no year": graph.years == UNDATED,
        "no later work in this graph cites it": np.isnan(value) | (cited == 0),
        f"only {int(compared.sum())} works can be compared, {COHORT} needed": np.isnan(found),
    }
    return Scores.of(
        graph, found, n=cited, coverage=coverage_since(graph), reason=reasons(why), own={"measured": value}
    )
