"""Latency: years until the first citation."""

from math import inf

import numpy as np

from kg.analysis.base.coverage import coverage_by_year
from kg.analysis.base.history import histories
from kg.analysis.base.inputs import history_and_citers
from kg.analysis.metric import metric
from kg.analysis.scores import Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="years",
    family="attention over time",
    range=(0, inf),
    whole=True,
    cycles="counted like others",
    backward="left out of the histories",
    undated="no value, left out of the histories",
    inputs=history_and_citers,
    dossier={},
)
def latency(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """How many years passed until a work was first cited in this graph.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    last_year : int, optional
        Last year of the histories; default is the last full year of the graph.

    Returns
    -------
    Scores
        No value for works without a year and for those without citations in their history. An unknown reference list can
        only contain an earlier citation: `high` is the value, and `low` is 0 where a reference list of the years before,
        or of a work without a year, is unknown, or a work without a year cites it. Where there is no citation and all
        these lists are known, `low` is the number of years it was not cited. `coverage` is that of the years before the
        first citation.

    Notes
    -----
    The smallest t >= 0 with c_t > 0, where c_t is the number of citations made t years after publication (citing -> cited);
    citing works dated before it are left out.

    References
    ----------
    Glänzel, Schlemmer & Thijs (2003), Better late than never? On the chance to become highly cited only beyond the
    standard bibliometric time horizon.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2002})
    >>> latency(g)["A"]
    14.0
    """
    past = histories(graph, last_year=last_year)
    value = np.full(len(graph), np.inf)
    np.minimum.at(value, past.work, past.since.astype(np.float64))
    uncited = np.isinf(value)
    silence = np.where(uncited, past.last - past.first + 1, value - 1)  # years after the first without a citation
    coverage = coverage_by_year(graph)
    known = np.full(len(graph), np.nan)
    for i in np.flatnonzero(past.dated).tolist():
        year = int(past.first[i])
        known[i] = coverage.between(year, year + int(max(silence[i], 0)))
    value[uncited] = np.nan
    undated = graph.years == UNDATED
    undated_citer = np.bincount(graph.citers.owners()[undated[graph.citers.works]], minlength=len(graph)) > 0
    sure = ~(known < 1) & ~undated_citer & ~(undated & ~graph.known_lists).any()
    return Scores.of(
        graph,
        value,
        low=np.where(uncited, np.where(sure & past.dated, silence, np.nan), np.where(sure, value, 0.0)),
        high=value,
        n=past.total,
        coverage=known,
        reason=reasons({"no year": undated, "no citations in its history": uncited}),
    )
