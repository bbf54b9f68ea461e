"""Citations held: how many works of this graph cite a work."""

from math import inf

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.metric import metric
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="citations",
    family="citations",
    range=(0, inf),
    whole=True,
    cycles="counted like others",
    backward="counted",
    undated="counted; coverage is undefined for them",
    dossier={},
)
def citations_held(graph: CitationGraph) -> Scores:
    """How many works of this graph cite a work.

    A work of the graph whose reference list is unknown may cite it too, so the number is a lower bound. It is another
    number than the citations that a source reports (`citations_reported`).

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Scores
        A value for every work. `low` is the value; there is no upper bound. `coverage` is the share of known reference
        lists among works of its year or later.

    Notes
    -----
    The number of distinct citing works (in-degree; citing -> cited).

    References
    ----------
    Garfield (1955), Citation indexes for science.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("C", "A"), ("A", "A")])
    >>> citations_held(g)["A"]
    2.0
    """
    count = graph.citers.counts().astype(np.float64)
    return Scores.of(graph, count, low=count, n=count, coverage=coverage_since(graph))
