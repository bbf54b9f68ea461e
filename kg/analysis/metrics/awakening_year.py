"""Awakening year: when a sleeping beauty was taken up."""

from kg.analysis.base.sleep import sleep_scores
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


def awakening_year(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """The year in which a sleeping work awoke.

    The work's year + t_a, t_a the first t <= t_m where the yearly history c_t (see `beauty`) lies farthest below the
    straight line from (0, c_0) to its peak (t_m, c_tm). Unit: calendar year. Null where `beauty` is, and where the
    history nowhere lies below that line or lies farther above it: such a work never slept.

    >>> edges = [(f"later{k}", "old") for k in range(20)]
    >>> g = CitationGraph.from_edges(edges, years={"old": 1990} | {f"later{k}": 2000 for k in range(20)})
    >>> awakening_year(g)["old"]
    1999.0

    Source: Ke, Ferrara, Radicchi & Flammini (2015), Defining and identifying sleeping beauties in science.
    """
    return sleep_scores(graph, "awakening_year", last_year)
