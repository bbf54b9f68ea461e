"""Uncredited returns: later works that take up a work's subject while no citation path leads to them, beyond expectation."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.reachability import CREDITED, UNCREDITED, UNDECIDABLE, credit
from kg.analysis.base.related import MANY_TITLES, concept_users, related_pairs
from kg.analysis.scores import Floats, Ints, Scores, conventions, reasons
from kg.errors import InputError
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

ENOUGH = 5  # decided pairs below which a share says nothing
CONTROLS = 30  # decided control pairs a stratum needs
WIDEST = 5  # years around the old work's from which controls may come
EXACT = 200  # decided pairs up to which p is exact, above it is normal


class Excess(NamedTuple):
    """How many of the decided pairs are uncredited beyond the expected: E, (U - E)/(U + C) and P(U or more)."""

    expected: float
    excess: float
    p: float


def excess(uncredited: int, rates: Floats) -> Excess:
    """How far `uncredited` pairs of those decided exceed what the no-path rates of their controls make one expect.

    P is that of independent pairs with these rates, which is what permuting new works within their strata amounts to.

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


def uncredited_return(graph: CitationGraph, *, years: int = 10) -> Scores:
    """How much more often a work's subject returned without a citation path to the work than for works like it.

    Over the works n dated `years` or more after the work o that share a concept with it or have a title like its own (see
    `related_pairs`): *credited* if a usable path o ~> n is held; *undecidable* if none is, but the list of n, or of a work
    on the way back from it dated as o or later, is not known; else *uncredited*. U, C and X count them. Value: (U - E)/(U +
    C), E the sum over decided n of the no-path rate among the decided pairs (o', n') of works like these: o' of the
    concepts of o (any, where those are too few), its year +- up to 5 and its number of citers; n' of the year of n, its
    number of references and the coverage of its references, numbers in powers of two. Range -1 .. 1; no unit. Citing ->
    cited. It says that no citation path is found in this data, never that anyone ignored anything.

    Null for undated works, with U + C under 5 or fewer than 5 decided pairs that have 30 controls, and, listed apart, for
    works never cited here, which nothing can be reached from. No bounds on the value; those on the share U/(U + C) are exact:
    own columns `share`, `share_low` U/(U + C + X), `share_high` (U + X)/(U + C + X), `uncredited`, `credited`,
    `undecidable`, `expected` (E), `matched` (decided pairs with controls, from which E and the value come), `p` (chance
    of as many uncredited pairs at the controls' rates). `n` is U + C; `coverage` (U + C)/(U + C + X).

    >>> edges, years = [("x", "o"), ("n", "x")], {"o": 1990, "x": 2000, "n": 2010}
    >>> g = CitationGraph.from_edges(edges, years=years, concepts={"o": ["music"], "n": ["music"]})
    >>> uncredited_return(g).table.loc["o", ["share_low", "share_high"]].tolist()
    [0.0, 0.0]

    Raises:
        InputError: if `years` is below 1.

    Source: kg's own; the controls follow the matched case-control design (Rosenbaum 2002, Observational Studies).
    """
    if years < 1:
        raise InputError(f"{years} years later is no return", "10 are usual")
    size = len(graph)
    old, new = related_pairs(graph, years=years)
    state = credit(graph, old, new)
    u, c, x = (np.bincount(old[state == s], minlength=size) for s in (UNCREDITED, CREDITED, UNDECIDABLE))
    decided = state != UNDECIDABLE
    rate = control_rates(graph, old[decided], new[decided], state[decided] == UNCREDITED)
    found = _by_work(old[decided], state[decided] == UNCREDITED, rate, size)
    held = graph.citers.counts()
    judged = (u + c >= ENOUGH) & (found["matched"] >= ENOUGH) & (held > 0)
    total = u + c + x
    with np.errstate(divide="ignore", invalid="ignore"):
        share, low, high, known = u / (u + c), u / total, (u + x) / total, (u + c) / total
    why = {
        "undated": graph.years == UNDATED,
        f"no work {years} years later shares a concept or has a title like it": total == 0,
        "never cited here: no path can lead anywhere": held == 0,
        f"under {ENOUGH} of its returns can be decided: lists on the way are not known": u + c < ENOUGH,
        f"under {ENOUGH} of its returns have {CONTROLS} controls": found["matched"] < ENOUGH,
    }
    notes = conventions(graph, cycles="followed", backward="not followed", undated="null, in no pair, leave paths open")
    if len(graph.works) > MANY_TITLES:
        notes.append(f"titles are compared up to {MANY_TITLES:,} works: only concepts count where there are more")
    return Scores.of(
        graph,
        "uncredited_return",
        np.where(judged, found["excess"], np.nan),
        n=u + c,
        coverage=np.where(total > 0, known, coverage_since(graph)),
        reason=reasons(why),
        options={"years": years},
        notes=notes,
        own={"share": share, "share_low": low, "share_high": high}
        | {"uncredited": u, "credited": c, "undecidable": x, "matched": found["matched"].astype(np.int64)}
        | {name: np.where(judged, found[name], np.nan) for name in ("expected", "p")},
    )


def return_bounds(graph: CitationGraph, works: Ints, *, years: int = 10) -> tuple[Floats, Floats]:
    """The hard bounds `share_low` and `share_high` of some works alone; NaN where nothing took up their subject."""
    if not len(works):
        return np.empty(0), np.empty(0)
    old, new = related_pairs(graph, years=years, of=works)
    state = credit(graph, old, new)
    lost, open_ = (np.bincount(old[state == s], minlength=len(graph))[works] for s in (UNCREDITED, UNDECIDABLE))
    total = np.bincount(old, minlength=len(graph))[works]
    low, high = (np.divide(c, total, out=np.full(len(works), np.nan), where=total > 0) for c in (lost, lost + open_))
    return low, high


def control_rates(graph: CitationGraph, old: Ints, new: Ints, uncredited: NDArray[np.bool_]) -> Floats:
    """For each decided pair the share of its controls without a path; NaN with under 30. A work is never its own control."""
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


def _scopes(graph: CitationGraph) -> Ints:
    """A number for the set of concepts of each work, 0 for none."""
    held: dict[int, list[int]] = {}
    for k, works in enumerate(concept_users(graph).values()):
        for i in works.tolist():
            held.setdefault(i, []).append(k)
    number: dict[tuple[int, ...], int] = {}
    scope = np.zeros(len(graph), np.int64)
    for i, concepts in held.items():
        scope[i] = number.setdefault(tuple(concepts), len(number) + 1)
    return scope


def _listed(graph: CitationGraph) -> Ints:
    """Tenths of the references of each work whose own list is known."""
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
