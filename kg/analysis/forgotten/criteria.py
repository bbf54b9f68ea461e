"""The criteria by which works are called forgotten, each as a percentile among works of their time and community."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kg.analysis.base.bit_search import Search
from kg.analysis.base.cohort import COHORT, percentiles_within, places
from kg.analysis.base.cohort_gap import gap_of, groups
from kg.analysis.metrics._wake_helper import strongest
from kg.analysis.metrics.beauty import beauty
from kg.analysis.metrics.beauty_cp import beauty_cp
from kg.analysis.metrics.foresight import foresight
from kg.analysis.metrics.persistent_influence import persistent_influence
from kg.analysis.metrics.uncredited_return import uncredited_return
from kg.analysis.metrics.wake import wake
from kg.analysis.scores import Floats, Ints
from kg.graph.arrays import UNDATED
from kg.graph.citation_graph import CitationGraph

if TYPE_CHECKING:
    import pandas as pd

ENOUGH_LISTS = 0.5  # share of later reference lists that must be known
#: criterion -> what it says, in the order of METRICS
CRITERIA = {
    "late": "taken up late (beauty, or beauty_cp of little cited works)",
    "wake_gap": "wake above works cited as often, strongest helper removed",
    "persistence_gap": "persistent influence above works cited as often",
    "foresight": "title closer to later than to earlier ones",
    "uncredited_return": "subject returned without a path beyond expectation",
}
REQUIRED = ("late", "wake_gap", "persistence_gap")


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What each criterion gives every work.

    Attributes
    ----------
    table : pd.DataFrame
        Index work id: the metrics behind the criteria and what stories need; rows in the order of work numbers.
    percent : pd.DataFrame
        The same index; one column per criterion used: its mid-rank percentile in the cohort, NaN where null.
    enters : NDArray[np.bool_]
        Which works have every required criterion and coverage of at least half.
    used : list[str]
        The criteria in use.
    missing : dict[str, str]
        Criteria that too few works of this graph have; dropped for all, with the reason.
    group : Ints
        The community of each work.
    notes : list[str]
        What the metrics did with the graph's oddities.
    """

    table: "pd.DataFrame"
    percent: "pd.DataFrame"
    enters: NDArray[np.bool_]
    used: list[str]
    missing: dict[str, str]
    group: Ints
    notes: list[str]


def criteria(graph: CitationGraph) -> Criteria:
    """Measure every criterion of every work; where none can enter, only what bounds are made of.

    Percentiles are taken among the works that have the criterion, within the community and year, widened until 30.
    """
    import pandas as pd

    slept, little = beauty(graph), beauty_cp(graph)
    spread, lasting = wake(graph), persistent_influence(graph)
    table = pd.DataFrame(
        {
            "year": graph.years,
            "citations_held": graph.citers.counts(),
            "coverage": spread.table["coverage"],
            "history_n": slept.table["n"],
            "beauty": slept.table["value"],
            "beauty_reason": slept.table["reason"],
            **{name: slept.table[name] for name in ("awakening_year", "peak_year", "censored")},
            "beauty_cp": little.table["value"],
            "p": little.table["p"],
            "cp_reason": little.table["reason"],
            "wake": spread.table["value"],
            "wake_low": spread.table["low"],
            "reached": spread.table["n"],
            "persistent_influence": lasting.table["value"],
            "persistent_low": lasting.table["low"],
        },
        index=slept.table.index,
    )
    late = table["beauty"].notna() | table["beauty_cp"].notna()
    may = late & table["wake"].notna() & (table["coverage"] >= ENOUGH_LISTS) & (table["year"] != UNDATED)
    measured = [slept, little, spread, lasting]
    compared = ["wake_robust", "helper", "helped", "wake_gap", "persistence_gap"]
    named = ["foresight", "uncredited_return", "share", "share_low", "share_high", "expected", "p_return"]
    table[[*compared, *named]] = np.nan
    table["helper"] = None
    group = np.zeros(len(graph), np.int64)
    if may.any():
        group = groups(graph)
        ahead, returned = foresight(graph), uncredited_return(graph)
        measured += [ahead, returned]
        table["wake_robust"], table["helper"] = strongest(graph, Search(graph), table["wake"].to_numpy(float), 0.5)
        table["helped"] = 1 - table["wake_robust"] / table["wake"]
        for name, of in (("wake_gap", "wake_robust"), ("persistence_gap", "persistent_influence")):
            table[name] = gap_of(graph, table[of].to_numpy(float), group)
        table["foresight"], table["uncredited_return"] = ahead.table["value"], returned.table["value"]
        table[["share", "share_low", "share_high", "expected"]] = returned.table[
            ["share", "share_low", "share_high", "expected"]
        ]
        table["p_return"] = returned.table["p"]
    percent = pd.DataFrame({name: percent_of(graph, table, name, group) for name in CRITERIA}, index=table.index)
    few = {name: int(percent[name].notna().sum()) for name in CRITERIA}
    missing = {name: f"{count:,} works have it, {COHORT} needed" for name, count in few.items() if count < COHORT}
    if not may.any():
        missing |= dict.fromkeys([name for name in missing if name != "late"], "not measured: no work can be judged")
    used = [name for name in CRITERIA if name not in missing]
    enters = (may & percent[list(REQUIRED)].notna().all(axis=1)).to_numpy(np.bool_) & set(REQUIRED).issubset(used)
    notes = [f"{scores.metric}: {note}" for scores in measured for note in scores.notes]
    return Criteria(
        table=table, percent=percent[used], enters=enters, used=used, missing=missing, group=group, notes=notes
    )


def percent_of(graph: CitationGraph, table: "pd.DataFrame", criterion: str, group: Ints) -> Floats:
    """The cohort percentile of one criterion, NaN where null.

    `late` is the percentile by beauty where that is measured (of 30 works or more), else by beauty_cp.
    """
    if criterion != "late":
        return _percent(graph, table[criterion].to_numpy(float), group)
    much, little = (_percent(graph, table[name].to_numpy(float), group) for name in ("beauty", "beauty_cp"))
    return later_of(much, little)


def later_of(much: Floats, little: Floats) -> Floats:
    """Percentiles by beauty, where 30 works or more have them, else by beauty_cp."""
    few = (~np.isnan(much)).sum() < COHORT
    return np.where(np.isnan(much) | few, little, much)


def _percent(graph: CitationGraph, value: Floats, group: Ints) -> Floats:
    result, some = np.full(len(graph), np.nan), ~np.isnan(value) & (graph.years != UNDATED)
    if some.any():
        result[some] = percentiles_within(value[some], places(graph.years[some].astype(np.int64), group[some]))
    return result
