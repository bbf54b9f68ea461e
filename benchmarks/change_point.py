"""Planted histories: how often `change_point` raises a false alarm, and how often it finds a change that is there.

`python benchmarks/change_point.py` writes the tables of docs/metrics.md. Each row is 1,000 histories of 30 years with the
same number of known lists a year; the rate at which they cite the work is the same in all years, or changes as told. Lists
of one author resemble each other, which `change_point` does not know: in "pairs" lists come by twos, of which three in ten
both cite the work or both do not (more than the first authors of five real graphs make of it); in "threes, all alike" it is
all of them. In some histories only every third year has known lists. A second table hides most lists of real graphs and
asks whether what is then said with 95 % is at least more probable than not with all lists.
"""

from pathlib import Path

import numpy as np
from backtest import SHARED, read
from numpy.typing import NDArray
from standing import kept, labels_of

from kg.analysis.base.rate_history import KINDS, changes
from kg.analysis.metrics.change_point import change_point

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
GRAPHS, PARTS, MASKS = ("zewail", "aan", "hep-th", "scientometrics", "som-kohonen"), (0.1, 0.3), 6
WORDS = dict(zip(KINDS, ("revived", "awoke", "faded"), strict=True))


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


def hidden(name: str) -> list[str]:
    """Rows of the second table: what is said of a real graph when most of its lists are hidden, against all lists."""
    folder, rows = SHARED / name, []
    graph = read(folder)
    whole = change_point(graph).table
    lists = np.flatnonzero(graph.known_lists)
    for how in ("random", "author", "topic"):
        for part in PARTS:
            cluster = labels_of(graph, folder, lists, how, part)
            if how == "author" and len(np.unique(cluster)) == len(graph):
                continue  # no authors are known
            said, right, rises, near = [], [], [], []
            for draw in range(MASKS):
                known = kept(lists, cluster, part, np.random.default_rng(100 + draw))
                few = change_point(graph.without_lists(np.isin(np.arange(len(graph)), known, invert=True))).table
                for kind in KINDS:
                    sure = few[few[kind] >= SURE].index
                    said.append(len(sure))
                    so = (whole.loc[sure, kind] >= 0.5).tolist()
                    right += so
                    rises += so if kind != "fading" else []
                    one, all_ = few.loc[sure], whole.loc[sure]
                    both = one["verdict"].str.startswith(WORDS[kind]) & all_["verdict"].str.startswith(WORDS[kind])
                    meet = (one["year_low"] <= all_["year_high"]) & (all_["year_low"] <= one["year_high"])
                    near += meet[both].tolist()
            of = int((whole[list(KINDS)] >= SURE).to_numpy().sum())
            cells = [name, how, f"{part:.0%}", f"{sum(said) / MASKS:.1f} of {of:,}", share(np.array(right))]
            cells += [f"{share(np.array(rises))} of {len(rises) / MASKS:.1f}", share(np.array(near))]
            rows.append(f"| {' | '.join(cells)} |")
    return rows


def main() -> None:
    """Write the tables."""
    heads = [
        "graph",
        "lists hidden",
        "known",
        "changes named, of all",
        "so with all lists",
        "rises, so with all",
        "intervals meet",
    ]
    real = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}", *(row for name in GRAPHS for row in hidden(name))]
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    made = "\n\n".join((BEGIN, table(), "\n".join(real), END))
    PAGE.write_text(f"{before}{made}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
