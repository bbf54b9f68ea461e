"""Claims that works are little known: the share of later works that cite them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from kg.analysis.base.citing_shares import most_missed
from kg.analysis.base.clusters import first_authors
from kg.analysis.base.intervals import wilson_interval
from kg.analysis.base.names import name_of
from kg.analysis.claims.case import CONTRADICTED, OPEN, SUPPORTED, Case, Finding, is_dated, only_in
from kg.analysis.metrics.standing import standing_in
from kg.analysis.populations import SMALLEST, Population, later_works
from kg.analysis.scores import plain
from kg.graph.arrays import UNDATED
from kg.graph.eras import Era
from kg.text import counted

LITTLE = 1 / 100  # of later works; a work that fewer cite is little known
FACTORS = (100, 20, 10)  # least breakdown factor where no known list cites the work, where one does, where more do
_NEAR = 2  # years within which another work of the same author may be meant


@dataclass(frozen=True)
class Share:
    """What share of a population cites a work, as far as its known reference lists tell.

    Attributes
    ----------
    population, work : str
        The population, and the id of the work.
    k, n, works : int
        `k` of the `n` known lists cite the work; `works` is N, those of the population that could cite it.
    low, high : float or None
        Ends of the 90 % interval of the share among all N; k/n and the most with missed citations where nearly all are known.
    least, most : float
        k/N and (k + N - n)/N: what the share can be whatever the unknown lists cite.
    factor : float or None
        The breakdown factor for one half of all works.
    verdict : str
        "supported", "contradicted" or "open".
    today : bool
        Whether its works count as citing today.
    """

    population: str
    work: str
    k: int
    n: int
    works: int
    low: float | None
    high: float | None
    least: float
    most: float
    factor: float | None
    verdict: str
    today: bool


def breakdown_factor(k: int, n: int, works: int, share: float) -> float | None:
    """How many times as often as the known lists the unknown ones would have to cite a work to reach a share of all works.

    It is [(tN - k)/(N - n)]/(k/n), with k = 1/2 in k/n where k is 0; None where no list is known, or all are.

    Examples
    --------
    >>> breakdown_factor(2, 100, 1000, 0.5), breakdown_factor(0, 50, 150, 0.1), breakdown_factor(1, 9, 9, 0.5)
    (27.666666666666668, 15.0, None)
    """
    return (share * works - k) / (works - n) / (max(k, 0.5) / n) if 0 < n < works else None


def little_known(case: Case) -> Finding:
    """Whether fewer than 1 in 100 later works cite each subject: in all later works, and in whole populations of them."""
    numbers = _any_cited(case)
    total, known = numbers["recent works"], numbers["known lists"]
    if not total:
        return Finding(OPEN, f"no work in this graph is from {case.since} or later", numbers=numbers)
    rows = sorted([*_estimated(case), *_whole(case)], key=lambda row: not row.today)
    numbers |= {"threshold": LITTLE, "shares": [asdict(row) for row in rows]}
    verdicts = {row.population: _all_of(r for r in rows if r.population == row.population) for row in rows if row.today}
    (_, verdict), *others = verdicts.items()
    where = {word: [name for name, said in others if said == word] for word in (SUPPORTED, CONTRADICTED)}
    if verdict == OPEN and bool(where[SUPPORTED]) != bool(where[CONTRADICTED]):
        word = SUPPORTED if where[SUPPORTED] else CONTRADICTED
        verdict = only_in(" and ".join(where[word]), word)
    said = ". ".join(_said(case, [r for r in rows if r.work == case.graph.ids[i]]) for i in case.subjects)
    hidden = total - known if verdict != SUPPORTED else 0
    settle = f"some of the {hidden:,} unknown reference lists since {case.since}" if hidden else None
    which, k = f"works since {case.since} with known reference lists", numbers["known lists citing"]
    return Finding(verdict, said + _same_author(case), numbers, which, k, known, settle)


def _all_of(rows: Iterator[Share]) -> str:
    """The verdict on all subjects together."""
    found = {row.verdict for row in rows}
    return CONTRADICTED if CONTRADICTED in found else found.pop() if len(found) == 1 else OPEN


def _estimated(case: Case) -> Iterator[Share]:
    """Of all works that count as citing today; see `kg.analysis.metrics.standing`."""
    since = Era(f"{case.since:04}-", case.since, 9999)
    later = next((era for era in case.graph.eras.values() if replace(era, name=since.name) == since), since)
    table, name = (
        standing_in(case.graph, later_works(case.graph, later), only=case.subjects).table,
        f"works since {case.since}",
    )
    for i in case.subjects:
        row = table.iloc[i]
        k, n, works = int(row["k"]), int(row["n"]), int(row["population"])
        low, high, least, most = (plain(float(row[end])) for end in ("low", "high", "least", "most"))
        least, most = least or 0.0, 1.0 if most is None else most
        if np.isnan(row["value"]):  # the ends are those of the hard bounds
            low = high = None
        factor, verdict = breakdown_factor(k, n, works, 0.5), OPEN
        sure = factor is None or (factor >= FACTORS[min(k, 2)] and wilson_interval(k, n)[1] < (0.5 if k else LITTLE))
        if n >= SMALLEST and (most < LITTLE or (high is not None and high < LITTLE and sure)):
            verdict = SUPPORTED
        elif n >= SMALLEST and k > 1 and max(least, low or 0) >= LITTLE:
            verdict = CONTRADICTED
        yield Share(name, case.graph.ids[i], k, n, works, low, high, least, most, factor, verdict, today=True)


def _whole(case: Case) -> Iterator[Share]:
    """Of every population of at least 20 works whose lists are nearly all known: counted."""
    for p in case.populations:
        for i in case.subjects:
            if p.whole and p.size >= SMALLEST and (row := _counted(case, p, i)):
                yield row


def _counted(case: Case, p: Population, i: int) -> Share | None:
    graph, year = case.graph, int(case.graph.years[i])
    able = (graph.years[p.works] >= max(year, UNDATED + 1)) & (p.works != i) & (year != UNDATED)
    works, lists = int(able.sum()), p.works[able & p.read]
    k, n = int(np.isin(lists, graph.citers.of(i)).sum()), len(lists)
    if n < SMALLEST:
        return None
    missed = int(most_missed(np.array([k]), p.detection)[0]) if p.detection < 1 else 0
    low, high = k / n, min((k + missed) / n, 1.0)
    verdict = SUPPORTED if high < LITTLE else CONTRADICTED if k > 1 and low >= LITTLE else OPEN
    most, factor = 1.0 if p.detection < 1 else (k + works - n) / works, breakdown_factor(k, n, works, 0.5)
    today = bool(is_dated(graph, p.works, case.since, 9999).all())
    return Share(p.name, graph.ids[i], k, n, works, low, high, k / works, most, factor, verdict, today=today)


def _said(case: Case, rows: list[Share]) -> str:
    """What is known of one subject."""
    first, *others = rows
    name = name_of(case.graph, case.graph.number(first.work))
    said = (
        f"{name} is cited by {first.k or 'none'} of the {first.n:,} {first.population} whose reference lists are known"
    )
    for row in others:
        some = (f"at least {row.k:,}" if row.most == 1 else f"{row.k:,}") if row.k else "none"
        said += f", {'' if row.today else 'earlier '}by {some} of the {row.n:,} in {row.population}"
    every = f"all {counted(first.works, 'work')} since {case.since}"
    said += {
        SUPPORTED: f"; so by fewer than 1 in 100 of {every}",
        CONTRADICTED: f"; so by at least 1 in 100 of {every}",
        OPEN: f"; this does not show whether fewer than 1 in 100 of {every} cite it",
    }[first.verdict]
    if first.n < first.works:
        told = "" if first.low is None or first.high is None else f"90% interval {first.low:.2%} to {first.high:.2%}; "
        said += f" ({told}{first.least:.2%} to {first.most:.0%} whatever the unknown lists cite)"
    if first.factor is not None and first.verdict == SUPPORTED:
        often = f"the unknown lists would have to do so {first.factor:,.0f} times as often as the known"
        if not first.k:
            share = (first.works / 2) / (first.works - first.n)
            often = f"{share:.0%} of the unknown lists would have to do so, and none of the known does"
            often = often if share <= 1 else "not even all of the unknown lists would be enough"
        said += f"; for half of all to cite it, {often}"
    return said


def _same_author(case: Case) -> str:
    """Other works of a subject's first author, of about the same year, that more known lists cite: these are not meant."""
    graph, years = case.graph, case.graph.years.astype(np.int64)
    recent = graph.known_lists & is_dated(graph, np.arange(len(graph)), case.since, 9999)
    cited = np.bincount(graph.references.works[recent[graph.references.owners()]], minlength=len(graph))
    said = ""
    for i in case.subjects:
        near = np.flatnonzero((np.abs(years - years[i]) <= _NEAR) & (cited > cited[i])).tolist()
        author, *authors = first_authors(graph, np.array([i, *near]))
        for j in (j for j, other in zip(near, authors, strict=True) if other == author and j not in case.subjects):
            if author.startswith("author"):
                said += f". {name_of(graph, j)}, by the same author, is another work, which {cited[j]:,} of them cite"
    return said


def _any_cited(case: Case) -> dict[str, Any]:
    """How many works that count as citing today cite any subject, and what share of all that can be."""
    graph = case.graph
    recent, undated = is_dated(graph, np.arange(len(graph)), case.since, 9999), graph.years == UNDATED
    citing = np.zeros(len(graph), np.bool_)
    for i in case.subjects:
        citing[graph.citers.of(i)] = True
    cite, total, lists = int((recent & citing).sum()), int(recent.sum()), int((recent & graph.known_lists).sum())
    by_known = int((recent & citing & graph.known_lists).sum())
    numbers: dict[str, Any] = {
        "recent works": total,
        "of them citing": cite,
        "known lists": lists,
        "known lists citing": by_known,
    }
    if total:  # works without a year may be recent, and then count
        hidden, may = int((recent & ~citing & ~graph.known_lists).sum()), undated & (citing | ~graph.known_lists)
        rest, more = int((undated & ~citing).sum()), int(may.sum())
        numbers |= {"low": cite / (total + rest), "high": (cite + hidden + more) / (total + more)}
    if 0 < lists < total:
        numbers |= {"if alike": [*wilson_interval(by_known, lists)]}
    return numbers
