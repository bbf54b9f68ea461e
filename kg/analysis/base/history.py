"""The citation history of a work: its citations in this graph, by the year of the citing works."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.once_per_graph import once_per_graph

DECEMBER = 12


class History(NamedTuple):
    """The citations a work received in each year from its own on; `counts[t]` is the year `first + t`.

    Citing works left out are counted by reason: dated before the work (`earlier`), `undated`, or after the last full year
    (`beyond`).
    """

    first: int
    counts: NDArray[np.int64]
    earlier: int
    undated: int
    beyond: int

    def by_year(self) -> list[list[int]]:
        """Pairs [year, citations], with zeros."""
        return [[self.first + t, count] for t, count in enumerate(self.counts.tolist())]


@once_per_graph
def last_full_year(graph: CitationGraph) -> int | None:
    """The last year that a history may count; None where no work is dated.

    This is the last year with works, or the year before if full dates are known in that year and the last of them lies before
    December. A graph that knows only years cannot tell whether its last year is complete; it is taken as complete.
    """
    dated = graph.years != UNDATED
    if not dated.any():
        return None
    last = int(graph.years[dated].max())
    days = graph.dates[(graph.years == last) & (graph.dates != UNDATED)]
    return last - 1 if len(days) and date.fromordinal(int(days.max())).month < DECEMBER else last


def history_end(graph: CitationGraph, last_year: int | None) -> int | None:
    """The year in which histories end: `last_year`, or the last full year where none is given.

    Raises
    ------
    InputError
        If the year lies after all works: its citations are missing, not zero.
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
    """The citation history of work number `i` up to `last_year`; None for an undated work.

    Distinct citing works count, without citations of a work by itself. A work later than `last_year` (the last full year by
    default) has an empty history.

    Examples
    --------
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
    """The histories of all works at once, one entry for each citation counted.

    `work[k]` was cited by `citing[k]`, `since[k]` years after its own year `first`; `total` is the number of citations in
    each history. `dated` says which works have a history; all histories end with the year `last`.
    """

    first: NDArray[np.int64]
    last: int
    dated: NDArray[np.bool_]
    work: NDArray[np.int64]
    since: NDArray[np.int64]
    citing: NDArray[np.int64]
    total: NDArray[np.int64]

    def counts_at(self, t: int) -> NDArray[np.int64]:
        """The citations each work received t years after its own year."""
        return np.bincount(self.work[self.since == t], minlength=len(self.first))

    def tables(
        self, some: NDArray[np.bool_] | None = None
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
        """For each year of works that are cited, or by `some` of the citations: the year, these works, their counts by year."""
        keep = np.ones(len(self.work), np.bool_) if some is None else some
        for year in np.unique(self.first[self.work[keep]]).tolist():
            mine = keep & (self.first[self.work] == year)
            works, row = np.unique(self.work[mine], return_inverse=True)
            counts = np.zeros((len(works), self.last - year + 1), np.int64)
            np.add.at(counts, (row, self.since[mine]), 1)
            yield year, works, counts


@once_per_graph
def histories(graph: CitationGraph, *, last_year: int | None = None) -> Histories:
    """The citations counted by the histories of all works; see `history` for which ones count.

    Examples
    --------
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
