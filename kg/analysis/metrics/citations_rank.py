"""Citations rank: the percentile of a work by citations among works of its year."""

import numpy as np

from kg.analysis.base.cohort import COHORT, cohorts, percentiles
from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.inputs import citers, cohort
from kg.analysis.metric import metric
from kg.analysis.scores import Inputs, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """The citing works and the cohort."""
    return {"citers": citers(graph, i, scores), "cohort": cohort(graph, i, scores)}


@metric(
    unit="share of the cohort",
    family="citations",
    range=(0, 1),
    cycles="counted like others",
    backward="counted",
    undated="no value, in no cohort",
    inputs=inputs,
    dossier={},
)
def citations_rank(graph: CitationGraph) -> Scores:
    """Where a work stands by citations among works of its time: 0.9 is above nine in ten.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Scores
        No value for works without a year. With fewer than 30 dated works in the graph the value carries a warning.
        Missing reference lists can raise or lower it, so there are no bounds. `n` is the size of the cohort. Own column:
        `years_apart`, how many years the cohort extends on each side.

    Notes
    -----
    The mid-rank percentile, (midrank - 1/2)/n, of the citations in this graph (citing -> cited) within the cohort: the
    works of its year, extended by one year on both sides until there are 30.

    References
    ----------
    Waltman & Schreiber (2013), On the calculation of percentile-based bibliometric indicators.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("C", "A"), ("D", "A"), ("D", "B")], years=dict.fromkeys("ABCD", 1990))
    >>> [citations_rank(g)[work] for work in "ABCD"]
    [0.875, 0.625, 0.25, 0.25]
    """
    count, dated = graph.citers.counts(), np.flatnonzero(graph.years != UNDATED)
    value, size = np.full(len(graph), np.nan), np.zeros(len(graph), np.int64)
    apart = np.full(len(graph), np.nan)
    years = graph.years[dated]
    for own, among in cohorts(years) if len(dated) else []:
        mine = dated[own]
        value[mine] = percentiles(count[dated[among]])[own[among]]
        size[mine] = among.sum()
        apart[mine] = np.abs(years[among] - years[own][0]).max()
    undated = np.isnan(value)
    few = {"no year": undated, f"the cohort has only {len(dated)} works": ~undated & (size < COHORT)}
    return Scores.of(
        graph, value, n=size, coverage=coverage_since(graph), reason=reasons(few), own={"years_apart": apart}
    )
