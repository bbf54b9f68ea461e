"""Planted histories: how often `change_point` raises a false alarm, and how often it finds a change that is there.

`python benchmarks/change_point.py` writes the table of docs/metrics.md. Each row is 1,000 histories of 30 years with the
same number of known lists a year; the rate at which they cite the work is the same in all years, or changes as told. Lists
of one author resemble each other, which `change_point` does not know: in "pairs" lists come by twos, of which three in ten
both cite the work or both do not (more than the first authors of five real graphs make of it); in "threes, all alike" it is
all of them. In some histories only every third year has known lists.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.rate_history import KINDS, changes

PAGE = Path(__file__).parents[1] / "docs" / "metrics.md"
BEGIN, END = "<!-- planted histories: written by benchmarks/change_point.py -->", "<!-- end of planted histories -->"
YEARS, DRAWS, SURE = 30, 1000, 0.95
#: history -> factor of the lower rate by year, the kind of change it should be called, the first year of the new rate
HISTORIES = {
    "same rate": (1, None, None),
    "same rate, pairs": (1, None, None),
    "same rate, threes, all alike": (1, None, None),
    "same rate, every third year": (1, None, None),
    "doubles in year 15": (2, None, 15),
    "four times in year 15": (4, "awakening", 15),
    "ten times in year 15": (10, "awakening", 15),
    "ten times in year 15, every third year": (10, "awakening", 15),
    "a tenth from year 10 to 19, then as before": (10, "revival", 20),
    "a tenth from year 15": (10, "fading", 15),
}
LISTS, RATES = (10, 50), (0.02, 0.1)


def shape(history: str) -> NDArray[np.float64]:
    """The rate of each year as a multiple of the highest."""
    factor, kind, _ = HISTORIES[history]
    year = np.arange(YEARS)
    low = year < 15
    if kind == "revival":
        low = (year >= 10) & (year < 20)
    if kind == "fading":
        low = ~low
    return np.where(low, 1 / factor, 1.0)


def row(history: str, lists: int, rate: float) -> str:
    """One row of the table."""
    rng = np.random.default_rng(14)
    together = 3 if "threes" in history else 1
    made = np.full(YEARS, lists // together * together)
    if "third year" in history:
        made[np.arange(YEARS) % 3 > 0] = 0
    p = rate * shape(history)
    citing = together * rng.binomial(made // together, p, (DRAWS, YEARS))
    if "pairs" in history:
        alike = rng.binomial(made // 2, 0.3, (DRAWS, YEARS))
        citing = 2 * rng.binomial(alike, p) + rng.binomial(made - 2 * alike, p)
    some = np.flatnonzero(made)
    seen = slice(some[0], some[-1] + 1)
    citing = citing[citing.any(axis=1)][:, seen]
    found = changes(citing, made[seen])
    certain = found.years.sum(axis=2) >= SURE
    _, kind, year = HISTORIES[history]
    cells = [history, str(lists), f"{rate:.0%}", share(found.changed >= SURE)]
    if kind is None:
        return f"| {' | '.join([*cells, '–', share(certain.any(axis=0)), '–'])} |"
    which = KINDS.index(kind)
    right = certain[which]
    sums = found.years[which].cumsum(axis=1) / np.maximum(found.years[which].sum(axis=1, keepdims=True), 1e-300)
    low, high = (some[0] + (sums >= q - 1e-9).argmax(axis=1) for q in (0.05, 0.95))
    inside = (low <= year) & (year <= high)
    others = np.delete(certain, [which, 1] if kind == "revival" else which, axis=0).any(
        axis=0
    )  # a revival is an awakening
    return f"| {' | '.join([*cells, share(right), share(others), share(inside[right])])} |"


def share(of: NDArray[np.bool_]) -> str:
    """A share without its zero; a dash of nothing.

    Examples
    --------
    >>> share(np.array([True, False]))
    '.500'
    """
    return f"{of.mean():.3f}".removeprefix("0") if len(of) else "–"


def table() -> str:
    """The table in Markdown."""
    heads = [
        "rate",
        "lists a year",
        "highest rate",
        "rate changed",
        "named rightly",
        "named otherwise",
        "interval holds the year",
    ]
    rows = [row(history, lists, rate) for history in HISTORIES for lists in LISTS for rate in RATES]
    return "\n".join([f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *rows])


def main() -> None:
    """Write the table."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
