"""The forgotten works of a graph: cited late, or carrying more later work than their citations show.

What can be judged is ranked; what cannot is listed apart with every bound there is and the reason, never ranked low.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kg.analysis.beauty import ENOUGH, beauty
from kg.analysis.cohort import cohort_percentiles, gap, pareto_layers, percentiles
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
COLUMNS = ["class", "layer", "beauty", "awakening_year", "wake", "citations_held", "coverage", "reason", "history"]


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
        whole = {"year", "layer", "awakening_year"}
        return {
            part: [
                {"id": id_} | {str(name): plain(value, whole=name in whole) for name, value in row.items()}
                for id_, row in zip(table.index, table.to_dict("records"), strict=True)
            ]
            for part, table in (("ranked", self.ranked), ("insufficient", self.insufficient))
        }


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
    study, notes = _study(graph)
    asked = study if era is None else study[study["year"].between(*era)]
    last = last_full_year(graph)
    ranked = [_row(graph, work, last) for work in _ranking(asked[asked["judged"]]).itertuples()]
    insufficient = [_row(graph, work, last) for work in asked[~asked["judged"]].itertuples()]
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
        notes=notes,
    )


def _study(graph: CitationGraph) -> "tuple[pd.DataFrame, list[str]]":
    """Every work with its columns of `beauty`, `wake` and percentiles in the cohort; the notes of both metrics."""
    slept, spread = beauty(graph), wake(graph)
    study = slept.table.join(spread.table.add_prefix("wake_"))
    study["number"], study["year"], study["citations"] = range(len(graph)), graph.years, graph.citers.counts()
    spreading = study["wake_value"].notna() & (study["wake_coverage"] >= ENOUGH_LISTS)
    study["judged"] = judged = study["value"].notna() & spreading
    study[["gap", "by_beauty", "by_gap", "by_citations"]] = np.nan
    if judged.any():
        some = study[spreading & (study["year"] != UNDATED)]
        study.loc[some.index, "gap"] = gap(*(some[name].to_numpy() for name in ("wake_value", "citations", "year")))
        few = study[judged]
        for name, values in (("by_beauty", "value"), ("by_gap", "gap"), ("by_citations", "citations")):
            study.loc[judged, name] = cohort_percentiles(few[values].to_numpy(), few["year"].to_numpy())
    return study, [f"{scores.metric}: {note}" for scores in (slept, spread) for note in scores.notes]


def _ranking(judged: "pd.DataFrame") -> "pd.DataFrame":
    """The judged works asked about, most forgotten first, with their Pareto layers."""
    points = judged[["by_beauty", "by_gap"]].to_numpy()
    midranks = np.column_stack([(1 - percentiles(column)) * len(points) + 0.5 for column in points.T])
    merit = (1 / (60 + midranks)).sum(axis=1)
    ranked = judged.assign(layer=pareto_layers(points), behind=-merit).sort_index()
    return ranked.sort_values(["layer", "behind"], kind="stable")


def _row(graph: CitationGraph, work: Any, last: int | None) -> dict[str, Any]:
    past = history(graph, work.number, last_year=last)
    kinds = _classes(work) if work.judged else []
    return {
        "id": work.Index,
        "year": None if work.year == UNDATED else work.year,
        "class": kinds[0] if kinds else None,
        "layer": work.layer if work.judged else None,
        "beauty": work.value,
        "awakening_year": work.awakening_year,
        "wake": work.wake_low,
        "citations_held": work.citations,
        "coverage": work.wake_coverage,
        "reason": _story(work, kinds, past) if work.judged else _missing(work, last),
        "history": past.by_year() if past else [],
    }


def _classes(work: Any) -> list[str]:
    """The classes of a judged work, the one it is further up in first."""
    found = []
    if work.by_beauty >= TOP and work.awakening_year - work.year >= ASLEEP:  # never so where it never slept
        found.append((-work.by_beauty, "sleeper"))
    if work.by_gap >= TOP and work.by_citations <= 0.5:
        found.append((-work.by_gap, "hidden ancestor"))
    return [kind for _, kind in sorted(found)]


def _story(work: Any, kinds: list[str], past: History | None) -> str:
    """One sentence on a judged work."""
    parts = []
    if "sleeper" in kinds and past:
        awoke, peak = int(work.awakening_year), int(work.peak_year)
        asleep = int(past.counts[: awoke - past.first].sum())
        parts.append(
            f"it was cited {_times(asleep)} in its first {awoke - past.first} years, awoke in {awoke} "
            f"and was cited {_times(int(past.counts[peak - past.first]))} in {peak}"
        )
    if "hidden ancestor" in kinds:
        parts.append(
            f"only {work.citations:,} works cite it, yet {work.wake_n:,} later works build on it, "
            "far more than on works of its time cited as often"
        )
    if not parts:
        parts.append("it neither slept long nor is it a little cited work that much later work builds on")
    if work.censored:
        parts.append("its last full year is its best, so it may still rise")
    return f"In this data {'; '.join(parts)}."


def _missing(work: Any, last: int | None) -> str:
    """One sentence on what is missing to judge a work."""
    parts = []
    if work.year == UNDATED:
        parts.append("it has no year")
    elif work.n < ENOUGH:
        held = f"{work.n} citation{' is' if work.n == 1 else 's are'} held by {last}"
        parts.append(f"{held} where {ENOUGH} are needed")
    elif np.isnan(work.value):
        parts.append(work.reason)
    if work.wake_coverage < ENOUGH_LISTS:
        parts.append(f"{work.wake_coverage:.0%} of the later reference lists are known where half are needed")
    if np.isnan(work.wake_value) and not parts:
        parts.append("no later work held cites it")
    return f"Not decidable in this data: {'; '.join(parts)}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times" if count else "never"


def _frame(graph: CitationGraph, rows: list[dict[str, Any]]) -> "pd.DataFrame":
    import pandas as pd

    table = pd.DataFrame(rows, columns=["id", "year", *COLUMNS]).set_index("id")
    table.insert(0, "title", graph.works["title"].reindex(table.index))
    table["class"] = pd.Series([row["class"] for row in rows], table.index, dtype=object)
    return table.astype({"year": "Int64", "layer": "Int64"})
