"""How many paths run through each citation: exactly, or as shares of all paths with a proven error."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis._sweeps import TimeDag, time_dag
from kg.analysis.scores import Floats, Ints
from kg.errors import InputError
from kg.graph import CitationGraph

WEIGHTS = ("spc", "splc", "spnp")
ROUNDING = 2.0**-53


class Ends(NamedTuple):
    """Which units start a path and which end one, as 0 and 1."""

    starts: Ints
    stops: Ints


def path_shares(graph: CitationGraph, *, weights: str = "spc", cycles: str = "shrink") -> tuple[TimeDag, Floats, float]:
    """The share of all paths that runs through each arc of the DAG of time, and a proven bound on its relative error.

    N-(u) N+(v) / total, as in `main_path`, along the flow of knowledge (cited u -> citing v), in floats with an exponent
    of their own, so that no count is too large. Unit: share; range (0, 1]. Positive numbers only are added and multiplied,
    so the relative error is at most k/2^53 (to first order) after k operations in a row, which is what is told.

    >>> dag, share, error = path_shares(CitationGraph.from_edges([("B", "A"), ("C", "A"), ("D", "B"), ("D", "C")]))
    >>> share.tolist(), error < 1e-14
    ([0.5, 0.5, 0.5, 0.5], True)

    Source: Batagelj (2003), Efficient algorithms for citation network analysis.
    """
    dag = time_dag(graph, cycles)
    share, error = shares(dag, weights)
    return dag, share, error


def shares(dag: TimeDag, weights: str) -> tuple[Floats, float]:
    """The shares of `path_shares` on a DAG of time that is at hand, and the bound on their error."""
    ends = path_ends(dag, weights)
    citing, cited = dag.arcs
    if not len(citing):
        return np.empty(0), 0.0
    ending = np.flatnonzero(ends.stops[citing])  # every path of one citation or more has one last arc
    lead, on = _solved(dag, ends)
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

    A source cites nothing held, a sink is cited by nothing held. Units without arcs have no path.
    """
    if weights not in WEIGHTS:
        raise InputError(f"no main path weights {weights!r}", f"one of {', '.join(WEIGHTS)}")
    citing, cited = dag.arcs
    cites, is_cited = (np.bincount(x, minlength=dag.units) > 0 for x in (citing, cited))
    any_, source, sink = cites | is_cited, is_cited & ~cites, cites & ~is_cited
    starts, stops = source if weights == "spc" else any_, any_ if weights == "spnp" else sink
    return Ends(starts.astype(np.int64), stops.astype(np.int64))


def accumulate(dag: TimeDag, start: NDArray[Any], *, up: bool, by: np.ufunc = np.add) -> NDArray[Any]:
    """`start` of each unit plus what the units it cites (`up`; else those citing it) have come to, level by level."""
    value = start.copy()
    for units, first, below in _rows(dag, up=up):
        value[units] = by(value[units], by.reduceat(value[below], first))
    return value


def _rows(dag: TimeDag, *, up: bool) -> list[tuple[Ints, Ints, Ints]]:
    """Level by level the units with rows, where each row begins, and the rows: the units cited (up) or citing, joined."""
    citing, cited = dag.arcs
    of, to = (citing, cited) if up else (cited, citing)
    if not up:
        order = np.argsort(of, kind="stable")
        of, to = of[order], to[order]
    offsets = np.searchsorted(of, dag.levels)
    rows = []
    for a, b in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True):
        if a < b:
            first = np.flatnonzero(np.diff(of[a:b], prepend=-1))
            rows.append((of[a:b][first], first, to[a:b]))
    return rows if up else rows[::-1]


def _solved(dag: TimeDag, ends: Ends) -> tuple[Floats, Floats]:
    """N- and N+ in plain floats, infinite where too large: triangular systems, solved unit by unit."""
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import spsolve_triangular

    citing, cited = dag.arcs
    unit = np.arange(dag.units)
    offsets = np.searchsorted(citing, np.arange(dag.units + 1))
    values, columns = np.insert(np.full(len(cited), -1.0), offsets[1:], 1.0), np.insert(cited, offsets[1:], unit)
    matrix = csr_array((values, columns, offsets + np.arange(dag.units + 1)), shape=(dag.units, dag.units))
    with np.errstate(over="ignore"):
        lead = spsolve_triangular(matrix, ends.starts.astype(np.float64), lower=True, unit_diagonal=True)
        on = spsolve_triangular(matrix.T, ends.stops.astype(np.float64), lower=False, unit_diagonal=True)
    return np.asarray(lead, np.float64), np.asarray(on, np.float64)


def _scaled(dag: TimeDag, start: Ints, *, up: bool) -> tuple[Floats, Ints]:
    """As `accumulate`, as mantissas and powers of 2."""
    value, power = start.astype(np.float64), np.zeros(len(start), np.int64)
    for units, first, below in _rows(dag, up=up):
        top = np.maximum.reduceat(power[below], first)
        terms = np.ldexp(value[below], power[below] - np.repeat(top, np.diff(first, append=len(below))))
        own = np.ldexp(value[units], power[units] - top)
        value[units], shift = np.frexp(own + np.add.reduceat(terms, first))
        power[units] = top + shift
    return value, power
