"""Gaps: how much more later work goes back to a work than to works of its time cited as often."""

from kg.analysis.base.cohort_gap import against_citations
from kg.analysis.metrics.wake import wake
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


def wake_gap(graph: CitationGraph, *, a: float = 0.5, robust: bool = False) -> Scores:
    """How much more later work builds on a work than on works of its time and community cited as often.

    z(W) - E[z(W) given citations]: W is `wake`, z the inverse normal of its mid-rank percentile in the cohort, the
    expectation a rising (isotonic) fit of z on citations held over the cohort. The cohort is the works of its community
    (Leiden) and year with a wake, widened year by year until 30; all communities where its own has fewer. Citing ->
    cited. Unit: standard deviations of the cohort; any sign. `robust` takes W without the strongest helper instead, so
    that one famous citer does not make an ancestor. Null where `wake` is, and where under 30 works have one. Missing
    lists move it either way: no bounds. `n` is the number of citers counted, `coverage` that of works since its year.

    Own column: `measured` (W).

    >>> edges = [(f"c{k}", f"w{k}") for k in range(40)] + [(f"d{k}", "c7") for k in range(9)]
    >>> years = {name: 2000 + 5 * "wcd".index(name[0]) for edge in edges for name in edge}
    >>> scores = wake_gap(CitationGraph.from_edges(edges, years=years))
    >>> scores.ranked().index[0], round(scores["w7"], 3), round(scores["w1"], 3)
    ('w7', 2.216, -0.057)

    Raises:
        InputError: if `a` is not in (0, 1].

    Source: the wake is that of Klosik & Bornholdt (2014); setting it against citations within a cohort is kg's own.
    """
    measured = wake(graph, a=a, robust=robust)
    return against_citations(graph, "wake_gap", measured, {"a": a, "robust": robust})
