"""The forgotten works of a graph: cited late, or carrying more later work than their citations show.

What can be judged is ranked; what cannot is listed apart with every bound there is and the reason, never ranked low.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.beauty import ENOUGH, beauty
from kg.analysis.cohort import Floats, Ints, cohort_percentiles, gap, pareto_layers, percentiles
from kg.analysis.history import History, history, last_full_year
from kg.analysis.scores import plain
from kg.analysis.wake import wake
from kg.errors import InputError
from kg.graph import CitationGraph
from kg.index import UNDATED

if TYPE_CHECKING:
    import pandas as pd

CLASSES = ("sleeper", "hidden ancestor")
ENOUGH_LISTS = 0.5  # share of later reference lists that must be known
TOP = 0.9  # percentile in the cohort from which a class is given
ASLEEP = 5  # years from publication to the awakening of a sleeper
CRITERIA = ["beauty (M1)", "wake_gap (M5), the strongest helper not removed"]
MISSING = ["beauty_cp (M2)", "persistence_gap (M6)", "foresight (M8)", "uncredited_return (M9)"]
COLUMNS = [
    "title",
    "year",
    "class",
    "layer",
    "beauty",
    "awakening_year",
    "wake",
    "citations_held",
    "coverage",
    "reason",
    "history",
]


@dataclass(frozen=True, kw_only=True)
class ForgottenTable:
    """What `forgotten` found.

    Attributes:
        ranked: The works that can be judged, most forgotten first. Index `id`; columns `title`, `year`, `class`
            ("sleeper", "hidden ancestor" or None), `layer` (Pareto layer, 1 first), `beauty`, `awakening_year`, `wake` (a
            lower bound), `citations_held`, `coverage` (share of later reference lists known), `reason`, `history`
            ([[year, citations], ...]).
        insufficient: The works that cannot, same columns, most citations first; `reason` says what is missing.
        criteria: What the ranking rests on.
        missing: Criteria of the full definition that no work has here; dropped for all.
        totals: `works` asked about, `ranked` and `insufficient` before `top` was applied.
        options: The options it was called with.
        notes: What was done with loops, cycles, backward citations and undated works.
    """

    ranked: "pd.DataFrame"
    insufficient: "pd.DataFrame"
    criteria: list[str]
    missing: list[str]
    totals: dict[str, int]
    options: dict[str, Any]
    notes: list[str]

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """`ranked` and `insufficient` as plain values for JSON."""
        return {"ranked": _plain_rows(self.ranked), "insufficient": _plain_rows(self.insufficient)}


def forgotten(
    graph: CitationGraph,
    *,
    era: tuple[int, int] | None = None,
    since: int | None = None,
    top: int | None = None,
    cls: str | None = None,
) -> ForgottenTable:
    """Which works were forgotten, as far as this data can tell.

    A work is judged if it has `beauty` (10 or more citations held, reference lists known in its years of sleep), a
    `wake`, and at least half of the reference lists of its year or later are known. Judged works are put in Pareto layers
    by two percentiles among judged works of their year: beauty, and wake given citations (how much more later work builds on
    it than on works cited as often); within a layer by the sum of 1/(60 + midrank), then by id. A *sleeper* is in the top
    tenth by beauty and awoke 5 years or more after publication; a *hidden ancestor* is in the top tenth by wake given
    citations with no more citations than the middle of its cohort. All other works are under `insufficient`.

    `era` keeps works published in those years, both included (no undated ones); `since` works that awoke in or after
    that year (of those not judged: cited in or after it); `cls` ranked works of one class; `top` that many rows of each part.

    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2002}, titles={"A": "An early work"})
    >>> table = forgotten(g, era=(1988, 2001))
    >>> len(table.ranked), table.insufficient.loc["A", "reason"]
    (0, 'Not decidable in this data: 1 citation is held by 2002 where 10 are needed.')

    Raises:
        InputError: if `cls` is no class or `top` is negative.
    """
    if cls is not None and cls not in CLASSES:
        raise InputError(f"no class of forgotten works {cls!r}", f"one of {', '.join(CLASSES)}")
    if top is not None and top < 0:
        raise InputError(f"top {top} is negative", "leave it out for all")
    study = _study(graph)
    asked = np.ones(len(graph), np.bool_) if era is None else (graph.years >= era[0]) & (graph.years <= era[1])
    order = _ranking(study, np.flatnonzero(study.judged & asked), graph.ids)
    rest = np.flatnonzero(~study.judged & asked)
    ranked = [_row(graph, study, i, layer) for i, layer in order]
    insufficient = [_row(graph, study, i, None) for i in rest.tolist()]
    insufficient.sort(key=lambda row: (-row["citations_held"], row["id"]))
    if since is not None:
        ranked = [row for row in ranked if row["awakening_year"] >= since]
        insufficient = [row for row in insufficient if any(c for year, c in row["history"] if year >= since)]
    if cls is not None:
        ranked = [row for row in ranked if row["class"] == cls]
    return ForgottenTable(
        ranked=_frame(graph, ranked[:top]),
        insufficient=_frame(graph, insufficient[:top]),
        criteria=CRITERIA,
        missing=MISSING,
        totals={"works": len(ranked) + len(insufficient), "ranked": len(ranked), "insufficient": len(insufficient)},
        options={"era": era, "since": since, "top": top, "class": cls},
        notes=study.notes,
    )


class _Study(NamedTuple):
    beauty: dict[str, list[Any]]  # the columns of the two metrics
    wake: dict[str, list[Any]]
    citations: Ints
    last: int | None
    judged: NDArray[np.bool_]
    by_beauty: Floats  # percentiles in the cohort, NaN where not judged
    by_gap: Floats
    by_citations: Floats
    notes: list[str]


def _study(graph: CitationGraph) -> _Study:
    slept, spread = beauty(graph), wake(graph)
    b, w = slept.table["value"].to_numpy(), spread.table["value"].to_numpy()
    covered = spread.table["coverage"].to_numpy() >= ENOUGH_LISTS
    citations = graph.citers.counts()
    judged = ~np.isnan(b) & ~np.isnan(w) & covered
    spreading = np.flatnonzero(~np.isnan(w) & covered & (graph.years != UNDATED))
    percentile = {name: np.full(len(graph), np.nan) for name in ("beauty", "gap", "citations")}
    if judged.any():
        excess = np.full(len(graph), np.nan)
        excess[spreading] = gap(w[spreading], citations[spreading], graph.years[spreading])
        for name, values in (("beauty", b), ("gap", excess), ("citations", citations)):
            percentile[name][judged] = cohort_percentiles(values[judged], graph.years[judged])
    notes = [*(f"beauty: {note}" for note in slept.notes), *(f"wake: {note}" for note in spread.notes)]
    return _Study(
        {str(name): slept.table[name].tolist() for name in slept.table},
        {str(name): spread.table[name].tolist() for name in spread.table},
        citations,
        last_full_year(graph),
        judged,
        percentile["beauty"],
        percentile["gap"],
        percentile["citations"],
        notes,
    )


def _ranking(study: _Study, works: Ints, ids: list[str]) -> list[tuple[int, int]]:
    """The judged works asked about, most forgotten first, with their Pareto layers."""
    if not len(works):
        return []
    points = np.column_stack((study.by_beauty[works], study.by_gap[works]))
    layer = pareto_layers(points)
    midranks = np.column_stack([(1 - percentiles(column)) * len(works) + 0.5 for column in points.T])
    merit = (1 / (60 + midranks)).sum(axis=1)
    order = sorted(range(len(works)), key=lambda k: (layer[k], -merit[k], ids[works[k]]))
    return [(int(works[k]), int(layer[k])) for k in order]


def _row(graph: CitationGraph, study: _Study, i: int, layer: int | None) -> dict[str, Any]:
    past = history(graph, i, last_year=study.last)
    year = int(graph.years[i])
    kinds = _classes(study, i, year)
    row = {
        "id": graph.ids[i],
        "year": None if year == UNDATED else year,
        "class": kinds[0] if kinds else None,
        "layer": layer,
        "beauty": study.beauty["value"][i],
        "awakening_year": study.beauty["awakening_year"][i],
        "wake": study.wake["low"][i],
        "citations_held": int(study.citations[i]),
        "coverage": study.wake["coverage"][i],
        "history": past.by_year() if past else [],
    }
    row["reason"] = _missing(study, i) if layer is None else _story(study, i, kinds, past)
    return row


def _classes(study: _Study, i: int, year: int) -> list[str]:
    """The classes of a work, the one it is further up in first; none where it cannot be judged."""
    if not study.judged[i]:
        return []
    slept = study.beauty["awakening_year"][i] - year  # NaN if it never slept
    found = []
    if study.by_beauty[i] >= TOP and slept >= ASLEEP:
        found.append((-study.by_beauty[i], "sleeper"))
    if study.by_gap[i] >= TOP and study.by_citations[i] <= 0.5:
        found.append((-study.by_gap[i], "hidden ancestor"))
    return [kind for _, kind in sorted(found)]


def _story(study: _Study, i: int, kinds: list[str], past: History | None) -> str:
    """One sentence on a judged work."""
    parts = []
    if "sleeper" in kinds and past:
        awoke, peak = (int(study.beauty[name][i]) for name in ("awakening_year", "peak_year"))
        asleep = int(past.counts[: awoke - past.first].sum())
        parts.append(
            f"it was cited {_times(asleep)} in its first {awoke - past.first} years, awoke in {awoke} "
            f"and was cited {_times(int(past.counts[peak - past.first]))} in {peak}"
        )
    if "hidden ancestor" in kinds:
        parts.append(
            f"only {study.citations[i]:,} works cite it, yet {study.wake['n'][i]:,} later works build on it, "
            "far more than on works of its time cited as often"
        )
    if not parts:
        parts.append("it neither slept long nor is it a little cited work that much later work builds on")
    if study.beauty["censored"][i]:
        parts.append("its last full year is its best, so it may still rise")
    return f"In this data {'; '.join(parts)}."


def _missing(study: _Study, i: int) -> str:
    """One sentence on what is missing to judge a work."""
    why = study.beauty["reason"][i]
    coverage, n = study.wake["coverage"][i], int(study.beauty["n"][i])
    parts = []
    if why == "undated" or np.isnan(coverage):
        parts.append("it has no year")
    elif n < ENOUGH:
        held = f"{n} citation{' is' if n == 1 else 's are'} held by {study.last}"
        parts.append(f"{held} where {ENOUGH} are needed")
    elif np.isnan(study.beauty["value"][i]):
        parts.append(why)
    if coverage < ENOUGH_LISTS:
        parts.append(f"{coverage:.0%} of the later reference lists are known where half are needed")
    if np.isnan(study.wake["value"][i]) and not parts:
        parts.append("no later work held cites it")
    return f"Not decidable in this data: {'; '.join(parts)}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times" if count else "never"


def _frame(graph: CitationGraph, rows: list[dict[str, Any]]) -> "pd.DataFrame":
    import pandas as pd

    table = pd.DataFrame(rows, columns=["id", *COLUMNS[1:]]).set_index("id")
    table.insert(0, "title", graph.works["title"].reindex(table.index))
    table["class"] = pd.Series([row["class"] for row in rows], table.index, dtype=object)
    return table.astype({"year": "Int64", "layer": "Int64"})


def _plain_rows(table: "pd.DataFrame") -> list[dict[str, Any]]:
    whole = {"year", "layer", "awakening_year"}
    return [
        {"id": id_} | {str(name): plain(value, whole=name in whole) for name, value in row.items()}
        for id_, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
