"""Uncredited returns: later works on a work's topic without a citation path back to it, beyond expectation."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.cohort import places
from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.inputs import by_year, work_row
from kg.analysis.base.reachability import CREDITED, UNCREDITED, UNDECIDABLE, credit
from kg.analysis.base.related import LARGEST, MANY_TITLES, concept_users, related_pairs
from kg.analysis.base.ties import levelled
from kg.analysis.metric import metric
from kg.analysis.scores import Floats, Inputs, Ints, Scores, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.text import counted

ENOUGH = 5  # decided pairs below which a share says nothing
CONTROLS = 30  # decided control pairs a stratum needs
WIDEST = 5  # years around the old work's from which controls may come
EXACT = 200  # decided pairs up to which p is exact; a normal approximation above
STATES = {CREDITED: "credited", UNCREDITED: "uncredited", UNDECIDABLE: "undecidable"}


class Excess(NamedTuple):
    """Uncredited pairs beyond expectation: E, (U - E)/(U + C) and P(U or more)."""

    expected: float
    excess: float
    p: float


def excess(uncredited: int, rates: Floats) -> Excess:
    """How far the number of uncredited pairs exceeds what the controls make one expect.

    Parameters
    ----------
    uncredited : int
        Number of uncredited pairs among the decided ones.
    rates : array of float
        For each decided pair the share of its controls without a path.

    Returns
    -------
    Excess
        E, (U - E)/(U + C), and the probability of as many uncredited pairs if the pairs are independent.

    Examples
    --------
    >>> excess(3, np.array([0.5, 0.5, 0.8, 0.2]))
    Excess(expected=2.0, excess=0.25, p=0.29)
    """
    expected, size = float(rates.sum()), len(rates)
    if size > EXACT:
        from scipy.special import ndtr

        spread = np.sqrt(max(float((rates * (1 - rates)).sum()), 1e-12))
        return Excess(expected, (uncredited - expected) / size, float(ndtr((expected - uncredited + 0.5) / spread)))
    chance = np.zeros(size + 1)
    chance[0] = 1.0
    for q in rates.tolist():
        chance[1:] = chance[1:] * (1 - q) + chance[:-1] * q
        chance[0] *= 1 - q
    return Excess(expected, (uncredited - expected) / max(size, 1), round(float(chance[uncredited:].sum()), 12))


def inputs(graph: CitationGraph, i: int, scores: Scores) -> Inputs:
    """The later works on its topic, those without a path back to it first, among them the surest."""
    old, new, likeness = related_pairs(graph, years=int(scores.options["years"]), of=np.array([i]))
    states = [STATES[s] for s in credit(graph, old, new).tolist()]
    found = zip(new.tolist(), states, likeness.round(3).tolist(), strict=True)
    rows = [work_row(graph, j) | {"path": path, "likeness": alike} for j, path, alike in found]
    order = [STATES[s] for s in (UNCREDITED, UNDECIDABLE, CREDITED)]
    return {"returns": sorted(rows, key=lambda row: (order.index(row["path"]), -row["likeness"], by_year(row)))}


@metric(
    unit="",
    family="forgetting",
    range=(-1, 1),
    cycles="followed",
    backward="not followed",
    undated="no value, in no pair; paths through them count as possible",
    inputs=inputs,
    dossier={},
)
def uncredited_return(graph: CitationGraph, *, years: int = 10) -> Scores:
    """How much more often its topic returned without a citation path to it than for similar works.

    It says that no citation path is found in this graph, never that anyone ignored the work.

    Parameters
    ----------
    graph : CitationGraph
        The graph.
    years : int, default 10
        Years after which a later work on the topic counts as a return.

    Returns
    -------
    Scores
        No value for works without a year, works never cited here (no path can lead back to them), with fewer than 5 returns
        that can be decided, or fewer than 5 of these with 30 controls. No bounds on the value, but exact bounds on the share
        U/(U + C). `n` is U + C; `coverage` (U + C)/(U + C + X). Own columns: `share` U/(U + C), `share_low` U/(U + C + X),
        `share_high` (U + X)/(U + C + X), `uncredited` U, `credited` C, `undecidable` X, `expected` E, `matched` (decided
        returns with controls, which the value and E are calculated from), `p_pairs` (probability of as many uncredited returns
        at the rates of the controls, if the returns of a work were independent; they are not, so it is no test) and `p` (share
        of works of its time cited as often, itself included, whose value is at least as high: a rank among works).

    Raises
    ------
    InputError
        If `years` is below 1.

    Notes
    -----
    (U - E)/(U + C) over the works n dated `years` or more after the work o that are on its topic: they share a concept, or have
    a likeness w x f x l above 1.1. w, at least log 12, is the weight of the words that their titles share; a word weighs the
    logarithm of how many times as often two works of one reference list share it as any two works do, 0 below 3 times and at most
    log 12. f is the lesser of the mean cosine of the title of n with the lists that cite o and that of the title of o with the
    lists that cite n; l is the cosine of the mean list that cites o with the mean list that cites n, pairs of a list with itself
    left out. Whether a path joins the two plays no part. `kg why` shows each return with its likeness (1 more for each shared
    concept). A return is credited if there is a usable citation path from n back to o; undecidable if there is none, but the
    reference list of n, or of a work on the way back from it dated as o or later, is unknown; otherwise uncredited. U, C and X
    count them (citing -> cited). E is the sum over decided n of the share without a path among decided pairs (o', n') of similar
    works: o' with the concepts of o (any, where those are too few), a year within 5 of its own and as many citing works; n' with
    the year of n, as many references and the same coverage of these; numbers in powers of two.
    A work that nobody followed has a high value like a precursor whose followers give no credit: this cannot tell them apart.

    References
    ----------
    kg's own; the controls follow the matched case-control design of Rosenbaum (2002), Observational Studies.

    Examples
    --------
    >>> edges, years = [("x", "o"), ("n", "x")], {"o": 1990, "x": 2000, "n": 2010}
    >>> g = CitationGraph.from_edges(edges, years=years, concepts={"o": ["music"], "n": ["music"]})
    >>> uncredited_return(g).table.loc["o", ["share_low", "share_high"]].tolist()
    [0.0, 0.0]
    """
    if years < 1:
        raise InputError(f"years must be at least 1 (got {years})", "10 is usual")
    size = len(graph)
    old, new, _ = related_pairs(graph, years=years)
    state = credit(graph, old, new)
    u, c, x = (np.bincount(old[state == s], minlength=size) for s in (UNCREDITED, CREDITED, UNDECIDABLE))
    decided = state != UNDECIDABLE
    rate = control_rates(graph, old[decided], new[decided], state[decided] == UNCREDITED)
    found = _by_work(old[decided], state[decided] == UNCREDITED, rate, size)
    cited = graph.citers.counts()
    judged = (u + c >= ENOUGH) & (found["matched"] >= ENOUGH) & (cited > 0)
    total = u + c + x
    with np.errstate(divide="ignore", invalid="ignore"):
        share, low, high, known = u / (u + c), u / total, (u + x) / total, (u + c) / total
    why = {
        "no year": graph.years == UNDATED,
        f"no work published {years} or more years later is known to be on its topic": total == 0,
        "never cited in this graph: no path can lead back to it": cited == 0,
        f"fewer than {ENOUGH} later works on its topic can be checked: reference lists on possible paths are unknown": u
        + c
        < ENOUGH,
        f"fewer than {ENOUGH} later works on its topic have {CONTROLS} similar pairs of works to compare with": found[
            "matched"
        ]
        < ENOUGH,
    }
    remarks = ["That no path is found in this graph does not mean that anyone ignored the work."]
    if len(graph) > MANY_TITLES:
        remarks.append(f"Only concepts are compared: titles are used in graphs of up to {MANY_TITLES:,} works.")
    if wide := sum(len(works) > LARGEST for works in concept_users(graph).values()):
        remarks.append(
            f"{counted(wide, 'concept')} of over {LARGEST:,} works each tell no topic: they are not compared."
        )
    return Scores.of(
        graph,
        np.where(judged, found["excess"], np.nan),
        n=u + c,
        coverage=np.where(total > 0, known, coverage_since(graph)),
        reason=reasons(why),
        remarks=remarks,
        own={"share": share, "share_low": low, "share_high": high}
        | {"uncredited": u, "credited": c, "undecidable": x, "matched": found["matched"].astype(np.int64)}
        | {"expected": np.where(judged, found["expected"], np.nan), "p_pairs": np.where(judged, found["p"], np.nan)}
        | {"p": _rank(graph, np.where(judged, found["excess"], np.nan))},
    )


def return_bounds(graph: CitationGraph, works: Ints, *, years: int = 10) -> tuple[Floats, Floats]:
    """The exact bounds `share_low` and `share_high` of some works alone; NaN where their topic did not return."""
    if not len(works):
        return np.empty(0), np.empty(0)
    old, new, _ = related_pairs(graph, years=years, of=works)
    state = credit(graph, old, new)
    lost, open_ = (np.bincount(old[state == s], minlength=len(graph))[works] for s in (UNCREDITED, UNDECIDABLE))
    total = np.bincount(old, minlength=len(graph))[works]
    low, high = (np.divide(c, total, out=np.full(len(works), np.nan), where=total > 0) for c in (lost, lost + open_))
    return low, high


def control_rates(graph: CitationGraph, old: Ints, new: Ints, uncredited: NDArray[np.bool_]) -> Floats:
    """For each decided pair the share of its controls without a path; NaN with fewer than 30. A work is never its own control."""
    rate = np.full(len(old), np.nan)
    if not len(old):
        return rate
    of_new = _strata(graph.years[new], _power(graph.references.counts()[new]), _listed(graph)[new])
    scope = _scopes(graph)[old]
    citers = _power(graph.citers.counts()[old])
    year = graph.years[old].astype(np.int64)
    for group in (_strata(of_new, citers, scope), _strata(of_new, citers)):
        seen = [_Window(group, year, weight) for weight in (np.ones(len(old)), uncredited.astype(np.float64))]
        _, own = np.unique(_strata(group, old), return_inverse=True)
        mine = [np.bincount(own, weights=weight)[own] for weight in (None, uncredited)]
        for width in range(WIDEST + 1):
            pairs, lost = (window.around(width) - less for window, less in zip(seen, mine, strict=True))
            some = np.isnan(rate) & (pairs >= CONTROLS)
            rate[some] = lost[some] / pairs[some]
    return rate


class _Window:
    """Sums of a weight over the pairs of a group and the years around each pair's own."""

    def __init__(self, group: Ints, year: Ints, weight: Floats) -> None:
        self.base = group * (4 * WIDEST + int(year.max() - year.min())) + (year - year.min()) + WIDEST
        order = np.argsort(self.base, kind="stable")
        self.sorted = self.base[order]
        self.total = np.concatenate(([0.0], np.cumsum(weight[order])))

    def around(self, width: int) -> Floats:
        last = np.searchsorted(self.sorted, self.base + width, side="right")
        sums: Floats = self.total[last] - self.total[np.searchsorted(self.sorted, self.base - width)]
        return sums


def _by_work(old: Ints, uncredited: NDArray[np.bool_], rate: Floats, size: int) -> dict[str, Floats]:
    """Excess, expectation and p of every old work, from its pairs that have controls."""
    result = {name: np.full(size, np.nan) for name in Excess._fields} | {"matched": np.zeros(size)}
    some = ~np.isnan(rate)
    old, uncredited, rate = old[some], uncredited[some], rate[some]
    order = np.argsort(old, kind="stable")
    works, first = np.unique(old[order], return_index=True)
    ends = [*first[1:].tolist(), len(order)]
    for work, a, b in zip(works.tolist(), first.tolist(), ends, strict=False):  # no works: `ends` is [0]
        lost, rates = uncredited[order[a:b]], rate[order[a:b]]
        result["matched"][work] = len(rates)
        for name, value in excess(int(lost.sum()), rates)._asdict().items():
            result[name][work] = value
    return result


def _rank(graph: CitationGraph, value: Floats) -> Floats:
    """The share of works cited as often (in powers of two) and of near years that have at least as high a value."""
    p, some = np.full(len(graph), np.nan), np.flatnonzero(~np.isnan(value))
    for own, cohort, at in places(graph.years[some].astype(np.int64), _power(graph.citers.counts())[some]):
        level = levelled(value[some[cohort]])
        p[some[own]] = (np.cumsum(np.bincount(level)[::-1])[::-1] / len(level))[level[at]]
    return p


def _scopes(graph: CitationGraph) -> Ints:
    """A number for the set of concepts of each work, 0 for none."""
    concepts_of: dict[int, list[int]] = {}
    for k, works in enumerate(concept_users(graph).values()):
        for i in works.tolist():
            concepts_of.setdefault(i, []).append(k)
    number: dict[tuple[int, ...], int] = {}
    scope = np.zeros(len(graph), np.int64)
    for i, concepts in concepts_of.items():
        scope[i] = number.setdefault(tuple(concepts), len(number) + 1)
    return scope


def _listed(graph: CitationGraph) -> Ints:
    """The share of the references of each work whose own lists are known, in tenths."""
    references = graph.references.counts()
    known = np.bincount(graph.references.owners(), graph.known_lists[graph.references.works], minlength=len(graph))
    return (10 * known / np.maximum(references, 1)).astype(np.int64)


def _power(count: Ints) -> Ints:
    """0, 1, 2-3, 4-7, 8-15, ... as 0, 1, 2, 3, 4, ..."""
    return np.frexp(count.astype(np.float64))[1].astype(np.int64)


def _strata(*keys: Any) -> Ints:
    """One number for each combination of the keys."""
    number = np.zeros(len(keys[0]), np.int64)
    for key in keys:
        values, at = np.unique(key, return_inverse=True)
        number = np.unique(number * len(values) + at, return_inverse=True)[1]
    return number
