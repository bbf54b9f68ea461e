"""Counts: citations held here, citations reported by a source, and the place of the former among works of the time."""

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.scores import Scores, conventions
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
