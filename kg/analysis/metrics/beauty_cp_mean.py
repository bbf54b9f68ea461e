"""Mean beauty of little cited works: `beauty_cp` per year of life."""

from kg.analysis.base.inputs import history_and_citers
from kg.analysis.base.late_citations import late_citation_scores
from kg.analysis.metric import metric
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="",
    family="attention over time",
    range=(-0.5, 0.5),
    cycles="counted like others",
    backward="left out of the histories",
    undated="no value, left out of the histories",
    inputs=history_and_citers,
)
def beauty_cp_mean(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """How late in its life the citations of a little cited work came, comparable between works of different years.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    last_year : int, optional
        Last year of the histories; default is the last full year of the graph.

    Returns
    -------
    Scores
        No value where `beauty_cp` has none. Own columns: `total` (B_cp), `p` and `p0` as those of `beauty_cp`.

    Notes
    -----
    B_cp / n: `beauty_cp` divided by the length of the history in years.

    References
    ----------
    Du & Wu (2018), A parameter-free index for identifying under-cited sleeping beauties in science.

    Examples
    --------
    >>> edges = [(f"later{k}", "old") for k in range(20)]
    >>> g = CitationGraph.from_edges(edges, years={"old": 1990} | {f"later{k}": 2000 for k in range(20)})
    >>> beauty_cp_mean(g)["old"]
    0.45
    """
    return late_citation_scores(graph, "total", last_year)
