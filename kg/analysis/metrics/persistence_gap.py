"""Persistence gap: persistent influence beyond what citations would lead one to expect."""

from kg.analysis.base.cohort_gap import against_citations
from kg.analysis.base.inputs import cohort
from kg.analysis.communities import community_numbers
from kg.analysis.metric import metric
from kg.analysis.metrics.persistent_influence import inputs as influence_inputs
from kg.analysis.metrics.persistent_influence import persistent_influence
from kg.analysis.scores import Inputs, Scores
from kg.graph.citation_graph import CitationGraph


def inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """What each citing work passes on, and the cohort."""
    return influence_inputs(graph, i, scores) | {"cohort": cohort(graph, i, scores, community_numbers(graph))}


@metric(
    unit="standard deviations",
    family="forgetting",
    cycles="as in `persistent_influence`",
    backward="as in `persistent_influence`",
    undated="no value, in no cohort",
    inputs=inputs,
)
def persistence_gap(graph: CitationGraph) -> Scores:
    """How much more of later knowledge goes back to a work than to works of its time and community cited as often.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Scores
        No value for works without a year or without citations, and where fewer than 30 works can be compared. Missing
        reference lists can raise or lower it, so there are no bounds. Own column: `measured`, the persistent influence.

    Notes
    -----
    z(P) - E[z(P) given citations], where P is `persistent_influence`; cohort, z and expectation are those of `wake_gap`.

    References
    ----------
    Going beneath the shoulders of giants: tracking the cumulative knowledge spreading in a comprehensive citation
    network (arXiv:1908.11089). The comparison with works cited as often is kg's own.

    Examples
    --------
    >>> edges = [(f"c{k}", f"w{k}") for k in range(40)] + [(f"d{k}", "c7") for k in range(9)]
    >>> years = {name: 2000 + 5 * "wcd".index(name[0]) for edge in edges for name in edge}
    >>> persistence_gap(CitationGraph.from_edges(edges, years=years)).ranked().index[0]
    'w7'
    """
    return against_citations(graph, persistent_influence(graph))
