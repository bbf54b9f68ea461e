"""Mean late beauty: late beauty per year of life."""

from kg.analysis.base.late_citations import late_citation_scores
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


def beauty_cp_mean(graph: CitationGraph, *, last_year: int | None = None) -> Scores:
    """`beauty_cp` by the length of the history: B_cp/n, range -1/2 .. 1/2, comparable between works of different years.

    Unit: share. Null where `beauty_cp` is; same own columns, with `total` (B_cp) in place of `mean`.

    >>> edges = [(f"later{k}", "old") for k in range(20)]
    >>> g = CitationGraph.from_edges(edges, years={"old": 1990} | {f"later{k}": 2000 for k in range(20)})
    >>> beauty_cp_mean(g)["old"]
    0.45

    Source: Du & Wu (2018), A parameter-free index for identifying under-cited sleeping beauties in science.
    """
    return late_citation_scores(graph, "beauty_cp_mean", last_year)
