"""Standing: what share of later works cites a work, from the reference lists that are known."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.citing_shares import COHORT, DRAWS, CitingShares, citing_shares, enough, most_missed, ranks
from kg.analysis.base.citing_words import CANNOT_SAY, THRESHOLDS, in_words, written
from kg.analysis.base.clusters import clusters
from kg.analysis.base.inputs import lists_of, work_row
from kg.analysis.base.known_lists import KnownLists, known_lists
from kg.analysis.base.reachability import followers, open_until
from kg.analysis.community_populations import population
from kg.analysis.metric import metric
from kg.analysis.populations import NEARLY_ALL, Population, every_later_work, later_works
from kg.analysis.scores import Floats, Inputs, Ints, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.graph.eras import era_named
from kg.graph.once_per_graph import once_per_graph
from kg.text import counted

_SURE = 0.95
_AMONG_BEST, _NOT_AMONG_BEST = 0.9, 0.1  # probability of the top tenth
_FEWEST = 10  # works to compare one with; below that later ones too
_LEADING_BACK = (1 / 2, 1 / 5, 1 / 10, *THRESHOLDS)


def _inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """The population, and which of its works cite this one or lead back to it."""
    asked = _asked(graph, scores.options["population"], scores.options["era"])
    lists = asked.works[asked.read]
    if scores.options["reach"]:
        bits = next(iter(followers(graph, np.array([i]))))[1]
        citing = lists[bits[lists, 0] > 0]
    else:
        citing = np.intersect1d(graph.citers.of(i), lists)
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
        "citers": [work_row(graph, int(j)) for j in citing[citing != i]],
        "missing": lists_of(graph, able, max(year, int(graph.years[able].min(initial=9999))) if len(able) else year),
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
def standing(
    graph: CitationGraph, *, population: str | None = None, era: str | None = None, reach: bool = False
) -> Scores:
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
    reach : bool, default False
        Count the works that lead back to the work along citations in this graph, directly or through others, instead of
        those that cite it. Unknown lists on the way may hide more, so this is a lower bound.

    Returns
    -------
    Scores
        Posterior mean of the share, or k/N of a whole population, with its 90 % interval as bounds; `n` is the number of
        known lists that could cite the work. No value where fewer than 20 lists or 5 clusters of lists are known. Own
        columns: `k`, `population` (N), `least` and `most` (k/N and (k + N - n)/N, the bounds whatever the unknown lists
        cite), `rank_low` and `rank_high` (90 % interval of the rank among works of near years), `verdict` in words and its
        `probability` (1 for what is counted, no value for "cannot say"). With `reach`, `high` and `most` also count the known
        lists that may lead back through an unknown one.

    Raises
    ------
    InputError
        If there is no such population or era.

    Notes
    -----
    Only other works of the population, dated in or after the year of a work, could cite it. Lists come in clusters c (found
    in one collection, or by one first author) with m_c lists, y_c of which cite the work: y_c ~ Poisson(m_c pi g_c), g_c ~
    Gamma with mean 1; the law of (pi, shape) is estimated from all works seen, then from those of near years, not later ones
    where ten can be had, with the likelihood truncated at one citation. share = (k + citations predicted among the other
    N - n works)/N. Intervals are those of 98 % where fewer than 40 clusters are known.

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
    return standing_in(graph, _asked(graph, population, era), reach=reach)


def standing_in(
    graph: CitationGraph, asked: Population, *, reach: bool = False, only: Sequence[int] | None = None
) -> Scores:
    """The `standing` in a population given as such; with `only`, of these works alone: other rows may be empty."""
    size = len(graph)
    columns = {
        name: np.full(size, np.nan)
        for name in ("value", "low", "high", "rank_low", "rank_high", "least", "most", "probability")
    }
    k, n, of = (np.zeros(size, np.int64) for _ in range(3))
    verdict = np.full(size, CANNOT_SAY, dtype=object)
    groups, kind = _could_cite(graph, asked), _clusters(graph, asked)[1]
    for since in groups if only is None else sorted(set(groups).intersection(_since(graph, asked)[only].tolist())):
        group = _group(graph, asked, since, reach)
        k[group.numbers], n[group.numbers], of[group.numbers] = group.k, group.n, group.of
        for name, values in group.found.items():
            columns[name][group.numbers] = np.where(group.of > 0, values, np.nan)
        verdict[group.numbers] = np.where(group.of > 0, np.array(group.words, dtype=object), CANNOT_SAY)
    for i in (graph.number(id_) for id_ in asked.searched.intersection(graph.ids) if not reach):
        if of[i]:  # every text was searched for it, so nothing was missed
            n[i] = of[i]
            for name in ("value", "low", "high", "least", "most"):
                columns[name][i] = k[i] / of[i]
            verdict[i] = f"cited by {k[i] or 'none'} of the {of[i]:,}"
            columns["probability"][i] = 1
    unsaid = np.isnan(columns["value"])
    why = {
        "undated": unsaid & (graph.years == UNDATED),
        "no work of the population could cite it": unsaid & (of == 0),
        "fewer than 20 known reference lists, or from fewer than 5 clusters": unsaid,
    }
    remarks = []
    if asked.detection < 1:
        remarks.append(f"{asked.detection:.0%} of the citations in these lists were found, so k is a lower bound")
    if reach:
        remarks.append("unknown reference lists on the way may hide further paths, so the shares are lower bounds")
    return Scores.of(
        graph,
        columns.pop("value"),
        n=n,
        coverage=n / np.maximum(of, 1),
        low=columns.pop("low"),
        high=columns.pop("high"),
        reason=reasons(why),
        remarks=remarks,
        notes=[f"lists of one {kind} count together"],
        own={"k": k, "population": of, **columns, "verdict": verdict},
        shown=("k", "population", "least", "most", "rank_low", "rank_high", "verdict", "probability"),
        written=written,
        in_words=partial(in_words, of=asked, reach=reach),
        headline=_headline(asked, of, verdict, reach=reach),
    )


def _headline(asked: Population, of: Ints, verdict: NDArray[Any], *, reach: bool) -> str:
    """What is known of the population, and of how many works something can be said."""
    does = "lead back to a work" if reach else "cite a work"
    decided, works = int((verdict[of > 0] != CANNOT_SAY).sum()), counted(int((of > 0).sum()), "work")
    lists = f"{asked.name}: the reference lists of {asked.known:,} of {counted(asked.size, 'work')} are {asked.read_as}"
    if not asked.size:
        return f"{asked.name}: no work with a year belongs to it here, so nothing can be said of how it cites"
    if asked.whole:
        return f"{lists}, so those that {does} are counted, not estimated, for each of {works} they could cite"
    return f"{lists}; how many of all {does} is estimated. Of {works} they could cite, something can be said of {decided:,}"


def _asked(graph: CitationGraph, name: str | None, era: str | None) -> Population:
    if name and era:
        raise InputError("population and era cannot be combined", "leave one out")
    if name:
        return population(graph, name)
    if era is None:
        return every_later_work(graph)
    return later_works(graph, era_named(era, graph.eras))


def _since(graph: CitationGraph, asked: Population) -> Ints:
    """The first year in which works of the population could cite each work: its own, or theirs; UNDATED for undated works."""
    years = graph.years[asked.works]
    first = years[years != UNDATED].min(initial=9999)
    return np.where(graph.years == UNDATED, UNDATED, np.maximum(graph.years, first)).astype(np.int64)


def _could_cite(graph: CitationGraph, asked: Population) -> list[int]:
    """The years since which some works of the population could cite works, which are then compared with each other."""
    last = int(graph.years[asked.works].max(initial=UNDATED))
    return [year for year in np.unique(_since(graph, asked)).tolist() if UNDATED < year <= last]


@once_per_graph
def _clusters(graph: CitationGraph, asked: Population) -> tuple[Ints, str]:
    """The cluster of each list that was read, -1 for other works; and in words what makes one."""
    cluster, lists = np.full(len(graph), -1), asked.works[asked.read]
    cluster[lists], kind = clusters(graph, lists)
    return cluster, kind


class _Group(NamedTuple):
    """Works that the same members of a population could cite, and what is known of each: k, n, N, shares and a verdict."""

    numbers: Ints
    k: Ints
    n: Ints
    of: Ints
    found: dict[str, Floats]
    words: list[str]


@once_per_graph
def _group(graph: CitationGraph, asked: Population, since: int, reach: bool) -> _Group:
    """What is known of the works that members dated since a year could cite."""
    numbers, able = np.flatnonzero(_since(graph, asked) == since), asked.works[graph.years[asked.works] >= since]
    read, member = np.zeros(len(graph), np.bool_), np.zeros(len(graph), np.bool_)
    read[asked.works[asked.read]], member[asked.works] = True, True
    known = able[read[able]]
    every = np.concatenate((numbers, _peers(graph, numbers, known)))
    lists = known_lists(graph, every, len(able), known, _clusters(graph, asked)[0], reach=reach)
    k = lists.citing[: len(numbers)]
    n = lists.known - read[numbers]
    of = lists.population - member[numbers]
    hidden = of - n
    if asked.detection < 1:
        hidden = of - k
    elif reach:
        latest = open_until(graph)
        ways = len(known) - np.searchsorted(np.sort(latest[known]), graph.years[numbers])
        ways -= read[numbers] & (latest[numbers] >= graph.years[numbers])
        hidden = np.minimum(hidden + ways, of - k)
    able_size = np.maximum(of, 1)
    least, most = k / able_size, (k + hidden) / able_size
    years = graph.years[every].astype(np.int64)
    if lists.known >= (NEARLY_ALL if asked.whole else _SURE) * lists.population:
        found, words = _counted(lists, years, n, asked.detection, reach=reach)
    elif enough(lists):
        found, words = _estimated(lists, years, len(numbers), reach=reach)
    else:
        found, words = {"low": least, "high": most}, [CANNOT_SAY] * len(numbers)
    for name in {"value", "low", "high"} & found.keys():  # of N, which counts the work itself where it is a member
        found[name] = np.clip(found[name] * lists.population / able_size, least, most)
    if reach:
        found["high"] = most
    return _Group(numbers, k, n, of, found | {"least": least, "most": most}, words)


def _peers(graph: CitationGraph, numbers: Ints, known: Ints) -> Ints:
    """Works to compare a group with, cited by the same lists: the nearest earlier ones; later ones too where few are left."""
    read = np.zeros(len(graph), np.bool_)
    read[known] = True
    cited = np.zeros(len(graph), np.bool_)
    cited[graph.references.works[read[graph.references.owners()]]] = True
    last = int(graph.years[numbers].max())
    lacking = COHORT - int(cited[numbers].sum())
    cited[numbers] = False
    cited &= graph.years != UNDATED
    apart = np.abs(graph.years - last)
    near = [
        side[np.argsort(apart[side], kind="stable")]
        for side in map(np.flatnonzero, (cited & (graph.years < last), cited & (graph.years >= last)))
    ]
    earlier = near[0][: max(lacking, 0)]
    return np.concatenate((earlier, near[1][: max(_FEWEST - COHORT + lacking - len(earlier), 0)]))


def _counted(
    lists: KnownLists, years: Ints, known: Ints, detection: float, *, reach: bool
) -> tuple[dict[str, Floats], list[str]]:
    """The exact share of a population whose lists are all read; where some citations were missed, k is a lower bound."""
    n, k, asked = lists.population, lists.citing, len(known)
    missed = most_missed(k, detection) if detection < 1 else np.zeros(len(k), np.int64)
    drawn = k[:, None]
    if detection < 1:
        rng = np.random.default_rng(0)
        drawn = drawn + rng.negative_binomial(drawn + 1, detection, (len(k), DRAWS))
    rank_low, rank_high, _ = ranks(drawn, k > 0, years, asked)
    found = {
        "value": k[:asked] / n,
        "low": k[:asked] / n,
        "high": np.minimum(k + missed + (n - lists.known), n)[:asked] / n,
        "rank_low": rank_low,
        "rank_high": rank_high,
        "probability": np.ones(asked),
    }
    some, none, back = "cited by {}", "cited by none", ""
    if reach:
        some, none, back = "at least {}", "at least 0", " lead back to it"
    elif detection < 1:
        some, none = "cited by at least {}", "found in none"
    words = [
        f"{(some if c else none).format(c)} of the {m:,}{back}"
        for c, m in zip(k.tolist(), known.tolist(), strict=False)
    ]
    return found, words


def _estimated(lists: KnownLists, years: Ints, asked: int, *, reach: bool) -> tuple[dict[str, Floats], list[str]]:
    """The share as it is estimated from the lists that are known, and what can be said of it with 95 % certainty."""
    shares = citing_shares(lists, years, asked=asked, thresholds=_LEADING_BACK if reach else THRESHOLDS)
    found = {name: getattr(shares, name) for name in ("value", "low", "high", "rank_low", "rank_high")}
    said = [(_leads_back if reach else _verdict)(shares, i) for i in range(asked)]
    return found | {"probability": np.array([p for _, p in said])}, [words for words, _ in said]


def _leads_back(shares: CitingShares, i: int) -> tuple[str, float]:
    """The largest share of later works that surely leads back, and its probability."""
    above = [t for t, p in shares.under.items() if p[i] <= 1 - _SURE]
    if not above:
        return CANNOT_SAY, np.nan
    return f"at least 1 in {1 / max(above):.0f} lead back to it", 1 - shares.under[max(above)][i]


def _verdict(shares: CitingShares, i: int) -> tuple[str, float]:
    """What can be said with 95 % certainty, of the best known with 90 %, and the probability that all of it is true."""
    below = min((t for t, p in shares.under.items() if p[i] >= _SURE), default=None)
    above = max((t for t, p in shares.under.items() if p[i] <= 1 - _SURE), default=None)
    words = f"cited by fewer than 1 in {1 / below:.0f}" if below else ""
    if (top := shares.top_tenth[i]) >= _AMONG_BEST:
        return "well known", top
    if top <= _NOT_AMONG_BEST:
        if below is None:
            return "not among the best known", 1 - top
        kind = "little known" if below <= 1 / 100 else "not among the best known"
        return f"{kind}: {words}", shares.neither[below][i]
    if below:
        return words, shares.under[below][i]
    if above:
        return f"cited by more than 1 in {1 / above:.0f}", 1 - shares.under[above][i]
    return CANNOT_SAY, np.nan
