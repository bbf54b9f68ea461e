"""The forgotten works of a graph: cited late, more influential than their citations suggest, or returned without credit.

Works with enough data are ranked; others are listed apart with their bounds and the reason, never ranked low.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.history import history, last_full_year
from kg.analysis.base.rank_sums import NAMED
from kg.analysis.forgotten.criteria import CRITERIA, Criteria, criteria
from kg.analysis.forgotten.nulls import CLASSES
from kg.analysis.forgotten.ranking import rank_forgotten
from kg.analysis.forgotten.sentences import classes, missing, story
from kg.analysis.metrics.uncredited_return import return_bounds
from kg.analysis.scores import plain
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era

if TYPE_CHECKING:
    import pandas as pd

MEASURES = [
    "late_z", "beauty", "awakening_year", "beauty_cp", "wake", "wake_robust", "wake_gap", "persistent_influence",
    "persistence_gap", "foresight", "uncredited_return", "share_low", "share_high", "citations_held", "coverage",
]  # fmt: skip
COLUMNS = ["class", "classes", "p", "q", "layer", "rank", "rank_low", "rank_high", *MEASURES, "reason", "history"]
WHOLE = {"year", "awakening_year", "rank_low", "rank_high", "citations_held"}


@dataclass(frozen=True, kw_only=True)
class ForgottenTable:
    """Forgotten works, and works with too little data.

    Attributes
    ----------
    ranked : pandas.DataFrame
        The works that can be ranked, the most forgotten first. Index `id`; columns `title`, `year`, `class` (the one that
        chance explains least, or None), `classes` (all), `p` and `q` (by class: the probability of as much by chance, and
        the share of works with a p as low that are expected to be there by chance; None where the work is not of the class),
        `layer` and `rank` (medians over the draws), `rank_low` and `rank_high` (5 and 95 %), the metrics by name (`wake` is a
        lower bound; `wake_robust` is the wake without the strongest citing work; `share_low` and `share_high` bound the
        share of its returns without a citation path), `citations_held`, `coverage` (share of later reference lists known),
        `reason` (one sentence), `history` ([[year, citations], ...]).
    insufficient : pandas.DataFrame
        The works that cannot be ranked, with the same columns, those with a class and then the most cited first; `reason` says
        what is missing. They may be sleepers, which is decided from the known reference lists alone.
    criteria : dict of str
        The criteria of the ranking.
    missing : dict of str
        Criteria that too few works of this graph have, dropped for all works, each with the reason.
    totals : dict of int
        `works` asked about, `ranked` and `insufficient`, before `top` was applied; `tested` and found `sleepers`, of all works
        of the era.
    options : dict
        The options it was called with.
    notes : list of str
        The notes of the metrics, each after its name.
    ids : tuple of str
        The works asked about before `top` was applied: those that can be ranked, then the others.
    """

    ranked: "pd.DataFrame"
    insufficient: "pd.DataFrame"
    criteria: dict[str, str]
    missing: dict[str, str]
    totals: dict[str, int]
    options: dict[str, Any]
    notes: list[str]
    ids: tuple[str, ...] = ()

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
    era: Era | tuple[int, int] | None = None,
    since: int | None = None,
    top: int | None = None,
    cls: str | None = None,
    only: Collection[str] | None = None,
    draws: int = 20,
    seed: int = 0,
) -> ForgottenTable:
    """Which works were forgotten, as far as this data can show.

    Three classes: a *sleeper* was cited late; a *hidden ancestor* carries more later work than its citations suggest; the
    topic of an *uncredited precursor* returned without citation paths to it. A work is given a class only where chance does
    not do as well: of all works in a class at most one in ten is expected to be there by chance.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    era : Era or tuple of int, optional
        Limit to works published in these years, both included.
    since : int, optional
        Limit to works that awoke in or after this year; of those that cannot be ranked, to works cited in or after it.
    top : int, optional
        Limit each part to this many works.
    cls : str, optional
        Limit the ranked works to one class, the others to it and to those without a class.
    only : collection of str, optional
        Limit each part to these works, ranked as they are among all.
    draws : int, default 20
        How often missing data are drawn; at least 20.
    seed : int, default 0
        Seed of the draws.

    Returns
    -------
    ForgottenTable
        Ranked works, works with too little data, and what the ranking is based on.

    Raises
    ------
    InputError
        If `cls` is unknown, `top` is negative or `draws` is below 20.

    Notes
    -----
    A work is ranked if it has `beauty` (10 citations or more) or `beauty_cp` (3 or more), a `wake_gap` (without the
    strongest citing work) and a `persistence_gap`, and at least half of the reference lists of its year or later are known.
    These, `foresight` and `uncredited_return` become mid-rank percentiles within community and years; a criterion that
    fewer than 30 works have is dropped for all and named. Missing data are drawn repeatedly, and each draw puts the works in
    Pareto layers, whose medians rank them (see `ranking`).

    The classes rest on tests, each with a false discovery rate of 10 % (Benjamini & Hochberg). A *sleeper* awoke at least 5
    years after it appeared (little cited works: `beauty_cp` above 0); p is that of `late_z`, where enough reference lists
    are known in the years asked about, whatever the share of them. A *hidden ancestor* is in the top tenth by `wake_gap`,
    with no more citations than the median of its cohort; for p the citations of its year are dealt anew within each citing
    year, which keeps how often each work cites and is cited there, and the mean mid-rank of the wakes of its citing works is
    compared. An *uncredited precursor* is in the top tenth by `uncredited_return`; its p is a rank among works cited as
    often, which can hardly ever stand out: a precursor cannot be told from a work that nobody followed.

    References
    ----------
    kg's own combination; the metrics name their papers. Benjamini & Hochberg (1995), Controlling the false discovery rate.

    Examples
    --------
    >>> g = CitationGraph.from_edges([("B", "A")], years={"A": 1988, "B": 2002}, titles={"A": "An early work"})
    >>> table = forgotten(g, era=(1988, 2001))
    >>> len(table.ranked), table.insufficient.loc["A", "reason"]
    (0, 'Cannot be ranked: only 1 citation in this graph by 2002 (3 needed).')
    """
    if cls is not None and cls not in CLASSES:
        raise InputError(f"unknown class {cls!r}", f"expected one of {', '.join(CLASSES)}")
    if top is not None and top < 0:
        raise InputError(f"top must not be negative (got {top})", "leave it out for all works")
    if draws < 20:
        raise InputError(f"draws must be at least 20 (got {draws})", "20 is the default")
    found = criteria(graph)
    asked = np.ones(len(graph), np.bool_) if era is None else graph.within(era)
    last = last_full_year(graph)
    ranks = rank_forgotten(graph, found, asked, draws=draws, seed=seed)
    named, index = found.q <= NAMED, found.table.index
    some, held, awoke = (
        named.any(axis=1).to_numpy(bool),
        graph.citers.counts(),
        found.table["awakening_year"].to_numpy(),
    )
    ranked, open_ = index.get_indexer(ranks.index), np.flatnonzero(asked & ~found.enters)
    open_ = open_[index[open_].argsort()]
    open_ = open_[np.lexsort((-held[open_], ~some[open_]))]
    if since is not None:
        ranked, open_ = ranked[awoke[ranked] >= since], open_[_cited_since(graph, since)[open_]]
    if cls is not None:
        mine = named[cls].to_numpy(bool) | ~some & ~found.enters
        ranked, open_ = ranked[mine[ranked]], open_[mine[open_]]
    if only is not None:
        asked = asked & index.isin(list(only))
        ranked, open_ = ranked[asked[ranked]], open_[asked[open_]]
    shown = open_[:top]
    bounds = return_bounds(graph, shown)
    insufficient = [
        _row(graph, work, last) | {"share_low": low, "share_high": high}
        for work, low, high in zip(_study(found, ranks, shown), *bounds, strict=True)
    ]
    return ForgottenTable(
        ranked=_frame(graph, [_row(graph, work, last) for work in _study(found, ranks, ranked[:top])]),
        insufficient=_frame(graph, insufficient),
        criteria={name: CRITERIA[name] for name in found.used},
        missing=found.missing,
        totals={"works": len(ranked) + len(open_), "ranked": len(ranked), "insufficient": len(open_)}
        | {"tested": int(found.table["p_late"][asked].notna().sum()), "sleepers": int(named["sleeper"][asked].sum())},
        options={"era": era, "since": since, "top": top, "class": cls, "draws": draws, "seed": seed},
        notes=found.notes,
        ids=tuple(graph.ids[i] for i in (*ranked, *open_)),
    )


def _study(found: Criteria, ranks: "pd.DataFrame", works: NDArray[np.int64]) -> Iterable[Any]:
    """What the rows and the sentences of some works need."""
    import pandas as pd

    study = found.table.iloc[works].join(found.percent.add_prefix("by_")).join(ranks)
    study["number"], study["judged"] = works, found.enters[works]
    for name, of in (("p", found.p), ("q", found.q)):
        study[name] = pd.Series(of.iloc[works].to_dict("records"), study.index, dtype=object)
    absent = [f"by_{name}" for name in CRITERIA if name not in found.used]
    return study.reindex(columns=[*study.columns, *absent]).itertuples()


def _cited_since(graph: CitationGraph, year: int) -> NDArray[np.bool_]:
    recent = graph.years[graph.citers.works] >= year
    return np.bincount(graph.citers.owners()[recent], minlength=len(graph)) > 0


def _row(graph: CitationGraph, work: Any, last: int | None) -> dict[str, Any]:
    past = history(graph, work.number, last_year=last)
    kinds = classes(work)
    told = story(work, kinds, past) if work.judged or kinds else ""
    row = {name: getattr(work, name) for name in ("layer", "rank", "rank_low", "rank_high", *MEASURES)}
    return row | {
        "id": work.Index,
        "year": None if work.year == UNDATED else work.year,
        "class": kinds[0] if kinds else None,
        "classes": kinds,
        "p": {name: plain(value) for name, value in work.p.items()},
        "q": {name: plain(value) for name, value in work.q.items()},
        "wake": work.wake_low,
        "reason": told if work.judged else f"{missing(work, last)} {told}".strip(),
        "history": past.by_year() if past else [],
    }


def _frame(graph: CitationGraph, rows: list[dict[str, Any]]) -> "pd.DataFrame":
    import pandas as pd

    table = pd.DataFrame(rows, columns=["id", "year", *COLUMNS]).set_index("id")
    table.insert(0, "title", graph.works["title"].reindex(table.index))
    table["class"] = pd.Series([row["class"] for row in rows], table.index, dtype=object)
    return table.astype({"year": "Int64"})
