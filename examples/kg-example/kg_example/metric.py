"""A metric: how much a work builds on recent work."""

import numpy as np
from kg.analysis.metric import metric

from kg.analysis.scores import Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


@metric(unit="", range=(0, 1), undated="left out")
def price_index(graph: CitationGraph, *, max_age: int = 5) -> Scores:
    """How much a work builds on recent work.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    max_age : int
        Years up to which a reference is recent.

    Returns
    -------
    Scores
        A value for every work with a dated reference, from 0 to 1.

    Notes
    -----
    The share of a work's dated references that are at most `max_age` years older than the work.

    References
    ----------
    de Solla Price (1970), Citation measures of hard science, soft science, technology, and nonscience.

    Examples
    --------
    >>> years = {"A": 1990, "B": 1999, "C": 2000}
    >>> price_index(CitationGraph.from_edges([("C", "A"), ("C", "B")], years=years))["C"]
    0.5
    """
    citing, cited = graph.references.owners(), graph.references.works
    dated = (graph.years[citing] != UNDATED) & (graph.years[cited] != UNDATED)
    citing, age = citing[dated], graph.years[citing[dated]] - graph.years[cited[dated]].astype(np.int64)
    n = np.bincount(citing, minlength=len(graph))
    recent = np.bincount(citing[age <= max_age], minlength=len(graph))
    value = np.divide(recent, n, out=np.full(len(graph), np.nan), where=n > 0)
    return Scores.of(graph, value, n=n, coverage=None, reason=reasons({"no dated references in this graph": n == 0}))
