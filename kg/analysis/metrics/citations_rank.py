"""Citations rank: the percentile of a work by citations among works of its year."""

import numpy as np

from kg.analysis.base.cohort import COHORT, cohorts, percentiles
from kg.analysis.base.coverage import coverage_since
from kg.analysis.scores import Scores, conventions, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


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
