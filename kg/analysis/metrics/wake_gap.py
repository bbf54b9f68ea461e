"""Gaps: how much more later work goes back to a work than to works of its time cited as often."""

import numpy as np

from kg.analysis.base.cohort import COHORT, gap
from kg.analysis.base.coverage import coverage_since
from kg.analysis.communities import communities
from kg.analysis.metrics.persistent_influence import persistent_influence
from kg.analysis.metrics.wake import wake
from kg.analysis.scores import Floats, Ints, Scores, conventions, reasons
from kg.graph.arrays import UNDATED
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
    return _against_citations(graph, "wake_gap", measured, {"a": a, "robust": robust})


def persistence_gap(graph: CitationGraph) -> Scores:
    """How much more of later knowledge goes back to a work than to works of its time and community cited as often.

    z(P) - E[z(P) given citations], P being `persistent_influence`; all else as in `wake_gap`. Null for undated and uncited
    works and where under 30 works can be compared. Missing lists move it either way: no bounds.

    >>> edges = [(f"c{k}", f"w{k}") for k in range(40)] + [(f"d{k}", "c7") for k in range(9)]
    >>> years = {name: 2000 + 5 * "wcd".index(name[0]) for edge in edges for name in edge}
    >>> persistence_gap(CitationGraph.from_edges(edges, years=years)).ranked().index[0]
    'w7'

    Source: persistent influence after arXiv:1908.11089; setting it against citations within a cohort is kg's own.
    """
    return _against_citations(graph, "persistence_gap", persistent_influence(graph), {})


def groups(graph: CitationGraph) -> Ints:
    """The community of every work, for cohorts: one seeded run of Leiden."""
    return communities(graph, seeds=1).table["community"].to_numpy(np.int64)


def gap_of(graph: CitationGraph, value: Floats, group: Ints) -> Floats:
    """The gap of a measure of works given their citations; NaN for works without value, citers or year, or 30 such works."""
    cited = graph.citers.counts()
    some = ~np.isnan(value) & (cited > 0) & (graph.years != UNDATED)
    result = np.full(len(graph), np.nan)
    if some.sum() >= COHORT:
        result[some] = gap(value[some], cited[some], graph.years[some].astype(np.int64), group[some])
    return result


def _against_citations(graph: CitationGraph, metric: str, measured: Scores, options: dict[str, object]) -> Scores:
    value = measured.table["value"].to_numpy(float)
    found = gap_of(graph, value, groups(graph))
    cited = graph.citers.counts()
    judged = ~np.isnan(value) & (cited > 0) & (graph.years != UNDATED)
    why = {
        "undated": graph.years == UNDATED,
        "no later work held cites it": np.isnan(value) | (cited == 0),
        f"only {int(judged.sum())} works can be compared, {COHORT} needed": np.isnan(found),
    }
    notes = conventions(
        graph, cycles=f"as in {measured.metric}", backward=f"as in {measured.metric}", undated="null, in no cohort"
    )
    return Scores.of(
        graph,
        metric,
        found,
        n=cited,
        coverage=coverage_since(graph),
        reason=reasons(why),
        options=dict(options),
        notes=notes,
        own={"measured": value},
    )
