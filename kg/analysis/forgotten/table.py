"""The forgotten works of a graph: taken up late, carrying more than their citations show, or come back without a trace.

What can be judged is ranked; what cannot is listed apart with every bound there is and the reason, never ranked low.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.cohort import cohort_percentiles
from kg.analysis.base.history import history, last_full_year
from kg.analysis.forgotten.criteria import CRITERIA, Criteria, criteria
from kg.analysis.forgotten.ranking import rank_forgotten
from kg.analysis.forgotten.sentences import CLASSES, classes, missing, story
from kg.analysis.metrics.uncredited_return import return_bounds
from kg.analysis.scores import plain
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

if TYPE_CHECKING:
    import pandas as pd

MEASURES = [
    "beauty",
    "awakening_year",
    "beauty_cp",
    "wake",
    "wake_robust",
    "wake_gap",
    "persistent_influence",
    "persistence_gap",
    "foresight",
    "uncredited_return",
    "share_low",
    "share_high",
    "citations_held",
    "coverage",
]
COLUMNS = ["class", "classes", "layer", "rank", "rank_low", "rank_high", *MEASURES, "reason", "history"]
WHOLE = {"year", "awakening_year", "rank_low", "rank_high", "citations_held"}


@dataclass(frozen=True, kw_only=True)
class ForgottenTable:
    """What `forgotten` found.

    Attributes
    ----------
    ranked : pd.DataFrame
        The works that can be judged, most forgotten first. Index `id`; columns `title`, `year`, `class` (the one it
        is further up in, or None), `classes` (all that fit), `layer` and `rank` (medians over the draws), `rank_low`
        and `rank_high` (5 and 95 %), the measures by their names (`wake` and `persistent_influence` are lower bounds;
        `wake_robust` is the wake without the strongest helper; `share_low` and `share_high` bound the share of its
        returns that no path leads to), `citations_held`, `coverage` (share of later reference lists known), `reason`
        (one sentence), `history` ([[year, citations], ...]).
    insufficient : pd.DataFrame
        The works that cannot, same columns, most citations first; `reason` says what is missing.
    criteria : dict[str, str]
        What the ranking rests on.
    missing : dict[str, str]
        Criteria that this graph does not give, dropped for all, each with the reason.
    totals : dict[str, int]
        `works` asked about, `ranked` and `insufficient` before `top` was applied.
    options : dict[str, Any]
        The options it was called with.
    notes : list[str]
        What was done with loops, cycles, backward citations and undated works.
    """

    ranked: "pd.DataFrame"
    insufficient: "pd.DataFrame"
    criteria: dict[str, str]
    missing: dict[str, str]
    totals: dict[str, int]
    options: dict[str, Any]
    notes: list[str]

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """`ranked` and `insufficient` as plain values for JSON."""
        return {
            part: [
                {"id": id_} | {str(name): plain(value, whole=name in WHOLE) for name, value in row.items()}
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
    draws: int = 20,
    seed: int = 0,
) -> ForgottenTable:
    """Which works were forgotten, as far as this data can tell.

    A work is judged if it was taken up measurably (`beauty` with 10 citations or more, else `beauty_cp` with 3 or more), has
    a `wake_gap` (its strongest helper removed) and a `persistence_gap`, and at least half of the reference lists of its year
    or later are known. These, `foresight` and `uncredited_return` are turned into mid-rank percentiles within community and
    years; a criterion fewer than 30 works have is dropped for all and named. Other nulls of a work are drawn jointly from
    its cohort, and what missing lists hide is redrawn, `draws` times (20 or more); each draw puts the works asked about in
    Pareto layers, and the medians rank them (see `ranking`).

    A *sleeper* is in the top tenth by its late citations and slept 5 years or more (little cited works: more unevenly than
    19 in 20 by chance); a *hidden ancestor* in the top tenth by wake given citations, with no more citations than the
    middle of its cohort; an *uncredited precursor* in the top tenth by uncredited returns, with p at most .05. All works
    that cannot be judged are under `insufficient`.

    `era` keeps works published in those years, both included (no undated ones); `since` works that awoke in or after
    that year (of those not judged: cited in or after it); `cls` ranked works of one class; `top` that many rows of each part.

    Raises
    ------
    InputError
        If `cls` is no class, `top` is negative or `draws` below 20.

    References
    ----------
    kg's own combination; each criterion names its paper.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2002}, titles={"A": "An early work"})
    >>> table = forgotten(g, era=(1988, 2001))
    >>> len(table.ranked), table.insufficient.loc["A", "reason"]
    (0, 'Not decidable in this data: 1 citation is held by 2002 where 3 are needed.')
    """
    if cls is not None and cls not in CLASSES:
        raise InputError(f"no class of forgotten works {cls!r}", f"one of {', '.join(CLASSES)}")
    if top is not None and top < 0:
        raise InputError(f"top {top} is negative", "leave it out for all")
    if draws < 20:
        raise InputError(f"{draws} draws are too few for ranks with their spread", "20 or more")
    found = criteria(graph)
    asked = np.ones(len(graph), np.bool_) if era is None else (graph.years >= era[0]) & (graph.years <= era[1])
    last = last_full_year(graph)
    ranks = rank_forgotten(graph, found, asked, draws=draws, seed=seed)
    study = _study(graph, found, ranks)
    ranked = study.loc[ranks.index]
    open_ = study[asked & ~found.enters].sort_index().sort_values("citations_held", ascending=False, kind="stable")
    if since is not None:
        ranked = ranked[ranked["awakening_year"] >= since]
        open_ = open_[_cited_since(graph, since)[open_["number"]]]
    if cls is not None:
        ranked = ranked[[cls in classes(work) for work in ranked.itertuples()]]
    shown = open_[:top]
    bounds = return_bounds(graph, shown["number"].to_numpy(np.int64))
    insufficient = [
        _row(graph, work, last) | {"share_low": low, "share_high": high}
        for work, low, high in zip(shown.itertuples(), *bounds, strict=True)
    ]
    return ForgottenTable(
        ranked=_frame(graph, [_row(graph, work, last) for work in ranked[:top].itertuples()]),
        insufficient=_frame(graph, insufficient),
        criteria={name: CRITERIA[name] for name in found.used},
        missing=found.missing,
        totals={"works": len(ranked) + len(open_), "ranked": len(ranked), "insufficient": len(open_)},
        options={"era": era, "since": since, "top": top, "class": cls, "draws": draws, "seed": seed},
        notes=found.notes,
    )


def _study(graph: CitationGraph, found: Criteria, ranks: "pd.DataFrame") -> "pd.DataFrame":
    """Every work with what its row and its sentence are made of."""
    study = found.table.join(found.percent.add_prefix("by_")).join(ranks)
    study["number"], study["judged"] = range(len(graph)), found.enters
    study["by_citations"] = np.nan
    some = ((graph.years != UNDATED) & study["wake"].notna()).to_numpy()
    if found.enters.any():
        years, group = graph.years[some].astype(np.int64), found.group[some]
        study.loc[some, "by_citations"] = cohort_percentiles(graph.citers.counts()[some], years, group)
    return study.reindex(columns=[*study.columns, *(f"by_{name}" for name in CRITERIA if name not in found.used)])


def _cited_since(graph: CitationGraph, year: int) -> NDArray[np.bool_]:
    recent = graph.years[graph.citers.works] >= year
    return np.bincount(graph.citers.owners()[recent], minlength=len(graph)) > 0


def _row(graph: CitationGraph, work: Any, last: int | None) -> dict[str, Any]:
    past = history(graph, work.number, last_year=last)
    kinds = classes(work) if work.judged else []
    row = {name: getattr(work, name) for name in ("layer", "rank", "rank_low", "rank_high", *MEASURES)}
    return row | {
        "id": work.Index,
        "year": None if work.year == UNDATED else work.year,
        "class": kinds[0] if kinds else None,
        "classes": kinds,
        "wake": work.wake_low,
        "persistent_influence": work.persistent_low,
        "reason": story(work, kinds, past) if work.judged else missing(work, last),
        "history": past.by_year() if past else [],
    }


def _frame(graph: CitationGraph, rows: list[dict[str, Any]]) -> "pd.DataFrame":
    import pandas as pd

    table = pd.DataFrame(rows, columns=["id", "year", *COLUMNS]).set_index("id")
    table.insert(0, "title", graph.works["title"].reindex(table.index))
    table["class"] = pd.Series([row["class"] for row in rows], table.index, dtype=object)
    return table.astype({"year": "Int64"})
