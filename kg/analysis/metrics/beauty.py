"""Sleeping beauties: how late and how strongly a work was taken up, and when it awoke."""

from kg.analysis.base.sleep import sleep_scores
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


def beauty(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """How long a work slept and how strongly it was then taken up.

    B = sum over t = 0..t_m of [((c_tm - c_0)/t_m) t + c_0 - c_t] / max(1, c_t), c_t the citations held that were made
    t years after the work's own year (citing -> cited), t_m the first year of the highest count: how far the history
    stays below the straight line to its peak. 0 if t_m = 0; negative for a work cited early; no upper end. Unit: none.

    Null for undated works, below 10 citations in the history, and where under half of the reference lists are known in
    over half of the years with works up to the peak. A peak in the last full year is kept with the reason `censored`:
    it may still rise. Citers dated before the work, undated or after the last full year are left out. Missing lists
    move B either way, so there are no bounds. `coverage` is that of all years of the history.

    Own columns: `awakening_year`, `peak_year`, `censored`, `other_peaks` (later years as high as the peak),
    `at_last_peak` (B measured to the last of them), `corrected` (B of c_t / coverage of that year; NaN where a year
    with citations has no known list).

    >>> edges = [(f"later{k}", "old") for k in range(20)]
    >>> g = CitationGraph.from_edges(edges, years={"old": 1990} | {f"later{k}": 2000 for k in range(20)})
    >>> beauty(g)["old"]
    90.0

    Source: Ke, Ferrara, Radicchi & Flammini (2015), Defining and identifying sleeping beauties in science.
    """
    return sleep_scores(graph, "beauty", last_year)
