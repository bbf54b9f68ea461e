"""Awakening year: when a sleeping beauty was taken up."""

from kg.analysis.base.inputs import history_and_citers
from kg.analysis.base.sleep import sleep_scores
from kg.analysis.metric import metric
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="calendar year",
    family="attention over time",
    whole=True,
    cycles="counted like others",
    backward="left out of the histories",
    undated="no value, left out of the histories",
    inputs=history_and_citers,
    dossier={},
)
def awakening_year(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """The year in which a sleeping beauty awoke.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    last_year : int, optional
        Last year of the histories; default is the last full year of the graph.

    Returns
    -------
    Scores
        No value where `beauty` has none, and for works that never slept: their history is nowhere below the line to the
        peak, or is farther above it. Own columns as those of `beauty`.

    Notes
    -----
    Year of publication + t_a, where t_a is the first t <= t_m at which the history c_t (see `beauty`) is farthest below the
    straight line from (0, c_0) to its peak (t_m, c_tm).

    References
    ----------
    Ke, Ferrara, Radicchi & Flammini (2015), Defining and identifying sleeping beauties in science.

    Examples
    --------
    >>> edges = [(f"later{k}", "old") for k in range(20)]
    >>> g = CitationGraph.from_edges(edges, years={"old": 1990} | {f"later{k}": 2000 for k in range(20)})
    >>> awakening_year(g)["old"]
    1999.0
    """
    return sleep_scores(graph, "awakening_year", last_year)
