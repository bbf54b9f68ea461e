"""Scores of metrics kept with the graph they were computed from, for the questions that ask for one work after another."""

from dataclasses import replace
from typing import Any

from kg.analysis.metric import Metric
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

MANY = 50_000  # works above which nothing is kept: the tables of all metrics of a dossier take about 2 kB for each work


def kept_scores(graph: CitationGraph, metric: Metric[Any], **options: Any) -> Scores:
    """The scores of a metric, computed when first asked for and then kept with the graph; in a large graph, each time.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    metric : Metric
        The metric.
    **options : str, int, float, bool or None
        The metric's own options.

    Examples
    --------
    >>> from kg.analysis.metrics.citations_held import citations_held
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A")])
    >>> kept_scores(g, citations_held).table.at["A", "value"], len(g.results) > 0
    (np.float64(2.0), True)
    """
    if len(graph) > MANY:
        return metric(graph, **options)
    scores = _kept(graph, metric, tuple(sorted(options.items())))
    return replace(scores, table=scores.table.copy(deep=False))


@once_per_graph
def _kept(graph: CitationGraph, metric: Metric[Any], options: tuple[tuple[str, Any], ...]) -> Scores:
    scores: Scores = metric(graph, **dict(options))
    return scores
