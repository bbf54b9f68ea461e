"""Betweenness by Brandes' algorithm, from every work or, in a large graph, from a seeded sample of works."""

from collections.abc import Callable
from importlib.util import find_spec
from os import cpu_count

import numpy as np

from kg.analysis.scores import Floats, Ints, Scores, conventions
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph

EXACT = 10**9  # works x (works + citations) up to which every work is a start
BATCHES = 16
FAST = 20_000  # works from which the compiled search is worth its start
T_99 = 2.947  # Student's t, 15 degrees of freedom, two-sided 99 %


def betweenness(graph: CitationGraph, *, sample: int | None = None, seed: int = 0) -> Scores:
    """How many shortest citation chains of the held graph run through a work.

    b_v = sum over s != v != t of sigma_st(v) / sigma_st, sigma_st the number of shortest chains s -> ... -> t along
    citations (citing -> cited), sigma_st(v) those through v; not normalised. Unit: pairs of works; range 0 and up;
    never null. Cycles are kept, loops left out, dates not looked at. A lost citation moves it either way.

    `sample` starts drawn without replacement stand for all of them, the sum scaled by works/sample. `low` and `high` then
    tell the error of that sampling alone, from 16 batches of starts: wide enough for nine in ten works of a test
    network (few starts reach most works, so an exact level cannot be promised); `high` is null for a work the sample saw
    on no chain although it cites and is cited. Without `sample` every work is a start in graphs of up to about 7,000
    works and 100,000 citations, else 512 are drawn; 0 always takes every work.

    >>> g = CitationGraph.from_edges([("C", "B"), ("B", "A")])
    >>> betweenness(g)["B"]
    1.0

    Raises:
        InputError: if `sample` is negative or below 32 (and not 0).

    Source: Freeman (1977), A set of measures of centrality based on betweenness; Brandes (2001), A faster algorithm for
    betweenness centrality; Brandes & Pich (2007), Centrality estimation in large networks.
    """
    n = len(graph)
    if sample is not None and sample != 0 and sample < 2 * BATCHES:
        raise InputError(
            f"a sample of {sample} starts has no usable error", f"take {2 * BATCHES} or more, or 0 for all"
        )
    if sample is None:
        sample = 0 if n * (n + graph.m) <= EXACT else 512
    sums = dependencies(graph)
    notes = conventions(graph, cycles="kept", backward="kept", undated="kept")
    notes.append("in the held graph: a lost citation moves it either way")
    low: Floats | None = None
    high: Floats | None = None
    if 0 < sample < n:
        starts = np.array_split(np.random.default_rng(seed).permutation(n)[:sample], BATCHES)
        each = np.array([sums(part) * n / len(part) for part in starts])
        weights = np.array([len(part) for part in starts]) / sample
        value = weights @ each
        spread = T_99 * np.sqrt(each.var(axis=0, ddof=1) / BATCHES * (1 - sample / n))
        low, high = np.maximum(value - spread, 0), value + spread
        between = (graph.citers.counts() > 0) & (graph.references.counts() > 0)
        high[(value == 0) & between] = np.nan
        top = int(value.argmax())
        notes.append(f"sampled: {sample:,} of {n:,} starts, seed {seed}; bounds are the error of the sampling only")
        if value[top] > 0:
            notes.append(f"at the highest value its half width is {spread[top] / value[top]:.0%}")
    else:
        value = sums(np.arange(n)) if n else np.empty(0)
    return Scores.of(
        graph,
        "betweenness",
        value,
        low=low,
        high=high,
        n=graph.citers.counts() + graph.references.counts(),
        coverage=graph.coverage(),
        options={"sample": sample, "seed": seed},
        notes=notes,
    )


def dependencies(graph: CitationGraph, *, fast: bool | None = None) -> Callable[[Ints], Floats]:
    """A function of starts s: for every work v the sum over s and t of sigma_st(v) / sigma_st.

    igraph's search, or in large graphs the compiled one where numba is installed (or as `fast` says).
    """
    if fast is None:
        fast = len(graph) > FAST and find_spec("numba") is not None
    if fast:
        from kg.analysis.metrics import _betweenness_numba as compiled

        threads = cpu_count() or 1
        return lambda starts: np.asarray(compiled.dependencies(*graph.references, starts, threads), np.float64)
    import igraph

    ends = np.column_stack((graph.references.owners(), graph.references.works))
    g = igraph.Graph(n=len(graph), edges=ends, directed=True)  # type: ignore[no-untyped-call]
    return lambda starts: np.array(g.betweenness(directed=True, sources=starts.tolist()), np.float64)
