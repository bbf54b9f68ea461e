"""One sentence on why a work counts as forgotten, or on why it cannot be ranked."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.history import History
from kg.analysis.base.late_citations import FEW
from kg.analysis.base.sleep import ENOUGH
from kg.analysis.forgotten.criteria import CRITERIA, ENOUGH_LISTS
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.text import counted

CLASSES = ("sleeper", "hidden ancestor", "uncredited precursor")
CANNOT = "Cannot be ranked: "  # how the sentence on a work begins that is not ranked
TOP = 0.9  # percentile in the cohort from which a class is given
ASLEEP = 5  # least number of years from publication to the awakening of a sleeper
SAID = {
    "late": "how late it was cited",
    "wake_gap": "how much more later work builds on it than its citations suggest",
    "persistence_gap": "how much more of later knowledge goes back to it than its citations suggest",
    "foresight": "a title that resembles later titles more than earlier ones",
    "uncredited_return": "returns of its topic without a citation path to it",
}
LEVEL = 0.05  # greatest p of a little cited sleeper or an uncredited precursor


def classes(work: Any) -> list[str]:
    """The classes of a ranked work, the one with its highest percentile first.

    Parameters
    ----------
    work : named tuple
        A row with the columns of the criteria, and their percentiles as `by_` and the name.

    Returns
    -------
    list of str
        Names of `CLASSES`; empty if it is in none.
    """
    found = []
    awoke = work.awakening_year - work.year >= ASLEEP  # never so where it never slept
    little = np.isnan(work.beauty) and work.beauty_cp > 0 and work.p <= LEVEL
    if work.by_late >= TOP and (awoke or little):
        found.append((-work.by_late, CLASSES[0]))
    if work.by_wake_gap >= TOP and work.by_citations <= 0.5:
        found.append((-work.by_wake_gap, CLASSES[1]))
    if work.by_uncredited_return >= TOP and work.uncredited_return > 0 and work.p_return <= LEVEL:
        found.append((-work.by_uncredited_return, CLASSES[2]))
    return [kind for _, kind in sorted(found)]


def story(work: Any, kinds: list[str], past: History | None) -> str:
    """One sentence on a ranked work, with its classes and its history."""
    parts = []
    if CLASSES[0] in kinds and past:
        parts.append(_late(work, past))
    if CLASSES[1] in kinds:
        parts.append(
            f"only {counted(work.citations_held, 'work cites', 'works cite')} it, yet "
            f"{counted(work.reached, 'later work builds', 'later works build')} on it, "
            "far more than on works of its time and community cited as often"
        )
    if CLASSES[2] in kinds:
        parts.append(
            f"no citation path leads back to it from {work.share:.0%} of the later works on its topic that can be checked, "
            f"{100 * work.uncredited_return:.0f} percentage points more than for similar works"
        )
    if not parts:
        by = {name: getattr(work, f"by_{name}") for name in CRITERIA}
        best = max(by, key=lambda name: (np.nan_to_num(by[name], nan=-1.0), name))
        parts.append(
            f"it is not in any of the three classes; it scores highest by {SAID[best]}, above {by[best]:.0%} of its cohort"
        )
    if work.censored:
        parts.append("its last full year is its most cited one, so it may still rise")
    return f"In this data {'; '.join(parts)}."


def missing(work: Any, last: int | None) -> str:
    """One sentence on why a work cannot be ranked, with the last full year of the histories."""
    parts = []
    if work.year == UNDATED:
        parts.append("it has no year")
    elif work.history_n < FEW:
        plural = "" if work.history_n == 1 else "s"
        few = f"only {work.history_n}" if work.history_n else "no"
        parts.append(f"{few} citation{plural} in this graph by {last} ({FEW} needed)")
    elif np.isnan(work.beauty) and np.isnan(work.beauty_cp):
        parts.append(work.beauty_reason if work.history_n >= ENOUGH else work.cp_reason)
    if work.coverage < ENOUGH_LISTS:
        parts.append(f"only {work.coverage:.0%} of later reference lists are known ({ENOUGH_LISTS:.0%} needed)")
    if np.isnan(work.wake) and not parts:
        parts.append("no later work in this graph cites it")
    if not parts:
        parts.append("too few works of this graph can be compared with it")
    return f"{CANNOT}{'; '.join(parts)}."


def undecided(graph: CitationGraph, ids: Sequence[str]) -> str:
    """Of how many works the three classes cannot be decided, why, and which lists would settle it."""
    if not ids:
        return ""
    works = np.array([graph.number(id_) for id_ in ids])
    known = coverage_since(graph)[works]
    few = known < ENOUGH_LISTS
    these = "this work" if len(ids) == 1 else f"these {len(ids):,} works"
    line = f"The three classes ({', '.join(CLASSES)}) cannot be decided for {these}: "
    if not few.any():
        return f"{line}too few citations in this graph, or too few works to compare with (--json gives each reason)"
    first = int(graph.years[works[few]].min())
    later = graph.years >= max(first, UNDATED + 1)
    lists = graph.known_lists[later]
    lacking = int(np.ceil(ENOUGH_LISTS * len(lists))) - int(lists.sum())
    rest = "" if few.all() else f" for {few.sum():,} of them"
    return (
        f"{line}{100 * lists.mean():.0f} % of the reference lists of works from {first} on are known and "
        f"{100 * ENOUGH_LISTS:.0f} % are needed{rest}: at least {lacking:,} of the "
        f"{len(lists) - int(lists.sum()):,} that are unknown"
    )


def _late(work: Any, past: History) -> str:
    if np.isnan(work.beauty):
        half = past.first + int(np.searchsorted(past.counts.cumsum(), past.counts.sum() / 2))
        return (
            f"half of its {int(past.counts.sum())} citations came in {half} or later, {counted(half - past.first, 'year')} after it appeared; "
            f"by chance, {work.p:.1%} of such works would be cited as late"
        )
    awoke, peak = int(work.awakening_year), int(work.peak_year)
    asleep = int(past.counts[: awoke - past.first].sum())
    return (
        f"it was {_times(asleep)} in its first {awoke - past.first} years, awoke in {awoke} "
        f"and was {_times(int(past.counts[peak - past.first]))} in {peak}"
    )


def _times(count: int) -> str:
    return "cited once" if count == 1 else f"cited {count:,} times" if count else "never cited"
