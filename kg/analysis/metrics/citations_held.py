"""Counts: citations held here, citations reported by a source, and the place of the former among works of the time."""

import numpy as np

from kg.analysis.base.cohort import COHORT, cohorts, percentiles
from kg.analysis.base.coverage import coverage_since
from kg.analysis.scores import Scores, conventions, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def citations_held(graph: CitationGraph) -> Scores:
    """How many works of this graph cite a work.

    Number of distinct citing works held (in-degree; citing -> cited), loops left out. Unit: citations; range 0 and
    up, never null. It is a lower bound on the true count: `low` is the value and `high` is open, for any work whose
    list is not known may cite it too. `coverage` is the share of known lists among works of its year or later. What a
    source reports as a count is another number and is not mixed in.

    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("C", "A"), ("A", "A")])
    >>> citations_held(g)["A"]
    2.0

    Source: Garfield (1955), Citation indexes for science.
    """
    held = graph.citers.counts().astype(np.float64)
    notes = conventions(graph, cycles="counted like others", backward="counted", undated="counted, coverage null")
    return Scores.of(
        graph, "citations_held", held, low=held, n=held, coverage=coverage_since(graph), notes=notes, whole=True
    )


def citations_reported(graph: CitationGraph) -> Scores:
    """How many citations of a work its source says there are.

    The source's own count, in and out of this graph; null where no source gave one. Unit: citations; range 0 and up. It
    rests on lists not seen here, so it has neither bounds nor coverage. Own column: `citations_held`, beside it.

    >>> g = CitationGraph.from_edges([("B", "A")], reported_citations={"A": 120})
    >>> citations_reported(g)["A"]
    120.0

    Source: Garfield (1955), Citation indexes for science.
    """
    import pandas as pd

    value = pd.to_numeric(graph.works["reported_citations"]).to_numpy(np.float64, na_value=np.nan)
    notes = conventions(graph, cycles="of no effect", backward="of no effect", undated="kept")
    return Scores.of(
        graph,
        "citations_reported",
        value,
        n=np.nan_to_num(value),
        coverage=None,
        reason=reasons({"no source reports a count": np.isnan(value)}),
        notes=notes,
        whole=True,
        own={"citations_held": graph.citers.counts()},
    )


def citations_rank(graph: CitationGraph) -> Scores:
    """Where the citations of a work put it among the works of its time.

    The mid-rank percentile, (midrank - 1/2)/n, of the citations held (citing -> cited, loops left out) among the works
    of its year, the span of years widened by one on both sides until it holds 30. Unit: share of the cohort; range
    (0, 1); null for undated works. Lists not known move it either way. `n` is the size of the cohort; with fewer than 30
    dated works the value is kept with a remark. Own column: `years_apart`, how far the cohort reaches on each side.

    >>> g = CitationGraph.from_edges([("C", "A"), ("D", "A"), ("D", "B")], years=dict.fromkeys("ABCD", 1990))
    >>> [citations_rank(g)[work] for work in "ABCD"]
    [0.875, 0.625, 0.25, 0.25]

    Source: Waltman & Schreiber (2013), On the calculation of percentile-based bibliometric indicators.
    """
    held, dated = graph.citers.counts(), np.flatnonzero(graph.years != UNDATED)
    value, size = np.full(len(graph), np.nan), np.zeros(len(graph), np.int64)
    apart = np.full(len(graph), np.nan)
    years = graph.years[dated]
    for own, cohort in cohorts(years) if len(dated) else []:
        mine = dated[own]
        value[mine] = percentiles(held[dated[cohort]])[own[cohort]]
        size[mine] = cohort.sum()
        apart[mine] = np.abs(years[cohort] - years[own][0]).max()
    undated = np.isnan(value)
    few = {"undated": undated, f"a cohort of only {len(dated)} works": ~undated & (size < COHORT)}
    notes = conventions(graph, cycles="counted like others", backward="counted", undated="null, in no cohort")
    return Scores.of(
        graph,
        "citations_rank",
        value,
        n=size,
        coverage=coverage_since(graph),
        reason=reasons(few),
        notes=notes,
        own={"years_apart": apart},
    )
