"""Standing: what share of later works cites a work, from the reference lists that are known."""

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.citing_shares import KnownLists, citing_shares, enough, most_missed
from kg.analysis.base.clusters import clusters
from kg.analysis.base.inputs import lists_of, work_row
from kg.analysis.metric import metric
from kg.analysis.populations import Population, later_works, population
from kg.analysis.scores import Floats, Inputs, Ints, Scores
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import Era, era_named

_SURE = 0.95
_AMONG_BEST, _NOT_AMONG_BEST = 0.9, 0.1  # probability of the top tenth
CANNOT_SAY = "cannot say"


def _inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """The population, and which of its works cite this one."""
    asked = _asked(graph, scores.options["population"], scores.options["era"])
    citing = np.intersect1d(graph.citers.of(i), asked.works[asked.read])
    row = scores.table.iloc[i]
    year = int(graph.years[i])
    able = asked.works[graph.years[asked.works] >= year] if year != UNDATED else asked.works
    return {
        "population": {
            "name": asked.name,
            "rule": asked.rule,
            "works": int(row["population"]),
            "reference lists known": int(row["n"]),
            "detection": asked.detection,
        },
        "citers": [work_row(graph, int(j)) for j in citing],
        "missing": lists_of(graph, able, year),
    }


@metric(
    unit="share of later works",
    family="forgetting",
    range=(0, 1),
    cycles="kept",
    backward="left out, by year",
    undated="no value, in no population",
    inputs=_inputs,
)
def standing(graph: CitationGraph, *, population: str | None = None, era: str | None = None) -> Scores:
    """What share of a population of later works cites a work, as far as the known reference lists tell.

    A known reference list is an observation: of n known lists, k cite the work. Where the lists of a population are nearly
    all known, k of N is exact; else the share is estimated, with an interval.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    population : str, optional
        Name of a population, such as a venue and year whose reference lists are known; all later works by default.
    era : str, optional
        Instead of a population, all works of an era by its name or of years such as "2009-2018".

    Returns
    -------
    Scores
        Posterior mean of the share, or k/N of a whole population, with its 90 % interval as bounds; `n` is the number of
        known lists that could cite the work. No value where fewer than 20 lists or 5 clusters of lists are known. Own
        columns: `k`, `population` (N), `rank_low` and `rank_high` (5 and 95 % of the rank among works of near years), and
        `verdict` in words.

    Raises
    ------
    InputError
        If there is no such population or era.

    Notes
    -----
    Only works of the population dated in or after the year of a work could cite it. Lists come in clusters c (found in one
    collection, or by one first author) with m_c lists, y_c of which cite the work: y_c ~ Poisson(m_c pi g_c), g_c ~ Gamma with
    mean 1; the law of (pi, shape) is estimated from all works seen, then from those of near years, with the likelihood
    truncated at one citation. share = (k + citations predicted among the other N - n works)/N. The interval is that of 98 %
    where fewer than 40 clusters are known.

    References
    ----------
    Robbins (1956), An empirical Bayes approach to statistics.

    Laird (1978), Nonparametric maximum likelihood estimation of a mixing distribution.

    Examples
    --------
    >>> edges = [(f"new{i}", "old") for i in range(3)] + [(f"new{i}", "other") for i in range(30)]
    >>> years = {"old": 1989, "other": 1990} | {f"new{i}": 2018 for i in range(30)}
    >>> scores = standing(CitationGraph.from_edges(edges, years=years), era="2018-2018")
    >>> float(scores["old"]), int(scores.table.at["old", "k"]), scores.table.at["old", "verdict"]
    (0.1, 3, 'cited by 3 of the 30')
    """
    asked = _asked(graph, population, era)
    size = len(graph)
    columns = {name: np.full(size, np.nan) for name in ("value", "low", "high", "rank_low", "rank_high")}
    k, n, of = (np.zeros(size, np.int64) for _ in range(3))
    verdict = np.full(size, CANNOT_SAY, dtype=object)
    cluster = np.full(size, -1)
    cluster[asked.works[asked.read]], kind = clusters(graph, asked.works[asked.read])
    for numbers, works, read in _could_cite(graph, asked):
        members = np.unique(cluster[works[read]], return_inverse=True)[1]
        lists = _lists(graph, numbers, works, read, members)
        k[numbers], n[numbers], of[numbers] = lists.citing, lists.known, lists.population
        if lists.known >= _SURE * lists.population and lists.population:
            found = _counted(lists, asked.detection)
            verdict[numbers] = [f"cited by {count or 'none'} of the {lists.population:,}" for count in lists.citing]
        elif enough(lists):
            shares = citing_shares(lists, graph.years[numbers].astype(np.int64))
            found = {name: getattr(shares, name) for name in columns}
            verdict[numbers] = [_verdict(shares.under, shares.top_tenth, i) for i in range(len(numbers))]
        else:
            found = {"low": lists.citing / max(lists.population, 1)}
            found["high"] = found["low"] + (lists.population - lists.known) / max(lists.population, 1)
        for name, values in found.items():
            columns[name][numbers] = values
    undated = graph.years == UNDATED
    none = "no work of the population could cite it"
    few = "fewer than 20 known reference lists, or from fewer than 5 clusters"
    reason = [
        None if not np.isnan(v) else "undated" if u else none if not m else few
        for v, u, m in zip(columns["value"], undated, of, strict=True)
    ]
    remarks = [f"{asked.name}: {asked.known:,} of the {asked.size:,} reference lists are known"]
    if asked.detection < 1:
        remarks.append(f"{asked.detection:.0%} of the citations in these lists were found, so k is a lower bound")
    return Scores.of(
        graph,
        columns.pop("value"),
        n=n,
        coverage=n / np.maximum(of, 1),
        low=columns.pop("low"),
        high=columns.pop("high"),
        reason=reason,
        remarks=remarks,
        notes=[f"lists of one {kind} count together"],
        own={"k": k, "population": of, **columns, "verdict": verdict},
    )


def _asked(graph: CitationGraph, name: str | None, era: str | None) -> Population:
    if name and era:
        raise InputError("population and era cannot be combined", "leave one out")
    if name:
        return population(graph, name)
    dated = graph.years[graph.years != UNDATED]
    if era is None:
        first = int(dated.min()) if len(dated) else 0
        return later_works(graph, Era(f"{first}-", first, 9999))
    return later_works(graph, era_named(era, graph.eras))


def _could_cite(graph: CitationGraph, asked: Population) -> list[tuple[Ints, Ints, NDArray[np.bool_]]]:
    """Groups of works with the members of the population that are dated in or after their year, and which lists are read."""
    years = graph.years[asked.works]
    dated = np.flatnonzero(graph.years != UNDATED)
    if not len(years):
        return []
    since = np.maximum(graph.years[dated], years[years != UNDATED].min(initial=9999))
    groups = []
    for year in np.unique(since):
        inside = years >= year
        if inside.any():
            groups.append((dated[since == year], asked.works[inside], asked.read[inside]))
    return groups


def _lists(graph: CitationGraph, numbers: Ints, works: Ints, read: NDArray[np.bool_], members: Ints) -> KnownLists:
    place, cluster = np.full(len(graph), -1), np.full(len(graph), -1)
    place[numbers] = np.arange(len(numbers))
    cluster[works[read]] = members
    citing, cited = graph.references.owners(), graph.references.works
    some = (cluster[citing] >= 0) & (place[cited] >= 0)
    pairs, count = np.unique(np.stack((place[cited[some]], cluster[citing[some]])), axis=1, return_counts=True)
    return KnownLists(
        population=len(works),
        sizes=np.bincount(members).astype(np.int64),
        works=len(numbers),
        work=pairs[0],
        cluster=pairs[1],
        count=count,
    )


def _counted(lists: KnownLists, detection: float) -> dict[str, Floats]:
    """The exact share of a population whose lists are all read; where some citations were missed, k is a lower bound."""
    n, k = lists.population, lists.citing
    missed = most_missed(k, detection) if detection < 1 else np.zeros(len(k), np.int64)
    rank = 1 + np.searchsorted(np.sort(-k), -k, "left")
    return {
        "value": k / n,
        "low": k / n,
        "high": np.minimum(k + missed + (n - lists.known), n) / n,
        "rank_low": rank.astype(float),
        "rank_high": rank.astype(float),
    }


def _verdict(under: dict[float, Floats], top: Floats, i: int) -> str:
    """What can be said with 95 % certainty."""
    below = [t for t, p in under.items() if p[i] >= _SURE]
    above = [t for t, p in under.items() if p[i] <= 1 - _SURE]
    words = f"cited by fewer than 1 in {1 / min(below):.0f}" if below else ""
    if top[i] >= _AMONG_BEST:
        return "well known"
    if top[i] <= _NOT_AMONG_BEST:
        if below and min(below) <= 1 / 100:
            return f"little known: {words}"
        return "not among the best known" + (f": {words}" if words else "")
    if words:
        return words
    return f"cited by more than 1 in {1 / max(above):.0f}" if above else CANNOT_SAY
