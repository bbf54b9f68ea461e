"""Gems: works that stand higher among their contemporaries by PageRank than by citations."""

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.metric import metric
from kg.analysis.metrics.rescaled_pagerank import inputs, rescaled, rescaled_pagerank
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="standard deviations",
    family="influence",
    cycles="kept; solved as linear equations",
    undated="no value, in no window",
    inputs=inputs,
)
def gem(graph: CitationGraph, *, alpha: float = 0.5, window: int = 1000) -> Scores:
    """How much higher a work stands among those nearest in time by PageRank than by citations.

    Above 0, the works that cite it matter more than their number.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    alpha : float, default 0.5
        Probability of following a reference in PageRank, in [0, 1).
    window : int, default 1000
        Number of works nearest in time that a work is compared with, at least 2.

    Returns
    -------
    Scores
        No value where `rescaled_pagerank` has none, or where all works in the window have as many citations. Missing reference
        lists can raise or lower it, so there are no bounds. Own columns: `pagerank` and `citations`, both rescaled.

    Raises
    ------
    InputError
        If `alpha` is not in [0, 1) or `window` is below 2.

    Notes
    -----
    (p - mean(p))/std(p) - (c - mean(c))/std(c) over the `window` works nearest in time, where p is PageRank and c the number
    of citations in this graph (citing -> cited); the first part is `rescaled_pagerank`.

    References
    ----------
    Chen, Xie, Maslov & Redner (2007), Finding scientific gems with Google's PageRank algorithm.

    Mariani, Medo & Zhang (2016), Identification of milestone papers through time-balanced network centrality.

    Examples
    --------
    >>> edges = [("b", "a"), ("c", "a"), ("d", "c"), ("e", "a")]
    >>> g = CitationGraph.from_edges(edges, years={"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
    >>> scores = gem(g, window=3)
    >>> bool(scores["a"] == scores.table.at["a", "pagerank"] - scores.table.at["a", "citations"])
    True
    """
    ranked = rescaled_pagerank(graph, alpha=alpha, window=window)
    by_rank = ranked.table["value"].to_numpy(float)
    count = graph.citers.counts()
    by_citations = rescaled(graph, count.astype(np.float64), window)
    value = by_rank - by_citations
    flat = "the works nearest in time all have as many citations"
    reason = [
        flat if np.isnan(v) and not np.isnan(p) else why
        for v, p, why in zip(value, by_rank, ranked.table["reason"], strict=True)
    ]
    return Scores.of(
        graph,
        value,
        n=count,
        coverage=coverage_since(graph),
        reason=reason,
        own={"pagerank": by_rank, "citations": by_citations},
    )
