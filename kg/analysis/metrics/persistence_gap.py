"""Persistence gap: persistent influence beyond what citations would lead one to expect."""

from kg.analysis.base.cohort_gap import against_citations
from kg.analysis.metrics.persistent_influence import persistent_influence
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


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
    return against_citations(graph, "persistence_gap", persistent_influence(graph), {})
