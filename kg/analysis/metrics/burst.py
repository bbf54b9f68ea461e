"""Bursts: spans of years in which a work was cited markedly more than over the rest of its history."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.burst_levels import burst_levels, references_made
from kg.analysis.base.coverage import coverage_by_year
from kg.analysis.base.history import history_end
from kg.analysis.scores import Floats, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph


class Burst(NamedTuple):
    """One burst: its first and last year, and its weight (log-likelihood gained over the usual level)."""

    first: int
    last: int
    weight: float


def burst(graph: CitationGraph, *, s: float = 2.0, gamma: float = 1.0, last_year: int | None = None) -> Scores:
    """How strongly a work was once cited above its usual share of the references made.

    Of the d_t references made in year t by works whose lists are known, r_t go to the work (citing -> cited). Two levels:
    p0 = R/D, its share over its whole history, and p1 = min(s p0, 1 - 1e-5). The sequence of levels chosen makes
    sum_t -ln Binom(r_t; d_t, p) + gamma ln(years) per move up least; moves down are free, it starts low, ties stay low,
    a year without references costs nothing. A burst is a longest run of high years, its weight sum_t ln Binom(r_t; d_t,
    p1) - ln Binom(r_t; d_t, p0). The value is the greatest weight; 0 without a burst. Unit: natural log of a likelihood
    ratio; range 0 and up. Citations by works whose lists are not known, dated before the work, undated, or after the
    last full year are left out and counted.

    Null for undated works, works of a later year, and where nothing counted cites the work. Missing lists move
    it either way. `n` is R; `coverage` that of the years of its history.

    Own columns: `bursts` (each first year, last year, weight), `burst_year` (the first year of the strongest; NaN if none).

    >>> edges = [(f"new{k}", "old") for k in range(8)] + [(f"new{k}", "other") for k in range(2)]
    >>> edges += [(f"early{k}", "other") for k in range(19)] + [("early19", "old")]
    >>> years = {"old": 1990, "other": 1990} | {a: 2000 if a.startswith("new") else 1991 for a, _ in edges}
    >>> burst(CitationGraph.from_edges(edges, years=years)).table.at["old", "bursts"]
    [Burst(first=2000, last=2000, weight=4.425945868...)]

    Raises:
        InputError: if s is not above 1 or gamma is negative.

    Source: Kleinberg (2002), Bursty and hierarchical structure in streams.
    """
    if not s > 1 or not 0 <= gamma < np.inf:
        raise InputError(f"s = {s}, gamma = {gamma} have no meaning", "s above 1 (2 is usual), gamma 0 or more (1)")
    years = graph.years.astype(np.int64)
    last = history_end(graph, last_year)
    last = UNDATED if last is None else last
    cited, citing = graph.citers.owners(), graph.citers.works
    timely = (years[cited] != UNDATED) & (years[citing] >= years[cited]) & (years[citing] <= last)
    counted = timely & graph.known_lists[citing]
    cited, at = cited[counted], years[citing[counted]]
    held = np.bincount(cited, minlength=len(graph))
    value, first_year = np.full(len(graph), np.nan), np.full(len(graph), np.nan)
    bursts: list[list[Burst]] = [[] for _ in range(len(graph))]
    coverage, by_year = np.full(len(graph), np.nan), coverage_by_year(graph)
    made = references_made(graph)
    for first in np.unique(years[held > 0]).tolist():
        works = np.flatnonzero((years == first) & (held > 0))
        row = np.searchsorted(works, cited)
        mine = (years[cited] == first) & (held[cited] > 0)
        counts = np.zeros((len(works), last - first + 1), np.int64)
        np.add.at(counts, (row[mine], at[mine] - first), 1)
        levels = burst_levels(counts, np.array([made.get(first + t, 0) for t in range(counts.shape[1])]), s, gamma)
        coverage[years == first] = by_year.between(first, last)
        value[works] = 0.0
        for k in np.flatnonzero(levels.burst.any(axis=1)).tolist():
            found = spans(levels.burst[k], levels.gain[k], first)
            strongest = max(found, key=lambda b: b.weight)
            bursts[works[k]], value[works[k]], first_year[works[k]] = found, strongest.weight, strongest.first
    notes = conventions(graph, cycles="counted like others", backward="left out, by year", undated="null, left out")
    if unknown := int((timely & ~counted).sum()):
        notes.append(f"{unknown:,} citations by works whose reference list is not known: left out")
    if last != UNDATED:
        notes.append(f"histories end with {last}, the last full year")
    notes.append(f"s {s:g}, gamma {gamma:g}")
    lacking = {"undated": years == UNDATED, "nothing with a known list cites it in its full years": np.isnan(value)}
    return Scores.of(
        graph,
        "burst",
        value,
        n=held,
        coverage=coverage,
        reason=reasons(lacking),
        options={"s": s, "gamma": gamma, "last_year": last_year},
        notes=notes,
        own={"bursts": bursts, "burst_year": first_year},
    )


def spans(burst: NDArray[np.bool_], gain: Floats, first: int) -> list[Burst]:
    """The runs of one work's burst years, in order; its history begins in the year `first`."""
    edge = np.diff(np.concatenate(([0], burst.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edge == 1).tolist(), np.flatnonzero(edge == -1).tolist()
    return [Burst(first + a, first + b - 1, float(gain[a:b].sum())) for a, b in zip(starts, ends, strict=True)]
