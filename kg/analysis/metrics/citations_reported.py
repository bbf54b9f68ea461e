"""Citations reported: how often a work is cited according to the source of its record."""

from math import inf

import numpy as np

from kg.analysis.metric import metric
from kg.analysis.scores import Scores, reasons
from kg.graph.citation_graph import CitationGraph


@metric(unit="citations", family="citations", range=(0, inf), whole=True, cycles="no effect", backward="no effect")
def citations_reported(graph: CitationGraph) -> Scores:
    """How often a work is cited according to the source of its record.

    The source counts citations inside and outside this graph, from reference lists that kg has not seen.

    Parameters
    ----------
    graph : CitationGraph
        The graph.

    Returns
    -------
    Scores
        No value where no source reports a count; neither bounds nor coverage. Own column: `citations_held`, the
        citations in this graph.

    References
    ----------
    Garfield (1955), Citation indexes for science.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A")], reported_citations={"A": 120})
    >>> citations_reported(g)["A"]
    120.0
    """
    import pandas as pd

    value = pd.to_numeric(graph.works["reported_citations"]).to_numpy(np.float64, na_value=np.nan)
    return Scores.of(
        graph,
        value,
        n=np.nan_to_num(value),
        coverage=None,
        reason=reasons({"no source reports a count": np.isnan(value)}),
        own={"citations_held": graph.citers.counts()},
    )
