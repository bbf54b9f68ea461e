"""The inputs that several metrics have in common: a work's history, citing works, references, cohort."""

from collections import Counter

import numpy as np

from kg.analysis.base.burst_levels import references_made
from kg.analysis.base.cohort import cohort_of
from kg.analysis.base.coverage import coverage_by_year
from kg.analysis.base.history import history
from kg.analysis.base.ties import levelled
from kg.analysis.scores import Inputs, Ints, Scores, plain
from kg.graph.arrays import OUTCOMES, UNDATED
from kg.graph.citation_graph import CitationGraph


def work_row(graph: CitationGraph, i: int) -> Inputs:
    """Id, year and retrieval outcome of the reference list of work number `i`."""
    year = int(graph.years[i])
    return {"id": graph.ids[i], "year": None if year == UNDATED else year, "list": str(OUTCOMES[graph.outcomes[i]])}


def lists_of(graph: CitationGraph, works: Ints, year: int) -> Inputs:
    """How the reference lists of works were retrieved."""
    codes, times = np.unique(graph.outcomes[works], return_counts=True)
    outcomes = {str(OUTCOMES[code]): int(n) for code, n in zip(codes.tolist(), times.tolist(), strict=True)}
    known = int(graph.known_lists[works].sum())
    return {"since": None if year == UNDATED else year, "works": len(works), "known": known, "outcomes": outcomes}


def by_year(row: Inputs) -> tuple[int, str]:
    """Sort key of rows with `year` and `id`: oldest first, those without a year last."""
    return row["year"] or 9999, row["id"]


def citers(graph: CitationGraph, i: int, scores: Scores) -> list[Inputs]:
    """The works citing it, oldest first, each with its own value of the metric."""
    value = scores.table["value"].to_numpy(float)
    return sorted(
        (work_row(graph, j) | {"value": plain(float(value[j]))} for j in graph.citers.of(i).tolist()), key=by_year
    )


def history_and_citers(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """Sections `history` and `citers`."""
    return {"history": yearly(graph, i, scores), "citers": citers(graph, i, scores)}


def yearly(graph: CitationGraph, i: int, scores: Scores) -> Inputs | None:
    """The citations of each year of its history, and how many citations the history leaves out.

    Each year has `citations`, of these `by_known_lists` (by works whose reference lists are known), the `coverage` of the
    year, its `known_lists` and `references_made` (by these works). None for a work without a year.
    """
    past = history(graph, i, last_year=scores.options.get("last_year"))
    if past is None:
        return None
    coverage, years = coverage_by_year(graph), past.first + np.arange(len(past.counts))
    made = references_made(graph)
    citing = graph.citers.of(i)
    by_known = Counter(graph.years[citing[graph.known_lists[citing]]].tolist())
    rows = [
        {"year": year, "citations": count, "by_known_lists": by_known[year], "coverage": plain(float(share))}
        | {"known_lists": lists, "references_made": made.get(year, 0)}
        for (year, count), share, lists in zip(
            past.by_year(), coverage.kappa(years), coverage.lists(years).tolist(), strict=True
        )
    ]
    return {"years": rows, "left_out": {"earlier": past.earlier, "undated": past.undated, "beyond": past.beyond}}


def references(graph: CitationGraph, i: int) -> Inputs:
    """The works it cites, how its reference list was retrieved and how many references its source reports."""
    rows = [work_row(graph, j) for j in graph.references.of(i).tolist()]
    reported = plain(graph.works["reported_references"].iloc[i])
    return {"outcome": str(OUTCOMES[graph.outcomes[i]]), "reported": reported, "works": sorted(rows, key=by_year)}


def cohort(graph: CitationGraph, i: int, scores: Scores, group: Ints | None = None) -> Inputs | None:
    """The works it is compared with: their years, their number, and how many have a higher or an equal value.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    i : int
        Number of the work.
    scores : Scores
        The metric.
    group : array of int, optional
        Group of each work, if only works of one group are compared.

    Returns
    -------
    dict or None
        None for a work that is not compared.
    """
    value = scores.table["value"].to_numpy(float)
    some = np.flatnonzero(~np.isnan(value) & (graph.years != UNDATED))
    at = np.searchsorted(some, i)
    if at == len(some) or some[at] != i:
        return None
    among = cohort_of(graph.years[some].astype(np.int64), int(at), None if group is None else group[some])
    years, like = graph.years[some][among], levelled(value[some][among])
    own_level = like[int(among[:at].sum())]
    one = group is not None and bool((group[some][among] == group[i]).all())
    return {
        "community": int(group[i]) if group is not None and one else None,
        "years": [int(years.min()), int(years.max())],
        "works": int(among.sum()),
        "above": int((like > own_level).sum()),
        "equal": int((like == own_level).sum()),
    }
