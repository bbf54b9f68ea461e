"""Bursts: spans of years in which a work was cited markedly more than over the rest of its history."""

from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.burst_levels import burst_levels, check_levels, references_made
from kg.analysis.base.coverage import coverage_by_year
from kg.analysis.base.history import histories
from kg.analysis.base.inputs import history_and_citers
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


class Burst(NamedTuple):
    """One burst: its first and last year, and its weight."""

    first: int
    last: int
    weight: float


@metric(
    unit="natural log of a likelihood ratio",
    family="attention over time",
    range=(0, inf),
    cycles="counted like other citations",
    backward="left out of the citation histories",
    undated="no value, left out of the citation histories",
    inputs=history_and_citers,
    dossier={},
)
def burst(graph: CitationGraph, *, s: float = 2.0, gamma: float = 1.0, last_year: int | None = None) -> Scores:
    """How strongly a work was once cited above its usual share of all references.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    s : float, default 2.0
        Rate of citation in a burst, as a multiple of the usual rate of the work.
    gamma : float, default 1.0
        Cost of entering a burst; higher values find fewer and stronger bursts.
    last_year : int, optional
        Last year of the histories; default is the last full year of the graph.

    Returns
    -------
    Scores
        Weight of the strongest burst, 0 without one. No value for works without a year, works after the last year, and works
        that no work with a known reference list cites in its history. Missing reference lists can raise or lower it, so there
        are no bounds. `n` is R; `coverage` that of the years of its history. Own columns: `bursts` (each first year, last
        year, weight), `burst_year` (first year of the strongest).

    Raises
    ------
    InputError
        If `s` is not greater than 1 or `gamma` is negative.

    Notes
    -----
    Of the d_t references made in year t by works with known reference lists, r_t go to the work (citing -> cited). A two-state
    automaton has rate p0 = R/D in the low state, the share of the work over its whole history, and p1 = min(s p0, 1 - 1e-5) in
    the high state. The sequence of states with least cost sum_t -ln Binom(r_t; d_t, p) + gamma ln(years) per upward transition
    is chosen; it starts in the low state, downward transitions cost nothing, ties prefer the low state, and a year without
    references costs nothing. A burst is a longest run of years in the high state; its weight is sum_t ln Binom(r_t; d_t, p1) -
    ln Binom(r_t; d_t, p0).

    References
    ----------
    Kleinberg (2002), Bursty and hierarchical structure in streams.

    Examples
    --------
    >>> edges = [(f"new{k}", "old") for k in range(8)] + [(f"new{k}", "other") for k in range(2)]
    >>> edges += [(f"early{k}", "other") for k in range(19)] + [("early19", "old")]
    >>> years = {"old": 1990, "other": 1990} | {a: 2000 if a.startswith("new") else 1991 for a, _ in edges}
    >>> burst(CitationGraph.from_edges(edges, years=years)).table.at["old", "bursts"]
    [Burst(first=2000, last=2000, weight=4.425945868...)]
    """
    check_levels(s, gamma)
    past = histories(graph, last_year=last_year)
    last, by_known = past.last, graph.known_lists[past.citing]
    count = np.bincount(past.work[by_known], minlength=len(graph))
    value, first_year = np.full(len(graph), np.nan), np.full(len(graph), np.nan)
    bursts: list[list[Burst]] = [[] for _ in range(len(graph))]
    coverage, by_year = np.full(len(graph), np.nan), coverage_by_year(graph)
    made = references_made(graph)
    for first, works, counts in past.tables(by_known):
        levels = burst_levels(counts, np.array([made.get(first + t, 0) for t in range(counts.shape[1])]), s, gamma)
        coverage[graph.years == first] = by_year.between(first, last)
        value[works] = 0.0
        for k in np.flatnonzero(levels.high.any(axis=1)).tolist():
            found = spans(levels.high[k], levels.gain[k], first)
            strongest = max(found, key=lambda b: b.weight)
            bursts[works[k]], value[works[k]], first_year[works[k]] = found, strongest.weight, strongest.first
    remarks = []
    if unknown := int((~by_known).sum()):
        remarks.append(f"{unknown:,} citations are left out: their citing works have unknown reference lists.")
    notes = [f"Burst settings: s = {s:g}, gamma = {gamma:g} (Kleinberg)."]
    if last != UNDATED:
        notes.append(f"Citation histories end with {last}, the last full year.")
    lacking = {
        "no year": graph.years == UNDATED,
        "no work with a known reference list cites it in its history": np.isnan(value),
    }
    return Scores.of(
        graph,
        value,
        n=count,
        coverage=coverage,
        reason=reasons(lacking),
        remarks=remarks,
        notes=notes,
        own={"bursts": bursts, "burst_year": first_year},
    )


def spans(high: NDArray[np.bool_], gain: Floats, first: int) -> list[Burst]:
    """The runs of years in the high state, in order; the history begins in the year `first`."""
    edge = np.diff(np.concatenate(([0], high.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edge == 1).tolist(), np.flatnonzero(edge == -1).tolist()
    return [Burst(first + a, first + b - 1, float(gain[a:b].sum())) for a, b in zip(starts, ends, strict=True)]
