"""Claims that a subject was kept alive in a lean time: who worked on it, and which known lists cite its works, year by year."""

import re
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.coverage import HEARD
from kg.analysis.base.names import year_of
from kg.analysis.base.reachability import CREDITED
from kg.analysis.claims.case import CONTRADICTED, OPEN, SUPPORTED, Case, Finding, Pairs, is_dated, only_in
from kg.graph.arrays import UNDATED
from kg.text import counted

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
SHORT, LONG = 5, 10  # a silence shorter than the first is none; one as long as the second breaks a tradition


def dormancy(case: Case) -> Finding:
    """Whether works on the subject, or citations of its works, follow each other closely, from the first subject or year named to the last."""
    graph = case.graph
    dated = sorted((i for i in case.subjects if year_of(graph, i) is not None), key=lambda i: (graph.years[i], i))
    if len(dated) < 2:
        return Finding(OPEN, "fewer than two of the works have a known year", settle="their years")
    named = [int(year) for year in _YEAR.findall(case.claim.statement)]
    first = min([int(graph.years[dated[0]]), *named])
    last = max([int(graph.years[dated[-1]]), *named])
    paths = Pairs.of(case, dated[:1], dated[-1:])
    citers = np.unique(np.concatenate([graph.citers.of(i) for i in dated]))
    gap = _longest_gap(case, citers, first, last)
    works, what = _on_subject(case)
    lived = works[is_dated(graph, works, first, last)]
    rest = _longest_gap(case, np.concatenate((works, citers)), first, last)
    numbers, heard = _heard(case, citers, first, last)
    numbers |= {"longest silence": gap, "works on the subject": len(lived), "longest time without": rest}
    which = f"{counted(len(lived), 'work')} on the subject ({what})" if what else f"these {counted(len(lived), 'work')}"
    said = f"{which} {'is' if len(lived) == 1 else 'are'} dated {first} to {last}"
    apart = f"at most {counted(rest, 'year')} in a row" if rest else "no year"
    said += f", and {apart} passed without one or a citation of the claim's works"
    said += f"; {heard}; {paths.sentence()}"
    k, n = numbers["lists citing"], numbers["lists read"]
    found = partial(Finding, numbers=numbers, population="reference lists read", k=k, n=n)
    if paths.state[0] == CREDITED and gap < SHORT:
        return found(SUPPORTED, said)
    if what and rest < SHORT:
        return found(only_in(what), said, settle=paths.settle())
    undated = graph.years == UNDATED  # an undated citing work may lie in the silence
    between = is_dated(graph, np.arange(len(graph)), first, last)
    whole = not (undated[citers].any() or ((undated | between) & ~graph.known_lists).any())
    verdict = CONTRADICTED if rest >= LONG and whole else OPEN
    rest_of_lists = f"the other {numbers['works between'] - n:,} reference lists of {first} to {last}"
    return found(verdict, said, settle=None if whole else rest_of_lists)


def _on_subject(case: Case) -> tuple[NDArray[np.int64], str]:
    """The works on the subject: those an era lists with all subjects, else those with a concept that all subjects share."""
    if case.field:
        return case.field[0], f"the {case.field[1]}"
    shared = set.intersection(*(case.concepts.get(i, set()) for i in case.subjects))
    works = [i for i, own in case.concepts.items() if own & shared]
    return np.array(
        sorted({*works, *case.subjects}), np.int64
    ), "the works that share a concept with all of these" if works else ""


def _longest_gap(case: Case, works: NDArray[np.int64], first: int, last: int) -> int:
    """The most years in a row, from a first to a last year, in which none of some works is dated."""
    years = case.graph.years[works[is_dated(case.graph, works, first, last)]].tolist()
    return max((b - a for a, b in pairwise(sorted({first, last, *years}))), default=1) - 1


def _heard(case: Case, citers: NDArray[np.int64], first: int, last: int) -> tuple[dict[str, Any], str]:
    """How many of the lists read, of those years, cite one of the works; years with under five lists are left out."""
    graph = case.graph
    read = graph.known_lists.copy()
    for p in case.populations:
        read[p.works[p.read]] = True
    between = np.flatnonzero(is_dated(graph, np.arange(len(graph)), first, last))
    lists = between[read[between]]
    per_year = np.bincount(graph.years[lists] - first, minlength=last - first + 1)
    silent = [first + t for t in np.flatnonzero(per_year < HEARD).tolist()]
    counted_lists = lists[per_year[graph.years[lists] - first] >= HEARD]
    k = int(np.isin(counted_lists, citers).sum())
    numbers = {
        "first": first,
        "last": last,
        "works between": len(between),
        "known lists between": int(graph.known_lists[between].sum()),
        "lists read": len(counted_lists),
        "lists citing": k,
        "years that say nothing": silent,
    }
    if not len(counted_lists):
        return numbers, "no year has five known reference lists, so citations say nothing"
    said = f"{k:,} of the {counted(len(counted_lists), 'reference list')} read {'cites' if k == 1 else 'cite'} one of the claim's works"
    if silent:
        said += f" ({counted(len(silent), 'year')} with under {HEARD} lists, {silent[0]} to {silent[-1]}, left out)"
    return numbers, said
