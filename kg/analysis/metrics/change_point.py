"""Change point: whether the share of reference lists that cite a work changed, and when."""

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.clusters import clusters
from kg.analysis.base.coverage import COVERED, HEARD
from kg.analysis.base.inputs import citers
from kg.analysis.base.rate_history import KINDS, Exposure, changes, exposure
from kg.analysis.community_populations import population as population_named
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Inputs, Ints, Scores, reasons
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

_SURE = 0.95
_WORDS = ("revived", "awoke", "faded")  # as KINDS
_UNLIKE = "cannot say: the lists known before and after the change are of different collections"
_SUBJECTS = (
    "Under half of the reference lists are known: if those of different years are of different subjects, a rise or fall "
    "of the rate may be theirs."
)


def _inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """How many of the known lists of each later year cite the work, and whether the year has enough of them to count."""
    seen = exposure(graph, *_asked(graph, scores.options["population"]))
    citing = np.bincount(seen.year[seen.cited == i] - seen.first, minlength=len(seen.lists))
    rows = [
        {"year": seen.first + t, "k": int(citing[t]), "known_lists": int(n), "counts": bool(n >= HEARD)}
        for t, n in enumerate(seen.lists)
        if UNDATED != graph.years[i] < seen.first + t
    ]
    return {"history": {"years": rows}, "citers": citers(graph, i, scores)}


@metric(
    unit="probability",
    family="attention over time",
    range=(0, 1),
    cycles="counted like other citations",
    backward="left out of the citation histories",
    undated="no value, left out of the citation histories",
    inputs=_inputs,
    dossier={},
)
def change_point(graph: CitationGraph, *, population: str | None = None) -> Scores:
    """How probable it is that the share of known reference lists that cite a work changed over the years.

    Only lists that are known say anything, so years are compared by the share of their known lists. This holds at low
    coverage, too, as long as the lists known of different years are of one kind.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    population : str, optional
        Count the reference lists of this population only, such as those of one meeting; all known lists by default.

    Returns
    -------
    Scores
        Posterior probability that the rate changed. `n` is the number of lists it rests on. No value where fewer than two
        years after that of the work have 5 known lists, or no list of such a year cites it; there are no bounds. Own columns:
        `awakening` (after a lower rate in at least 5 of the years that count, it at least doubles), `revival` (an awakening
        after an earlier rate at least twice the low one) and `fading` (it falls to half or less, for at least 5 of these
        years), each a probability; `year`, the first year of the new rate for the most probable of these, with a 90 %
        interval (`year_low`,
        `year_high`); `k`, lists that cite the work; `years`, how many years count; `verdict` in words, where one has 95 %.

    Raises
    ------
    InputError
        If there is no such population.

    Notes
    -----
    r_t of the d_t known lists of year t cite the work (citing -> cited), t after its own year, d_t >= 5. The rate has one, two
    or three levels with prior odds 2 : 1 : 1, all years of change equally likely; in each level r_t ~ Binomial(d_t, p) with p ~
    Beta(1/(1 - m), 1/m), whose mean m = (R + 1/2)/(D + 1) is that of all years. Every pair of years is tried, so the
    probabilities are exact. Years with fewer lists count nothing; a change may lie in them. Where the lists name their
    collections, there is no verdict if under half of those before or after the change are of collections that have both.

    References
    ----------
    Barry & Hartigan (1993), A Bayesian analysis for change point problems.

    Examples
    --------
    >>> years = {"old": 1980, "other": 1980} | {f"{y}-{k}": y for y in range(1981, 1995) for k in range(9)}
    >>> edges = [(w, "old" if y > 1990 and w[-1] < "4" else "other") for w, y in years.items() if y > 1980]
    >>> scores = change_point(CitationGraph.from_edges(edges, years=years))
    >>> round(scores["old"], 4), scores.table.at["old", "verdict"]
    (1.0, 'awoke in 1991')
    """
    asked, read = _asked(graph, population)
    seen = exposure(graph, asked, read)
    heard, size, own = seen.heard(), len(graph), graph.years.astype(np.int64)
    span = np.flatnonzero(heard)
    columns = {name: np.full(size, np.nan) for name in ("changed", *KINDS, "year", "year_low", "year_high")}
    coverage = np.full(size, np.nan)
    n, counted = np.zeros(size, np.int64), np.zeros(size, np.int64)
    verdict = np.full(size, "cannot say", dtype=object)
    collections = _collections(graph, asked[read], seen)
    at = seen.year - seen.first
    k = np.bincount(seen.cited[heard[at] > 0], minlength=size)
    # works of before the first year that counts have the same years; those of any other year have their own
    since = np.where(own == UNDATED, UNDATED, np.maximum(own, seen.first + span[0] - 1 if len(span) else 0))
    for year in np.unique(since[own != UNDATED]).tolist():
        group, some = since == year, span[span > year - seen.first]
        n[group], counted[group] = heard[some].sum(), len(some)
        coverage[group] = heard[some].sum() / seen.works[some].sum() if len(some) else np.nan
        if len(some) < 2:
            continue
        a, b = int(some[0]), int(some[-1]) + 1
        mine = group[seen.cited] & (heard[at] > 0) & (at >= a)
        works, row = np.unique(seen.cited[mine], return_inverse=True)
        citing = np.zeros((len(works), b - a), np.int64)
        np.add.at(citing, (row, at[mine] - a), 1)
        lists = collections and tuple(of[collections[1] > year] for of in collections)
        alike, first = np.unique(citing, axis=0, return_inverse=True)
        found = changes(alike, heard[a:b])
        sums = found.years.cumsum(axis=2)
        probable = sums[:, :, -1].clip(0, 1)
        spans = [seen.first + a + (sums >= q * sums[:, :, -1:] * (1 - 1e-9)).argmax(axis=2) for q in (0.5, 0.05, 0.95)]
        kind = np.minimum(probable, _SURE).argmax(axis=0)  # the first of those that are certain
        which = kind, np.arange(len(alike))
        of_kind = [np.where(probable[which] > 0, year_of[which], np.nan) for year_of in spans]
        for column, values in zip(columns.values(), (found.changed.clip(0, 1), *probable, *of_kind), strict=True):
            column[works] = values[first]
        words = [
            _verdict(float(found.changed[j]), probable[:, j], spans[1][:, j], spans[2][:, j], lists)
            for j in range(len(alike))
        ]
        verdict[works] = np.array(words, dtype=object)[first]
    why = {
        "no year": own == UNDATED,
        f"fewer than 2 later years with {HEARD} known reference lists": counted < 2,
        f"no list of a year with {HEARD} known lists cites it": k == 0,
    }
    return Scores.of(
        graph,
        columns.pop("changed"),
        n=n,
        coverage=coverage,
        reason=reasons(why),
        remarks=[_SUBJECTS] if (coverage < COVERED).any() else [],
        notes=[f"A year counts if at least {HEARD} of its reference lists are known."],
        own=columns | {"k": k, "years": counted, "verdict": verdict},
        shown=("k", "years", *KINDS, "year", "year_low", "year_high", "verdict"),
    )


def _asked(graph: CitationGraph, name: str | None) -> tuple[Ints, NDArray[np.bool_]]:
    """The works whose lists are asked for, and which of these lists are known."""
    if name:
        asked = population_named(graph, name)
        return asked.works, asked.read
    return np.arange(len(graph)), graph.known_lists


def _collections(graph: CitationGraph, lists: Ints, seen: Exposure) -> tuple[Ints, Ints] | None:
    """The collection of each list that counts and the year of its work; None where the graph names no collections."""
    lists = lists[np.isin(graph.years[lists], seen.first + np.flatnonzero(seen.heard()))]
    names, kind = clusters(graph, lists)
    return (names, graph.years[lists].astype(np.int64)) if kind == "owner" else None


def _verdict(changed: float, probable: Floats, low: Ints, high: Ints, lists: tuple[Ints, Ints] | None) -> str:
    """What is at least 95 % certain."""
    if changed < _SURE:
        return "cannot say"
    certain = np.flatnonzero(probable >= _SURE).tolist()
    if lists is not None and any(_unlike(*lists, int(high[kind])) for kind in certain or [int(probable.argmax())]):
        return _UNLIKE
    certain = [kind for kind in certain if kind != 1 or 0 not in certain]  # a revival is an awakening
    words = [
        f"{_WORDS[kind]} {'in' if low[kind] == high[kind] else f'between {low[kind]} and'} {high[kind]}"
        for kind in certain
    ]
    return ", ".join(words) or "rate changed"


def _unlike(collection: Ints, years: Ints, year: int) -> bool:
    """Whether most lists of the years before one, or since, are of collections that have none on the other side."""
    sides = [np.bincount(collection[side], minlength=collection.max() + 1) for side in (years < year, years >= year)]
    both = (sides[0] > 0) & (sides[1] > 0)
    return any(2 * side[both].sum() < side.sum() for side in sides)
