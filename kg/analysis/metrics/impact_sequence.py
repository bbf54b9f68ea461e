"""Impact sequences: in which years a work was cited more or less than works of its year as a whole."""

from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import coverage_by_year, coverage_since
from kg.analysis.base.history import histories
from kg.analysis.base.inputs import history_and_citers
from kg.analysis.metric import metric
from kg.analysis.scores import Ints, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

YOUNG = 3  # first years, in which a sleeping beauty is cited less than expected
SMALLEST = 1  # expected citations below which neighbouring years are taken together


def signs(table: NDArray[Any], *, exact: float | None = None) -> list[str]:
    """For each row (work) of a table of citations by citing year: "+", "-" or "0" for each year.

    Parameters
    ----------
    table : array
        Works x years.
    exact : float, optional
        Level of the one-sided Poisson probability of as many or as few; default is to compare z with 1 and -1.

    Returns
    -------
    list of str
        One string for each row. Years with less than one expected citation are taken together with the following ones, and
        judged once: the sign is that of the year that differs most from its expectation, the first of these; the others are 0.

    Notes
    -----
    z = (O - E)/sqrt(E), E = row sum x column sum / total.

    Examples
    --------
    >>> signs([[6, 5, 0, 17, 24, 21], [9, 9, 5, 10, 8, 9], [20, 34, 0, 16, 5, 6], [6, 10, 15, 25, 15, 5]])
    ['---0++', '000000', '++-0--', '--++0-']
    >>> signs([[0, 0, 0, 9], [0, 0, 9, 0]])
    ['00-+', '00+-']
    """
    observed = np.asarray(table, np.int64)
    total = max(int(observed.sum()), 1)
    # times the total: whole numbers, so that ties are ties
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    years = observed.shape[1]
    span = (np.arange(len(observed))[:, None] * (years + 1) + _merged(expected, total)).ravel()
    start = np.flatnonzero(np.diff(span, prepend=-1))
    seen, due = (np.add.reduceat(counts.ravel(), start) if len(start) else start for counts in (observed, expected))
    more, less = _judge(seen, due, total, exact)
    differs = (observed * total - expected).ravel() * np.repeat(
        more.astype(int) - less, np.diff(start, append=len(span))
    )
    result = np.full(len(span), "0")
    result[np.lexsort((-differs, span))[start]] = np.where(more, "+", np.where(less, "-", "0"))
    return ["".join(row) for row in result.reshape(-1, years)]


def is_sleeping(sequence: str) -> bool:
    """Whether an impact sequence is a sleeping beauty's: at least two "-" in its first three years, then a "+".

    Examples
    --------
    >>> is_sleeping("---0++"), is_sleeping("++-0--")
    (True, False)
    """
    return sequence[:YOUNG].count("-") >= 2 and "+" in sequence[YOUNG:]


@metric(
    unit="years",
    family="attention over time",
    range=(0, inf),
    whole=True,
    cycles="counted like other citations",
    backward="left out of the citation histories",
    undated="no value, left out of the citation histories",
    inputs=history_and_citers,
    dossier={},
)
def impact_sequence(graph: CitationGraph, *, exact: float | None = None, last_year: int | None = None) -> Scores:
    """For how many years a work was cited more than works of its year, after being cited less when young.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    exact : float, optional
        Judge years by the one-sided Poisson probability at this level, for example 0.05, instead of by z.
    last_year : int, optional
        Last year of the histories; default is the last full year of the graph.

    Returns
    -------
    Scores
        The number of + after the first three years for sleeping beauties, 0 for other works. No value for works without a
        year, for those without citations in their history, and where under half of the reference lists are known in most years
        since. Missing reference lists can raise or lower it, so there are no bounds. Own columns: `sequence` (one sign per
        year, from the citations known), `sleeping` (whether it is a sleeping beauty, where there is a value).

    Raises
    ------
    InputError
        If `exact` is not in (0, 1).

    Notes
    -----
    Works of one year form a table of citations by citing year, from that year to the last full one (citing -> cited). With
    E = row sum x column sum / total and z = (O - E)/sqrt(E), a year is + if z > 1, - if z < -1, otherwise 0. Years with an E
    below 1 are taken together with the following ones and count once: the sign is that of the year that differs most from its
    E, the others are 0. A sleeping beauty has at least two - in its first three years and a + after them.

    References
    ----------
    Thor, Bornmann, Marx & Mutz (2018), Identifying single influential publications in a research field: new analysis
    opportunities of the CRExplorer.

    Examples
    --------
    >>> years = {"old": 1990, "peer": 1990} | {f"y{k}": 1990 + k for k in range(6)}
    >>> edges = [(f"p{k}.{j}", "peer") for k in range(3) for j in range(9)] + [(f"o{j}", "old") for j in range(9)]
    >>> years |= {f"p{k}.{j}": 1990 + k for k in range(3) for j in range(9)} | {f"o{j}": 1995 for j in range(9)}
    >>> scores = impact_sequence(CitationGraph.from_edges(edges, years=years))
    >>> scores.table.at["old", "sequence"], scores["old"]
    ('---00+', 1.0)
    """
    if exact is not None and not 0 < exact < 1:
        raise InputError(f"exact must be a level in (0, 1) (got {exact:g})", "0.05 is usual")
    past = histories(graph, last_year=last_year)
    sequence: list[str | None] = [None] * len(graph)
    sleeping: list[bool | None] = [None] * len(graph)
    value, unobserved = np.full(len(graph), np.nan), np.zeros(len(graph), np.bool_)
    coverage = coverage_by_year(graph)
    for first, works, counts in past.tables():
        hidden = coverage.unobserved(first, past.last)
        for work, row in zip(works.tolist(), signs(counts, exact=exact), strict=True):
            sequence[work], unobserved[work] = row, hidden
            if not hidden:
                sleeping[work] = is_sleeping(row)
                value[work] = row[YOUNG:].count("+") if is_sleeping(row) else 0
    why = {
        "no year": graph.years == UNDATED,
        "no citations in its history": past.total == 0,
        "under half of the reference lists are known in most years since it was published": unobserved,
    }
    return Scores.of(
        graph,
        value,
        n=past.total,
        coverage=coverage_since(graph),
        reason=reasons(why),
        own={"sequence": sequence, "sleeping": sleeping},
    )


def _merged(expected: Ints, total: int) -> Ints:
    """Which years of a row are taken together: each span reaches SMALLEST; a rest joins the last span."""
    span = np.zeros(expected.shape, np.int64)
    at, due = np.zeros(len(expected), np.int64), np.zeros(len(expected), np.int64)
    for year in range(expected.shape[1]):
        span[:, year] = at
        due += expected[:, year]
        full = due >= SMALLEST * total
        at, due = at + full, np.where(full, 0, due)
    left = (span == at[:, None]) & (at[:, None] > 0)  # a rest that never became full
    return np.where(left, span - 1, span)


def _judge(seen: Ints, due: Ints, total: int, exact: float | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether more or fewer citations were seen than expected; `due` is the expectation times `total`."""
    if exact is None:
        z = np.divide(seen * total - due, np.sqrt(due * float(total)), out=np.zeros(len(due)), where=due > 0)
        return z > 1, z < -1
    from scipy.stats import poisson

    more, less = np.asarray(poisson.sf(seen - 1, due / total)), np.asarray(poisson.cdf(seen, due / total))
    return more <= exact, less <= exact
