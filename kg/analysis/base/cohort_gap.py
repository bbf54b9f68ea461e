"""A measure of works set against what works of their time and community have with as many citations."""

import numpy as np

from kg.analysis.base.cohort import COHORT, gap
from kg.analysis.base.coverage import coverage_since
from kg.analysis.communities import communities
from kg.analysis.scores import Floats, Ints, Scores, conventions, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


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


def against_citations(graph: CitationGraph, metric: str, measured: Scores, options: dict[str, object]) -> Scores:
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
