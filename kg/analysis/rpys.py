"""Reference publication year spectroscopy: the years in which a literature's roots lie."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.analysis.scores import Floats, Ints, conventions
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.text import counted

if TYPE_CHECKING:
    import pandas as pd

EDGES = ("zero", "truncate")
REACH = 2  # years on each side in the median


@dataclass(frozen=True, kw_only=True)
class Spectrum:
    """References by the publication year of the cited work.

    Attributes
    ----------
    table : pd.DataFrame
        Index year, from the first to the last cited; `ncr` (references to works of the year), `median` (of five years),
        `deviation` (ncr - median), `per_list` (references to the year by works with known lists, for each such work of the
        year or later; NaN where there is none), `flagged` (the last two years: their works had little time to be cited).
    options : dict[str, Any]
        The options it was called with.
    notes : list[str]
        What was done with loops, duplicates, cycles, backward citations and undated works.
    """

    table: "pd.DataFrame"
    options: dict[str, Any]
    notes: list[str]

    def peaks(self, most: int) -> list[int]:
        """The years that stand out most, at most so many, the highest first; the last two years left out."""
        above = self.table[~self.table["flagged"] & (self.table["deviation"] > 0)]
        years: list[int] = above.sort_values(["deviation", "ncr"], ascending=False).head(most).index.tolist()
        return years

    def main_part(self) -> "Spectrum":
        """The spectrum from the year before which a hundredth of the references lies: what a drawing has room for."""
        references = self.table["ncr"]
        return replace(self, table=self.table[references.cumsum() > 0.01 * references.sum()])


def rpys(graph: CitationGraph, *, edge: str = "zero") -> Spectrum:
    """Which years the cited works come from, and which stand out from the years around them.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    edge : {"zero", "truncate"}
        Whether years beyond the range of cited years count as 0 in the median, or are left out of it.

    Raises
    ------
    InputError
        If `edge` is neither zero nor truncate.

    Notes
    -----
    NCR(y) = distinct citations of works of year y; deviation(y) = NCR(y) - median of NCR(y-2..y+2). A year without cited works
    counts as 0 within the range of years. A peak is a year whose works are cited often. Unit: references; whole numbers, and
    halves in medians of an even number. Citations of a work by itself are left out, citations of undated works are counted
    apart.

    References
    ----------
    Marx, Bornmann, Barth & Leydesdorff (2014), Detecting the historical roots of research fields by reference publication year
    spectroscopy; the five-year median and the zeros beyond the range are those of CRExplorer.

    Examples
    --------
    >>> years = {"a": 1990, "b": 1992, "x": 2000, "y": 2001}
    >>> spectrum = rpys(CitationGraph.from_edges([("x", "a"), ("y", "a"), ("y", "b")], years=years))
    >>> spectrum.table["deviation"].tolist()
    [2.0, 0.0, 1.0]
    """
    import pandas as pd

    if edge not in EDGES:
        raise InputError(f"no edge {edge!r}", f"one of {', '.join(EDGES)}")
    citing, cited = graph.references.owners(), graph.years[graph.references.works].astype(np.int64)
    dated = cited != UNDATED
    years = cited[dated]
    first, last = (int(years.min()), int(years.max())) if len(years) else (0, -1)
    ncr = np.bincount(years - first, minlength=last - first + 1)
    middle = medians(ncr, edge)
    known = graph.known_lists & (graph.years != UNDATED)
    by_known = np.bincount(cited[dated & known[citing]] - first, minlength=len(ncr))
    lists = np.array([int((known & (graph.years >= first + k)).sum()) for k in range(len(ncr))], np.int64)
    table = pd.DataFrame(
        {
            "ncr": ncr,
            "median": middle,
            "deviation": ncr - middle,
            "per_list": np.divide(by_known, lists, out=np.full(len(ncr), np.nan), where=lists > 0),
            "flagged": np.arange(len(ncr)) >= len(ncr) - 2,
        },
        index=pd.RangeIndex(first, last + 1, name="year"),
    )
    notes = conventions(graph, cycles="counted like other citations", backward="counted", undated="in no year")
    if lost := int((~dated).sum()):
        notes.append(f"{counted(lost, 'citation')} of works without a year: left out")
    if len(ncr):
        notes.append(f"works of the last two years, {max(last - 1, first)} and {last}, had little time to be cited")
    coverage = graph.coverage()
    notes += [] if coverage is None else [f"{coverage:.0%} of the reference lists are known"]
    return Spectrum(table=table, options={"edge": edge}, notes=notes)


def medians(counts: Ints, edge: str = "zero") -> Floats:
    """The centred five-year median of yearly counts.

    Examples
    --------
    >>> (np.array([3, 1, 10, 2, 1, 0, 7]) - medians(np.array([3, 1, 10, 2, 1, 0, 7]))).tolist()
    [2.0, -1.0, 8.0, 1.0, -1.0, -1.0, 7.0]
    """
    if not len(counts):
        return np.empty(0)
    beyond = 0.0 if edge == "zero" else np.nan
    wide = np.concatenate((np.full(REACH, beyond), counts, np.full(REACH, beyond)))
    windows = np.lib.stride_tricks.sliding_window_view(wide, 2 * REACH + 1)
    return np.asarray(np.nanmedian(windows, axis=1), np.float64)
