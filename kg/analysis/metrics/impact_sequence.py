"""Impact sequences: in which years a work was cited more or less than works of its year as a whole."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.history import Histories, histories
from kg.analysis.scores import Floats, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

YOUNG = 3  # citing years in which a sleeping beauty goes short
SMALLEST = 1.0  # expected citations below which neighbouring years are judged together


def signs(table: NDArray[Any], *, exact: float | None = None) -> list[str]:
    """For each row (work) of a table of citations by citing year: "+", "-" or "0" for each year.

    z = (O - E)/sqrt(E), E = row sum x column sum / total: + if z > 1, - if z < -1. With `exact`, + and - where the one-sided
    Poisson probability of as many or as few is at most that level. Years whose E is below 1 are judged together with
    the following ones.

    >>> signs([[6, 5, 0, 17, 24, 21], [9, 9, 5, 10, 8, 9], [20, 34, 0, 16, 5, 6], [6, 10, 15, 25, 15, 5]])
    ['---0++', '000000', '++-0--', '--++0-']
    """
    observed = np.asarray(table, np.float64)
    total = observed.sum()
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / max(total, 1)
    group = _merged(expected)
    rows = np.repeat(np.arange(len(observed))[:, None], observed.shape[1], axis=1)
    key = rows * (observed.shape[1] + 1) + group
    size = len(observed) * (observed.shape[1] + 1)
    seen = np.bincount(key.ravel(), weights=observed.ravel(), minlength=size)[key]
    due = np.bincount(key.ravel(), weights=expected.ravel(), minlength=size)[key]
    more, less = _judge(seen, due, exact)
    return ["".join(row) for row in np.where(more, "+", np.where(less, "-", "0"))]


def is_sleeping(sequence: str) -> bool:
    """Whether an impact sequence is a sleeping beauty's: two "-" or more in its first three years, and a "+" after them.

    >>> is_sleeping("---0++"), is_sleeping("++-0--")
    (True, False)
    """
    return sequence[:YOUNG].count("-") >= 2 and "+" in sequence[YOUNG:]


def impact_sequence(graph: CitationGraph, *, exact: float | None = None, last_year: int | None = None) -> Scores:
    """Whether a work was cited less than its like when young and more later, and for how many years.

    Works of one year form a table of citations held by citing year (citing -> cited), the columns running from that year to
    the last full one. E = row sum x column sum / total, z = (O - E)/sqrt(E); + if z > 1, - if z < -1, else 0. A sleeping
    beauty has two - or more in its first three years and a + after them. The value is the number of + after the first three
    years for such works and 0 for others. Unit: years. Null for undated works and those without citations in their
    history. Missing lists move it either way: no bounds.

    `exact` judges instead by the one-sided Poisson probability at that level, for example 0.05. Years in which under one
    citation was due are judged together with the following ones.

    Own columns: `sequence` (one sign a year), `sleeping` (whether the rule holds).

    >>> years = {"old": 1990, "peer": 1990} | {f"y{k}": 1990 + k for k in range(6)}
    >>> edges = [(f"p{k}.{j}", "peer") for k in range(3) for j in range(9)] + [(f"o{j}", "old") for j in range(9)]
    >>> years |= {f"p{k}.{j}": 1990 + k for k in range(3) for j in range(9)} | {f"o{j}": 1995 for j in range(9)}
    >>> scores = impact_sequence(CitationGraph.from_edges(edges, years=years))
    >>> scores.table.at["old", "sequence"], scores["old"]
    ('---+++', 3.0)

    Raises:
        InputError: if `exact` is not in (0, 1).

    Source: Thor, Bornmann, Marx & Mutz (2018), Identifying single influential publications in a research field: new
    analysis opportunities of the CRExplorer.
    """
    if exact is not None and not 0 < exact < 1:
        raise InputError(f"level {exact} is not in (0, 1)", "0.05 is usual")
    past = histories(graph, last_year=last_year)
    sequence: list[str | None] = [None] * len(graph)
    for first in np.unique(past.first[past.work]).tolist():
        for work, row in _of_year(past, first, exact):
            sequence[work] = row
    sleeping = np.array([bool(s) and is_sleeping(str(s)) for s in sequence], np.bool_)
    value = np.array(
        [np.nan if s is None else float(s[YOUNG:].count("+")) * k for s, k in zip(sequence, sleeping, strict=True)],
        np.float64,
    )
    why = {"undated": graph.years == UNDATED, "no citations held in its history": past.total == 0}
    notes = conventions(
        graph, cycles="counted like others", backward="left out, by year", undated="null, left out of histories"
    )
    return Scores.of(
        graph,
        "impact_sequence",
        value,
        n=past.total,
        coverage=coverage_since(graph),
        reason=reasons(why),
        options={"exact": exact, "last_year": last_year},
        notes=notes,
        whole=True,
        own={"sequence": sequence, "sleeping": sleeping},
    )


def _of_year(past: Histories, first: int, exact: float | None) -> list[tuple[int, str]]:
    """The works of a year that are cited, each with its signs."""
    mine = past.first[past.work] == first
    works, row = np.unique(past.work[mine], return_inverse=True)
    table = np.zeros((len(works), past.last - first + 1))
    np.add.at(table, (row, past.since[mine]), 1)
    return list(zip(works.tolist(), signs(table, exact=exact), strict=True))


def _merged(expected: Floats) -> NDArray[np.int64]:
    """Which years of a row are judged together: each group but the last reaches SMALLEST, and the rest joins the last."""
    group = np.zeros(expected.shape, np.int64)
    at, due = np.zeros(len(expected), np.int64), np.zeros(len(expected))
    for year in range(expected.shape[1]):
        group[:, year] = at
        due += expected[:, year]
        full = due >= SMALLEST
        at, due = at + full, np.where(full, 0.0, due)
    left = (group == at[:, None]) & (at[:, None] > 0)  # a rest that never became full
    return np.where(left, group - 1, group)


def _judge(seen: Floats, due: Floats, exact: float | None) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    if exact is None:
        z = np.divide(seen - due, np.sqrt(due), out=np.zeros_like(due), where=due > 0)
        return z > 1, z < -1
    from scipy.stats import poisson

    more, less = np.asarray(poisson.sf(seen - 1, due)), np.asarray(poisson.cdf(seen, due))
    return more <= exact, less <= exact
