"""The citation history of a work: citations held, by the year of the citing works."""

from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

DECEMBER = 12


class History(NamedTuple):
    """Citations received in each year from the work's own; `counts[t]` is the year `first + t`.

    Citers left out, by why: dated before the work (`earlier`), `undated`, or after the last full year (`beyond`).
    """

    first: int
    counts: NDArray[np.int64]
    earlier: int
    undated: int
    beyond: int

    def by_year(self) -> list[list[int]]:
        """[year, citations] pairs, zeros included."""
        return [[self.first + t, count] for t, count in enumerate(self.counts.tolist())]


def last_full_year(graph: CitationGraph) -> int | None:
    """The last year whose works a history may count; None where no work is dated.

    The last year that has works; where full dates are held in that year and the last of them is before December, the
    year before. A graph that knows only years cannot say whether its last year is whole: it is taken as whole.
    """
    dated = graph.years != UNDATED
    if not dated.any():
        return None
    last = int(graph.years[dated].max())
    days = graph.dates[(graph.years == last) & (graph.dates != UNDATED)]
    return last - 1 if len(days) and date.fromordinal(int(days.max())).month < DECEMBER else last


def history_end(graph: CitationGraph, last_year: int | None) -> int | None:
    """The year histories end with: the one asked for, else the last full year.

    Raises InputError for a year after all works: what is not held of it would count as no citations.
    """
    if last_year is None:
        return last_full_year(graph)
    latest = int(graph.years.max(initial=UNDATED))
    if latest != UNDATED and last_year > latest:
        raise InputError(
            f"histories cannot end with {last_year}: no work is of later than {latest}", "name a year held"
        )
    return last_year


def history(graph: CitationGraph, i: int, *, last_year: int | None = None) -> History | None:
    """The citation history of work number i up to `last_year` (the last full year of the graph); None if undated.

    A work of a later year has an empty history. Citing -> cited, distinct citing works, loops left out.

    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A"), ("D", "A")], years={"A": 1988, "B": 1990, "C": 1990})
    >>> history(g, g.number("A")).by_year(), history(g, g.number("A")).undated
    ([[1988, 0], [1989, 0], [1990, 2]], 1)
    """
    last_year = last_full_year(graph) if last_year is None else last_year
    first = int(graph.years[i])
    if first == UNDATED or last_year is None:
        return None
    years = graph.years[graph.citers.of(i)]
    dated = years[years != UNDATED]
    since = dated[dated >= first]
    counts = np.bincount(since[since <= last_year] - first, minlength=max(last_year - first + 1, 0))
    beyond = int((since > last_year).sum())
    return History(first, counts, len(dated) - len(since), len(years) - len(dated), beyond)


class Histories(NamedTuple):
    """The histories of all works at once, one entry per citation counted.

    `work[k]` was cited `since[k]` years after its own year `first`; `total` is the
    number of citations in each history. `dated` says which works have a history at all; it ends with the year `last`.
    """

    first: NDArray[np.int64]
    last: int
    dated: NDArray[np.bool_]
    work: NDArray[np.int64]
    since: NDArray[np.int64]
    citing: NDArray[np.int64]
    total: NDArray[np.int64]

    def counts_at(self, t: int) -> NDArray[np.int64]:
        """The citations each work received t years after its own."""
        return np.bincount(self.work[self.since == t], minlength=len(self.first))


def histories(graph: CitationGraph, *, last_year: int | None = None) -> Histories:
    """The citations that histories count (see `history`), of all works; loops, undated and earlier citers left out.

    >>> g = CitationGraph.from_edges([("B", "A"), ("C", "A")], years={"A": 1988, "B": 1990, "C": 1991})
    >>> histories(g).since.tolist(), histories(g).total.tolist()
    ([2, 3], [2, 0, 0])
    """
    end = history_end(graph, last_year)
    last = UNDATED if end is None else end
    years = graph.years.astype(np.int64)
    cited, citing = graph.citers.owners(), graph.citers.works.astype(np.int64)
    counted = (years[cited] != UNDATED) & (years[citing] != UNDATED) & (years[citing] >= years[cited])
    counted &= years[citing] <= last
    cited, citing = cited[counted], citing[counted]
    total = np.bincount(cited, minlength=len(graph))
    dated = (years != UNDATED) & (years <= last)
    return Histories(years, last, dated, cited, years[citing] - years[cited], citing, total)
