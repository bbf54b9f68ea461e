"""Gems: works that stand higher among their contemporaries by PageRank than by citations."""

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.metrics.rescaled_pagerank import rescaled, rescaled_pagerank
from kg.analysis.scores import Scores, conventions
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph


def gem(graph: CitationGraph, *, alpha: float = 0.5, window: int = 1000) -> Scores:
    """How much higher a work stands among those nearest in time by PageRank than by citations.

    `rescaled_pagerank` less the citations held, rescaled in the same window: (p - mean)/std - (c - mean)/std over the
    `window` works nearest in time. Citing -> cited. Unit: standard deviations; any sign; above 0 its citers matter more
    than their number. Null where `rescaled_pagerank` is or citations have no spread in the window. Missing lists move it
    either way: no bounds.

    Own columns: `pagerank` and `citations`, both rescaled.

    >>> edges = [("b", "a"), ("c", "a"), ("d", "c"), ("e", "a")]
    >>> g = CitationGraph.from_edges(edges, years={"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})
    >>> scores = gem(g, window=3)
    >>> bool(scores["a"] == scores.table.at["a", "pagerank"] - scores.table.at["a", "citations"])
    True

    Raises:
        InputError: if alpha is not in [0, 1) or the window is below 2.

    Source: Chen, Xie, Maslov & Redner (2007), Finding scientific gems with Google's PageRank algorithm; rescaling after
    Mariani, Medo & Zhang (2016).
    """
    if window < 2:
        raise InputError(f"a window of {window} works has no spread", "1000 is usual")
    ranked = rescaled_pagerank(graph, alpha=alpha, window=window)
    by_rank = ranked.table["value"].to_numpy(float)
    held = graph.citers.counts()
    by_citations = rescaled(graph, held.astype(np.float64), window)
    value = by_rank - by_citations
    flat = "no spread of citations among the works nearest in time"
    reason = [
        flat if np.isnan(v) and not np.isnan(p) else why
        for v, p, why in zip(value, by_rank, ranked.table["reason"], strict=True)
    ]
    return Scores.of(
        graph,
        "gem",
        value,
        n=held,
        coverage=coverage_since(graph),
        reason=reason,
        options={"alpha": alpha, "window": window},
        notes=conventions(graph, cycles="kept and solved", backward="kept", undated="null, in no window"),
        own={"pagerank": by_rank, "citations": by_citations},
    )
