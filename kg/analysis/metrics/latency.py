"""Latency: years until the first citation."""

import numpy as np

from kg.analysis.base.coverage import coverage_by_year
from kg.analysis.base.history import histories
from kg.analysis.base.silence import oddities
from kg.analysis.scores import Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def latency(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """How many years passed from a work to the first citation of it held.

    The first t with c_t > 0, c_t the citations held made t years after the work's own year (citing -> cited); citers
    dated before it are left out. Unit: years, 0 and up. A list not known can only make it shorter: `high` is the value,
    `low` 0 where a list of the years before, or of an undated work, is not known, or an undated work cites it. Null for
    undated works and those without citations in their history; then `low` is the length of the silence if all such lists are
    known. `coverage` is that of its years of silence.

    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2002})
    >>> latency(g)["A"]
    14.0

    Source: Glänzel, Schlemmer & Thijs (2003), Better late than never? On the chance to become highly cited only beyond the
    standard bibliometric time horizon.
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
    dateless = graph.years == UNDATED
    undated_citer = np.bincount(graph.citers.owners()[dateless[graph.citers.works]], minlength=len(graph)) > 0
    sure = ~(known < 1) & ~undated_citer & ~(dateless & ~graph.known_lists).any()
    why = {"undated": graph.years == UNDATED, "no citations held in its history": uncited}
    return Scores.of(
        graph,
        "latency",
        value,
        low=np.where(uncited, np.where(sure & past.dated, silence, np.nan), np.where(sure, value, 0.0)),
        high=value,
        n=past.total,
        coverage=known,
        reason=reasons(why),
        options={"last_year": last_year},
        notes=oddities(graph),
        whole=True,
    )
