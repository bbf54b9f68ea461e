"""Beauty of little cited works: how late in its life the citations of a work came, compared with chance."""

from kg.analysis.base.inputs import history_and_citers
from kg.analysis.base.late_citations import late_citation_scores
from kg.analysis.metric import metric
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="years",
    family="attention over time",
    cycles="counted like others",
    backward="left out of the histories",
    undated="no value, left out of the histories",
    inputs=history_and_citers,
    dossier={},
)
def beauty_cp(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """How late in its life the citations of a little cited work came.

    It needs no peak, so it finds sleeping beauties among works with few citations. From -n/2 (all citations early) to n/2
    (all in the last year), where n is the length of the history; 0 if they are spread evenly.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    last_year : int, optional
        Last year of the histories; default is the last full year of the graph.

    Returns
    -------
    Scores
        No value for works without a year, with fewer than 3 or more than 50 citations (where `beauty` is the better
        measure), or with a history of one year. Missing reference lists can raise or lower it, so there are no bounds;
        `coverage` is that of all years of the history. Own columns: `mean` (B_cp/n), `p` (exact probability of a value at
        least as high if as many citations fell into the years in proportion to all citations made in them), `p0` (whether
        the work was cited in its own year).

    Notes
    -----
    B_cp = sum over t = 0..n of [((P_n - P_0)/n) t + P_0 - P_t], where P_t is the share of its citations made up to t years
    after publication (citing -> cited) and n the number of years to the last full one.

    References
    ----------
    Du & Wu (2018), A parameter-free index for identifying under-cited sleeping beauties in science.

    Examples
    --------
    >>> edges = [(f"later{k}", "old") for k in range(3)]
    >>> g = CitationGraph.from_edges(edges, years={"old": 1990} | {f"later{k}": 1994 for k in range(3)})
    >>> beauty_cp(g)["old"]
    1.5
    """
    return late_citation_scores(graph, "mean", last_year)
