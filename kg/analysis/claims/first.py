"""Claims on what a work did, or did first, held against the concepts that are recorded of it and of earlier works."""

from collections.abc import Iterable
from functools import partial

import numpy as np

from kg.analysis.base.names import MOST_NAMED
from kg.analysis.claims.case import CONTRADICTED, OPEN, SUPPORTED, Case, Finding, Label, only_in
from kg.graph.arrays import UNDATED
from kg.text import counted

ENOUGH = 5  # earlier works with recorded concepts that a work is compared with at least
RECORDED = "the works with recorded concepts"


def first(case: Case) -> Finding:
    """Whether an earlier work has the concepts of the claim: those its sentence names, else two kinds of a subject's."""
    graph, span = case.graph, case.span()
    if span is None:
        return Finding(OPEN, "the year of the work is unknown", settle="its year")
    labels = [case.concepts.get(i, set()) for i in case.subjects]
    named = case.named(set().union(*labels))
    whole = [own for own in [*labels, named] if len({scheme for scheme, _ in own}) > 1]

    def is_alike(i: int) -> bool:
        mine = case.concepts[i]
        return named <= mine if named else any(len({scheme for scheme, _ in own & mine}) > 1 for own in labels)

    earlier = np.flatnonzero((graph.years != UNDATED) & (graph.years < span[0])).tolist()
    recorded = [i for i in earlier if i in case.concepts]
    before = [i for i in recorded if any(own <= case.concepts[i] for own in whole)]
    rivals = [i for i in recorded if is_alike(i)]
    same = np.flatnonzero((graph.years == UNDATED) | (graph.years == span[0])).tolist()
    unsure = [i for i in same if i not in case.subjects and (i not in case.concepts or is_alike(i))]
    numbers = {
        "earlier works": len(earlier),
        "earlier works with labels": len(recorded),
        "earlier works with its labels": len(before),
        "compared": sorted(label for _, label in named),
        "alike": [graph.ids[i] for i in rivals],
        "may be earlier": len(unsure),
    }
    which = "earlier works with recorded concepts"
    found = partial(Finding, numbers=numbers, population=which, k=len(rivals), n=len(recorded))
    what = f"the {'concepts' if len(named) > 1 else 'concept'} {_listed(named)}"
    if not named:
        what = "two kinds of concept in common with it (such as a task and an architecture)"
    has = "has" if len(rivals) == 1 else "have"
    if before:
        why = f"{case.names(before)}, earlier, {'has' if len(before) == 1 else 'have'} {what if named else 'all its concepts'}"
        return found(CONTRADICTED, why)
    if not whole and not named:
        why = "too few of its concepts are recorded to say what it was first to do (two kinds are needed)"
        return found(OPEN, why, settle="its concepts")
    if not earlier:
        return found(OPEN, "no earlier work is in this graph", settle="earlier works")
    if rivals:
        why = f"{case.names(rivals)}, earlier, {has} {what}, but not all its concepts"
        return found(OPEN, why, settle="what these works did")
    missing = [i for i in earlier if i not in case.concepts]
    rest, settle = _rest(case, missing, unsure)
    if recorded:
        why = f"none of the {counted(len(recorded), 'earlier work')} with recorded concepts has {what}{rest}"
    else:
        why = f"the concepts of none of the {len(earlier):,} earlier works are recorded{rest}"
    enough = OPEN if len(recorded) < ENOUGH else only_in(RECORDED)
    return found(enough if missing or unsure else SUPPORTED, why, settle=settle)


def proposes(case: Case) -> Finding:
    """Whether a source other than the article records the concepts that the statement names."""
    recorded = {i: case.independent.get(i, set()) for i in case.subjects}
    fits = [i for i, labels in recorded.items() if case.named(labels)]
    given = partial(Finding, population="works of the claim", k=len(fits), n=len(recorded))
    if len(fits) < len(recorded):
        why = "no source other than the article records what this claim says of the work"
        return given(OPEN, why, settle="its concepts from another source")
    why = "; ".join(
        f"a source other than the article says that {case.names([i])} is about {_listed(recorded[i])}" for i in fits
    )
    named = _listed(case.named(set().union(*recorded.values())))
    return given(
        only_in(f"its subject ({named})"), f"{why}; whether it was the one to propose this, that does not show"
    )


def _listed(labels: Iterable[Label]) -> str:
    return " and ".join(sorted(label for _, label in labels))


def _rest(case: Case, missing: list[int], unsure: list[int]) -> tuple[str, str | None]:
    """Which earlier works cannot be compared, and what would settle it; of the claim's own field where an era lists it."""
    where = ""
    if case.field:
        inside, name = set(case.field[0].tolist()), case.field[1]
        missing, unsure = [i for i in missing if i in inside], [i for i in unsure if i in inside]
        where = f"of the {len(inside):,} {name}, "
    said, settle = [], []
    if missing:
        few = f" ({case.names(missing)})" if len(missing) <= MOST_NAMED else ""
        said.append(f"{counted(len(missing), 'earlier one has', 'earlier ones have')} no recorded concepts{few}")
        settle.append(f"the concepts of {case.names(missing)}")
    if unsure:
        said.append(f"{len(unsure):,} of the same year, or without a year, might be earlier")
        settle.append("the dates of the works of the same year")
    return f"; {where}{' and '.join(said)}" if said else "", "; ".join(settle) or None
