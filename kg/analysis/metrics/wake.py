"""The wake of a work: all later work that builds on it, directly or through others, discounted by distance."""

from math import inf
from typing import Any

import numpy as np

from kg.analysis.base.bit_search import Search
from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.inputs import citers
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Inputs, Ints, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def levels(graph: CitationGraph, i: int, scores: Scores) -> list[Inputs]:
    """How many works lie at each number of citations, with their weight a^(d - 1) and what they add to the wake."""
    a = float(scores.options["a"])
    search = Search(graph)
    found = search.levels(np.array([i]), np.array([-1])) if search.citers[i] else []
    return [
        {"links": d, "works": int(n[0]), "weight": a ** (d - 1), "adds": a ** (d - 1) * int(n[0])}
        for d, n in enumerate(found, 1)
        if n[0]
    ]


def inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """The works at each distance and the citing works."""
    return {"levels": levels(graph, i, scores), "citers": citers(graph, i, scores)}


def values_of(graph: CitationGraph, works: Ints, *, a: float = 0.5, robust: bool = False) -> Floats:
    """The wakes of some works alone."""
    if robust:
        return wake(graph, a=a, robust=True).table["value"].to_numpy(float)[works]
    search, value = Search(graph), np.full(len(graph), np.nan)
    cited = np.unique(works[search.citers[works] > 0])
    value[cited] = search.wakes(cited, np.full(len(cited), -1), a)[0]
    return value[works]


@metric(
    unit="works",
    family="influence",
    range=(0, inf),
    cycles="followed; each work counts once",
    backward="not followed",
    undated="no value and not followed, unless no work has a year",
    inputs=inputs,
    dossier={"robust": True},
    of=values_of,
)
def wake(graph: CitationGraph, *, a: float = 0.5, robust: bool = False) -> Scores:
    """How much later work builds on a work, directly or through others.

    Each later work counts once, the less the more citations lie between: 1 if it cites the work, `a` if it cites a work
    that does, and so on.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    a : float, default 0.5
        Discount for each further citation, in (0, 1]; 0.5 and 0.9 are usual.
    robust : bool, default False
        Leave out the citing work without which the wake is smallest, so that one famous citing work does not decide.

    Returns
    -------
    Scores
        No value for works without a later citing work and for works without a year. An unknown reference list can only
        add to it: `low` is the value (not if `robust`), and there is no upper bound. `n` is the number of works reached.
        Own columns if `robust`: `wake` (W), `helper` (the citing work h left out), `helped` (1 - W_-h / W, from 0: no
        citing work is needed, to 1: one carries all).

    Raises
    ------
    InputError
        If `a` is not in (0, 1].

    Notes
    -----
    W = sum over d >= 1 of a^(d-1) n_d, where n_d is the number of later works whose shortest chain of citations back to it
    has d citations (citing -> cited). A citation is followed if both works have a year and the citing work is not earlier;
    in a graph without any years, all are. `robust` gives the least W_-h, the W of the graph without a direct citing work h
    (the first id among equals); 0 if only one work cites it.

    References
    ----------
    Klosik & Bornholdt (2014), The citation wake of publications detects Nobel laureates' papers.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("C", "B"), ("D", "B"), ("E", "C"), ("E", "D")])
    >>> wake(g)["A"], wake(g, robust=True)["A"], wake(g, robust=True).table.at["A", "helper"]
    (3.0, 1.5, 'B')
    """
    if not 0 < a <= 1:
        raise InputError(f"a must be in (0, 1] (got {a:g})", "0.5 and 0.9 are usual")
    search = Search(graph)
    cited = np.flatnonzero(search.citers > 0)
    value, reached = np.full(len(graph), np.nan), np.zeros(len(graph), np.int64)
    value[cited], reached[cited] = search.wakes(cited, np.full(len(cited), -1), a)
    low: Floats | None = np.where(np.isnan(value), 0.0, value)
    own: dict[str, Any] = {}
    if robust:
        from kg.analysis.metrics._wake_helper import strongest

        least, helper = strongest(graph, search, value, a)
        own = {"wake": value, "helper": helper, "helped": 1 - least / value}
        value = least
        low = None  # one more citation can make a stronger helper
    dateless = bool((graph.years == UNDATED).all()) and len(graph) > 0
    undated = (graph.years == UNDATED) & ~np.bool_(dateless)
    return Scores.of(
        graph,
        value,
        low=low,
        n=reached,
        coverage=coverage_since(graph),
        reason=reasons({"no year": undated, "no later work in this graph cites it": np.isnan(value)}),
        remarks=["No work has a year: all citations are followed, whatever their order in time."] if dateless else [],
        own=own,
    )
