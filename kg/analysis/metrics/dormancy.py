"""Latency, dormancy and revival: how long a work waited, how long it lay still, and when it came back."""

from kg.analysis.base.silence import silence_scores
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


def dormancy(graph: CitationGraph, *, s: float = 2.0, gamma: float = 1.0, last_year: int | None = None) -> Scores:
    """How many years a work once taken up lay still: its longest run at its low level of citations after the first one.

    Levels are those of `burst` (`s`, `gamma`): the years of the longest run in the low level that begins after the year
    of the first citation held, if 5 or more, else 0. Citing -> cited. Unit: years. Null for undated works, without
    citations by works of known lists, and where under half of the lists are known in over half of the years of the run
    (silence nobody listened to). Missing lists move it either way: no bounds. `coverage` is that of all its years.

    Own columns: `from_year` and `to_year` of the run (NaN where 0), `running` (whether it lasts to the last full year).

    >>> years = {"old": 1980, "end": 2000} | {f"c{k}": 1981 for k in range(9)} | {f"x{y}": y for y in range(1981, 2001)}
    >>> edges = [(f"c{k}", "old") for k in range(9)] + [(f"x{y}", f"c{k}") for y in range(1982, 2001) for k in range(9)]
    >>> dormancy(CitationGraph.from_edges(edges, years=years, closed=True)).table.loc["old", ["value", "from_year"]].tolist()
    [19.0, 1982.0]

    Source: van Raan (2004), Sleeping Beauties in science; levels after Kleinberg (2002).
    """
    return silence_scores(graph, "dormancy", s, gamma, last_year)
