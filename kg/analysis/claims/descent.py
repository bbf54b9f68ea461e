"""Claims on descent and kinship: builds on, enables, anticipates, same principle."""

from functools import partial
from typing import Any

import numpy as np

from kg.analysis.base.names import name_of
from kg.analysis.base.reachability import followers
from kg.analysis.claims.case import CONTRADICTED, NOT_ABOUT, OPEN, SUPPORTED, Case, Finding, Pairs, only_in
from kg.graph.arrays import UNDATED
from kg.text import counted


def builds_on(case: Case) -> Finding:
    """Whether a citation path leads from each subject back to each object."""
    return _descent(Pairs.of(case, case.objects, case.subjects))


def enables(case: Case) -> Finding:
    """Whether a citation path leads from each object back to each subject, and how much later work leads back to these."""
    if not case.objects:
        why = "this claim names no work that was made possible, so there is no citation path to look for"
        return Finding(NOT_ABOUT, why)
    found = _descent(Pairs.of(case, case.subjects, case.objects))
    led = {name_of(case.graph, i): _leading_back(case, i) for i in case.subjects}
    said = "; ".join(
        f"{k:,} of the {counted(n, 'work')} since {case.since} whose reference lists are known {'leads' if k == 1 else 'lead'} "
        f"back to {name} along citations, directly or not"
        for name, (k, n) in led.items()
        if n
    )
    because = f"{found.because}; {said}" if said else found.because
    return Finding(**vars(found) | {"because": because, "numbers": found.numbers | {"lead back": led}})


def _descent(pairs: Pairs) -> Finding:
    if not pairs.pairs:
        return Finding(NOT_ABOUT, "this claim names no earlier work, so there is no citation path to look for")
    counts, sentence = pairs.counts, pairs.sentence()
    which = "pairs of an earlier and a later work"
    found = partial(Finding, numbers=counts, population=which, k=counts["path"], n=counts["pairs"])
    if counts["path"] == counts["pairs"]:
        return found(SUPPORTED, sentence)
    if counts["no path"]:
        return found(CONTRADICTED, sentence)
    return found(OPEN, sentence, settle=pairs.settle())


def kinship(case: Case) -> Finding:
    """Whether every object is later than every subject, shares a concept with one, and what is known of paths between them."""
    pairs = Pairs.of(case, case.subjects, case.objects)
    if not pairs.pairs:
        return Finding(OPEN, "this claim names no other work to compare with")
    early = [b for b in case.objects if any(case.is_later(a, b) for a in case.subjects)]
    late = [b for b in case.objects if all(case.is_later(b, a) for a in case.subjects)]
    shared = {b: sorted(set().union(*(_shared(case, a, b) for a in case.subjects))) for b in case.objects}
    both, n = _cited_together(case)
    labels = {case.graph.ids[b]: [f"{scheme}: {label}" for scheme, label in found] for b, found in shared.items()}
    numbers: dict[str, Any] = pairs.counts | {"shared labels": labels}
    given = partial(Finding, numbers=numbers, population="known reference lists that cite the later work", k=both, n=n)
    if early:
        why = f"{case.names(early)} {'is' if len(early) == 1 else 'are'} earlier"
        return given(CONTRADICTED, why)
    if len(late) < len(case.objects):
        unsure = case.names([b for b in case.objects if b not in late])
        why = f"the dates in this graph do not show whether {unsure} came later; {pairs.sentence()}"
        return given(OPEN, why, settle="the dates of these works")
    kin, apart = [b for b in shared if shared[b]], [b for b in shared if not shared[b]]
    parts, old = ["the dates fit"], case.names(case.subjects)
    if kin:
        what = " and ".join(sorted({label for b in kin for _, label in shared[b]}))
        parts.append(f"{case.names(kin)} {'shares' if len(kin) == 1 else 'share'} {what} with {old}")
    if apart:
        parts.append(
            f"no concept is recorded that {case.names(apart)} {'shares' if len(apart) == 1 else 'share'} with {old}"
        )
    parts.append(pairs.sentence())
    if n:
        later = case.names(case.objects) if len(case.objects) == 1 else "one of the later works"
        cite = f"{both or 'none'} {'cites' if both == 1 else 'cite'} {old} too"
        parts.append(
            f"of the {counted(n, 'known reference list')} that {'cites' if n == 1 else 'cite'} {later}, {cite}"
        )
    settle = f"the concepts of {case.names(apart)} from a source other than the article" if apart else pairs.settle()
    # dates alone show nothing
    verdict = SUPPORTED if not apart else only_in(f"the case of {case.names(kin)}") if kin else OPEN
    return given(verdict, "; ".join(parts), settle=settle)


def _shared(case: Case, a: int, b: int) -> set[tuple[str, str]]:
    return case.independent.get(a, set()) & case.independent.get(b, set())


def _cited_together(case: Case) -> tuple[int, int]:
    """Of the known lists that cite an object, how many cite a subject too."""
    later = {int(w) for b in case.objects for w in case.graph.citers.of(b) if case.graph.known_lists[w]}
    earlier = {int(w) for a in case.subjects for w in case.graph.citers.of(a)}
    return len(later & earlier), len(later)


def _leading_back(case: Case, i: int) -> list[int]:
    """How many works that count as citing today lead back to a work along usable citations, of those with known lists."""
    graph = case.graph
    able = graph.known_lists & (graph.years != UNDATED) & (graph.years >= max(case.since, graph.years[i]))
    able[i] = False
    bits = next(iter(followers(graph, np.array([i]))))[1]
    return [int((bits[able, 0] > 0).sum()), int(able.sum())]
