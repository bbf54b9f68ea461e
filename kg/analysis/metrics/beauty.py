"""Beauty coefficient: how long a sleeping beauty slept and how strongly it was then taken up."""

from kg.analysis.base.inputs import history_and_citers
from kg.analysis.base.sleep import sleep_scores
from kg.analysis.metric import metric
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


@metric(
    unit="",
    family="attention over time",
    cycles="counted like others",
    backward="left out of the histories",
    undated="no value, left out of the histories",
    inputs=history_and_citers,
    dossier={},
)
def beauty(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """How long a work was hardly cited before its peak, and how high that peak was.

    High for sleeping beauties, 0 for works whose yearly citations rise evenly to their peak or are highest in the year of
    publication, negative for works cited early.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    last_year : int, optional
        Last year of the histories; default is the last full year of the graph.

    Returns
    -------
    Scores
        No value for works without a year, with fewer than 10 citations in the history, or where under half of the
        reference lists are known in more than half of the years up to the peak. A value whose peak is the last full year
        carries the warning `censored`: it may still rise. Missing reference lists can raise or lower it, so there are no
        bounds; `coverage` is that of all years of the history. Own columns: `awakening_year`, `peak_year`, `censored`,
        `other_peaks` (later years as high as the peak), `at_last_peak` (B up to the last of these), `corrected` (B of c_t
        divided by the coverage of its year; undefined where a year with citations has no known list).

    Notes
    -----
    B = sum over t = 0..t_m of [((c_tm - c_0)/t_m) t + c_0 - c_t] / max(1, c_t), where c_t is the number of citations made t
    years after publication (citing -> cited; citing works dated before it, without a year or after the last full year are
    left out) and t_m the first year with the highest count. B = 0 if t_m = 0.

    References
    ----------
    Ke, Ferrara, Radicchi & Flammini (2015), Defining and identifying sleeping beauties in science.

    Examples
    --------
    >>> edges = [(f"later{k}", "old") for k in range(20)]
    >>> g = CitationGraph.from_edges(edges, years={"old": 1990} | {f"later{k}": 2000 for k in range(20)})
    >>> beauty(g)["old"]
    90.0
    """
    return sleep_scores(graph, "beauty", last_year)
