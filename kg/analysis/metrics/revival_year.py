"""Revival year: when a dormant work was cited again."""

from kg.analysis.base.silence import silence_scores
from kg.analysis.scores import Scores
from kg.graph.citation_graph import CitationGraph


def revival_year(graph: CitationGraph, *, s: float = 2.0, gamma: float = 1.0, last_year: int | None = None) -> Scores:
    """The year in which a work came back: its first burst after a sleep.

    The first year of the first `burst` that begins after a latency of 5 years or more, or after a dormancy (a run of 5
    years or more at the low level after the first citation). Citing -> cited. Unit: calendar year. Null where `dormancy`
    is, and where no burst follows a sleep. Missing lists move it either way: no bounds.

    Own columns: `slept` (years of the sleep before it).

    >>> years = {"old": 1980} | {f"x{y}.{k}": y for y in range(1981, 1993) for k in range(9)} | {"other": 1980}
    >>> edges = [(f"x{y}.{k}", "other" if y < 1990 else "old") for y in range(1981, 1993) for k in range(9)]
    >>> revival_year(CitationGraph.from_edges(edges, years=years, closed=True))["old"]
    1990.0

    Source: van Raan (2004), Sleeping Beauties in science; bursts after Kleinberg (2002).
    """
    return silence_scores(graph, "revival_year", s, gamma, last_year)
