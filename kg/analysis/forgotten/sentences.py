"""One sentence on why a work counts as forgotten, or on why it cannot be ranked."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kg.analysis.base.coverage import coverage_since
from kg.analysis.base.history import History
from kg.analysis.base.late_citations import FEW
from kg.analysis.base.rank_sums import NAMED
from kg.analysis.base.sleep import ENOUGH
from kg.analysis.forgotten.criteria import CRITERIA, ENOUGH_LISTS
from kg.analysis.forgotten.nulls import CLASSES
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph
from kg.text import counted

CANNOT = "Cannot be ranked: "  # how the sentence on a work begins that is not ranked
SAID = {
    "late": "how late it was cited",
    "wake_gap": "how much more later work builds on it than its citations suggest",
    "persistence_gap": "how much more of later knowledge goes back to it than its citations suggest",
    "foresight": "a title that resembles later titles more than earlier ones",
    "uncredited_return": "returns of its topic without a citation path to it",
}


def classes(work: Any) -> list[str]:
    """The classes of a work, the one that chance explains least first.

    Parameters
    ----------
    work : named tuple
        A row with the columns of the criteria, and for each class `p` and `q`.

    Returns
    -------
    list of str
        Names of `CLASSES` in which at most one work in ten is expected to be there by chance; empty if it is in none.
    """
    return sorted((name for name in CLASSES if work.q[name] <= NAMED), key=lambda name: (work.p[name], name))


def story(work: Any, kinds: list[str], past: History | None) -> str:
    """One sentence on a ranked work, with its classes and its history."""
    parts = []
    if CLASSES[0] in kinds and past:
        parts.append(_late(work, past) + _chance(work, CLASSES[0]))
    if CLASSES[1] in kinds:
        parts.append(
            f"only {counted(work.citations_held, 'work cites', 'works cite')} it, yet "
            f"{counted(work.reached, 'later work builds', 'later works build')} on it, "
            f"far more than on works of its time and community cited as often{_chance(work, CLASSES[1])}"
        )
    if CLASSES[2] in kinds:
        parts.append(
            f"no citation path leads back to it from {work.share:.0%} of the later works on its topic that can be checked, "
            f"{100 * work.uncredited_return:.0f} percentage points more than for similar works{_chance(work, CLASSES[2])}; "
            "it may as well be that nobody followed it"
        )
    if not parts:
        by = {name: getattr(work, f"by_{name}") for name in CRITERIA}
        best = max(by, key=lambda name: (np.nan_to_num(by[name], nan=-1.0), name))
        parts.append(
            f"it scores highest by {SAID[best]}, above {by[best]:.0%} of its cohort, as some work must: it is not in any of the "
            "three classes, for nothing shows that this is more than chance"
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
    """Of how many works the two classes that need most lists cannot be decided, why, and which lists would settle it."""
    if not ids:
        return ""
    works = np.array([graph.number(id_) for id_ in ids])
    known = coverage_since(graph)[works]
    few = known < ENOUGH_LISTS
    these = "this work" if len(ids) == 1 else f"these {len(ids):,} works"
    line = f"The other classes ({', '.join(CLASSES[1:])}) cannot be decided for {these}: "
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
        f"{len(lists) - int(lists.sum()):,} that are unknown; `kg next` names those to fetch first"
    )


def _late(work: Any, past: History) -> str:
    half = past.first + int(np.searchsorted(past.counts.cumsum(), past.counts.sum() / 2))
    story = f"half of its {int(past.counts.sum())} citations came in {half} or later, {counted(half - past.first, 'year')} after it appeared"
    if not np.isnan(work.awakening_year):
        awoke, peak = int(work.awakening_year), int(work.peak_year)
        asleep = int(past.counts[: awoke - past.first].sum())
        story = (
            f"it was {_times(asleep)} in its first {awoke - past.first} years, awoke in {awoke} "
            f"and was {_times(int(past.counts[peak - past.first]))} in {peak}"
        )
    return f"{story}, later than {work.mean_rank:.0%} of the citations that known lists give to works of its time"


def _chance(work: Any, name: str) -> str:
    return (
        f" (chance alone would do as well for {_rare(work.p[name])} of works; of all works named as surely, "
        f"{_rare(work.q[name])} are expected to be chance)"
    )


def _rare(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "under 0.1%"


def _times(count: int) -> str:
    return "cited once" if count == 1 else f"cited {count:,} times" if count else "never cited"
