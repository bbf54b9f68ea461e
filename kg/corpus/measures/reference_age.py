"""How old the references of works are: of each work, and of each year."""

from typing import Any

import numpy as np

from kg.analysis.metrics.amnesia import ENOUGH, OLD
from kg.corpus.measures.blocks import KNOWN, UNDATED, Blocks, Ints, rows_of
from kg.corpus.measures.measure import Measure, Part, Setting, columns, share

RECENT = 5  # years, of Price's index


def of_year(blocks: Blocks, year: int, setting: Setting) -> Part:
    """The age of the references of the works of one year that cite a dated work of the catalogue.

    Age = year of the citing work - year of the cited work, below 0 for a citation of a later work; references without a year, and
    those that are not in the catalogue, are left out. `mean_age`, `older` (share older than 10 years) and `recent` (share of at most 5
    years, Price's index) are null where the reference list is not known in full. `amnesia` is `mean_age` minus the mean of that
    number over the works of the year with 8 dated references, and null where the work has fewer or is alone: that of kg's metric. It
    is below 0 for a work that cites recent literature.

    Parameters
    ----------
    blocks : Blocks
        The corpus.
    year : int
        The year.
    setting : Setting
        What is known before.

    Notes
    -----
    Ages are summed as whole numbers and divided once. The counts of the year have the mean and median age of all its references.
    Memory: the citations made by the works of one year, 50 bytes each.
    """
    del setting
    works, made = blocks.works(year, "n", "outcome"), blocks.citing(year)
    dated = made.cited_year != UNDATED
    row, age = rows_of(works["n"], made.citing[dated]), year - made.cited_year[dated]
    size = len(works["n"])
    n, total = np.bincount(row, minlength=size), _sums(row, age, size)
    some = n > 0
    known = np.isin(works["outcome"], list(KNOWN))[some]
    n, total = n[some], total[some]
    mean = share(total, n, known)
    judged = known & (n >= ENOUGH)
    expected = float(mean[judged].sum()) / int(judged.sum()) if judged.sum() > 1 else np.nan
    table = columns(
        n=works["n"][some],
        references=n.astype(np.int32),
        mean_age=mean,
        older=share(np.bincount(row[age > OLD], minlength=size)[some], n, known),
        recent=share(np.bincount(row[age <= RECENT], minlength=size)[some], n, known),
        amnesia=np.where(judged, mean - expected, np.nan),
    )
    return table, {
        "works": size,
        "citing": len(n),
        "judged": int(judged.sum()),
        **_ages(age),
        "expected": _plain(expected),
    }


def _sums(row: Ints, age: Ints, size: int) -> Ints:
    """The sum of the ages of each row; rows are in order."""
    before = np.concatenate(([0], np.cumsum(age)))
    edge = np.searchsorted(row, np.arange(size + 1))
    return before[edge[1:]] - before[edge[:-1]]


def _ages(age: Ints) -> dict[str, Any]:
    """What is said of all references of a year."""
    if not len(age):
        return {"references": 0, "mean_age": None, "median_age": None, "older": None, "recent": None}
    return {
        "references": len(age),
        "mean_age": int(age.sum()) / len(age),
        "median_age": float(np.median(age)),
        "older": int((age > OLD).sum()) / len(age),
        "recent": int((age <= RECENT).sum()) / len(age),
    }


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else value


MEASURE = Measure(
    name="reference_age",
    column="amnesia",
    unit="years",
    about="How much older the references of a work are than those of other works of its year: below 0, it cites recent work.",
    rest="cite no dated work of the catalogue, or have no year",
    of_year=of_year,
    shown=("mean_age", "references"),
    by_year=("citing", "references", "mean_age", "median_age", "older", "recent"),
)
