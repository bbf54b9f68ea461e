"""The wake of a work: everything later that builds on it, directly or through others, discounted by distance."""

from typing import Any

import numpy as np

from kg.analysis.base.bit_search import Search
from kg.analysis.base.coverage import coverage_since
from kg.analysis.scores import Floats, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


def wake(graph: CitationGraph, *, a: float = 0.5, robust: bool = False) -> Scores:
    """How much later work builds on a work, directly or through others.

    W = sum over d >= 1 of a^(d-1) n_d, n_d the later works whose shortest chain of citations back to it has d links
    (citing -> cited); each later work counts once. Unit: works; from 1 up. A citation is followed if both ends are
    dated and the citing work is not earlier; in a graph without dates, all are. Null without any later citer
    and for undated works. `low` is W: a list not known can only add; `high` is open. `n` is the number of works reached.

    `robust` gives instead W without its strongest helper: the direct citer h, by a citation that is followed, whose removal
    from the graph lowers W most (the first by id among equals); 0 where there is one citer. Own columns then: `wake` (W), `helper` (h), `helped`
    (H = 1 - W_-h / W, from 0: no one is needed, to 1: one citer carries all).

    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("C", "B"), ("D", "B"), ("E", "C"), ("E", "D")])
    >>> wake(g)["A"], wake(g, robust=True)["A"], wake(g, robust=True).table.at["A", "helper"]
    (3.0, 1.5, 'B')

    Raises:
        InputError: if `a` is not in (0, 1].

    Source: Klosik & Bornholdt (2014), The citation wake of publications detects Nobel laureates' papers.
    """
    if not 0 < a <= 1:
        raise InputError(f"discount a = {a} is not in (0, 1]", "0.5 and 0.9 are usual")
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
    any_dated = bool((graph.years != UNDATED).any())
    undated = any_dated & (graph.years == UNDATED)
    reason = reasons({"undated": undated, "no later work held cites it": np.isnan(value)})
    notes = conventions(
        graph,
        cycles="followed; each work counts once",
        backward="not followed",
        undated="null and not followed" if any_dated else "all: citations followed as they are",
    )
    return Scores.of(
        graph,
        "wake",
        value,
        low=low,
        n=reached,
        coverage=coverage_since(graph),
        reason=reason,
        options={"a": a, "robust": robust},
        notes=notes,
        own=own,
    )
