"""Why a work has the value it has: the inputs of a metric for one work, and the reference lists that are missing."""

from typing import Any

import numpy as np

from kg.analysis.base.inputs import lists_of
from kg.analysis.scores import Inputs, Scores, plain
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def why(graph: CitationGraph, id_: str, scores: Scores) -> Inputs:
    """The inputs behind the value that a metric gives a work.

    Parameters
    ----------
    graph : CitationGraph
        The graph the scores are of.
    id_ : str
        Id of the work.
    scores : Scores
        The metric, calculated for this graph.

    Returns
    -------
    dict
        `result`: the work's row with the metric's own columns; then the sections that the metric declares, such as
        `history` or `citers`; `missing`: how many reference lists that could change the value are unknown, those of later
        works where the metric does not say. All values are plain values for JSON.

    Raises
    ------
    NothingFound
        If the graph has no such work.

    Examples
    --------
    >>> from kg.analysis.metrics.wake import wake
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "B")], years={"A": 1988, "B": 2002, "C": 2016})
    >>> found = why(g, "A", wake(g))
    >>> found["result"]["value"], [(row["links"], row["works"], row["adds"]) for row in found["levels"]]
    (1.5, [(1, 1, 1.0), (2, 1, 0.5)])
    """
    i = graph.number(id_)
    result = {name: _named(value) for name, value in scores.table.loc[id_].to_dict().items()}
    sections = scores.inputs(graph, i, scores)
    return {"result": result} | sections | {"missing": sections.get("missing") or missing(graph, i)}


def missing(graph: CitationGraph, i: int) -> Inputs:
    """How the reference lists of works of its year or later were retrieved; unknown lists may contain a citation of it.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    i : int
        Number of the work.

    Returns
    -------
    dict
        `since` (its year, or None), `works` (dated then or later; all if it has no year), `known` (how many of their
        reference lists are known), `outcomes` (how many lists by outcome).
    """
    year = int(graph.years[i])
    later = graph.years >= year if year != UNDATED else np.ones(len(graph), np.bool_)
    return lists_of(graph, np.flatnonzero(later), year)


def _named(value: Any) -> Any:
    """A plain value in which named tuples are objects with their field names."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _named(part) for name, part in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [_named(part) for part in value]
    return plain(value)
