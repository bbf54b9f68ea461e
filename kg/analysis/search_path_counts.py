"""How many paths run through each citation: exactly, or as shares of all paths with a proven error."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.time_dag import TimeDag, time_dag
from kg.analysis.scores import Floats, Ints
from kg.errors import InputError
from kg.graph.citation_graph import CitationGraph

WEIGHTS = ("spc", "splc", "spnp")
ROUNDING = 2.0**-53


class Ends(NamedTuple):
    """Which units start a path and which end one, as 0 and 1."""

    starts: Ints
    stops: Ints


def path_shares(graph: CitationGraph, *, weights: str = "spc", cycles: str = "shrink") -> tuple[TimeDag, Floats, float]:
    """The share of all paths that runs through each arc of the acyclic graph, and a proven bound on its relative error.

    Shares are computed in floats with an exponent of their own, so that no count is too large; see `main_path` for the counts.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    weights : {"spc", "splc", "spnp"}
        Which paths count; see `main_path`.
    cycles : {"shrink", "preprint", "drop-same-date"}
        How cycles are opened; see `time_dag`.

    Returns
    -------
    tuple[TimeDag, Floats, float]
        The acyclic graph, the share of each of its arcs in (0, 1], and the bound.

    Notes
    -----
    Only positive numbers are added and multiplied, so after k operations in a row the relative error is at most k/2^53 to
    first order.

    References
    ----------
    Batagelj (2003), Efficient algorithms for citation network analysis.

    Examples
    --------
    >>> dag, share, error = path_shares(CitationGraph.from_edges([("B", "A"), ("C", "A"), ("D", "B"), ("D", "C")]))
    >>> share.tolist(), error < 1e-14
    ([0.5, 0.5, 0.5, 0.5], True)
    """
    dag = time_dag(graph, cycles)
    share, error = shares(dag, weights)
    return dag, share, error


def shares(dag: TimeDag, weights: str) -> tuple[Floats, float]:
    """The shares of `path_shares` on an acyclic graph already made, and the bound on their error."""
    ends = path_ends(dag, weights)
    citing, cited = dag.arcs
    if not len(citing):
        return np.empty(0), 0.0
    ending = np.flatnonzero(ends.stops[citing])  # every path of one citation or more has one last arc
    with np.errstate(over="ignore"):
        lead, on = (
            accumulate(dag, x.astype(np.float64), up=up) for x, up in ((ends.starts, True), (ends.stops, False))
        )
    if np.isfinite(lead).all() and np.isfinite(on).all() and np.isfinite(total := lead[cited[ending]].sum()):
        share = lead[cited] * (on[citing] / total)
    else:  # too large for plain floats
        (lead, lead_power), (on, on_power) = _scaled(dag, ends.starts, up=True), _scaled(dag, ends.stops, up=False)
        top = lead_power[cited[ending]].max()
        total = np.ldexp(lead[cited[ending]], lead_power[cited[ending]] - top).sum()
        share = np.ldexp(lead[cited] * on[citing] / total, lead_power[cited] + on_power[citing] - top)
    rows = sum(
        int(np.maximum.reduceat(np.bincount(x, minlength=dag.units), dag.levels[:-1]).sum()) for x in (citing, cited)
    )
    k = 2 * rows + len(ending) + 3
    return share, k * ROUNDING / (1 - k * ROUNDING)


def path_counts(dag: TimeDag, weights: str) -> tuple[NDArray[Any], int]:
    """The exact number of paths through each arc, and of all paths of one citation or more (Python integers)."""
    ends = path_ends(dag, weights)
    lead, on = (
        accumulate(dag, ends.starts.astype(object), up=True),
        accumulate(dag, ends.stops.astype(object), up=False),
    )
    citing, cited = dag.arcs
    total = int((lead * ends.stops).sum()) - int((ends.starts * ends.stops).sum())
    return lead[cited] * on[citing], total


def path_ends(dag: TimeDag, weights: str) -> Ends:
    """Where paths start and stop: at sources and sinks (spc), starting everywhere (splc), both everywhere (spnp).

    A source cites nothing in this graph, a sink is cited by nothing in it. Units without arcs have no path.
    """
    if weights not in WEIGHTS:
        raise InputError(f"no main path weights {weights!r}", f"one of {', '.join(WEIGHTS)}")
    citing, cited = dag.arcs
    cites, is_cited = (np.bincount(x, minlength=dag.units) > 0 for x in (citing, cited))
    any_, source, sink = cites | is_cited, is_cited & ~cites, cites & ~is_cited
    starts, stops = source if weights == "spc" else any_, any_ if weights == "spnp" else sink
    return Ends(starts.astype(np.int64), stops.astype(np.int64))


def accumulate(dag: TimeDag, start: NDArray[Any], *, up: bool) -> NDArray[Any]:
    """`start` of each unit plus the sums of all units it cites (`up`; else of all that cite it), level by level."""
    citing, cited = dag.arcs
    value, counts = start.copy(), np.bincount(citing, minlength=dag.units)
    offsets = np.concatenate(([0], np.cumsum(counts)))
    levels = list(pairwise(dag.levels.tolist()))[1:]  # in all but the lowest every unit has arcs
    for a, b in levels if up else levels[::-1]:
        below = cited[offsets[a] : offsets[b]]
        if up:
            value[a:b] += np.add.reduceat(value[below], offsets[a:b] - offsets[a])
        else:
            np.add.at(value, below, np.repeat(value[a:b], counts[a:b]))
    return value


def _scaled(dag: TimeDag, start: Ints, *, up: bool) -> tuple[Floats, Ints]:
    """As `accumulate`, as mantissas and powers of 2."""
    of, to = dag.arcs if up else dag.arcs[::-1]
    order = np.argsort(of, kind="stable")
    of, to = of[order], to[order]
    bounds = list(pairwise(np.searchsorted(of, dag.levels).tolist()))
    value, power = start.astype(np.float64), np.zeros(len(start), np.int64)
    for a, b in bounds if up else bounds[::-1]:
        if a == b:
            continue
        first = np.flatnonzero(np.diff(of[a:b], prepend=-1))
        units, below = of[a:b][first], to[a:b]
        top = np.maximum.reduceat(power[below], first)
        terms = np.ldexp(value[below], power[below] - np.repeat(top, np.diff(first, append=len(below))))
        own = np.ldexp(value[units], power[units] - top)
        value[units], shift = np.frexp(own + np.add.reduceat(terms, first))
        power[units] = top + shift
    return value, power
